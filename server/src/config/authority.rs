//! A host and a port, as in the header `Host`, in an `Origin`, and in the shop's public address.

use std::net::IpAddr;

/// The longest name in the DNS.
const LONGEST: usize = 253;

/// A host with an optional port. The rules are stricter than the grammar of URLs, which allows any
/// character in a name: here, a name has only letters, digits, `-`, `_` and dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    host: String,
    port: Option<u16>,
}

impl Authority {
    /// Parses `books.example`, `127.0.0.1:3000` or `[::1]:3000`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.rsplit_once(':') {
            // The last colon may be part of an address in brackets.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (text, None),
        };
        let port = match port {
            None | Some("") => None,
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(port.parse().ok()?)
            }
            Some(_) => return None,
        };
        let host = host.to_ascii_lowercase();
        (is_name(&host) || address_in_brackets(&host).is_some()).then_some(Self { host, port })
    }

    /// The host in lower case; an IPv6 address is in brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port
    }

    /// The host, if it is an address.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        let bare = self.host.parse().ok();
        bare.or_else(|| address_in_brackets(&self.host))
    }

    /// Whether the host is a name of the client's own machine: `localhost`, or a loopback address.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }
}

fn is_name(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let labels = host.strip_suffix('.').unwrap_or(host).split('.');
    host.len() <= LONGEST
        && host.bytes().all(allowed)
        && labels
            .into_iter()
            .all(|label| (1..=63).contains(&label.len()))
}

fn address_in_brackets(host: &str) -> Option<IpAddr> {
    let inside = host.strip_prefix('[')?.strip_suffix(']')?;
    Some(IpAddr::V6(inside.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_with_a_port() {
        for (text, host, port) in [
            ("x", "x", None),
            ("Books.Example", "books.example", None),
            ("books.example.:443", "books.example.", Some(443)),
            ("my_shop:3000", "my_shop", Some(3000)),
            ("127.0.0.1:3000", "127.0.0.1", Some(3000)),
            ("[::1]", "[::1]", None),
            ("[2001:DB8::1]:80", "[2001:db8::1]", Some(80)),
            ("books.example:", "books.example", None),
        ] {
            let authority = Authority::parse(text).expect(text);
            assert_eq!((authority.host(), authority.port()), (host, port), "{text}");
        }
        let long = "x".repeat(64);
        for wrong in [
            "",
            ":80",
            "a b",
            "a,b",
            "a:99999",
            "a:+80",
            "a:b",
            "a/b",
            "a\\b",
            "a@b",
            "http://a",
            "a..b",
            ".",
            "::1",
            "[::1",
            "[x]",
            "[127.0.0.1]",
            "caf\u{e9}",
            &long,
        ] {
            assert_eq!(Authority::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn loopback_is_recognized_in_every_form() {
        let is_loopback = |text: &str| Authority::parse(text).unwrap().is_loopback();
        for here in ["localhost:3000", "127.0.0.1", "127.8.9.10:1", "[::1]:3000"] {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in [
            "localhost.example",
            "10.0.0.1",
            "[2001:db8::1]",
            "127.0.0.1.example",
        ] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }
}
