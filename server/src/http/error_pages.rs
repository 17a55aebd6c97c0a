//! Error pages for people: the shop is full, a handler has panicked, the network is down.
//!
//! The pages need no database, no build and no other file, because any of these may be missing when
//! a page is shown. The shop's name is in memory.

use app::say;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shop::Language;

use super::refusal::{Message, json_error, refuse};
use crate::markup::escaped;

/// The shop's colours and fonts.
const TOKENS: &str = include_str!("../../../style/tokens.css");
/// The content security policy. Inline styles are safe: the only text from outside is the shop's
/// name, which is escaped.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// The headers of a script. It is revalidated on each use, so that a new version takes effect at
/// once.
const SCRIPT: [(header::HeaderName, &str); 2] = [
    (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
    (header::CACHE_CONTROL, "no-cache"),
];
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Whether the client asks for HTML: its `Accept` header names `text/html`.
pub(crate) fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|accept| {
        accept
            .as_bytes()
            .windows(9)
            .any(|part| part == b"text/html")
    })
}

/// Turns a refusal into a page if a person asked, and translates it otherwise. `shop` is the shop's
/// name, which only a page needs.
pub(crate) fn render_refusal(
    shop: impl FnOnce() -> String,
    person: bool,
    language: Language,
    answer: Response,
) -> Response {
    let Some(Message(sentence)) = answer.extensions().get::<Message>().cloned() else {
        return answer;
    };
    if !person && language == Language::English {
        return answer;
    }
    let (mut parts, _) = answer.into_parts();
    for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
        parts.headers.remove(name);
    }
    if !person {
        let body = json_error(sentence(language)).into_response().into_body();
        return Response::from_parts(parts, body);
    }
    let heading = match parts.status {
        StatusCode::NOT_FOUND => say!(language, page.not_found),
        StatusCode::INTERNAL_SERVER_ERROR => say!(language, page.broken),
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            say!(language, page.busy)
        }
        _ => say!(language, page.refused),
    };
    let again = parts.status.is_server_error();
    let page = page(
        &shop(),
        language,
        heading,
        &format!("<p>{}</p>", sentence(language)),
        again,
    );
    let mut answer = Response::from_parts(parts, Body::from(page));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HTML);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// The answer after a handler has panicked.
pub(crate) fn internal_error() -> Response {
    let sentence = |language| say!(language, page.broken_more);
    refuse(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
}

/// The page that a browser shows while it is offline. It is in all languages of the shop, because
/// it is cached for everyone who uses this browser.
pub(crate) fn offline_page(shop: &str) -> impl IntoResponse + use<> {
    let words = Language::ALL.map(|language| {
        let words = say!(language, page.offline_more);
        format!("<p lang=\"{language}\">{words}</p>")
    });
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    let language = Language::default();
    (
        headers,
        page(
            shop,
            language,
            say!(language, page.offline),
            &words.concat(),
            true,
        ),
    )
}

fn page(shop: &str, language: Language, heading: &str, words: &str, again: bool) -> String {
    let shop = escaped(shop);
    let again = if again {
        format!("<p><a href=\"\">{}</a></p>", say!(language, page.again))
    } else {
        String::new()
    };
    let back = say!(language, page.back);
    format!(
        "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\">\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <title>{heading} · {shop}</title><style>{TOKENS}\
         body{{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.55 var(--text)}}\
         main{{max-width:var(--measure);margin:0 auto;padding:15vh 1.5rem}}\
         h1{{font:400 clamp(2.25rem,1.5rem + 3vw,3.5rem)/1.1 var(--title)}}\
         a{{color:var(--cloth)}}</style></head>\
         <body><main><h1>{heading}</h1>{words}{again}\
         <p><a href=\"/\">{back}</a></p></main></body></html>"
    )
}

/// The script that shows `/offline` when the network is down.
pub(crate) async fn offline_script() -> impl IntoResponse {
    (SCRIPT, include_str!("offline.js"))
}
