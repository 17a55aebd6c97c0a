//! The address by which browsers know the shop.

use std::{fmt, str::FromStr};

use axum::http::{Uri, uri::Scheme};

/// What browsers call this shop: scheme and authority, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Whether browsers reach the shop by TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// The address as text, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "not http:// or https:// and a host, with nothing behind it";
        let url: Uri = text.parse().map_err(|_| SHAPE)?;
        let web = [Some(&Scheme::HTTP), Some(&Scheme::HTTPS)].contains(&url.scheme());
        let bare = matches!(url.path(), "" | "/") && url.query().is_none();
        match url.authority() {
            Some(authority) if web && bare && !authority.as_str().contains('@') => {
                Ok(Self(text.trim_end_matches('/').to_ascii_lowercase()))
            }
            _ => Err(SHAPE),
        }
    }
}
