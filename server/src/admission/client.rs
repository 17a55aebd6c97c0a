//! The client that a limit applies to, identified by its network address.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header in which a trusted proxy names the client. `X-Forwarded-For` is ignored, because a
/// client can start that list itself.
const REAL_IP: &str = "x-real-ip";

/// The unit that limits apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// This machine, without a proxy in between. It has no limit.
    Local,
    /// An IPv4 address, or the first address of an IPv6 /64: the smallest block that a provider
    /// assigns to a household.
    Network(IpAddr),
}

impl Client {
    /// The client of a request: the peer or, if the peer is a trusted proxy, the client that it
    /// names.
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Self {
        let peer = peer.to_canonical();
        let trusted = proxies.iter().any(|network| network.contains(&peer));
        let named = headers
            .get(REAL_IP)
            .filter(|_| trusted)
            .and_then(|value| value.to_str().ok()?.trim().parse::<IpAddr>().ok());
        match named {
            Some(address) => Self::at(address),
            None if peer.is_loopback() => Self::Local,
            None => Self::at(peer),
        }
    }

    /// The client at this address, even if that is this machine.
    pub(crate) fn at(address: IpAddr) -> Self {
        Self::Network(network_of(address.to_canonical()))
    }
}

fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, real_ip: Option<&str>) -> Client {
        let mut headers = HeaderMap::new();
        // Any client can send this header, so it must have no effect.
        headers.insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
        if let Some(address) = real_ip {
            headers.insert(REAL_IP, address.parse().unwrap());
        }
        let proxies = ["127.0.0.1/32", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        Client::of(peer.parse().unwrap(), &headers, &proxies)
    }

    fn network(address: &str) -> Client {
        Client::Network(address.parse().unwrap())
    }

    #[test]
    fn only_a_trusted_proxy_names_the_client() {
        let named = Some("203.0.113.7");
        assert_eq!(client("10.1.2.3", named), network("203.0.113.7"));
        assert_eq!(client("127.0.0.1", named), network("203.0.113.7"));
        assert_eq!(client("::ffff:10.1.2.3", named), network("203.0.113.7"));
        assert_eq!(client("192.0.2.9", named), network("192.0.2.9"));
        assert_eq!(client("127.0.0.2", named), Client::Local);
    }

    #[test]
    fn a_proxy_that_names_no_client_is_the_client() {
        assert_eq!(client("127.0.0.1", None), Client::Local);
        assert_eq!(client("10.1.2.3", Some("unknown")), network("10.1.2.3"));
    }

    #[test]
    fn an_ipv6_64_has_one_limit() {
        assert_eq!(client("2001:db8:1:2:3::4", None), network("2001:db8:1:2::"));
        assert_eq!(client("2001:db8:1:2:9::9", None), network("2001:db8:1:2::"));
    }
}
