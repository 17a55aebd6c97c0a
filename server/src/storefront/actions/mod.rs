//! Server functions over HTTP: a request is decoded once, and its error stays a [`ShopError`] until
//! it becomes a response.

/// Answers hydrated pages and programs with JSON.
mod answer;
/// Which actions count against the hold limit.
mod hold_requests;
/// Redirects the browser back to its page after a plain form.
mod plain_form;
#[cfg(test)]
mod tests;

use std::panic::resume_unwind;

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
use tokio_util::task::TaskTracker;

use crate::{
    admission::{client::Client, hold_limit::HoldRequest},
    http::{deadlines::is_too_slow, error_pages::wants_html},
    state::Shop,
};
use answer::{Caller, Failure};
use hold_requests::TakesCopies;

/// The largest body of a cart action. Real ones have under 200 bytes.
const LARGEST_BODY: usize = 16 * 1024;

/// Answers `GET` with a server function that only reads. Its arguments are in the query.
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

/// Answers `POST` with a server function that changes something. Its arguments are in a form.
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

/// The same for a server function that takes copies, subject to the hold limit.
pub(crate) async fn submit_rate_limited<F>(
    State(shop): State<Shop>,
    client: Client,
    request: Request,
) -> Response
where
    F: ServerFn<Error = ShopError, Output: Serialize + 'static>
        + DeserializeOwned
        + TakesCopies
        + Sync
        + 'static,
{
    let caller = Caller::of(&request);
    let outcome = async {
        let (parts, body) = receive(request).await?;
        let function = decode_form::<F>(body).await;
        // A request that cannot be decoded counts too.
        let asked = function.as_ref().map(F::hold_request).unwrap_or_default();
        let shopper = parts.extensions.get::<ShopperId>().copied();
        let (limit, store) = (&shop.0.hold_limit, &*shop.0.store);
        limit.allow(&asked, store, client, shopper).await?;
        // What was carried out is noted even if the client hangs up before the answer.
        let carried_out = carry_out(shop.clone(), parts, function?, asked, shopper);
        Ok(to_its_end(&shop.0.connections, carried_out).await?)
    };
    caller.answer(&shop, outcome.await)
}

/// Runs a server function that takes copies, and notes for the hold limit that it was carried out.
async fn carry_out<F: ServerFn<Error = ShopError>>(
    shop: Shop,
    parts: Parts,
    function: F,
    asked: HoldRequest,
    shopper: Option<ShopperId>,
) -> Result<(F::Output, ResponseParts), ShopError> {
    let output = run(&shop, parts, function).await?;
    shop.0.hold_limit.note_carried_out(&asked, shopper);
    Ok(output)
}

/// Runs work in a task of its own, which finishes even if the client hangs up. Shutdown waits for
/// the task.
async fn to_its_end<T: Send + 'static>(
    tasks: &TaskTracker,
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    match tasks.spawn(work).await {
        Ok(done) => done,
        // The task was not aborted, so it has panicked. The request is answered with an error.
        Err(error) => resume_unwind(error.into_panic()),
    }
}

/// Receives the whole body of a request.
async fn receive(request: Request) -> Result<(Parts, Bytes), Failure> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_BODY).await.map_err(|error| {
        ShopError::BadInput(match is_too_slow(&error) {
            true => InvalidInput::TooSlow,
            false => InvalidInput::TooLarge,
        })
    })?;
    if std::str::from_utf8(&body).is_err() {
        return Err(ShopError::BadInput(InvalidInput::NotUtf8).into());
    }
    Ok((parts, body))
}

/// Decodes a form as Leptos encodes it.
async fn decode_form<F: DeserializeOwned>(form: Bytes) -> Result<F, ShopError> {
    let request = http::Request::new(Body::from(form));
    <F as FromReq<PostUrl, _, ShopError>>::from_req(request).await
}

/// Decodes a query as Leptos encodes it.
async fn decode_query<F: DeserializeOwned>(uri: &Uri) -> Result<F, ShopError> {
    let mut request = http::Request::new(Body::empty());
    request.uri_mut().clone_from(uri);
    <F as FromReq<GetUrl, _, ShopError>>::from_req(request).await
}

/// Runs a server function in its context. Returns its output, and the headers that it has set.
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

/// The language of the answer to a request.
fn language_of(extensions: &http::Extensions) -> Language {
    extensions.get().copied().unwrap_or_default()
}
