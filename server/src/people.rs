//! Pages for people where the app has none: the shop is full, something broke, the
//! network is gone. Programs get the same as JSON.
//!
//! They need nothing but themselves: no store, no build, no other file. Where they come
//! up, anything may be missing.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::api::refuse;

/// The shop's colours and type.
const TOKENS: &str = include_str!("../../style/tokens.css");
/// No word of these pages comes from outside, so that a style may stand in them.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// What was said to a program, kept with the answer for the case that it is a person.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence(pub(crate) &'static str);

/// Whether somebody wants to see a page.
pub(crate) fn is_person(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|accept| {
        accept
            .as_bytes()
            .windows(9)
            .any(|part| part == b"text/html")
    })
}

/// The same answer as a page, where it is a refusal and a person has asked.
pub(crate) fn shown_to(person: bool, answer: Response) -> Response {
    let Some(Sentence(sentence)) = answer.extensions().get::<Sentence>().copied() else {
        return answer;
    };
    if !person {
        return answer;
    }
    let (mut parts, _) = answer.into_parts();
    for name in [header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
        parts.headers.remove(name);
    }
    let heading = match parts.status {
        StatusCode::NOT_FOUND => "Not on any shelf",
        StatusCode::INTERNAL_SERVER_ERROR => "Something broke",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => "One moment, please",
        _ => "That cannot be done",
    };
    let again = parts.status.is_server_error();
    let page = page(heading, &format!("<p>{sentence}</p>"), again);
    let mut answer = Response::from_parts(parts, Body::from(page));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HTML);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// After a panic: whoever asked is told, and the next one is served.
pub(crate) fn broken() -> Response {
    let sentence = "Something in the shop broke while it was answering you. What was \
                    promised to you is kept. Please try again in a moment.";
    let mut answer = refuse(StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response();
    let headers = answer.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    answer
}

/// What a browser shows that has no network: in both of the shop's languages, because it
/// is kept for whoever uses this browser next.
pub(crate) async fn offline() -> impl IntoResponse {
    let words = "<p>Your device has no connection to the shop just now, or the shop is away for \
                 a moment. What is in your cart stays there for its time.</p>\
                 <p lang=\"zh-Hans\">现在没有网络连接，或者书店暂时无法访问。\
                 购物车里的书会照常为您保留。</p>";
    let headers = [
        (header::CONTENT_TYPE, HTML),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, page("No connection", words, true))
}

fn page(heading: &str, words: &str, again: bool) -> String {
    let again = if again {
        "<p><a href=\"\">Try again</a></p>"
    } else {
        ""
    };
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\">\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <title>{heading} · Burt’s Books</title><style>{TOKENS}\
         body{{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.55 var(--text)}}\
         main{{max-width:var(--measure);margin:0 auto;padding:15vh 1.5rem}}\
         h1{{font:400 clamp(2.25rem,1.5rem + 3vw,3.5rem)/1.1 var(--title)}}\
         a{{color:var(--cloth)}}</style></head>\
         <body><main><h1>{heading}</h1>{words}{again}\
         <p><a href=\"/\">Back to the shelf</a></p></main></body></html>"
    )
}
