//! Sends the forms of the cart by script, without loading the page again.

use std::{rc::Rc, time::Duration};

use from_json::FromJson;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use protocol::LineAnswer;

use super::CartView;
use crate::{
    browser::{Refused, page, restore_focus, submit},
    i18n::current_language,
    live::{Live, refetch::Refetch},
    order::OrderConfirmation,
    waitlist::WaitAnswer,
};

/// Sends the forms in `content` by script, one request at a time, and shows a refusal.
///
/// After an order was placed, it opens the order's page. After anything else, it reads the cart
/// again.
pub(crate) fn submit_by_script(
    shown: RwSignal<CartView>,
    refetch: Rc<Refetch>,
    content: impl IntoView,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let trouble = RwSignal::new(None::<Refused>);
    let pending = RwSignal::new(false);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let refetch = refetch.clone();
        spawn_local(async move {
            match submit(event).await {
                Ok(words) => {
                    if let Some(placed) = OrderConfirmation::from_text(&words) {
                        // Stay pending until the order's page has loaded.
                        return page::navigate(&placed.address());
                    }
                    let level = LineAnswer::from_text(&words)
                        .map(|answer| answer.line.level)
                        .or_else(|| WaitAnswer::from_text(&words).map(|answer| answer.level));
                    // Without one, something else has answered, such as a network's sign-in page.
                    trouble.set(level.is_none().then(Refused::unreachable));
                    if let Some(level) = level {
                        live.hear(&level);
                    }
                }
                Err(refused) => trouble.set(Some(refused)),
            }
            pending.set(false);
            refetch.refetch();
        });
    };
    // When a line is removed, so is the button that had the focus.
    Effect::new(move |before: Option<usize>| {
        let lines = shown.read().lines.len();
        if before.is_some_and(|before| lines < before) {
            set_timeout(|| restore_focus("main"), Duration::ZERO);
        }
        lines
    });
    view! {
        <div class="cart-forms" aria-busy=move || pending.get().to_string() on:submit=send>
            <p class="buy-trouble" role="alert">
                {move || trouble.get().map(|refused| refusal_message(&refused, shown))}
            </p>
            {content}
        </div>
    }
}

/// The message of a refusal, with the titles in this cart that are gone.
fn refusal_message(refused: &Refused, shown: RwSignal<CartView>) -> String {
    let cart = shown.read();
    let gone = cart.lines.iter();
    let gone = gone.filter(|line| refused.gone.contains(&line.book));
    let titles: Vec<&str> = gone.map(|line| line.title.as_str()).collect();
    match titles.as_slice() {
        [] => refused.error.clone(),
        titles => {
            let language = current_language();
            let titles = titles.join(say!(language, format.between_titles));
            let gone = say!(language, cart.gone, titles);
            let first = refused.error.clone();
            say!(language, format.sentences, first, second = gone)
        }
    }
}
