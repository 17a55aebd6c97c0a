//! Requests to the shop.

use leptos::{ev::SubmitEvent, prelude::window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlFormElement, RequestInit, Response, UrlSearchParams};

use crate::browser::{Refused, json::FromJson};

/// Sends a GET request and returns the body.
pub(crate) async fn get(address: &str) -> Result<String, Refused> {
    answer(address, &RequestInit::new()).await
}

/// Sends a form as the browser itself would, and returns the body of the response.
pub(crate) async fn submit(submitted: SubmitEvent) -> Result<String, Refused> {
    let form = submitted
        .target()
        .map(JsCast::unchecked_into::<HtmlFormElement>);
    let Some((address, request)) = form.and_then(|form| request(&form)) else {
        return Err(Refused::unreachable());
    };
    answer(&address, &request).await
}

/// Percent-encodes a text for an address.
pub(crate) fn encode(words: &str) -> String {
    js_sys::encode_uri_component(words).into()
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
    Err(Refused::unreachable())
}

/// Sends a request. `None` if there is no response.
pub(crate) async fn fetch(address: &str, request: &RequestInit) -> Option<Response> {
    let response = window().fetch_with_str_and_init(address, request);
    let response = JsFuture::from(response).await.ok()?;
    Some(response.unchecked_into())
}

/// The whole body of a response. `None` if the connection breaks before its end.
pub(crate) async fn text(response: &Response) -> Option<String> {
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    text.as_string()
}
