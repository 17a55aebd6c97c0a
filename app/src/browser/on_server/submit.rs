//! Forms are not sent while a page is rendered.

use leptos::ev::SubmitEvent;

use crate::browser::Refused;

pub(crate) struct Submission;

impl Submission {
    pub(crate) fn of(_submitted: &SubmitEvent) -> Option<Self> {
        None
    }

    pub(crate) fn has_key(&self) -> bool {
        false
    }

    pub(crate) async fn send(&self) -> Result<String, Refused> {
        Err(Refused::unreachable())
    }
}
