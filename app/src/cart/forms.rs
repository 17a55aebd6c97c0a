//! Sends the forms of the cart by script, without loading the page again.

use std::{rc::Rc, time::Duration};

use from_json::FromJson;
use leptos::{ev::SubmitEvent, prelude::*};
use protocol::LineAnswer;
use shop::Level;

use super::{CartView, refusal::CartRefusal};
use crate::{
    browser::{
        changing_text::changing_text,
        effect::effect,
        page,
        platform::focus::focus_if_lost,
        sender::{Sender, Then},
    },
    i18n::current_language,
    live::{Live, refetch::Refetch},
    order::OrderConfirmation,
    waitlist::WaitAnswer,
};

/// The shop's answer to a form of the cart.
enum Answer {
    /// An order was placed.
    Placed(OrderConfirmation),
    /// A line has changed.
    Changed(Level),
}

impl Answer {
    fn read(words: &str) -> Option<Self> {
        if let Some(placed) = OrderConfirmation::from_text(words) {
            return Some(Self::Placed(placed));
        }
        let line = LineAnswer::from_text(words).map(|answer| answer.line.level);
        let level = line.or_else(|| WaitAnswer::from_text(words).map(|answer| answer.level));
        level.map(Self::Changed)
    }
}

/// Sends the forms in `content` by script, one request at a time, and shows a refusal.
///
/// After an order was placed, it opens the order's page. After anything else, it reads the cart
/// again.
pub(crate) fn submit_by_script(
    shown: RwSignal<CartView>,
    refusal: RwSignal<Option<CartRefusal>>,
    sender: Sender,
    refetch: Rc<Refetch>,
    content: impl IntoView,
) -> impl IntoView {
    let language = current_language();
    let live = expect_context::<Live>();
    let hear = move || {
        let refetch = refetch.clone();
        // The level in an answer from before a restore belongs to an earlier history of the data,
        // and is ignored.
        let history = live.history();
        move |answer| {
            match answer {
                Ok(Answer::Placed(placed)) => {
                    page::navigate(&placed.address());
                    return Then::Leave;
                }
                Ok(Answer::Changed(level)) => {
                    refusal.set(None);
                    live.hear(&level, history);
                }
                Err(refused) => refusal.set(Some(CartRefusal::new(refused))),
            }
            refetch.clone().refetch();
            Then::Stay
        }
    };
    let resumed = hear.clone();
    effect(move || {
        let take_key = |key: String| {
            if let Ok(key) = key.parse() {
                shown.update(|cart| cart.order_key = key);
            }
        };
        sender.resume(take_key, Answer::read, resumed());
    });
    let send = move |event: SubmitEvent| sender.send(event, Answer::read, hear());
    // When a line is removed, so is the button that had the focus.
    let mut before = 0;
    effect(move || {
        let lines = shown.read().lines.len();
        if lines < before {
            set_timeout(|| focus_if_lost("main"), Duration::ZERO);
        }
        before = lines;
    });
    let message = move || {
        let (refusal, unanswered) = (refusal.read(), sender.is_unanswered());
        // `unknown` reports an unknown outcome instead.
        let said = refusal
            .as_ref()
            .filter(|said| !unanswered || !said.is_unknown());
        let said = said.map(|said| said.message(language, &shown.read()));
        let unknown = unanswered.then(|| say!(language, cart.unanswered).to_owned());
        match (unknown, said) {
            (Some(first), Some(second)) => say!(language, format.sentences, first, second),
            (unknown, said) => unknown.or(said).unwrap_or_default(),
        }
    };
    view! {
        <div class="cart-forms" aria-busy=move || sender.is_pending().to_string() on:submit=send>
            <p class="buy-trouble" role="alert" inner_html=changing_text(message)></p>
            {content}
        </div>
    }
}
