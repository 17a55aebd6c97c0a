//! A part of the page: a heading, a list, and a link to the whole list. Parts are read again one by one.

use leptos::prelude::*;

/// The most rows of a part.
pub(super) const MOST: u32 = 10;

/// How often the page is read again, in seconds, because most of it follows no topic.
const EVERY: &str = "5";

/// A link to a list.
pub(super) struct ToList {
    pub(super) address: String,
    pub(super) words: &'static str,
}

/// A part of the page. `fresh` names the topics that it shows, with their versions.
pub(super) fn part(
    id: &'static str,
    heading: String,
    fresh: String,
    list: AnyView,
    links: Vec<ToList>,
) -> AnyView {
    let links: Vec<_> = links
        .into_iter()
        .map(|link| view! { <a href=link.address>{link.words}</a> })
        .collect();
    let links = (!links.is_empty()).then(|| view! { <p class="desk-links">{links}</p> });
    view! {
        <div id=id class="today-part" data-fresh=fresh data-every=EVERY>
            <h2>{heading}</h2>
            {list}
            {links}
        </div>
    }
    .into_any()
}

/// The place of a part that has nothing to show now.
pub(super) fn empty_part(id: &'static str) -> AnyView {
    view! { <div id=id class="today-part" data-fresh="" data-every=EVERY></div> }.into_any()
}
