//! How an island asks the shop for what the live feed does not say: by the requests that a
//! page without script would make, answered in JSON.
//!
//! A form is sent as it stands, with the fields and to the address that it has for browsers
//! without script. So there is one description of each submission, and it is in the page.

use serde::{Deserialize, Serialize};
use shop::Slug;

use crate::language::spoken;

/// Why the shop did not do what was asked: a [`ShopError`](crate::ShopError), as the shop
/// has put it. The page has no sentences of its own but one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// The sentence for whoever asked.
    pub(crate) error: String,
    /// The word for it.
    pub(crate) code: String,
    /// Books that an order could not have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) gone: Vec<Slug>,
}

impl Refused {
    /// There was no answer, or one that is none of ours (a proxy's page). The one sentence
    /// that a page says by itself.
    pub(crate) fn unreachable() -> Self {
        Self {
            error: say!(spoken(), error.unreachable).to_owned(),
            code: "unreachable".to_owned(),
            gone: Vec::new(),
        }
    }

    /// What was asked for does not exist, so that asking again is no use.
    pub(crate) fn is_no_such_thing(&self) -> bool {
        self.code.starts_with("no_such_")
    }
}

#[cfg(not(feature = "hydrate"))]
pub(crate) use on_the_server::{find_focus, go, in_address, read, send};

/// Where a page is rendered nothing is asked for: it is all at hand.
#[cfg(not(feature = "hydrate"))]
mod on_the_server {
    use leptos::ev::SubmitEvent;

    use super::Refused;

    pub(crate) async fn read(_address: &str) -> Result<String, Refused> {
        Err(Refused::unreachable())
    }

    pub(crate) async fn send(_submitted: SubmitEvent) -> Result<String, Refused> {
        Err(Refused::unreachable())
    }

    pub(crate) fn in_address(words: &str) -> String {
        words.to_owned()
    }

    pub(crate) fn go(_address: &str) {}

    pub(crate) fn find_focus(_id: &str) {}
}

#[cfg(feature = "hydrate")]
pub(crate) use in_the_browser::{fetch, find_focus, go, in_address, read, send, text};

#[cfg(feature = "hydrate")]
mod in_the_browser {
    use leptos::{
        ev::SubmitEvent,
        prelude::{document, window},
        web_sys::HtmlElement,
    };
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

    use super::Refused;
    use crate::json::FromJson;

    /// Reads what the shop says at an address.
    pub(crate) async fn read(address: &str) -> Result<String, Refused> {
        answer(address, &RequestInit::new()).await
    }

    /// Sends a form, as its browser would.
    pub(crate) async fn send(submitted: SubmitEvent) -> Result<String, Refused> {
        let form = submitted
            .target()
            .map(JsCast::unchecked_into::<HtmlFormElement>);
        let Some((address, request)) = form.and_then(|form| request(&form)) else {
            return Err(Refused::unreachable());
        };
        answer(&address, &request).await
    }

    /// As it is written in an address.
    pub(crate) fn in_address(words: &str) -> String {
        js_sys::encode_uri_component(words).into()
    }

    /// Loads another page.
    pub(crate) fn go(address: &str) {
        // Where that is not allowed the page stays what it is.
        let _ = window().location().set_href(address);
    }

    /// Gives the focus to the element of this id if what had it is gone, so that whoever uses
    /// the keyboard does not begin at the top.
    pub(crate) fn find_focus(id: &str) {
        let body = document().body();
        let nowhere = document()
            .active_element()
            .is_none_or(|focused| body.is_some_and(|body| *body == focused));
        let here = document().get_element_by_id(id);
        if nowhere && let Some(here) = here {
            // Where it cannot have it, nothing has.
            let _ = here.unchecked_into::<HtmlElement>().focus();
        }
    }

    fn request(form: &HtmlFormElement) -> Option<(String, RequestInit)> {
        let fields = FormData::new_with_form(form).ok()?;
        let body = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_body(&body);
        Some((form.get_attribute("action")?, request))
    }

    async fn answer(address: &str, request: &RequestInit) -> Result<String, Refused> {
        if let Some(response) = fetch(address, request).await
            && let Some(words) = text(&response).await
        {
            if response.ok() {
                return Ok(words);
            }
            if let Some(refused) = Refused::from_text(&words) {
                return Err(refused);
            }
        }
        // No answer, or one that is none of ours (a proxy's page).
        Err(Refused::unreachable())
    }

    /// Makes a request. None where nothing answers.
    pub(crate) async fn fetch(address: &str, request: &RequestInit) -> Option<Response> {
        let response = window().fetch_with_str_and_init(address, request);
        let response = JsFuture::from(response).await.ok()?;
        Some(response.unchecked_into())
    }

    /// All that an answer says. None where it breaks off.
    pub(crate) async fn text(response: &Response) -> Option<String> {
        let text = JsFuture::from(response.text().ok()?).await.ok()?;
        text.as_string()
    }
}
