//! The island of the line that says how often a book is mentioned.

use from_json::FromJson;
use leptos::{prelude::*, task::spawn_local};
use protocol::BuzzLine;
use serde::Serialize;
use shop::Slug;

use crate::browser::{changing_text::changing_text, effect::effect, islands, platform::http};

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct BuzzLineProps {
    pub(crate) book: Slug,
    /// The address of the page about these mentions.
    pub(crate) address: String,
    /// The text of the link when the page is rendered.
    pub(crate) words: String,
    /// Whether the server had no fresh report, so that the island asks for one.
    pub(crate) asks: bool,
}

islands! {
    /// How often a book is mentioned.
    buzz_line(BuzzLineProps) => view,
}

/// A link to the page about the mentions. If no answer comes, its text stays as rendered.
fn view(props: BuzzLineProps) -> impl IntoView {
    let BuzzLineProps {
        book,
        address,
        words,
        asks,
    } = props;
    let words = RwSignal::new(words);
    effect(move || {
        if asks {
            let address = format!("/api/buzz?book={book}");
            spawn_local(async move {
                let answer = http::get(&address).await.ok();
                let line = answer.and_then(|answer| BuzzLine::from_text(&answer));
                if let Some(told) = line.and_then(|line| line.words) {
                    words.set(told);
                }
            });
        }
    });
    view! {
        <p class="buzz-line">
            <a id="buzz" href=address rel="nofollow" inner_html=changing_text(move || words.get())></a>
        </p>
    }
}
