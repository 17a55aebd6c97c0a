//! What a server sees of a request: for the page that shows it, and for its script.

use std::net::IpAddr;

use serde::Serialize;

/// From where a request has come, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestOrigin {
    /// The client's address, as far as it is known.
    pub address: IpAddr,
    /// Through whose hands.
    pub way: ProxyTrust,
    /// The version of HTTP that the client speaks, as in `HTTP/2.0`.
    pub http: String,
    /// How it is kept from others' eyes.
    #[serde(rename = "tls")]
    pub encryption: Encryption,
    /// The proxies on the way that say so themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// Through whose hands a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyTrust {
    /// Nobody's that is known of.
    Direct,
    /// A proxy's that this shop trusts to say who the client is.
    OurProxy,
    /// Something says who the client is, and is not trusted.
    UnknownProxy,
}

/// How a request was kept from others' eyes. As JSON a word: `none`, `unknown`, or the
/// version of TLS, as in `TLSv1.3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub enum Encryption {
    /// By TLS of this version.
    Tls(String),
    /// Not at all.
    None,
    /// It cannot be seen from here.
    Unknown,
}

impl From<Encryption> for String {
    fn from(encryption: Encryption) -> Self {
        match encryption {
            Encryption::Tls(version) => version,
            Encryption::None => "none".to_owned(),
            Encryption::Unknown => "unknown".to_owned(),
        }
    }
}
