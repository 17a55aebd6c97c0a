//! Forms are not sent while a page is rendered.

use leptos::ev::SubmitEvent;

use crate::browser::Refused;

pub(crate) async fn submit(_submitted: SubmitEvent) -> Result<String, Refused> {
    Err(Refused::unreachable())
}
