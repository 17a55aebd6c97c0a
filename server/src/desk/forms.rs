//! How a form of the desk is answered: by its page, with a word for what came of it.

use app::{ShopError, desk::Notice};
use axum::response::{IntoResponse, Redirect, Response};

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
