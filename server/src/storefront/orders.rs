//! Orders that are found again: by their code, and in another browser by whose they are.

use std::time::SystemTime;

use app::{
    order::{
        contact::{ContactRefusal, ContactRefused},
        list::UnknownCode,
        lookup::find_order,
    },
    say,
    server::WithoutCookie,
};
use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use protocol::ShopError;
use serde::Deserialize;
use shop::ShopperId;

use super::pages::render;
use crate::{
    admission::{client::Client, rate_limits::RateLimited},
    http::refusal::refuse,
    state::Shop,
};

/// The largest form that says whose order it is.
pub(crate) const LARGEST_ANSWER: usize = 4 * 1024;

/// The form that says whose order it is.
#[derive(Deserialize)]
struct Answer {
    who: String,
}

/// `GET /orders`: this browser's orders. With a code, it leads to the order's page.
pub(crate) async fn list(State(shop): State<Shop>, mut request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .map(|(_, code)| code.into_owned())
        .filter(|code| !code.trim().is_empty());
    if let Some(typed) = typed {
        match find_order(&*shop.0.store, &typed).await {
            Ok(order) => return Redirect::to(&format!("/orders/{}", order.code)).into_response(),
            Err(ShopError::NoSuchOrder) => {
                request.extensions_mut().insert(UnknownCode(typed));
            }
            // The cause is already in the log.
            Err(_) => return busy(),
        }
    }
    render(State(shop), request).await
}

/// `POST /orders/{code}`: shows the contact to a browser that says whose order it is.
pub(crate) async fn show_contact(
    State(shop): State<Shop>,
    client: Client,
    Path(code): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let order = match find_order(&*shop.0.store, &code).await {
        Ok(order) => order,
        // The page says that there is no such order.
        Err(ShopError::NoSuchOrder) => return page(shop, parts).await,
        Err(_) => return busy(),
    };
    let address = format!("/orders/{}", order.code);
    if parts.extensions.get::<WithoutCookie>().is_some() {
        // The browser would not keep the cookie that is the answer.
        let notice = ShopError::NoCookie.to_query();
        return Redirect::to(&format!("{address}?{notice}")).into_response();
    }
    let sent = Request::from_parts(parts.clone(), body);
    let Ok(Form(Answer { who })) = Form::from_request(sent, &()).await else {
        let sentence = |language| say!(language, desk.no_form);
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response();
    };
    if parts.extensions.get::<ShopperId>() == Some(&order.shopper) {
        return Redirect::to(&address).into_response();
    }
    if let Err(RateLimited(wait)) = shop.0.contact_guess_limit.check(client, order.code) {
        tracing::warn!(?client, "too many answers to whose order it is");
        let mut answer = refused(shop, parts, who, ContactRefusal::TooOften).await;
        let seconds = HeaderValue::from(wait.as_secs() + 1);
        answer.headers_mut().insert(header::RETRY_AFTER, seconds);
        return answer;
    }
    // An order whose contact was erased is answered like one of somebody else.
    let contact = order.contact.as_ref();
    if !contact.is_some_and(|contact| contact.is_known_as(&who)) {
        return refused(shop, parts, who, ContactRefusal::Wrong).await;
    }
    let grant = shop.0.order_grants.grant(order.code, SystemTime::now());
    (grant, Redirect::to(&address)).into_response()
}

/// Shows the page again, with what was typed and why it shows no contact.
async fn refused(shop: Shop, mut parts: Parts, typed: String, why: ContactRefusal) -> Response {
    parts.extensions.insert(ContactRefused { typed, why });
    let mut answer = page(shop, parts).await;
    // The page itself may have failed.
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = match why {
            ContactRefusal::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
            ContactRefusal::TooOften => StatusCode::TOO_MANY_REQUESTS,
        };
    }
    answer
}

/// The page at the request's own address.
async fn page(shop: Shop, parts: Parts) -> Response {
    let mut request = Request::from_parts(parts, Body::empty());
    *request.method_mut() = Method::GET;
    render(State(shop), request).await
}

fn busy() -> Response {
    let sentence = |language| say!(language, page.cannot_say);
    let mut answer = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}
