//! How one response is read, and how a request fails.

use super::*;
use crate::fake_service::Reply;

/// A response of the public service, shortened.
const REALISTIC: &str = r#"{
  "exhaustive": {"nbHits": false, "typo": false},
  "exhaustiveNbHits": false,
  "hits": [
    {"author": "ann", "created_at_i": 1790000000, "objectID": "45310001",
     "title": "Trousers, or pants?", "url": "https://example.com/trousers"},
    {"author": "bob", "created_at_i": 1789999000, "objectID": "45310000",
     "story_title": "Ask HN: What do you wear?", "comment_text": "Pants."}
  ],
  "hitsPerPage": 100, "nbHits": 18211, "nbPages": 10, "page": 0,
  "params": "query=pants", "processingTimeMS": 4, "query": "pants"
}"#;

fn realistic() -> Reply {
    Reply::Whole {
        status: 200,
        headers: "date: Mon, 21 Sep 2026 15:13:30 GMT\r\n".to_owned(),
        body: REALISTIC.to_owned(),
    }
}

#[tokio::test]
async fn a_response_is_read_with_its_date() {
    let service = FakeService::always(realistic).await;
    let sample = newest(&service).await.unwrap();
    assert!(sample.is_truncated);
    let answered_at = sample.answered_at.unwrap().to_string();
    assert_eq!(answered_at, "2026-09-21T15:13:30Z");
    let titles: Vec<_> = sample
        .mentions
        .iter()
        .flat_map(|one| one.title.as_deref())
        .collect();
    assert_eq!(titles, ["Trousers, or pants?", "Ask HN: What do you wear?"]);
    let link = sample.mentions[1].link.as_deref();
    assert_eq!(link, Some("https://news.ycombinator.com/item?id=45310000"));
}

#[tokio::test]
async fn an_invalid_date_is_ignored() {
    for date in ["tomorrow", "Mon, 99 Sep 2026 15:13:30 GMT", "", "-1"] {
        let service = FakeService::always(move || Reply::Whole {
            status: 200,
            headers: format!("date: {date}\r\n"),
            body: REALISTIC.to_owned(),
        });
        let sample = newest(&service.await).await.unwrap();
        assert_eq!((sample.answered_at, sample.mentions.len()), (None, 2));
    }
}

#[tokio::test]
async fn a_term_arrives_as_one_query_parameter_of_one_request() {
    for text in [
        "a&tags=poll#x",
        "x?query=y&query=z",
        "a%0d%0aHost:_elsewhere",
        "../../admin",
        "http://127.0.0.1/",
        "'\";<script>",
        "書店+café",
        "\\\u{202e}\u{feff}",
    ] {
        let service = FakeService::always(realistic).await;
        provider(&service).newest(&term(text)).await.unwrap();
        let [request] = &service.requests()[..] else {
            panic!("{text}")
        };
        assert_eq!(request.url.path(), "/api/v1/search_by_date");
        let queries = request
            .url
            .query_pairs()
            .filter(|(name, _)| name == "query");
        let queries: Vec<_> = queries.map(|(_, value)| value.into_owned()).collect();
        assert_eq!(queries, [text]);
        assert_eq!(request.url.query_pairs().count(), 9);
        // The search finds only whole words, and neither authors nor links.
        let parameter = |wanted: &str| {
            let mut pairs = request.url.query_pairs();
            let pair = pairs.find(|(name, _)| name == wanted);
            pair.map(|(_, value)| value.into_owned())
        };
        assert_eq!(parameter("queryType").as_deref(), Some("prefixNone"));
        let attributes = parameter("restrictSearchableAttributes");
        assert_eq!(attributes.as_deref(), Some("title,story_text,comment_text"));
        let host = format!("127.0.0.1:{}", service.port());
        assert_eq!(request.header("host"), Some(host.as_str()));
    }
}

#[tokio::test]
async fn a_key_is_sent_as_a_bearer_token() {
    let service = FakeService::always(realistic).await;
    let provider = HackerNews::new(&service.base(), Some("open sesame")).unwrap();
    provider.newest(&term("pants")).await.unwrap();
    let request = &service.requests()[0];
    assert_eq!(request.header("authorization"), Some("Bearer open sesame"));
    assert!(!format!("{provider:?}").contains("sesame"));
}

#[tokio::test]
async fn an_html_page_is_a_malformed_response() {
    let service = FakeService::always(|| Reply::json("<!doctype html><title>Sorry</title>")).await;
    let error = newest(&service).await.unwrap_err();
    assert!(
        matches!(error, ProviderError::Malformed { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_error_status_is_reported() {
    for status in [400, 401, 403, 404, 429, 500, 503] {
        let service = FakeService::always(move || Reply::status(status)).await;
        let error = newest(&service).await.unwrap_err();
        assert!(matches!(error, ProviderError::Status(reported) if reported == status));
    }
}

#[tokio::test]
async fn a_huge_response_is_not_read_to_its_end() {
    const SIZE: usize = 50 * 1024 * 1024;
    let service = FakeService::always(|| Reply::Huge(SIZE)).await;
    let error = newest(&service).await.unwrap_err();
    assert!(matches!(error, ProviderError::TooLarge), "{error:?}");
    let sent = service.sent_before_disconnect().await;
    assert!(sent < SIZE, "{sent}");
}

#[tokio::test]
async fn a_broken_connection_is_an_error() {
    for reply in [|| Reply::Closed, || Reply::Truncated, || Reply::Garbage] {
        let service = FakeService::always(reply).await;
        let error = newest(&service).await.unwrap_err();
        assert!(matches!(error, ProviderError::Unreachable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn the_search_term_does_not_appear_in_errors() {
    let page = FakeService::always(|| Reply::json("<html>")).await;
    let malformed = FakeService::always(|| Reply::json(r#"{"hits":"nothing about secret"}"#)).await;
    let broken = FakeService::always(|| Reply::Closed).await;
    let redirect = FakeService::always(|| Reply::redirect("http://10.0.0.1/?query=secret")).await;
    for service in [page, malformed, broken, redirect] {
        let result = provider(&service).newest(&term("secret")).await;
        let error = result.unwrap_err();
        let error: &dyn std::error::Error = &error;
        for cause in std::iter::successors(Some(error), |cause| cause.source()) {
            let text = format!("{cause} {cause:?}");
            assert!(!text.contains("secret"), "{text}");
        }
    }
}
