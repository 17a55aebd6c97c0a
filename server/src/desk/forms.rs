//! Reads the forms of the desk, and redirects back to the page with a notice.

use app::{desk::notice::Notice, say};
use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use protocol::ShopError;
use serde::de::DeserializeOwned;

use crate::http::{deadlines::is_too_slow, refusal::refuse};

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

fn redirect(page: &str, code: &str) -> Response {
    let sign = if page.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{page}{sign}notice={code}")).into_response()
}
