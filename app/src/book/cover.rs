//! The cover of a book.

use leptos::prelude::*;
use shop::Slug;

use crate::server::has_picture;

/// A book's cover. `eager` loads it at once, for covers that are in view when the page opens.
#[component]
pub(crate) fn Cover(book: Slug, alt: String, eager: bool) -> impl IntoView {
    let address = format!("/covers/{book}.svg");
    // A cover that the shop drew is an SVG, sharp at any size. An uploaded one exists in two sizes.
    let sizes = (!has_picture(&book)).then(|| {
        let widths = format!("{address}?w=320 320w, {address} 640w");
        (widths, "(min-width: 48rem) 20rem, 45vw")
    });
    let (widths, sizes) = sizes.unzip();
    view! {
        <img
            class="cover"
            srcset=widths
            sizes=sizes
            src=address
            alt=alt
            width="600"
            height="900"
            loading=if eager { "eager" } else { "lazy" }
            fetchpriority=eager.then_some("high")
            decoding="async"
        />
    }
}
