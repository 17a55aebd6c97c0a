//! Forms are not sent while a page is rendered.

use leptos::ev::SubmitEvent;

use crate::browser::refused::Refused;

pub(crate) struct Submission;

impl Submission {
    pub(crate) fn of(_submitted: &SubmitEvent) -> Option<Self> {
        None
    }

    pub(crate) fn key(&self) -> Option<String> {
        None
    }

    pub(crate) fn keep(&self, _name: &str) {}

    pub(crate) fn kept(_name: &str) -> Option<Self> {
        None
    }

    pub(crate) fn forget(_name: &str) {}

    pub(crate) async fn send(&self) -> Result<String, Refused> {
        Err(Refused::unreachable())
    }
}
