//! Server functions over HTTP: a request is decoded once, and its error stays a [`ShopError`]
//! until it becomes a response.
//!
//! A plain form is sent back to its page (`plain_form`), a hydrated page and a program get JSON
//! (`answer`). `hold_requests` says which actions count against the hold limit.

mod answer;
mod hold_requests;
mod plain_form;

use std::time::Duration;

use app::server::PlainForm;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{self, Uri, request::Parts},
    response::Response,
};
use leptos::{
    context::provide_context,
    reactive::{computed::ScopedFuture, owner::Owner},
    server_fn::{
        ServerFn,
        codec::{FromReq, GetUrl, PostUrl},
    },
};
use leptos_axum::{ResponseOptions, ResponseParts};
use protocol::{InvalidInput, ShopError};
use serde::{Serialize, de::DeserializeOwned};
use shop::{Language, ShopperId};
use tokio::time::timeout;

use crate::{admission::client::Client, http::error_pages::wants_html, state::Shop};
use answer::{Caller, Failure};
use hold_requests::TakesCopies;

/// The largest body of a cart action; the actual ones have under 200 bytes.
const LARGEST_BODY: usize = 16 * 1024;
/// A body of that size arrives within this time, or not at all.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Answers `GET` with a server function that reads, whose arguments are in the query.
pub(crate) async fn query<F>(State(shop): State<Shop>, request: Request) -> Response
where
    F: ServerFn<Error = ShopError, Output: Serialize> + DeserializeOwned,
{
    let caller = Caller::of(&request);
    let outcome = async {
        let (parts, _) = receive(request).await?;
        let function = decode_query::<F>(&parts.uri).await?;
        Ok(run(&shop, parts, function).await?)
    };
    caller.answer(&shop, outcome.await)
}

/// Answers `POST` with a server function that changes something, whose arguments are in a form.
pub(crate) async fn submit<F>(State(shop): State<Shop>, request: Request) -> Response
where
    F: ServerFn<Error = ShopError, Output: Serialize> + DeserializeOwned,
{
    let caller = Caller::of(&request);
    let outcome = async {
        let (parts, body) = receive(request).await?;
        let function = decode_form::<F>(body).await?;
        Ok(run(&shop, parts, function).await?)
    };
    caller.answer(&shop, outcome.await)
}

/// The same for a server function that takes copies off the shelf, unless its client has done
/// so too often.
pub(crate) async fn submit_rate_limited<F>(
    State(shop): State<Shop>,
    client: Client,
    request: Request,
) -> Response
where
    F: ServerFn<Error = ShopError, Output: Serialize> + DeserializeOwned + TakesCopies + Sync,
{
    let caller = Caller::of(&request);
    let outcome = async {
        let (parts, body) = receive(request).await?;
        let function = decode_form::<F>(body).await;
        // One that cannot be understood counts too.
        let asked = function.as_ref().map(F::hold_request).unwrap_or_default();
        let shopper = parts.extensions.get::<ShopperId>().copied();
        let (limit, store) = (&shop.0.hold_limit, &*shop.0.store);
        limit.allow(asked, store, client, shopper).await?;
        Ok(run(&shop, parts, function?).await?)
    };
    caller.answer(&shop, outcome.await)
}

/// The request, when all of its body has arrived.
async fn receive(request: Request) -> Result<(Parts, Bytes), Failure> {
    let (parts, body) = request.into_parts();
    let body = timeout(BODY_WITHIN, to_bytes(body, LARGEST_BODY))
        .await
        .map_err(|_| ShopError::BadInput(InvalidInput::TooSlow))?
        .map_err(|_| ShopError::BadInput(InvalidInput::TooLarge))?;
    if std::str::from_utf8(&body).is_err() {
        return Err(ShopError::BadInput(InvalidInput::NotUtf8).into());
    }
    Ok((parts, body))
}

/// Decodes a form as Leptos encodes one.
async fn decode_form<F: DeserializeOwned>(form: Bytes) -> Result<F, ShopError> {
    let request = http::Request::new(Body::from(form));
    <F as FromReq<PostUrl, _, ShopError>>::from_req(request).await
}

/// Decodes a query as Leptos encodes one.
async fn decode_query<F: DeserializeOwned>(uri: &Uri) -> Result<F, ShopError> {
    let mut request = http::Request::new(Body::empty());
    request.uri_mut().clone_from(uri);
    <F as FromReq<GetUrl, _, ShopError>>::from_req(request).await
}

/// Runs a server function with what it finds around it; returns its output, and what it has set
/// of the response.
async fn run<F: ServerFn<Error = ShopError>>(
    shop: &Shop,
    mut parts: Parts,
    function: F,
) -> Result<(F::Output, ResponseParts), ShopError> {
    if wants_html(&parts.headers) {
        parts.extensions.insert(PlainForm);
    }
    let response = ResponseOptions::default();
    let owner = Owner::new();
    let running = owner.with(|| {
        provide_context(language_of(&parts.extensions));
        provide_context(shop.store_context());
        provide_context(shop.settings());
        provide_context(response.clone());
        provide_context(parts);
        ScopedFuture::new(function.run_body())
    });
    let output = running.await?;
    let mut response = response
        .0
        .write()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    Ok((output, std::mem::take(&mut response)))
}

/// The language in which a request is answered.
fn language_of(extensions: &http::Extensions) -> Language {
    extensions.get().copied().unwrap_or_default()
}
