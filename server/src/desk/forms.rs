//! Reads the forms of the desk, and answers them: mostly with a redirect back to the page, which
//! then shows a notice.

use app::{desk::notice::Notice, say};
use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request, State},
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use protocol::ShopError;
use serde::de::DeserializeOwned;

use super::state::DeskState;
use crate::{
    http::{deadlines::is_too_slow, refusal::refuse},
    storefront::pages::render,
};

/// The content of a form. A form that cannot be decoded is refused with a message.
pub(super) struct DeskForm<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for DeskForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Form::from_request(request, state).await {
            Ok(Form(sent)) => Ok(Self(sent)),
            Err(why) if is_too_slow(&why) => {
                let sentence = |language| say!(language, error.too_slow);
                Err(refuse(StatusCode::REQUEST_TIMEOUT, sentence).into_response())
            }
            Err(why) => {
                tracing::debug!(%why, "cannot decode a form of the desk");
                let sentence = |language| say!(language, desk.no_form);
                Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response())
            }
        }
    }
}

/// Redirects to a page with a notice of what was done or refused.
pub(super) fn back(page: &str, notice: Notice) -> Response {
    redirect(page, notice.code())
}

/// Redirects to a page with the error.
pub(super) fn refused(page: &str, error: &ShopError) -> Response {
    redirect(page, error.code())
}

/// Answers with the page at the request's own address. It shows what is attached to the request,
/// which is then in no address: a secret, or a notice on a page whose address has one.
pub(super) async fn page(desk: &DeskState, parts: Parts) -> Response {
    let mut request = Request::from_parts(parts, Body::empty());
    *request.method_mut() = Method::GET;
    render(State(desk.shop.clone()), request).await
}

fn redirect(page: &str, code: &str) -> Response {
    let sign = if page.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{page}{sign}notice={code}")).into_response()
}
