//! The setting for the service that counts how often a title is mentioned.

use std::{str::FromStr, time::Duration};

use app::buzz::{BuzzContext, BuzzSource};
use buzz::{BuzzClient, BuzzConfig, HackerNews};
use url::Url;

/// The service to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuzzUrl {
    /// No service.
    Off,
    /// A service at this base address.
    At(Url),
}

impl FromStr for BuzzUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let url = text.parse::<Url>().ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        url.map(Self::At)
            .ok_or("not an http or https address, nor `off`")
    }
}

/// Creates the client for the service. It sends no request yet.
///
/// # Errors
/// If the key is not a valid header value, or the HTTP client cannot be created.
pub(crate) fn open(
    provider: &BuzzUrl,
    key: Option<&str>,
    deadline: Duration,
) -> anyhow::Result<BuzzContext> {
    let BuzzUrl::At(base) = provider else {
        return Ok(BuzzContext(None));
    };
    let provider = HackerNews::new(base, key)?;
    let config = BuzzConfig {
        deadline,
        ..BuzzConfig::default()
    };
    let source = match base.as_str().trim_end_matches('/') == HackerNews::PUBLIC_URL {
        true => "Hacker News",
        false => base.host_str().unwrap_or_default(),
    };
    Ok(BuzzContext(Some(BuzzSource {
        buzz: BuzzClient::new(provider, config),
        source: source.into(),
    })))
}
