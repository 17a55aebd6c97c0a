//! The head of a column by which a list can be sorted.

use leptos::prelude::*;

/// The value of `dir` in an address that sorts a list.
pub(super) const fn direction(is_descending: bool) -> &'static str {
    match is_descending {
        true => "desc",
        false => "asc",
    }
}

/// The head of a column, with a link to the list that is sorted by it. `sorted` says whether the list
/// is sorted by it now: `Some(true)` if the highest comes first.
pub(super) fn sort_heading(
    words: &'static str,
    class: Option<&'static str>,
    sorted: Option<bool>,
    address: String,
) -> AnyView {
    let sort = sorted.map(|is_descending| match is_descending {
        true => "descending",
        false => "ascending",
    });
    view! { <th scope="col" class=class aria-sort=sort><a href=address>{words}</a></th> }.into_any()
}
