//! The parts of a book's page that are read again when they change: elements with a `data-part`.

use std::{cell::Cell, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use leptos::{
    prelude::{document, window},
    task::spawn_local,
};
use web_sys::{Document, DomParser, Element, SupportedType};

use crate::{
    browser::{
        page::chance,
        platform::{http, title::set_page_title},
    },
    live::reconnect::Backoff,
};

/// The random wait before each read, so that the many open pages of a popular book do not all ask
/// at once. Its upper bound doubles with each failure.
const BACKOFF: Backoff = Backoff::new(2_000, 30_000);

/// Keeps the parts up to date.
///
/// Whole elements are replaced. No part contains an island, because nothing would hydrate it.
pub(crate) struct PageParts {
    /// How many changes have not been read yet.
    changes: Rc<Cell<u32>>,
}

impl PageParts {
    pub(crate) fn new() -> Self {
        let changes = Rc::default();
        Self { changes }
    }

    /// Reads the page again, and replaces the parts that differ. Retries until it succeeds.
    pub(crate) fn refresh(&self) {
        // Only one read runs at a time. If the page changes meanwhile, it is read again.
        let before = self.changes.get();
        self.changes.set(before + 1);
        if before > 0 {
            return;
        }
        let changes = self.changes.clone();
        spawn_local(async move {
            for failures in 0.. {
                let wait = BACKOFF.wait(failures, chance());
                TimeoutFuture::new(u32::try_from(wait).unwrap_or(u32::MAX)).await;
                let known = changes.get();
                if replace_parts().await.is_some() && changes.get() == known {
                    return changes.set(0);
                }
            }
        });
    }
}

/// Reads the page and replaces its parts. `None` if it cannot be read or is not the book's page.
async fn replace_parts() -> Option<()> {
    let html = http::get(&window().location().href().ok()?).await.ok()?;
    let parser = DomParser::new().ok()?;
    let newer = parser
        .parse_from_string(&html, SupportedType::TextHtml)
        .ok()?;
    let (shown, fresh) = (parts(&document()), parts(&newer));
    // The answer may be a network's sign-in page.
    if fresh.is_empty() || fresh.len() != shown.len() {
        return None;
    }
    set_page_title(&newer.title());
    for (part, fresh) in shown.into_iter().zip(fresh) {
        if part.outer_html() != fresh.outer_html()
            && let Ok(fresh) = document().import_node_with_deep(&fresh, true)
        {
            // A part that is no longer on the page cannot be replaced.
            let _ = part.replace_with_with_node_1(&fresh);
        }
    }
    Some(())
}

/// The parts of a page. Every revision has the same parts in the same order.
fn parts(page: &Document) -> Vec<Element> {
    let Ok(found) = page.query_selector_all("[data-part]") else {
        return Vec::new();
    };
    let parts = (0..found.length()).filter_map(|at| found.get(at));
    parts.map(wasm_bindgen::JsCast::unchecked_into).collect()
}
