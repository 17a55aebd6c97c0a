//! How an island asks the shop for what the live feed does not say: by the requests that a
//! page without script would make, answered in JSON.
//!
//! A form is sent as it stands, with the fields and to the address that it has for browsers
//! without script. So there is one description of each submission, and it is in the page.

use serde::{Deserialize, Serialize};

/// Why the shop did not do what was asked: a [`ShopError`](crate::ShopError), as the shop
/// has put it. The page has no sentences of its own but one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// The sentence for whoever asked.
    pub(crate) error: String,
    /// The word for it.
    pub(crate) code: String,
}

impl Refused {
    /// What was asked for does not exist, so that asking again is no use.
    pub(crate) fn is_no_such_thing(&self) -> bool {
        self.code.starts_with("no_such_")
    }
}

#[cfg(not(feature = "hydrate"))]
pub(crate) use on_the_server::{read, send};

/// Where a page is rendered nothing is asked for: it is all at hand.
#[cfg(not(feature = "hydrate"))]
mod on_the_server {
    use leptos::ev::SubmitEvent;

    use super::Refused;
    use crate::ShopError;

    pub(crate) async fn read(_address: &str) -> Result<String, Refused> {
        Err(ShopError::Unreachable.into())
    }

    pub(crate) async fn send(_submitted: SubmitEvent) -> Result<String, Refused> {
        Err(ShopError::Unreachable.into())
    }
}

#[cfg(feature = "hydrate")]
pub(crate) use in_the_browser::{fetch, read, send, text};

#[cfg(feature = "hydrate")]
mod in_the_browser {
    use leptos::{ev::SubmitEvent, prelude::window};
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

    use super::Refused;
    use crate::{ShopError, json::FromJson};

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
            return Err(ShopError::Unreachable.into());
        };
        answer(&address, &request).await
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
        Err(ShopError::Unreachable.into())
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
