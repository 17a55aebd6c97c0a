//! The button: puts a copy into the cart, or takes it out.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use shop::{Key, Level, Slug};

use crate::{
    ShopError,
    asking::{self, Refused},
    cart::{AddToCart, LineAnswer, RemoveFromCart},
    json::FromJson,
    live::Live,
};

/// Copies of a book in the cart, and the version of the book's level with which it was
/// so: what was read before a click is no news after it.
#[derive(Clone, Copy)]
pub(super) struct InCart {
    copies: RwSignal<(u32, u64)>,
    level: Signal<Level>,
}

impl InCart {
    /// As the page was read.
    pub(super) fn new(copies: u32, version: u64, level: Signal<Level>) -> Self {
        let copies = RwSignal::new((copies, version));
        Self { copies, level }
    }

    /// What an answer says, if it is not older than what is known.
    pub(super) fn hear(self, copies: u32, version: u64) {
        let (_, known) = self.copies.get_untracked();
        // A shop that was restored is behind what was known of it.
        let restored = self.level.read_untracked().version < known;
        if version >= known || restored {
            self.copies.set((copies, version));
        }
    }

    fn get(self) -> u32 {
        self.copies.get().0
    }
}

/// *Add to Cart*, or what is in the cart and *Remove from Cart*.
///
/// The same forms work without script: then the server sends the browser back
/// to this page, with the reason in the address where something went wrong.
#[component]
pub(super) fn Buy(
    book: Slug,
    level: Signal<Level>,
    /// Copies in the cart.
    copies: InCart,
    /// Names the first submission from here.
    key: Key,
    /// What the address says went wrong.
    notice: Option<Refused>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let key = RwSignal::new(key.to_string());
    let in_cart = Memo::new(move |_| copies.get() > 0);
    let sold_out = Memo::new(move |_| level.read().available == 0);
    // The latest truth, whichever of the two it was pressed for; at first the address's.
    let (trouble, pressed) = (RwSignal::new(notice), RwSignal::new(false));
    let pending = RwSignal::new(false);
    let words = move || {
        let trouble = trouble.read();
        // A notice from before a copy came back would contradict the page.
        let holds = |refused: &&Refused| {
            pressed.get() || sold_out.get() || refused.code != ShopError::SoldOut.code()
        };
        trouble
            .as_ref()
            .filter(holds)
            .map(|refused| refused.error.clone())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // A double click is one click: the first is still on its way.
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let answer = asking::send(event).await;
            trouble.set(
                answer
                    .and_then(|words| {
                        let Some(answer) = LineAnswer::from_text(&words) else {
                            return Err(ShopError::Unreachable.into());
                        };
                        // The level came with the answer: the page need not wait for the feed.
                        live.hear(&answer.line.level);
                        copies.hear(answer.line.quantity, answer.line.level.version);
                        key.set(answer.next_key.to_string());
                        Ok(())
                    })
                    .err(),
            );
            pressed.set(true);
            pending.set(false);
        });
    };

    // One form and one button, whichever it is for, so that the focus stays on it.
    view! {
        <div class="buy" aria-busy=move || pending.get().to_string()>
            <form
                method="post"
                action=move || if in_cart.get() { RemoveFromCart::url() } else { AddToCart::url() }
                on:submit=submit
            >
                <input type="hidden" name="book" value=book.to_string()/>
                <input type="hidden" name="key" value=move || key.get()/>
                <button
                    class="button"
                    class:button-quiet=move || in_cart.get()
                    disabled=move || sold_out.get() && !in_cart.get()
                >
                    {move || if in_cart.get() { "Remove from Cart" } else { "Add to Cart" }}
                </button>
            </form>
            <p class="buy-news" role="status">
                {move || {
                    let words = match copies.get() {
                        0 => return None,
                        1 => "One copy is in your cart. ".to_owned(),
                        more => format!("{more} copies are in your cart. "),
                    };
                    Some(view! { {words} <a href="/cart">"To the cart"</a> })
                }}
            </p>
            <p class="buy-trouble" role="alert">
                {words}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(version: u64) -> Level {
        Level {
            book: "drop".parse().unwrap(),
            available: 9,
            in_carts: true,
            version,
        }
    }

    #[test]
    fn what_was_read_before_a_click_is_no_news_after_it() {
        let owner = Owner::new();
        owner.set();
        let shown = RwSignal::new(level(1));
        let copies = InCart::new(0, 1, shown.into());
        // The page's level comes with each answer.
        shown.set(level(2));
        copies.hear(1, 2);
        assert_eq!(copies.get(), 1, "the answer to a click");
        shown.set(level(3));
        copies.hear(0, 3);
        copies.hear(1, 2);
        assert_eq!(copies.get(), 0, "a reading that was under way is older");
        shown.set(level(4));
        copies.hear(2, 4);
        assert_eq!(copies.get(), 2, "what another tab did is newer");

        shown.set(level(7));
        copies.hear(1, 7);
        shown.set(level(3));
        copies.hear(0, 3);
        assert_eq!(copies.get(), 0, "a backup was restored");
    }
}
