//! The title of the page, which is also that of its tab.
//!
//! It has two parts with a writer each: what the page is about, and what is to be noticed even in
//! another tab.

use leptos::prelude::document;

use crate::i18n::around_slot;

/// The attribute of the page's element that keeps its title, while another one is shown.
const TITLE: &str = "data-title";
/// The attribute that keeps what is to be noticed, with a [`Slot`](crate::i18n::Slot) for the title.
const NOTICE: &str = "data-notice";

/// Changes what the page is about.
pub(crate) fn set_page_title(title: &str) {
    keep(TITLE, title);
    show();
}

/// Changes what is to be noticed: a message with a [`Slot`](crate::i18n::Slot) for the title; empty for
/// nothing.
pub(crate) fn set_notice_in_title(notice: &str) {
    if kept(TITLE).is_none() {
        keep(TITLE, &document().title());
    }
    keep(NOTICE, notice);
    show();
}

fn show() {
    let (before, after) = around_slot(&kept(NOTICE).unwrap_or_default());
    let parts = [before, kept(TITLE), after].map(Option::unwrap_or_default);
    let shown = parts.concat();
    if shown != document().title() {
        document().set_title(&shown);
    }
}

fn kept(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

fn keep(name: &str, value: &str) {
    if let Some(page) = document().document_element() {
        // It fails only for an invalid name.
        let _ = page.set_attribute(name, value);
    }
}
