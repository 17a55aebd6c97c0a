//! The origin of a request, as the connection check shows it: address, proxy, encryption.

use std::net::IpAddr;

use serde::Serialize;

/// The origin of a request, and how it got here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestOrigin {
    /// The client's address, or the proxy's if the proxy is not trusted.
    pub address: IpAddr,
    /// Whether it came through a proxy, and whether the shop trusts the proxy.
    pub way: ProxyTrust,
    /// The version of HTTP that the client speaks, as in `HTTP/2.0`.
    pub http: String,
    /// How it was encrypted.
    #[serde(rename = "tls")]
    pub encryption: Encryption,
    /// The proxies that name themselves (`Via`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// The proxy in front of the shop, and whether it is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProxyTrust {
    /// No known proxy.
    Direct,
    /// A proxy that the shop trusts to name the client.
    OurProxy,
    /// A proxy that names the client, but is not trusted.
    UnknownProxy,
}

/// How a request was encrypted. As JSON `none`, `unknown`, or the version of TLS as in
/// `TLSv1.3`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub enum Encryption {
    /// Encrypted with this version of TLS.
    Tls(String),
    /// Not encrypted.
    None,
    /// The server cannot tell.
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
