//! What the server sees of a request: the client's address, and the way the request took.

use std::net::IpAddr;

use app::connection::origin::{Encryption, ProxyTrust, RequestOrigin};
use axum::http::{HeaderMap, Version, header};
use ipnet::IpNet;

/// The headers in which our proxy reports the client's HTTP version and TLS version.
const PROTOCOL: &str = "x-client-protocol";
const TLS: &str = "x-client-tls";
/// The headers by which proxies name a client.
const NAMED: [&str; 3] = ["x-real-ip", "x-forwarded-for", "forwarded"];
/// The longest header value that is shown.
const LONGEST: usize = 200;

/// What the server sees of a request from this peer.
///
/// Only nginx knows the client's protocol, and passes it on in headers (`deploy/nginx/shop.conf`).
/// The page shows it and nothing depends on it; even so, only the shop's own proxies are trusted.
pub(super) fn of(
    peer: IpAddr,
    headers: &HeaderMap,
    version: Version,
    proxies: &[IpNet],
) -> RequestOrigin {
    let peer = peer.to_canonical();
    let trusted = proxies.iter().any(|network| network.contains(&peer));
    let named = NAMED.iter().any(|name| headers.contains_key(*name));
    let protocol = word(headers, PROTOCOL).filter(|_| trusted);
    let client = word(headers, NAMED[0]).filter(|_| trusted);
    let client = client.and_then(|address| address.trim().parse().ok());
    let way = match (trusted, named || protocol.is_some()) {
        (true, true) => ProxyTrust::OurProxy,
        (false, true) => ProxyTrust::UnknownProxy,
        (_, false) => ProxyTrust::Direct,
    };
    let encryption = match (way, &protocol) {
        (ProxyTrust::OurProxy, Some(_)) => match word(headers, TLS) {
            Some(tls) => Encryption::Tls(tls),
            None => Encryption::None,
        },
        (ProxyTrust::Direct, _) => Encryption::None,
        _ => Encryption::Unknown,
    };
    RequestOrigin {
        address: client.unwrap_or(peer).to_canonical(),
        way,
        http: protocol.unwrap_or_else(|| format!("{version:?}")),
        encryption,
        via: word(headers, header::VIA.as_str()),
    }
}

/// A header's value, if it is text, cut to [`LONGEST`].
fn word(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.chars().take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, said: &[(&'static str, &str)]) -> RequestOrigin {
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            headers.insert(*name, value.parse().unwrap());
        }
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        of(peer.parse().unwrap(), &headers, Version::HTTP_11, &proxies)
    }

    #[test]
    fn our_own_proxy_reports_the_clients_protocol() {
        let arrival = seen(
            "::ffff:10.0.0.1",
            &[
                ("x-real-ip", "203.0.113.7"),
                (PROTOCOL, "HTTP/2.0"),
                (TLS, "TLSv1.3"),
                ("via", "1.1 squid"),
            ],
        );
        assert_eq!(arrival.address.to_string(), "203.0.113.7");
        assert_eq!(arrival.way, ProxyTrust::OurProxy);
        assert_eq!(arrival.http, "HTTP/2.0");
        assert_eq!(arrival.encryption, Encryption::Tls("TLSv1.3".to_owned()));
        assert_eq!(arrival.via.as_deref(), Some("1.1 squid"));
        let plain = seen("10.0.0.1", &[(PROTOCOL, "HTTP/1.1")]);
        assert_eq!(plain.encryption, Encryption::None);
        let silent = seen("10.0.0.1", &[("x-real-ip", "203.0.113.7")]);
        assert_eq!(silent.encryption, Encryption::Unknown);
        assert_eq!(silent.http, "HTTP/1.1", "as the proxy sent it");
    }

    #[test]
    fn an_unknown_proxy_is_shown_and_not_trusted() {
        let forged = [
            ("x-real-ip", "203.0.113.7"),
            (PROTOCOL, "HTTP/9"),
            (TLS, "TLSv9"),
        ];
        let arrival = seen("192.0.2.1", &forged);
        assert_eq!(arrival.address.to_string(), "192.0.2.1");
        assert_eq!(arrival.way, ProxyTrust::UnknownProxy);
        assert_eq!(arrival.http, "HTTP/1.1");
        assert_eq!(arrival.encryption, Encryption::Unknown);
        let direct = seen("192.0.2.1", &[]);
        assert_eq!(
            (direct.way, direct.encryption),
            (ProxyTrust::Direct, Encryption::None)
        );
    }

    #[test]
    fn long_header_values_are_cut() {
        let long = "x".repeat(5_000);
        let via = seen("192.0.2.1", &[("via", &long)]).via.unwrap();
        assert_eq!(via.len(), LONGEST);
    }
}
