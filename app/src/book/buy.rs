//! The button: what can be done about a book next.

use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use protocol::ShopError;
use shop::{Key, Language, Level, Slug, Timestamp};

use super::{
    answer::Told,
    buy_state::{Mine, Standing},
    countdown::countdown,
};
use crate::{
    browser::{Refused, ShopClock, http, page},
    cart::{AddToCart, RemoveFromCart},
    i18n::{current_language, moment},
    layout::form::{button, post_form},
    live::Live,
    waitlist::{AcceptOffer, StopWaiting, WaitForCopy, offer::time_to_take},
};

/// *Add to Cart*, *Remove from Cart*, *Tell me when a copy comes back*: one form and one
/// button, whichever it is for, so that the focus stays on it.
///
/// The same forms work without script: then the server sends the browser back
/// to this page, with the reason in the address where something went wrong.
#[component]
pub(crate) fn Buy(
    book: Slug,
    level: Signal<Level>,
    /// What this shopper has of it.
    mine: Mine,
    clock: ShopClock,
    /// When its sale opens, if it does so at a time.
    opens_at: Memo<Option<Timestamp>>,
    /// The most copies that one shopper may have.
    most: u32,
    /// Names the first submission from here.
    key: Key,
    /// What the address says went wrong.
    notice: Option<Refused>,
    /// Whether the shop writes to those who leave an address.
    mails: bool,
) -> impl IntoView {
    let here = current_language();
    let live = expect_context::<Live>();
    let key = RwSignal::new(key.to_string());
    let standing = Memo::new(move |_| {
        let available = level.read().available;
        Standing::at(clock.now(), mine.get(), available, opens_at.get())
    });
    // The latest truth, whichever of the two it was pressed for; at first the address's.
    let (trouble, pressed) = (RwSignal::new(notice), RwSignal::new(false));
    let pending = RwSignal::new(false);
    let words = move || {
        let (trouble, standing) = (trouble.read(), standing.get());
        // What the page contradicts is over: a copy came back, the sale has begun.
        let holds = |refused: &&Refused| match &refused.code {
            code if code == ShopError::SoldOut.code() => {
                pressed.get() || standing == Standing::Gone
            }
            code if code == NOT_YET.code() => standing == Standing::Early,
            _ => true,
        };
        let said = trouble.as_ref().filter(holds);
        said.map(|refused| refused.error.clone())
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        // A double click is one click: the first is still on its way.
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let answer = http::submit(event).await;
            let told = answer.and_then(|words| Told::read(&words).ok_or_else(Refused::unreachable));
            trouble.set(match told {
                Ok(told) => {
                    // The level came with the answer: the page need not wait for the feed.
                    live.hear(&told.level);
                    mine.hear(told.share, told.level.version);
                    key.set(told.next_key.to_string());
                    None
                }
                Err(refused) => Some(refused),
            });
            pressed.set(true);
            pending.set(false);
            // The field from which it was sent may be gone.
            set_timeout(|| page::restore_focus(BUTTON), Duration::ZERO);
        });
    };

    let about = book.to_string();
    view! {
        {move || opens(here, standing.get(), opens_at.get(), clock)}
        <div class="buy" aria-busy=move || pending.get().to_string()>
            <form method="post" action=move || action(standing.get()) on:submit=submit>
                <input type="hidden" name="book" value=book.to_string()/>
                <input type="hidden" name="key" value=move || key.get()/>
                {move || copies(here, standing.get(), most)}
                {move || address(here, standing.get(), mails)}
                <button
                    id=BUTTON
                    class="button"
                    class:button-quiet=move || matches!(standing.get(), Standing::InCart | Standing::Waiting)
                >
                    {move || words_on_it(here, standing.get())}
                </button>
            </form>
            {move || {
                let about = about.clone();
                (standing.get() == Standing::Offered)
                    .then(move || view! { <div on:submit=submit>{leave(here, about)}</div> })
            }}
            <p class="buy-news" role="status">
                {move || news(here, standing.get(), mine, mails, clock)}
                {move || {
                    (standing.get() == Standing::InCart)
                        .then(|| view! { " " <a href="/cart">{say!(here, book.to_cart)}</a> })
                }}
            </p>
            <p class="buy-trouble" role="alert">
                {words}
            </p>
        </div>
    }
}

/// The id of the button.
const BUTTON: &str = "buy";
const NOT_YET: ShopError = ShopError::NotYet { opens_at: None };

fn action(standing: Standing) -> &'static str {
    match standing {
        Standing::Early | Standing::Free => AddToCart::url(),
        Standing::InCart => RemoveFromCart::url(),
        Standing::Offered => AcceptOffer::url(),
        Standing::Waiting => StopWaiting::url(),
        Standing::Gone => WaitForCopy::url(),
    }
}

fn words_on_it(here: Language, standing: Standing) -> &'static str {
    match standing {
        Standing::Early | Standing::Free => say!(here, book.add),
        Standing::InCart => say!(here, book.remove),
        Standing::Offered => say!(here, book.take),
        Standing::Waiting => say!(here, book.stop),
        Standing::Gone => say!(here, book.tell),
    }
}

/// How many are wanted, where some can be had.
fn copies(here: Language, standing: Standing, most: u32) -> Option<impl IntoView> {
    let some = matches!(standing, Standing::Early | Standing::Free) && most > 1;
    some.then(|| {
        view! {
            <label class="buy-copies">
                <span>{say!(here, book.copies)}</span>
                <input type="number" name="quantity" value="1" min="1" max=most inputmode="numeric"/>
            </label>
        }
    })
}

/// Where else somebody can be told, if the shop writes mail.
fn address(here: Language, standing: Standing, mails: bool) -> Option<impl IntoView> {
    (standing == Standing::Gone && mails).then(|| {
        view! {
            <label class="buy-address">
                <span>{say!(here, book.email)}</span>
                <input type="email" name="email" autocomplete="email" maxlength="100"/>
            </label>
        }
    })
}

/// The way out for whoever does not want what they are offered.
fn leave(here: Language, book: String) -> impl IntoView {
    post_form(
        StopWaiting::url(),
        vec![("book", book)],
        button(say!(here, book.leave), "button button-quiet"),
    )
}

/// When the sale opens, and how long it is until then. A timer is not read out as it runs.
fn opens(
    here: Language,
    standing: Standing,
    opens_at: Option<Timestamp>,
    clock: ShopClock,
) -> Option<impl IntoView> {
    let opens_at = opens_at.filter(|_| standing == Standing::Early)?;
    let left = move || countdown(here, opens_at.since(clock.now()));
    Some(view! {
        <p class="opens">
            <span>{say!(here, book.on_sale_in)}</span>
            <strong class="opens-in" role="timer">{left}</strong>
            <span class="opens-at">{moment(here, opens_at)}</span>
        </p>
    })
}

/// What there is to say of this shopper's copies.
fn news(
    here: Language,
    standing: Standing,
    mine: Mine,
    mails: bool,
    clock: ShopClock,
) -> Option<String> {
    let share = mine.get();
    let left = |until: Timestamp| -> Duration { until.since(clock.now()) };
    match standing {
        Standing::InCart if share.in_cart == 1 => Some(say!(here, book.one_in_cart).to_owned()),
        Standing::InCart => Some(say!(here, book.some_in_cart, copies = share.in_cart)),
        Standing::Offered => share
            .offered_until
            .map(|until| time_to_take(here, left(until))),
        Standing::Waiting if mails => Some(say!(here, book.in_line_mail).to_owned()),
        Standing::Waiting => Some(say!(here, book.in_line).to_owned()),
        Standing::Early | Standing::Free | Standing::Gone => None,
    }
}
