//! The address to listen on: a host and a port, as in `127.0.0.1:3000` or `localhost:3000`.

use std::{fmt, net::SocketAddr, str::FromStr};

use tokio::net::lookup_host;

use super::{authority::Authority, public_url::PublicUrl};

/// An address or a host name to listen on, with a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenAddress {
    authority: Authority,
    port: u16,
}

/// The host of a [`ListenAddress`] is a name that cannot be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no address is known for this name")]
pub struct UnknownName;

impl ListenAddress {
    /// The address to bind: the first of a name's addresses, IPv4 before IPv6.
    ///
    /// # Errors
    /// [`UnknownName`], if the name cannot be resolved.
    pub async fn resolve(&self) -> Result<SocketAddr, UnknownName> {
        let found = lookup_host(self.to_string()).await.ok();
        found.and_then(preferred).ok_or(UnknownName)
    }

    /// The shop's address in the browser unless another is set: that of the listener, under the name
    /// by which it was given.
    pub(crate) fn public_url(&self, listener: SocketAddr) -> PublicUrl {
        let url = match self.authority.address() {
            Some(_) => format!("http://{listener}"),
            None => format!("http://{}:{}", self.authority.host(), listener.port()),
        };
        url.parse().expect("a host and a port make a valid URL")
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.authority.host(), self.port)
    }
}

impl FromStr for ListenAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "not a host and a port, as in 127.0.0.1:3000 or localhost:3000";
        let authority = Authority::parse(text).ok_or(SHAPE)?;
        let port = authority.port().ok_or(SHAPE)?;
        Ok(Self { authority, port })
    }
}

/// The first IPv4 address, or the first of any.
fn preferred(addresses: impl Iterator<Item = SocketAddr>) -> Option<SocketAddr> {
    addresses.min_by_key(SocketAddr::is_ipv6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_a_name_with_a_port() {
        for text in [
            "127.0.0.1:3000",
            "0.0.0.0:0",
            "[::1]:3000",
            "localhost:3000",
            "books.example:80",
        ] {
            let address: ListenAddress = text.parse().expect(text);
            assert_eq!(address.to_string(), text);
        }
        for wrong in [
            "",
            "3000",
            ":3000",
            "localhost",
            "localhost:",
            "a b:3000",
            "::1:3000",
        ] {
            assert!(wrong.parse::<ListenAddress>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn ipv4_is_preferred() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let [ipv4, other_ipv4] = ["127.0.0.2:80", "127.0.0.1:80"].map(address);
        let [ipv6, other_ipv6] = ["[::2]:80", "[::1]:80"].map(address);
        let first = |found: &[SocketAddr]| preferred(found.iter().copied());
        assert_eq!(first(&[ipv6, ipv4, other_ipv4]), Some(ipv4));
        assert_eq!(first(&[ipv6, other_ipv6]), Some(ipv6));
        assert_eq!(first(&[]), None);
    }

    #[test]
    fn the_shop_is_reached_under_the_name_that_was_given() {
        let url = |listen: &str, listener: &str| {
            let listen: ListenAddress = listen.parse().unwrap();
            listen.public_url(listener.parse().unwrap()).to_string()
        };
        for (listen, listener, expected) in [
            ("localhost:0", "127.0.0.1:3001", "http://localhost:3001"),
            ("127.0.0.1:0", "127.0.0.1:3001", "http://127.0.0.1:3001"),
            ("[::1]:80", "[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(url(listen, listener), expected);
        }
    }
}
