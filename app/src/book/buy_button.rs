//! The form and the button of a book's page: add, remove, or join the waitlist.

use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn};
use protocol::ShopError;
use shop::{Key, Language, Level, Slug, Timestamp};

use super::{
    BookState,
    action_answer::ActionAnswer,
    buy_state::{BuyState, OwnCopiesSignal},
    countdown::countdown,
    refusal::{BuyRefusal, Situation},
};
use crate::{
    browser::{
        changing_text::{changing_html, changing_text, html_text},
        platform::focus::{focus_if_lost, move_focus},
        refused::Refused,
        sender::{Sender, Then},
        shop_clock::ShopClock,
    },
    cart::{AddToCart, RemoveFromCart},
    i18n::{Slot, around_slot, current_language},
    live::Live,
    waitlist::{
        AcceptOffer, StopWaiting, WaitForCopy,
        views::{decline_button, email_field, time_to_take},
    },
};

/// The form with the book's one button: *Add to cart*, *Remove from cart*, *Join the waiting list*.
///
/// It stays the same element when its action changes, so that it keeps the focus. After a copy was
/// added, the focus moves to the link to the cart, so that a second Enter does not remove the copy.
///
/// Without JavaScript the same form works: the server redirects back to this page, with the
/// error's code in the address if the action was refused.
#[component]
pub(crate) fn Buy(
    book: Slug,
    level: Signal<Level>,
    /// This shopper's copies.
    mine: OwnCopiesSignal,
    /// What the shopper can do next.
    state: Memo<BuyState>,
    clock: ShopClock,
    /// Everything else about the book, as last read.
    shown: RwSignal<BookState>,
    /// The idempotency key of the first submission.
    key: Key,
    /// The error that the page's address names.
    notice: Option<Refused>,
    /// Whether the shop sends mail, so that the form asks for an address.
    mails: bool,
) -> impl IntoView {
    let language = current_language();
    let live = expect_context::<Live>();
    let key = RwSignal::new(key.to_string());
    let situation = move || {
        let level = level.read();
        Situation {
            state: state.get(),
            own: mine.get(),
            available: level.available,
            withdrawn: level.withdrawn,
            version: level.version,
        }
    };
    let sender = Sender::new();
    // The latest refusal: at first the one in the address, then the answer to the last click.
    let refusal = RwSignal::new(notice.map(|refused| BuyRefusal {
        refused,
        at: untrack(situation),
        in_address: true,
    }));
    let refusal_words = move || {
        let (refusal, unanswered) = (refusal.read(), sender.is_unanswered());
        match refusal.as_ref() {
            Some(refusal) if !refusal.still_applies(&situation()) => String::new(),
            Some(refusal) if !unanswered || !refusal.refused.is_unknown() => {
                refusal_message(language, &refusal.refused)
            }
            None if !unanswered => String::new(),
            Some(_) | None => say!(language, book.unanswered).to_owned(),
        }
    };
    let send = move |event: SubmitEvent| {
        // The level in an answer from before a restore belongs to an earlier history of the data,
        // and is ignored.
        let (history, before) = (live.history(), untrack(|| state.get()));
        sender.send(event, ActionAnswer::read, move |answer| {
            refusal.set(match answer {
                Ok(answered) => {
                    // Show the level from the answer without waiting for the live feed.
                    live.hear(&answered.level, history);
                    mine.hear(answered.own, answered.level.version, history);
                    key.set(answered.next_key.to_string());
                    None
                }
                Err(refused) => Some(BuyRefusal {
                    refused,
                    at: untrack(situation),
                    in_address: false,
                }),
            });
            let added = before != BuyState::InCart && untrack(|| state.get()) == BuyState::InCart;
            // Runs after the elements have changed, because the focused one may be gone.
            let next = move || match added {
                true => {
                    move_focus(BUTTON, TO_CART);
                    // If Enter was pressed in the quantity field, the field is gone now, and with
                    // it the focus.
                    focus_if_lost(TO_CART);
                }
                false => focus_if_lost(BUTTON),
            };
            set_timeout(next, Duration::ZERO);
            Then::Stay
        });
    };

    let slug = book.to_string();
    view! {
        <p class="opens" inner_html=changing_html(move || opening_notice(language, state.get(), &shown.read(), clock))></p>
        <div class="buy" aria-busy=move || sender.is_pending().to_string()>
            <form method="post" action=move || action(state.get()) on:submit=send>
                <input type="hidden" name="book" value=book.to_string()/>
                {move || fields(language, state.get(), shown.read().most, mails, key.get())}
                <button
                    id=BUTTON
                    class="button"
                    class:button-quiet=move || matches!(state.get(), BuyState::InCart | BuyState::Waiting)
                    inner_html=changing_text(move || button_label(language, state.get()))
                ></button>
            </form>
            <div hidden=move || state.get() != BuyState::Offered on:submit=send>
                {decline_button(language, slug)}
            </div>
            <p class="buy-news" role="status">
                <span inner_html=changing_text(move || status_message(language, state.get(), mine, mails, clock).unwrap_or_default())></span> " "
                <a id=TO_CART href="/cart" hidden=move || state.get() != BuyState::InCart>{say!(language, book.to_cart)}</a>
            </p>
            <p class="buy-trouble" role="alert" inner_html=changing_text(refusal_words)></p>
        </div>
    }
}

/// The `id` attribute of the button.
const BUTTON: &str = "buy";
/// The `id` attribute of the link to the cart.
const TO_CART: &str = "to-cart";

/// The sentence shown for a refusal.
///
/// If the book is sold out, it is not the error's own sentence: the count above already says “Sold
/// out”, or that all copies are in carts.
fn refusal_message(language: Language, refused: &Refused) -> String {
    match refused.code == ShopError::SoldOut.code() {
        true => say!(language, book.too_late).to_owned(),
        false => refused.error.clone(),
    }
}

fn action(state: BuyState) -> &'static str {
    match state {
        BuyState::NotYetOnSale | BuyState::Available => AddToCart::url(),
        BuyState::InCart => RemoveFromCart::url(),
        BuyState::Offered => AcceptOffer::url(),
        BuyState::Waiting => StopWaiting::url(),
        BuyState::SoldOut => WaitForCopy::url(),
    }
}

fn button_label(language: Language, state: BuyState) -> &'static str {
    match state {
        BuyState::NotYetOnSale | BuyState::Available => say!(language, book.add),
        BuyState::InCart => say!(language, book.remove),
        BuyState::Offered => say!(language, book.take),
        BuyState::Waiting => say!(language, book.stop),
        BuyState::SoldOut => say!(language, book.join),
    }
}

/// The fields of an action: its key, the number of copies if more than one can be added, and the
/// e-mail address of somebody who joins the waitlist.
fn fields(
    language: Language,
    state: BuyState,
    most: u32,
    mails: bool,
    key: String,
) -> impl IntoView {
    let (adds, waits) = match state {
        BuyState::NotYetOnSale | BuyState::Available => (true, false),
        BuyState::SoldOut => (false, true),
        BuyState::InCart | BuyState::Offered | BuyState::Waiting => (false, false),
    };
    // A form with a key is sent again until there is an answer. The other actions take no key,
    // because a late repeat could undo what the shopper has done since: a repeated removal would
    // remove a copy that was added after it.
    let key = (adds || waits).then(|| view! { <input type="hidden" name="key" value=key/> });
    let quantity = (adds && most > 1).then(|| {
        view! {
            <label class="buy-copies">
                <span>{say!(language, book.copies)}</span>
                <input type="number" name="quantity" value="1" min="1" max=most inputmode="numeric" required=true/>
            </label>
        }
    });
    (
        key,
        quantity,
        (waits && mails).then(|| email_field(language)),
    )
}

/// The opening time with a countdown, as HTML; empty once the sale has opened. A screen reader does
/// not read a `timer` out as it runs.
fn opening_notice(
    language: Language,
    state: BuyState,
    shown: &BookState,
    clock: ShopClock,
) -> String {
    let opens_at = shown.opens_at.filter(|_| state == BuyState::NotYetOnSale);
    let (Some(opens_at), Some(at)) = (opens_at, &shown.opens) else {
        return String::new();
    };
    let left = countdown(language, opens_at.since(clock.now()));
    let words = |words: Option<String>| {
        words.map_or_else(String::new, |words| {
            format!("<span>{}</span>", html_text(words))
        })
    };
    let (before, after) = around_slot(&say!(language, book.opens_in, left = Slot));
    format!(
        "{}<strong class=\"opens-in\" role=\"timer\">{}</strong>{}<span class=\"opens-at\">{}</span>",
        words(before),
        html_text(left),
        words(after),
        html_text(at)
    )
}

/// The sentence about a copy that is in the cart, offered to the shopper or waited for.
fn status_message(
    language: Language,
    state: BuyState,
    mine: OwnCopiesSignal,
    mails: bool,
    clock: ShopClock,
) -> Option<String> {
    let own = mine.get();
    let left = |until: Timestamp| -> Duration { until.since(clock.now()) };
    match state {
        BuyState::InCart => Some(say!(language, book.in_cart, count = own.in_cart)),
        BuyState::Offered => own
            .offered_until
            .map(|until| time_to_take(language, left(until))),
        BuyState::Waiting if mails => Some(say!(language, book.in_line_mail).to_owned()),
        BuyState::Waiting => Some(say!(language, book.in_line).to_owned()),
        BuyState::NotYetOnSale | BuyState::Available | BuyState::SoldOut => None,
    }
}
