//! Requests do nothing while a page is rendered.

use leptos::ev::SubmitEvent;

use crate::browser::Refused;

pub(crate) async fn get(_address: &str) -> Result<String, Refused> {
    Err(Refused::unreachable())
}

pub(crate) async fn submit(_submitted: SubmitEvent) -> Result<String, Refused> {
    Err(Refused::unreachable())
}

pub(crate) fn encode(text: &str) -> String {
    text.to_owned()
}
