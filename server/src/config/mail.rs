//! The settings of outgoing mail: server and sender. They are checked at the start, and never
//! printed, because they may contain a password.

use std::{fmt, net::IpAddr, str::FromStr};

use lettre::{
    Address,
    message::Mailbox,
    transport::smtp::{authentication::Credentials, client::TlsParameters},
};
use percent_encoding::percent_decode_str;
use url::Url;

/// The settings needed to send mail.
#[derive(Clone)]
pub struct MailSettings {
    pub(crate) server: SmtpUrl,
    pub(crate) from: Mailbox,
}

/// A mail server, parsed from its URL.
#[derive(Clone)]
pub struct SmtpUrl {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) credentials: Option<Credentials>,
}

/// How the connection is secured.
#[derive(Clone)]
pub(crate) enum Tls {
    /// TLS from the first byte (RFC 8314).
    FromTheStart(TlsParameters),
    /// TLS by `STARTTLS`. If the server does not offer it, nothing is sent.
    Required(TlsParameters),
    /// No TLS.
    Off,
}

/// Why a mail server's URL is invalid. The URL is not repeated, because it may contain a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmtpUrl {
    /// It is not a mail server's URL.
    #[error(
        "not the address of a mail server, as in smtps://user:password@mail.example or smtp://127.0.0.1:25"
    )]
    Shape,
    /// Its query is not `?tls=required` or `?tls=off`.
    #[error(
        "a mail server's address may end with ?tls=required or ?tls=off, and with nothing else"
    )]
    Query,
    /// `smtps` with TLS turned off.
    #[error("smtps:// always uses TLS and cannot have ?tls=off")]
    Contradiction,
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: are the system's certificates there (ca-certificates)?")]
    Tls,
    /// A password over an unencrypted connection.
    #[error("a password is never sent to another machine without TLS")]
    PasswordInClear,
}

/// Why the mail settings are invalid.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMail {
    /// The server's URL is invalid.
    #[error("--smtp-url (BURTS_SMTP_URL): {0}")]
    Server(#[from] InvalidSmtpUrl),
    /// The sender is missing.
    #[error("--mail-from (BURTS_MAIL_FROM) is needed with --smtp-url, as in shop@books.example")]
    NoSender,
    /// The sender is not a valid address.
    #[error(
        "--mail-from (BURTS_MAIL_FROM): not an e-mail address, as in Burt’s Books <shop@books.example>"
    )]
    Sender,
}

impl MailSettings {
    /// Parses the settings. Returns `None` if no mail is to be sent.
    ///
    /// # Errors
    /// [`InvalidMail`], which names the setting.
    pub fn parse(server: Option<&str>, from: Option<&str>) -> Result<Option<Self>, InvalidMail> {
        let stated = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let Some(server) = stated(server) else {
            return Ok(None);
        };
        let server = server.parse()?;
        let from = stated(from).ok_or(InvalidMail::NoSender)?;
        let from = from.parse().map_err(|_| InvalidMail::Sender)?;
        Ok(Some(Self { server, from }))
    }

    /// The domain of the sender's address, used in message ids.
    pub(crate) fn domain(&self) -> &str {
        let address: &Address = &self.from.email;
        address.domain()
    }
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailSettings(…)")
    }
}

impl FromStr for SmtpUrl {
    type Err = InvalidSmtpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSmtpUrl> {
        let url = Url::parse(text).map_err(|_| InvalidSmtpUrl::Shape)?;
        let implicit = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(InvalidSmtpUrl::Shape),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(InvalidSmtpUrl::Shape)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(InvalidSmtpUrl::Shape);
        }
        let host = host.trim_matches(['[', ']']).to_owned();
        let local = is_this_machine(&host);
        let secured = match (url.query(), implicit) {
            (None, implicit) => implicit || !local,
            (Some("tls=required"), _) => true,
            (Some("tls=off"), false) => false,
            (Some("tls=off"), true) => return Err(InvalidSmtpUrl::Contradiction),
            (Some(_), _) => return Err(InvalidSmtpUrl::Query),
        };
        let credentials = credentials(&url)?;
        if credentials.is_some() && !secured && !local {
            return Err(InvalidSmtpUrl::PasswordInClear);
        }
        let tls = if secured {
            let parameters = TlsParameters::new(host.clone()).map_err(|_| InvalidSmtpUrl::Tls)?;
            if implicit {
                Tls::FromTheStart(parameters)
            } else {
                Tls::Required(parameters)
            }
        } else {
            Tls::Off
        };
        // RFC 6409 and RFC 8314: the port is 587 with STARTTLS, and 465 with TLS from the start. A
        // server on this machine listens on 25.
        let usual = match (implicit, local) {
            (true, _) => 465,
            (false, true) => 25,
            (false, false) => 587,
        };
        Ok(Self {
            port: url.port().unwrap_or(usual),
            host,
            tls,
            credentials,
        })
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, InvalidSmtpUrl> {
    let decoded = |text: &str| {
        let decoded = percent_decode_str(text).decode_utf8();
        decoded.map(String::from).map_err(|_| InvalidSmtpUrl::Shape)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(InvalidSmtpUrl::Shape),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

/// Whether traffic to this host stays on this machine.
fn is_this_machine(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Result<(&'static str, u16, bool), InvalidSmtpUrl> {
        let url: SmtpUrl = text.parse()?;
        let tls = match url.tls {
            Tls::FromTheStart(_) => "from the start",
            Tls::Required(_) => "required",
            Tls::Off => "off",
        };
        Ok((tls, url.port, url.credentials.is_some()))
    }

    #[test]
    fn other_machines_require_tls_unless_it_is_turned_off() {
        for (url, expected) in [
            ("smtps://u:p@mail.example", ("from the start", 465, true)),
            ("smtp://u:p@mail.example", ("required", 587, true)),
            ("smtp://mail.example:2525", ("required", 2525, false)),
            ("smtp://mail.example:25?tls=off", ("off", 25, false)),
            ("smtp://127.0.0.1", ("off", 25, false)),
            ("smtp://[::1]:1025", ("off", 1025, false)),
            ("smtp://localhost/?tls=required", ("required", 25, false)),
            ("smtp://u:p@localhost:1025", ("off", 1025, true)),
        ] {
            assert_eq!(kind(url), Ok(expected), "{url}");
        }
    }

    #[test]
    fn an_invalid_url_is_refused_without_being_repeated() {
        for (url, why) in [
            ("s3cret", InvalidSmtpUrl::Shape),
            ("https://u:s3cret@mail.example", InvalidSmtpUrl::Shape),
            ("smtp://u:s3cret@", InvalidSmtpUrl::Shape),
            ("smtp://s3cret@mail.example", InvalidSmtpUrl::Shape),
            ("smtps://u:s3cret@mail.example/x", InvalidSmtpUrl::Shape),
            ("smtps://u:s3cret@m.example?a", InvalidSmtpUrl::Query),
            (
                "smtps://u:s3cret@m.example?tls=off",
                InvalidSmtpUrl::Contradiction,
            ),
            (
                "smtp://u:s3cret@m.example?tls=off",
                InvalidSmtpUrl::PasswordInClear,
            ),
        ] {
            let error = kind(url).unwrap_err();
            assert_eq!(error, why, "{url}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn a_password_may_have_any_character() {
        let url: SmtpUrl = "smtps://burt%40books:p%3A%2F%40%20%E4%B9%A6@mail.example"
            .parse()
            .unwrap();
        let expected = Credentials::new("burt@books".to_owned(), "p:/@ 书".to_owned());
        assert!(url.credentials == Some(expected));
    }

    #[test]
    fn a_mail_server_requires_a_sender() {
        let parse = |server, from| MailSettings::parse(server, from);
        assert!(parse(None, Some("shop@books.example")).unwrap().is_none());
        assert!(parse(Some(""), None).unwrap().is_none());
        let server = Some("smtps://u:s3cret@mail.example");
        for (from, word) in [(None, "is needed"), (Some("Burt"), "not an e-mail")] {
            let error = parse(server, from).unwrap_err().to_string();
            assert!(
                error.contains("--mail-from") && error.contains(word),
                "{error}"
            );
        }
        let settings = parse(server, Some("Burt’s Books <shop@books.example>"));
        let settings = settings.unwrap().unwrap();
        assert_eq!(settings.domain(), "books.example");
        assert!(!format!("{settings:?}").contains("s3cret"));
    }
}
