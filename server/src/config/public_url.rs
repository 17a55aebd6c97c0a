//! The shop's public address, as browsers use it.

use std::{fmt, str::FromStr};

use super::authority::Authority;

/// The shop's public address: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    authority: Authority,
}

impl PublicUrl {
    /// Whether browsers use TLS to reach the shop.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.scheme() == "https"
    }

    /// Whether browsers regard this address as secure: it uses TLS, or is on their own machine.
    pub(crate) fn is_trustworthy(&self) -> bool {
        self.is_secure() || self.authority.is_loopback()
    }

    pub(crate) fn scheme(&self) -> &str {
        let end = self.text.find(':').unwrap_or_default();
        &self.text[..end]
    }

    pub(crate) fn host(&self) -> &str {
        self.authority.host()
    }

    /// The address as a browser writes the origin of its pages: without a trailing slash, and
    /// without the port if it is the scheme's default.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "not http:// or https:// and a host alone";
        let text = text.to_ascii_lowercase();
        let (scheme, usual, rest) = match text.split_once("://") {
            Some(("http", rest)) => ("http", 80, rest),
            Some(("https", rest)) => ("https", 443, rest),
            _ => return Err(SHAPE),
        };
        let host = rest.strip_suffix('/').unwrap_or(rest);
        let authority = Authority::parse(host).ok_or(SHAPE)?;
        let port = match authority.port() {
            Some(port) if port != usual => format!(":{port}"),
            _ => String::new(),
        };
        let text = format!("{scheme}://{}{port}", authority.host());
        Ok(Self { text, authority })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_browsers_write_an_origin() {
        for (text, origin, secure) in [
            ("https://books.example", "https://books.example", true),
            ("HTTPS://Books.Example/", "https://books.example", true),
            ("https://books.example:443", "https://books.example", true),
            (
                "http://books.example:443",
                "http://books.example:443",
                false,
            ),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000", false),
            ("http://[::1]:80/", "http://[::1]", false),
        ] {
            let url: PublicUrl = text.parse().expect(text);
            assert_eq!((url.as_str(), url.is_secure()), (origin, secure), "{text}");
        }
    }

    #[test]
    fn anything_but_a_scheme_and_a_host_is_refused() {
        for wrong in [
            "",
            "books.example",
            "ftp://books.example",
            "https://",
            "https:///",
            "https://books.example//",
            "https://books.example/shop",
            "https://books.example?x",
            "https://books.example#x",
            "https://ann@books.example",
            "http://a:99999",
            "http://a:0x50",
            "http://a,b",
            "http://a b",
            "http://a\\b",
        ] {
            assert!(wrong.parse::<PublicUrl>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn browsers_trust_tls_and_their_own_machine() {
        let trusts = |text: &str| text.parse::<PublicUrl>().unwrap().is_trustworthy();
        assert!(trusts("https://books.example"));
        assert!(trusts("http://127.0.0.1:3000") && trusts("http://localhost:3000"));
        assert!(!trusts("http://books.example") && !trusts("http://192.168.1.7:3000"));
    }
}
