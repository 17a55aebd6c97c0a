//! How one answer of the provider is read.

use super::*;
use crate::service::Reply;

/// As the public service answers, cut to what is looked at.
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
async fn an_answer_is_read_with_its_moment() {
    let service = Service::always(realistic).await;
    let sample = newest(&service).await.unwrap();
    assert!(sample.is_cut);
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
async fn a_moment_that_is_none_is_left_out() {
    for date in ["tomorrow", "Mon, 99 Sep 2026 15:13:30 GMT", "", "-1"] {
        let service = Service::always(move || Reply::Whole {
            status: 200,
            headers: format!("date: {date}\r\n"),
            body: REALISTIC.to_owned(),
        });
        let sample = newest(&service.await).await.unwrap();
        assert_eq!((sample.answered_at, sample.mentions.len()), (None, 2));
    }
}

#[tokio::test]
async fn whatever_is_asked_for_arrives_as_one_part_of_one_question() {
    for asked in [
        "a&tags=poll#x",
        "x?query=y&query=z",
        "a%0d%0aHost:_elsewhere",
        "../../admin",
        "http://127.0.0.1/",
        "'\";<script>",
        "書店+café",
        "\\\u{202e}\u{feff}",
    ] {
        let service = Service::always(realistic).await;
        provider(&service).newest(&term(asked)).await.unwrap();
        let [question] = &service.questions()[..] else {
            panic!("{asked}")
        };
        assert_eq!(question.address.path(), "/api/v1/search_by_date");
        let queries = question
            .address
            .query_pairs()
            .filter(|(name, _)| name == "query");
        let queries: Vec<_> = queries.map(|(_, value)| value.into_owned()).collect();
        assert_eq!(queries, [asked]);
        assert_eq!(question.address.query_pairs().count(), 9);
        // Whole words, and of what was said: by whom and where has no say.
        let told = |wanted| {
            question
                .address
                .query_pairs()
                .find(|(name, _)| name == wanted)
        };
        let told = |wanted| told(wanted).map(|(_, value)| value.into_owned());
        assert_eq!(told("queryType").as_deref(), Some("prefixNone"));
        let attributes = told("restrictSearchableAttributes");
        assert_eq!(attributes.as_deref(), Some("title,story_text,comment_text"));
        let host = format!("127.0.0.1:{}", service.port());
        assert_eq!(question.header("host"), Some(host.as_str()));
    }
}

#[tokio::test]
async fn a_key_is_told_as_a_bearers() {
    let service = Service::always(realistic).await;
    let provider = HackerNews::new(&service.base(), Some("open sesame")).unwrap();
    provider.newest(&term("pants")).await.unwrap();
    let question = &service.questions()[0];
    assert_eq!(question.header("authorization"), Some("Bearer open sesame"));
    assert!(!format!("{provider:?}").contains("sesame"));
}

#[tokio::test]
async fn a_page_is_no_answer() {
    let service = Service::always(|| Reply::json("<!doctype html><title>Sorry</title>")).await;
    let failure = newest(&service).await.unwrap_err();
    assert!(matches!(failure, Failure::Misread { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_status_that_is_no_success_is_said() {
    for status in [400, 401, 403, 404, 429, 500, 503] {
        let service = Service::always(move || Reply::status(status)).await;
        let failure = newest(&service).await.unwrap_err();
        assert!(matches!(failure, Failure::Status(said) if said == status));
    }
}

#[tokio::test]
async fn an_answer_that_is_huge_is_not_read_to_its_end() {
    const ALL: usize = 50 * 1024 * 1024;
    let service = Service::always(|| Reply::Huge(ALL)).await;
    let failure = newest(&service).await.unwrap_err();
    assert!(matches!(failure, Failure::TooLarge), "{failure:?}");
    let sent = service.broke_off_at().await;
    assert!(sent < ALL, "{sent}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_answer() {
    for reply in [|| Reply::Closed, || Reply::HalfAnAnswer, || Reply::Garbage] {
        let service = Service::always(reply).await;
        let failure = newest(&service).await.unwrap_err();
        assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
    }
}

#[tokio::test]
async fn what_was_asked_for_is_not_in_the_log() {
    let page = Service::always(|| Reply::json("<html>")).await;
    let said = Service::always(|| Reply::json(r#"{"hits":"nothing about secret"}"#)).await;
    let broken = Service::always(|| Reply::Closed).await;
    let redirect = Service::always(|| Reply::redirect("http://10.0.0.1/?query=secret")).await;
    for service in [page, said, broken, redirect] {
        let secret = provider(&service).newest(&term("secret")).await;
        let failure = secret.unwrap_err();
        let error: &dyn std::error::Error = &failure;
        for cause in std::iter::successors(Some(error), |cause| cause.source()) {
            let said = format!("{cause} {cause:?}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
