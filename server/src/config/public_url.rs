//! The shop's public address, as browsers use it.

use std::{fmt, str::FromStr};

use axum::http::{Uri, uri::Scheme};

/// The shop's public address: scheme and authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Whether browsers use TLS to reach the shop.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// The address as text, without a trailing slash.
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
        const SHAPE: &str = "not http:// or https:// and a host alone";
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
