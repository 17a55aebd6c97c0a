//! The connection to the mail server, with a time limit on every wait.

use std::{error::Error as _, future::Future, io};

use lettre::{
    Message,
    transport::smtp::{
        Error, authentication::Mechanism, client::AsyncSmtpConnection, extension::ClientId,
    },
};
use tokio::time::timeout;

use super::{answer::Answer, retry::RetryPolicy};
use crate::config::mail::{MailSettings, Tls};

/// An open connection to the mail server.
pub(super) struct SmtpConnection(AsyncSmtpConnection);

/// Why the server has not accepted a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SendFailure {
    /// It never will: its answer, or `None` if the server does not support the address.
    Never(Option<Answer>),
    /// It may accept the mail later: the status.
    NotNow(u16),
    /// The connection broke or timed out: the server may have accepted the mail.
    Unknown,
}

/// The statuses that report an authentication problem (RFC 4954), which is not the mail's fault.
const AUTH_CODES: [u16; 4] = [530, 534, 535, 538];

impl SmtpConnection {
    /// Connects, secures the connection and authenticates.
    ///
    /// # Errors
    /// A message for the log.
    pub(super) async fn open(settings: &MailSettings, retry: &RetryPolicy) -> Result<Self, String> {
        match timeout(retry.connect_within, Self::connect(settings)).await {
            Ok(Ok(connection)) => Ok(Self(connection)),
            Ok(Err(error)) => Err(cause(&error)),
            Err(_) => Err("it timed out".to_owned()),
        }
    }

    async fn connect(settings: &MailSettings) -> Result<AsyncSmtpConnection, Error> {
        let (server, name) = (&settings.server, settings.domain());
        let name = ClientId::Domain(if name.is_ascii() { name } else { "localhost" }.to_owned());
        let at_once = match &server.tls {
            Tls::FromTheStart(parameters) => Some(parameters.clone()),
            Tls::Required(_) | Tls::Off => None,
        };
        let address = (server.host.as_str(), server.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, None, &name, at_once, None).await?;
        if let Tls::Required(parameters) = &server.tls {
            connection.starttls(parameters.clone(), &name).await?;
        }
        if let Some(credentials) = &server.credentials {
            let known = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&known, credentials).await?;
        }
        Ok(connection)
    }

    /// Sends one mail.
    pub(super) async fn send(
        &mut self,
        message: &Message,
        retry: &RetryPolicy,
    ) -> Result<(), SendFailure> {
        let bytes = message.formatted();
        let sending = self.0.send(message.envelope(), &bytes);
        match timeout(retry.send_within, sending).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error)),
            Err(_) => Err(SendFailure::Unknown),
        }
    }

    /// Whether the server still answers.
    pub(super) async fn is_open(&mut self, retry: &RetryPolicy) -> bool {
        !self.0.has_broken() && in_time(retry, self.0.test_connected()).await == Some(true)
    }

    /// Ends the session.
    pub(super) async fn close(mut self, retry: &RetryPolicy) {
        // The outcome does not matter.
        let _ = in_time(retry, self.0.quit()).await;
    }
}

async fn in_time<T>(retry: &RetryPolicy, work: impl Future<Output = T>) -> Option<T> {
    timeout(retry.connect_within, work).await.ok()
}

fn refusal(error: &Error) -> SendFailure {
    let status = error.status().map(u16::from);
    match status {
        Some(status) if error.is_permanent() && !AUTH_CODES.contains(&status) => {
            let words = error.source().map(ToString::to_string).unwrap_or_default();
            SendFailure::Never(Some(Answer { status, words }))
        }
        Some(status) => SendFailure::NotNow(status),
        None if error.is_client() => SendFailure::Never(None),
        None => SendFailure::Unknown,
    }
}

/// Why the server could not be reached. The server's own words are left out, because they may
/// contain an address.
fn cause(error: &Error) -> String {
    if let Some(status) = error.status() {
        return format!("it answered {status}");
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    match cause.downcast_ref::<io::Error>() {
        Some(error) => error.to_string(),
        None => cause.to_string(),
    }
}
