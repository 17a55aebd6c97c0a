//! Nothing is checked while the page is rendered.

use leptos::web_sys::HtmlTextAreaElement;

use super::{conclude::NoAnswer, report::ReportHead, run::Echoed};

pub(super) enum Answer {}

impl Answer {
    pub(super) async fn text(&self) -> Option<String> {
        match *self {}
    }

    pub(super) async fn chunk(&mut self) -> Option<Vec<u8>> {
        match *self {}
    }
}

pub(super) async fn get(_address: &str, _deadline_ms: u32) -> Result<Answer, NoAnswer> {
    Err(NoAnswer(None))
}

#[derive(Clone)]
pub(super) enum EchoSocket {}

impl EchoSocket {
    pub(super) async fn open(_closed: impl FnOnce(u16) + 'static) -> Option<Self> {
        None
    }

    pub(super) fn is_open(&self) -> bool {
        match *self {}
    }

    pub(super) fn close(&self) {
        match *self {}
    }

    pub(super) async fn send(&self, _message: Echoed) -> Option<f64> {
        match *self {}
    }

    pub(super) async fn ping(&self) -> Option<f64> {
        match *self {}
    }

    pub(super) fn seen(&self) -> Option<String> {
        match *self {}
    }
}

pub(super) fn millis() -> f64 {
    0.0
}

pub(super) fn report_head() -> ReportHead {
    ReportHead::default()
}

pub(super) async fn copy(_field: HtmlTextAreaElement) -> bool {
    false
}
