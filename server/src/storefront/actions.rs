//! Server functions, for whoever calls them: a hydrated page and a program get
//! JSON with a fitting status, a plain form goes back to its page.

use std::time::Duration;

use app::{i18n::error_message, server::PlainForm};
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{self, HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use leptos::context::provide_context;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use protocol::{ErrorBody, InvalidInput, ShopError};
use shop::{Language, ShopperId};
use tokio::time::timeout;

use crate::{
    admission::{
        client::Client, code_guessing::NoSuchOrder, hold_limit::Claim, rate_limits::TooOften,
    },
    http::error_pages::is_person,
    state::Shop,
};

/// The largest body of a cart action; the actual ones have under 200 bytes.
const LARGEST_BODY: usize = 16 * 1024;
/// A body of that size takes no longer, or is not coming.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// A `Retry-After` for those who come when it is busy, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");
/// Somebody has to make room first.
const RETRY_WHEN_THERE_IS_ROOM: HeaderValue = HeaderValue::from_static("30");

/// Runs the server function that the path names.
pub(crate) async fn call(State(shop): State<Shop>, request: Request) -> Response {
    // Only what changes something is sent by a form.
    let form = Form::of(request.headers()).filter(|_| !request.method().is_safe());
    let language = language_of(&request);
    let outcome = match arrived(request).await {
        Ok(request) => run(&shop, request).await,
        Err(error) => Err(error),
    };
    answer(&shop, outcome, form, language)
}

/// Runs a server function that takes copies from the shelf, unless its client
/// does so too often.
pub(crate) async fn call_sparingly(
    State(shop): State<Shop>,
    client: Client,
    request: Request,
) -> Response {
    if client == Client::Local {
        return call(State(shop), request).await;
    }
    let form = Form::of(request.headers());
    let language = language_of(&request);
    let request = match arrived(request).await {
        Ok(request) => request,
        Err(error) => return answer(&shop, Err(error), form, language),
    };
    let shopper = request.extensions().get::<ShopperId>().copied();
    let claim = Claim::of(request.body());
    let (limit, store) = (&shop.0.hold_limit, &*shop.0.store);
    let allowed = limit.allow(claim, store, client, shopper, request.uri().path());
    let Err(TooOften(wait)) = allowed.await else {
        return answer(&shop, run(&shop, request).await, form, language);
    };
    let mut response = answer(&shop, Err(ShopError::TooOften), form, language);
    let seconds = HeaderValue::from(wait.as_secs() + 1);
    response.headers_mut().insert(header::RETRY_AFTER, seconds);
    response
}

fn answer(
    shop: &Shop,
    outcome: Result<Response, ShopError>,
    form: Option<Form>,
    language: Language,
) -> Response {
    if let Err(error) = &outcome {
        shop.0.refusals.note(error);
    }
    match (outcome, form) {
        (Ok(answer), Some(form)) => {
            let mut onward = match answer.headers().get(header::LOCATION) {
                Some(address) => onward(address.clone()),
                None => form.back(None),
            };
            let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
            let cookies = cookies.map(|cookie| (header::SET_COOKIE, cookie.clone()));
            onward.headers_mut().extend(cookies);
            onward
        }
        (Err(error), Some(form)) => {
            let mut response = form.back(Some(&error));
            if error == ShopError::NoSuchOrder {
                response.extensions_mut().insert(NoSuchOrder);
            }
            response
        }
        (Ok(answer), None) => answer,
        (Err(error), None) => respond(&error, language),
    }
}

/// In which language whoever has asked is answered.
fn language_of<B>(request: &http::Request<B>) -> Language {
    request.extensions().get().copied().unwrap_or_default()
}

/// The request with all of its body.
async fn arrived(request: Request) -> Result<http::Request<Bytes>, ShopError> {
    let (parts, body) = request.into_parts();
    let body = timeout(BODY_WITHIN, to_bytes(body, LARGEST_BODY))
        .await
        .map_err(|_| ShopError::BadInput(InvalidInput::TooSlow))?
        .map_err(|_| ShopError::BadInput(InvalidInput::TooLarge))?;
    if std::str::from_utf8(&body).is_err() {
        return Err(ShopError::BadInput(InvalidInput::NotUtf8));
    }
    Ok(http::Request::from_parts(parts, body))
}

/// Runs it and tells its refusal from its answer.
async fn run(shop: &Shop, request: http::Request<Bytes>) -> Result<Response, ShopError> {
    let (mut parts, body) = request.into_parts();
    if Form::of(&parts.headers).is_some() {
        parts.extensions.insert(PlainForm);
    }
    // Leptos would redirect a form by itself, with the whole error in the address.
    parts.headers.remove(header::ACCEPT);

    let (store, this_shop) = (shop.store_context(), shop.this_shop());
    let language = parts.extensions.get::<Language>().copied();
    let answer = leptos_axum::handle_server_fns_with_context(
        move || {
            provide_context(store.clone());
            provide_context(this_shop.clone());
            provide_context(language.unwrap_or_default());
        },
        Request::from_parts(parts, Body::from(body)),
    )
    .await
    .into_response();
    if !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return Ok(answer);
    }
    let body = to_bytes(answer.into_body(), LARGEST_BODY)
        .await
        .unwrap_or_default();
    // What is no error of ours was never carried out.
    Err(serde_json::from_slice(&body).unwrap_or(ShopError::Busy))
}

/// On to where the server function has sent the browser.
fn onward(address: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// The one table from error to status.
fn respond(error: &ShopError, language: Language) -> Response {
    let status = match error {
        ShopError::SoldOut
        | ShopError::TooFew
        | ShopError::Withdrawn
        | ShopError::OverLimit { .. }
        | ShopError::NotYet { .. }
        | ShopError::InCart
        | ShopError::TooManyWaits
        | ShopError::NoOffer
        | ShopError::NotInCart
        | ShopError::HeldLongEnough
        | ShopError::EmptyCart
        | ShopError::NothingToOrder { .. }
        | ShopError::OrderClosed => StatusCode::CONFLICT,
        ShopError::NoSuchBook | ShopError::NoSuchOrder => StatusCode::NOT_FOUND,
        ShopError::BadInput(_)
        | ShopError::KeyReused
        | ShopError::NoName
        | ShopError::LongName
        | ShopError::OddName
        | ShopError::NoReach
        | ShopError::LongNote
        | ShopError::NoEmail => StatusCode::UNPROCESSABLE_ENTITY,
        ShopError::UnknownShopper => StatusCode::FORBIDDEN,
        ShopError::TooOften => StatusCode::TOO_MANY_REQUESTS,
        ShopError::Busy | ShopError::CannotWrite | ShopError::Unreachable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    let message = error_message(error, language);
    let mut response = (status, Json(ErrorBody::new(error.clone(), message))).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let after = match error {
            ShopError::CannotWrite => RETRY_WHEN_THERE_IS_ROOM,
            _ => RETRY_AFTER,
        };
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}

/// A form that a browser has sent without script.
struct Form {
    /// The page it was on, without a notice from an earlier time.
    page: String,
}

impl Form {
    /// A browser that wants to see a page next.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        is_person(headers).then(|| Self {
            page: text(header::REFERER)
                .and_then(|referer| own_page(referer, text(header::HOST)?))
                .unwrap_or_else(|| "/".to_owned()),
        })
    }

    /// Sends the browser back to that page, with a word for what went wrong.
    fn back(self, error: Option<&ShopError>) -> Response {
        let mut page = self.page;
        if let Some(error) = error {
            page.push(if page.contains('?') { '&' } else { '?' });
            page.push_str(&error.to_query());
        }
        Redirect::to(&page).into_response()
    }
}

/// What a notice adds to an address.
const OF_A_NOTICE: [&str; 2] = ["notice=", "gone="];

/// Path and query of a page of ours; nobody is sent anywhere else.
fn own_page(referer: &str, host: &str) -> Option<String> {
    let referer: Uri = referer.parse().ok()?;
    if referer.authority()?.as_str() != host || referer.path().starts_with("//") {
        return None;
    }
    let query: Vec<&str> = referer
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !OF_A_NOTICE.iter().any(|of| pair.starts_with(of)))
        .collect();
    Some(match query.as_slice() {
        [] => referer.path().to_owned(),
        pairs => format!("{}?{}", referer.path(), pairs.join("&")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_goes_back_to_its_own_page_and_nowhere_else() {
        let host = "127.0.0.1:3000";
        let back = |referer: &str| own_page(referer, host);
        assert_eq!(
            back("http://127.0.0.1:3000/books/x").as_deref(),
            Some("/books/x")
        );
        assert_eq!(
            back("http://127.0.0.1:3000/books/x?notice=sold_out&gone=b&q=a").as_deref(),
            Some("/books/x?q=a")
        );
        for foreign in [
            "http://evil.example/",
            "http://127.0.0.1:3000//evil.example",
            "javascript:x",
            "",
            "/books/x",
        ] {
            assert_eq!(back(foreign), None, "{foreign:?}");
        }
    }
}
