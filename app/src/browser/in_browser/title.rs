//! The title of the page, which its tab shows too.
//!
//! It has two parts, which change independently: the page's subject, and a notice for shoppers who
//! look at another tab.

use leptos::prelude::document;

use crate::i18n::around_slot;

/// The attribute of the `html` element that keeps the page's title without the notice.
const TITLE: &str = "data-title";
/// The attribute that keeps the notice, with a [`Slot`](crate::i18n::Slot) for the title.
const NOTICE: &str = "data-notice";

/// Changes the page's title without the notice.
pub(crate) fn set_page_title(title: &str) {
    keep(TITLE, title);
    show();
}

/// Changes the notice: a message with a [`Slot`](crate::i18n::Slot) for the title, or empty for
/// none.
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
        // Setting an attribute fails only for an invalid name.
        let _ = page.set_attribute(name, value);
    }
}
