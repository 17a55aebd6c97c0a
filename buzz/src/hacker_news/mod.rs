//! The provider for services with the Hacker News search API.

mod response;

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
    Provider, ProviderError, Sample, SearchTerm,
    provider::MAX_RESPONSE_BYTES,
    redirect::{ForbiddenTarget, PublicResolver, redirect_policy},
};

/// The number of mentions that one request asks for.
const PAGE_SIZE: usize = 100;
/// The timeout for connecting, shorter than the default deadline of a lookup.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an idle connection is kept open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const USER_AGENT: &str = concat!("burts-books/", env!("CARGO_PKG_VERSION"));

/// A client of the Hacker News search API, or of any service with the same API. Reuses its
/// connections.
#[derive(Debug)]
pub struct HackerNews {
    client: Client,
    search_url: Url,
}

/// Why a [`HackerNews`] cannot be created.
#[derive(Debug, Error)]
pub enum HackerNewsSetupError {
    /// The base URL is not an http or https address.
    #[error("not an http or https address, as in {}", HackerNews::PUBLIC_URL)]
    BaseUrl,
    /// The key contains characters that are not allowed in a header.
    #[error("the key contains characters that are not allowed in a header")]
    Key,
    /// The HTTP client cannot be created on this system.
    #[error("the HTTP client cannot be created")]
    HttpClient(#[source] reqwest::Error),
}

impl HackerNews {
    /// The base URL of the public service, which needs no key.
    pub const PUBLIC_URL: &'static str = "https://hn.algolia.com/api/v1";

    /// A client of the service at this base URL. The key is sent as a bearer token.
    ///
    /// # Errors
    /// [`HackerNewsSetupError`].
    pub fn new(base: &Url, key: Option<&str>) -> Result<Self, HackerNewsSetupError> {
        let search_url = search_url(base)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(key) = key {
            let key = HeaderValue::from_str(&format!("Bearer {key}"));
            let mut key = key.map_err(|_| HackerNewsSetupError::Key)?;
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(headers)
            .tls_backend_preconfigured(tls_config())
            .dns_resolver(PublicResolver::new(base))
            .redirect(redirect_policy(base.clone()))
            // A proxy would resolve host names itself, without our check.
            .no_proxy()
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build()
            .map_err(HackerNewsSetupError::HttpClient)?;
        Ok(Self { client, search_url })
    }

    /// The URL of a search. Several words are searched for as an exact phrase.
    fn request_url(&self, term: &SearchTerm) -> Url {
        let words = term.as_str();
        let phrase = words.contains(' ').then(|| {
            let unquoted: Vec<_> = words
                .split(['"', ' '])
                .filter(|word| !word.is_empty())
                .collect();
            format!("\"{}\"", unquoted.join(" "))
        });
        let mut url = self.search_url.clone();
        url.query_pairs_mut()
            .append_pair("query", phrase.as_deref().unwrap_or(words))
            .append_pair("tags", "(story,comment)")
            .append_pair("hitsPerPage", &PAGE_SIZE.to_string())
            .append_pair(
                "advancedSyntax",
                if phrase.is_some() { "true" } else { "false" },
            )
            .append_pair("typoTolerance", "false")
            // Searches for whole words in titles and texts. Otherwise “art” would match “article”,
            // authors called Arthur, and links.
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
        url
    }
}

/// The URL of `search_by_date` below a base URL, which may end with a slash.
fn search_url(base: &Url) -> Result<Url, HackerNewsSetupError> {
    if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
        return Err(HackerNewsSetupError::BaseUrl);
    }
    let mut url = base.clone();
    url.path_segments_mut()
        .map_err(|()| HackerNewsSetupError::BaseUrl)?
        .pop_if_empty()
        .push("search_by_date");
    Ok(url)
}

/// TLS with the system's root certificates. If the system has none, every https request fails.
fn tls_config() -> ClientConfig {
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        tracing::warn!(%error, "a root certificate of the system cannot be read");
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(loaded.certs);
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the default TLS versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

#[async_trait]
impl Provider for HackerNews {
    async fn newest(&self, term: &SearchTerm) -> Result<Sample, ProviderError> {
        let response = self.client.get(self.request_url(term)).send().await;
        let response = response.map_err(http_error)?;
        let status = response.status();
        if !status.is_success() {
            return Err(ProviderError::Status(status.as_u16()));
        }
        let answered_at = date(response.headers());
        let body = body(response).await?;
        let sample = response::parse(&body).map_err(|error| ProviderError::malformed(&error))?;
        Ok(Sample {
            answered_at,
            ..sample
        })
    }
}

/// Reads a body of at most [`MAX_RESPONSE_BYTES`].
async fn body(mut response: Response) -> Result<Vec<u8>, ProviderError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(http_error)? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err(ProviderError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The time in a `Date` header.
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(DATE)?.to_str().ok()?;
    let since = httpdate::parse_http_date(date).ok()?;
    let since = since.duration_since(std::time::UNIX_EPOCH).ok()?;
    let millis = u64::try_from(since.as_millis()).ok()?;
    Some(Timestamp::from_millis(millis))
}

/// Classifies an error and removes its URL, because the search term must not get into the log.
fn http_error(error: reqwest::Error) -> ProviderError {
    let error = error.without_url();
    let mut causes = std::iter::successors(error.source(), |&cause| cause.source());
    let is_forbidden = causes.any(|cause| cause.is::<ForbiddenTarget>());
    if is_forbidden || error.is_redirect() {
        ProviderError::ForbiddenRedirect(error)
    } else {
        ProviderError::Unreachable(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_stays_one_query_parameter() {
        let base = "http://127.0.0.1:9/api/v1/".parse().unwrap();
        let provider = HackerNews::new(&base, None).unwrap();
        for (term, query) in [
            ("pants", "pants"),
            ("a&tags=poll#x", "a&tags=poll#x"),
            ("../../admin?x=1", "../../admin?x=1"),
            ("red pants", "\"red pants\""),
            ("say \"no\" -never", "\"say no -never\""),
            ("100%25", "100%25"),
        ] {
            let url = provider.request_url(&SearchTerm::parse(term).unwrap());
            assert_eq!(url.path(), "/api/v1/search_by_date");
            assert_eq!(url.fragment(), None);
            let queries: Vec<_> = url
                .query_pairs()
                .filter(|(name, _)| name == "query")
                .map(|(_, value)| value.into_owned())
                .collect();
            assert_eq!(queries, [query]);
            assert_eq!(url.query_pairs().count(), 9, "{url}");
        }
    }

    #[test]
    fn a_base_url_is_an_http_address_with_or_without_a_trailing_slash() {
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
            let url = search_url(&base.parse().unwrap()).unwrap();
            assert_eq!(url.as_str(), search);
        }
        for base in ["ftp://x.example/", "data:x", "mailto:a@b.example"] {
            assert!(search_url(&base.parse().unwrap()).is_err(), "{base}");
        }
        let key = HackerNews::new(&HackerNews::PUBLIC_URL.parse().unwrap(), Some("a\nb"));
        assert!(matches!(key, Err(HackerNewsSetupError::Key)));
    }
}
