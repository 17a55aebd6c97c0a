//! A service that speaks the Hacker News search API: `search_by_date` under its base address.

mod answer;

use std::{error::Error, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, Response,
    header::{ACCEPT, AUTHORIZATION, DATE, HeaderMap, HeaderValue},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use shop::Timestamp;
use thiserror::Error;
use url::Url;

use crate::{
    Failure, Provider, Sample, Term,
    target::{Names, NotFollowed, redirects},
};

/// As many mentions are asked for at once.
const SAMPLE: usize = 100;
/// Twenty times what the service answers with.
pub(crate) const LARGEST_ANSWER: usize = 2 * 1024 * 1024;
/// Whoever does not even pick up is not waited for as long as for an answer.
const CONNECTED_WITHIN: Duration = Duration::from_secs(3);
/// Connections are kept between questions for this long.
const KEPT_FOR: Duration = Duration::from_secs(60);
const NAME: &str = concat!("burts-books/", env!("CARGO_PKG_VERSION"));

/// The provider that speaks it. Its connections are used again.
#[derive(Debug)]
pub struct HackerNews {
    client: Client,
    search: Url,
}

/// Why there can be no such provider.
#[derive(Debug, Error)]
pub enum InvalidBase {
    /// Nobody can be asked there.
    #[error("not an http or https address, as in {}", HackerNews::BASE)]
    Address,
    /// No header can say it.
    #[error("the key has characters that no header has")]
    Key,
    /// The system is not able to.
    #[error("no connections can be made")]
    Client(#[source] reqwest::Error),
}

impl HackerNews {
    /// The public service, which needs no key.
    pub const BASE: &'static str = "https://hn.algolia.com/api/v1";

    /// The service at this address, which is told this key as a bearer's, if it wants one.
    ///
    /// # Errors
    /// [`InvalidBase`].
    pub fn new(base: &Url, key: Option<&str>) -> Result<Self, InvalidBase> {
        let search = search_address(base)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(key) = key {
            let key = HeaderValue::from_str(&format!("Bearer {key}"));
            let mut key = key.map_err(|_| InvalidBase::Key)?;
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        let client = Client::builder()
            .user_agent(NAME)
            .default_headers(headers)
            .tls_backend_preconfigured(encryption())
            .dns_resolver(Names::of(base))
            .redirect(redirects(base.clone()))
            // Where a name leads is decided here, not by somebody between.
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECTED_WITHIN)
            .pool_idle_timeout(KEPT_FOR)
            .build()
            .map_err(InvalidBase::Client)?;
        Ok(Self { client, search })
    }

    /// The address of a question. More than one word is a phrase: said just so.
    fn address(&self, term: &Term) -> Url {
        let words = term.as_str();
        let phrase = words.contains(' ').then(|| {
            let inside: Vec<_> = words
                .split(['"', ' '])
                .filter(|one| !one.is_empty())
                .collect();
            format!("\"{}\"", inside.join(" "))
        });
        let mut address = self.search.clone();
        address
            .query_pairs_mut()
            .append_pair("query", phrase.as_deref().unwrap_or(words))
            .append_pair("tags", "(story,comment)")
            .append_pair("hitsPerPage", &SAMPLE.to_string())
            .append_pair(
                "advancedSyntax",
                if phrase.is_some() { "true" } else { "false" },
            )
            .append_pair("typoTolerance", "false")
            // Whole words of what was said: else “art” is said by whoever says “article”, by
            // Arthur, and in every address with an article in it.
            .append_pair("queryType", "prefixNone")
            .append_pair(
                "restrictSearchableAttributes",
                "title,story_text,comment_text",
            )
            .append_pair(
                "attributesToRetrieve",
                "created_at_i,objectID,title,story_title,author,url",
            )
            .append_pair("attributesToHighlight", "");
        address
    }
}

/// Under the base, whether a stroke ends that or not.
fn search_address(base: &Url) -> Result<Url, InvalidBase> {
    if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
        return Err(InvalidBase::Address);
    }
    let mut search = base.clone();
    search
        .path_segments_mut()
        .map_err(|()| InvalidBase::Address)?
        .pop_if_empty()
        .push("search_by_date");
    Ok(search)
}

/// With the system's certificates. Where there are none, no encrypted answer is believed.
fn encryption() -> ClientConfig {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate of the system cannot be read");
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the cryptography knows the protocol")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[async_trait]
impl Provider for HackerNews {
    async fn newest(&self, term: &Term) -> Result<Sample, Failure> {
        let answer = self.client.get(self.address(term)).send().await;
        let answer = answer.map_err(failure)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(Failure::Status(status.as_u16()));
        }
        let answered_at = date(answer.headers());
        let sample =
            answer::read(&body(answer).await?).map_err(|error| Failure::misread(&error))?;
        Ok(Sample {
            answered_at,
            ..sample
        })
    }
}

/// An answer, as long as it is none that nobody would send.
async fn body(mut answer: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The moment of an answer, as it says itself.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let since = httpdate::parse_http_date(date).ok()?;
    let since = since.duration_since(std::time::UNIX_EPOCH).ok()?;
    let millis = u64::try_from(since.as_millis()).ok()?;
    Some(Timestamp::from_millis(millis))
}

/// What somebody asks for is nobody's business: it is not in the log.
fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let not_followed = causes.any(|cause| cause.is::<NotFollowed>());
    if not_followed || error.is_redirect() {
        Failure::Redirect(error)
    } else {
        Failure::Unreachable(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_one_part_of_the_address() {
        let base = "http://127.0.0.1:9/api/v1/".parse().unwrap();
        let provider = HackerNews::new(&base, None).unwrap();
        for (asked, sent) in [
            ("pants", "pants"),
            ("a&tags=poll#x", "a&tags=poll#x"),
            ("../../admin?x=1", "../../admin?x=1"),
            ("red pants", "\"red pants\""),
            ("say \"no\" -never", "\"say no -never\""),
            ("100%25", "100%25"),
        ] {
            let address = provider.address(&Term::parse(asked).unwrap());
            assert_eq!(address.path(), "/api/v1/search_by_date");
            assert_eq!(address.fragment(), None);
            let queries: Vec<_> = address
                .query_pairs()
                .filter(|(name, _)| name == "query")
                .map(|(_, value)| value.into_owned())
                .collect();
            assert_eq!(queries, [sent]);
            let pairs = address.query_pairs().count();
            assert_eq!(pairs, 9, "{address}");
        }
    }

    #[test]
    fn a_base_is_an_address_that_can_be_asked() {
        for (base, search) in [
            ("http://x.example", "http://x.example/search_by_date"),
            (
                "https://x.example/v1",
                "https://x.example/v1/search_by_date",
            ),
            (
                "https://x.example/v1/",
                "https://x.example/v1/search_by_date",
            ),
        ] {
            let address = search_address(&base.parse().unwrap()).unwrap();
            assert_eq!(address.as_str(), search);
        }
        for base in ["ftp://x.example/", "data:x", "mailto:a@b.example"] {
            assert!(search_address(&base.parse().unwrap()).is_err(), "{base}");
        }
        let key = HackerNews::new(&HackerNews::BASE.parse().unwrap(), Some("a\nb"));
        assert!(matches!(key, Err(InvalidBase::Key)));
    }
}
