//! The picture of a book.

use leptos::prelude::*;
use shop::Slug;

/// A book's cover. `eager` for what is in view when the page opens.
#[component]
pub(crate) fn Cover(book: Slug, alt: String, eager: bool) -> impl IntoView {
    view! {
        <img
            class="cover"
            src=format!("/covers/{book}.svg")
            alt=alt
            width="600"
            height="900"
            loading=if eager { "eager" } else { "lazy" }
            fetchpriority=eager.then_some("high")
            decoding="async"
        />
    }
}
