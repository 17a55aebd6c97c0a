//! The cover of a book.

use leptos::prelude::*;
use shop::Slug;

use crate::server::has_picture;

/// A book's cover. `eager` loads it at once, for covers that are in view when the page opens.
///
/// The cover's address contains the revision of the book's page, because under an unchanged address
/// a browser would keep showing its cached picture.
#[component]
pub(crate) fn Cover(book: Slug, alt: String, revision: u64, eager: bool) -> impl IntoView {
    let address = format!("/covers/{book}.svg");
    // The page's first revision needs no query.
    let (query, appended) = match revision {
        0 | 1 => (String::new(), String::new()),
        later => (format!("?v={later}"), format!("&v={later}")),
    };
    // A cover that the shop drew is an SVG, sharp at any size. An uploaded one exists in two sizes.
    let sizes = (!has_picture(&book)).then(|| {
        let widths = format!("{address}?w=320{appended} 320w, {address}{query} 640w");
        (widths, "(min-width: 48rem) 20rem, 45vw")
    });
    let (widths, sizes) = sizes.unzip();
    view! {
        <img
            class="cover"
            srcset=widths
            sizes=sizes
            src=format!("{address}{query}")
            alt=alt
            width="600"
            height="900"
            loading=if eager { "eager" } else { "lazy" }
            fetchpriority=eager.then_some("high")
            decoding="async"
        />
    }
}
