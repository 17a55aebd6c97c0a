//! The parts of a page: what they show, and how they are replaced by those of a newer page.

use leptos::prelude::document;
use protocol::{Seen, Topic};
use wasm_bindgen::JsCast;
use web_sys::{
    Document, DomParser, Element, FocusOptions, HtmlElement, ScrollBehavior, ScrollToOptions,
    SupportedType,
};

const PARTS: &str = "[data-fresh][id]";
/// Tables that scroll. Such a table gets the focus from any click on it.
const TABLES: &str = ".desk-wide";
/// Elements that the user may be about to use when they have the focus.
const INTERACTIVE: &str = "input,textarea,select,button,a,summary";

/// The topics that the parts of the page show, with their versions.
pub(super) fn shown() -> Seen {
    let mut shown: Vec<(Topic, u64)> = Vec::new();
    for part in parts() {
        for named in part
            .get_attribute("data-fresh")
            .unwrap_or_default()
            .split(',')
        {
            // Parses one topic at a time, because `Seen` refuses more topics than one connection
            // may follow.
            let Ok(seen) = Seen::parse(named) else {
                continue;
            };
            let topics = seen.topics().iter();
            let new = topics.filter(|(topic, _)| shown.iter().all(|(known, _)| known != topic));
            let new: Vec<_> = new
                .map(|(topic, seen)| (topic.clone(), seen.highest))
                .collect();
            shown.extend(new);
        }
    }
    shown.into_iter().collect()
}

/// The intervals, in seconds, at which parts ask for the page to be read.
pub(super) fn intervals() -> Vec<u32> {
    let parts = parts();
    let seconds = parts
        .iter()
        .filter_map(|part| part.get_attribute("data-every")?.parse().ok());
    seconds.filter(|seconds| *seconds > 0).collect()
}

/// Parses a page.
pub(super) fn parse(html: &str) -> Option<Document> {
    let parser = DomParser::new().ok()?;
    parser.parse_from_string(html, SupportedType::TextHtml).ok()
}

/// Replaces the parts that differ from those of a newer page. Returns whether a part was left as it
/// is because it has the focus.
pub(super) fn replace(newer: &Document) -> bool {
    let mut held = false;
    for part in parts() {
        let Some(fresh) = newer.get_element_by_id(&part.id()) else {
            continue;
        };
        if fresh.outer_html() == part.outer_html() {
            continue;
        }
        match has_interactive_focus(&part) {
            true => held = true,
            false => replace_part(&part, &fresh),
        }
    }
    held
}

fn parts() -> Vec<HtmlElement> {
    let page = document().document_element();
    page.map_or_else(Vec::new, |page| elements(&page, PARTS))
}

fn elements(within: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(found) = within.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.get(at)?.dyn_into().ok())
        .collect()
}

fn has_interactive_focus(part: &HtmlElement) -> bool {
    document().active_element().is_some_and(|focused| {
        part.contains(Some(&focused)) && focused.matches(INTERACTIVE).unwrap_or(false)
    })
}

/// Replaces a part. Its tables keep the focus and their scroll positions.
fn replace_part(part: &HtmlElement, fresh: &Element) {
    let Ok(fresh) = document().import_node_with_deep(fresh, true) else {
        return;
    };
    let focused = document().active_element();
    let kept: Vec<_> = elements(part, TABLES)
        .into_iter()
        .map(|table| {
            let has_focus = focused.as_ref() == Some(&*table);
            (table.scroll_left(), table.scroll_top(), has_focus)
        })
        .collect();
    if part.replace_with_with_node_1(&fresh).is_err() {
        return;
    }
    let tables = elements(fresh.unchecked_ref(), TABLES);
    for (table, (left, top, had_focus)) in tables.iter().zip(kept) {
        scroll(table, left, top);
        if had_focus {
            focus(table);
        }
    }
}

fn scroll(table: &HtmlElement, left: i32, top: i32) {
    let to = ScrollToOptions::new();
    to.set_left(left.into());
    to.set_top(top.into());
    to.set_behavior(ScrollBehavior::Instant);
    table.scroll_to_with_scroll_to_options(&to);
}

fn focus(table: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // If the table cannot be focused, the focus is lost.
    let _ = table.focus_with_options(&options);
}
