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
use serde::{Deserialize, de::DeserializeOwned};

use super::state::DeskState;
use crate::{
    http::{deadlines::is_too_slow, local_path::is_local, refusal::refuse},
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

/// The page that a form was sent from, if it says so: a list, with its filter and the row to show.
#[derive(Debug, Default, Deserialize)]
pub(super) struct SentFrom {
    #[serde(default)]
    next: String,
}

impl SentFrom {
    /// The page to show once the form is carried out: the one it was sent from, or else `page`.
    pub(super) fn or<'a>(&'a self, page: &'a str) -> &'a str {
        match is_desk_page(&self.next) {
            true => &self.next,
            false => page,
        }
    }
}

/// Whether an address, with its query and its row, belongs to the desk.
pub(super) fn is_desk_page(address: &str) -> bool {
    let rest = address.strip_prefix("/desk");
    let is_of_desk = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']));
    is_of_desk && is_local(address)
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
    Redirect::to(&with_notice(page, code)).into_response()
}

/// The address of a page with a notice. The row that the address names stays at its end.
fn with_notice(page: &str, code: &str) -> String {
    let (page, row) = match page.split_once('#') {
        Some((page, row)) => (page, format!("#{row}")),
        None => (page, String::new()),
    };
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}notice={code}{row}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_pages_of_the_desk_only() {
        let page = "/desk/orders/1";
        for next in [
            "/desk",
            "/desk#ready",
            "/desk?x=1",
            "/desk/orders?of=all&q=a%20b#order-1",
        ] {
            let sent = SentFrom {
                next: next.to_owned(),
            };
            assert_eq!(sent.or(page), next);
        }
        for elsewhere in [
            "",
            "/",
            "/deskx",
            "//evil.example/desk",
            "https://evil.example/desk",
            "/desk/\r\nx: y",
        ] {
            let sent = SentFrom {
                next: elsewhere.to_owned(),
            };
            assert_eq!(sent.or(page), page, "{elsewhere:?}");
        }
    }

    #[test]
    fn a_notice_comes_before_the_row() {
        assert_eq!(with_notice("/desk#ready", "x"), "/desk?notice=x#ready");
        assert_eq!(
            with_notice("/desk/orders?of=all", "x"),
            "/desk/orders?of=all&notice=x"
        );
    }
}
