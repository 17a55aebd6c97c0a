//! The client that a limit applies to, identified by its network address.

use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The header in which a trusted proxy names the client. `X-Forwarded-For` is ignored, because a
/// client can write anything into it.
const REAL_IP: &str = "x-real-ip";

/// The unit that limits apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    /// This machine, without a proxy in between. It has no limit.
    Local,
    /// A network, identified by its first address: see [`Prefixes`].
    Network(IpAddr),
}

/// How many of an address's first bits name the network that limits apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prefixes {
    pub(crate) ipv4: u8,
    pub(crate) ipv6: u8,
}

impl Prefixes {
    /// The first address of the network that contains this one.
    fn network_of(self, address: IpAddr) -> IpAddr {
        let length = match address {
            IpAddr::V4(_) => self.ipv4,
            IpAddr::V6(_) => self.ipv6,
        };
        IpNet::new(address, length).map_or(address, |network| network.network())
    }
}

impl Client {
    /// The client of a request: the peer, or the client that a trusted proxy names.
    pub(crate) fn of(
        peer: IpAddr,
        headers: &HeaderMap,
        proxies: &[IpNet],
        prefixes: Prefixes,
    ) -> Self {
        let peer = peer.to_canonical();
        let trusted = proxies.iter().any(|network| network.contains(&peer));
        let named = headers
            .get(REAL_IP)
            .filter(|_| trusted)
            .and_then(|value| value.to_str().ok()?.trim().parse::<IpAddr>().ok());
        match named {
            Some(address) => Self::at(address, prefixes),
            None if peer.is_loopback() => Self::Local,
            None => Self::at(peer, prefixes),
        }
    }

    /// The client at this address: always a network, even for a loopback address.
    pub(crate) fn at(address: IpAddr, prefixes: Prefixes) -> Self {
        Self::Network(prefixes.network_of(address.to_canonical()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client of a shop with the usual prefixes.
    fn client(peer: &str, real_ip: Option<&str>) -> Client {
        client_by(peer, real_ip, Prefixes { ipv4: 32, ipv6: 64 })
    }

    fn client_by(peer: &str, real_ip: Option<&str>, prefixes: Prefixes) -> Client {
        let mut headers = HeaderMap::new();
        // Any client can send this header, so it must have no effect.
        headers.insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
        if let Some(address) = real_ip {
            headers.insert(REAL_IP, address.parse().unwrap());
        }
        let proxies = ["127.0.0.1/32", "10.0.0.0/8"].map(|network| network.parse().unwrap());
        Client::of(peer.parse().unwrap(), &headers, &proxies, prefixes)
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
    fn the_addresses_of_an_ipv6_64_are_one_client() {
        assert_eq!(client("2001:db8:1:2:3::4", None), network("2001:db8:1:2::"));
        assert_eq!(client("2001:db8:1:2:9::9", None), network("2001:db8:1:2::"));
    }

    #[test]
    fn the_prefixes_decide_what_one_network_is() {
        let wide = Prefixes { ipv4: 24, ipv6: 48 };
        let at = |address| client_by(address, None, wide);
        assert_eq!(at("2001:db8:1:2::1"), network("2001:db8:1::"));
        assert_eq!(at("2001:db8:1:ffff::1"), network("2001:db8:1::"));
        assert_eq!(at("203.0.113.7"), network("203.0.113.0"));
        let named = client_by("10.0.0.1", Some("2001:db8:1:2::1"), wide);
        assert_eq!(named, network("2001:db8:1::"));
        let narrow = Prefixes {
            ipv4: 32,
            ipv6: 128,
        };
        let one = client_by("2001:db8::7", None, narrow);
        assert_eq!(one, network("2001:db8::7"));
    }
}
