//! How often something is being talked about: who is asked, and what is answered beside the
//! pages.

use std::str::FromStr;

use app::{
    buzz::{Asked, BuzzContext, line as told},
    say,
};
use axum::{
    Extension, Json,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use buzz::{BuzzClient, BuzzConfig, HackerNews, SearchTerm};
use serde::Deserialize;
use serde_json::json;
use shop::{Language, Slug};
use url::Url;

use crate::{Shop, api::refuse, client::Client, config::Settings, limits::TooOften};

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuzzUrl {
    /// Nobody.
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

/// Asks as the settings say. Nothing is asked yet.
///
/// # Errors
/// When no header can say the key, or the system makes no connections.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<BuzzContext> {
    let BuzzUrl::At(base) = &settings.buzz_url else {
        return Ok(BuzzContext(None));
    };
    let provider = HackerNews::new(base, settings.buzz_key.as_deref())?;
    let config = BuzzConfig {
        deadline: settings.buzz_seconds,
        ..BuzzConfig::default()
    };
    let source = match base.as_str().trim_end_matches('/') == HackerNews::PUBLIC_URL {
        true => "Hacker News",
        false => base.host_str().unwrap_or_default(),
    };
    Ok(BuzzContext(Some(Asked {
        buzz: BuzzClient::new(provider, config),
        source: source.into(),
    })))
}

/// Lets nobody ask too often. To look at the form is no question.
pub(crate) async fn sparingly(
    State(shop): State<Shop>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let asks = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "q");
    if asks && let Err(TooOften(wait)) = shop.0.limits.ask_buzz(client) {
        return too_often(wait.as_secs() + 1);
    }
    next.run(request).await
}

fn too_often(seconds: u64) -> Response {
    let refusal = refuse(StatusCode::TOO_MANY_REQUESTS, |language| {
        say!(language, buzz.too_often)
    });
    let mut refusal = refusal.into_response();
    let headers = refusal.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    refusal
}

#[derive(Deserialize)]
pub(crate) struct About {
    book: Slug,
}

/// `GET /api/buzz?book=…`: the line on a book's page, `{"words":"…"}`; `null` where there is
/// none, for whatever reason.
pub(crate) async fn line(
    State(shop): State<Shop>,
    client: Client,
    language: Option<Extension<Language>>,
    about: Result<Query<About>, QueryRejection>,
) -> Response {
    let Ok(Query(About { book })) = about else {
        return refuse(StatusCode::BAD_REQUEST, |language| {
            say!(language, page.not_found_more)
        })
        .into_response();
    };
    let language = language.map_or_else(Language::default, |Extension(language)| language);
    let words = words(&shop, client, language, &book).await;
    Json(json!({ "words": words })).into_response()
}

async fn words(shop: &Shop, client: Client, language: Language, book: &Slug) -> Option<String> {
    let asked = shop.0.buzz.0.as_ref()?;
    let title = shop.0.store.book(book).await.ok()?.book.title;
    let term = SearchTerm::parse(&title).ok()?;
    // Only what has to be asked for counts.
    if asked.buzz.cached(&term).is_none() {
        shop.0.limits.ask_buzz(client).ok()?;
    }
    let answer = asked.buzz.look_up(&term).await.ok()?;
    Some(told(language, &answer))
}
