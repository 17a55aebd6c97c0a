//! The network address that a limit counts for.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header in which a trusted proxy names the client. One header and no
/// other: a list that the client may have begun itself says nothing.
const REAL_IP: &str = "x-real-ip";

/// Whoever shares a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// On this machine, and named by no proxy: no limit applies.
    Local,
    /// An IPv4 address, or the first address of an IPv6 /64: the least that a
    /// provider gives to a household, so that nobody has more than one.
    Network(IpAddr),
}

impl Client {
    /// Whose request this is: the peer's, or if the peer is one of the proxies,
    /// that of the client it names.
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

    /// Whoever is at this address, be it on this machine.
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
        // What anybody may write counts for nothing.
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
    fn a_proxy_that_names_nobody_is_the_client_itself() {
        assert_eq!(client("127.0.0.1", None), Client::Local);
        assert_eq!(client("10.1.2.3", Some("unknown")), network("10.1.2.3"));
    }

    #[test]
    fn a_household_has_one_limit_however_many_addresses_it_uses() {
        assert_eq!(client("2001:db8:1:2:3::4", None), network("2001:db8:1:2::"));
        assert_eq!(client("2001:db8:1:2:9::9", None), network("2001:db8:1:2::"));
    }
}
