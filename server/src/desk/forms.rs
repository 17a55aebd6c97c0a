//! Reads the forms of the desk, and sends the browser back to the page with a notice.

use app::{desk::Notice, say};
use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use protocol::ShopError;
use serde::de::DeserializeOwned;

use crate::http::refusal::refuse;

/// What a form of ours has sent. One that is not ours is refused with a sentence.
pub(super) struct DeskForm<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for DeskForm<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        match Form::from_request(request, state).await {
            Ok(Form(sent)) => Ok(Self(sent)),
            Err(why) => {
                tracing::debug!(%why, "a form of the desk cannot be read");
                let sentence = |language| say!(language, desk.no_form);
                Err(refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response())
            }
        }
    }
}

/// Back to a page, with what was done or refused.
pub(super) fn back(page: &str, notice: Notice) -> Response {
    onward(page, notice.code())
}

/// Back to a page, with the refusal.
pub(super) fn refused(page: &str, error: &ShopError) -> Response {
    onward(page, error.code())
}

fn onward(page: &str, code: &str) -> Response {
    let sign = if page.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{page}{sign}notice={code}")).into_response()
}
