//! The island of a book's page: the price, the count, and the button.

use from_json::FromJson;
use leptos::prelude::*;
use protocol::Topic;
use serde::Serialize;
use shop::Key;

use super::{
    BookState,
    buy_button::Buy,
    buy_state::{BuyState, OwnCopies, OwnCopiesSignal},
    page_parts::PageParts,
    stock_count::StockCount,
};
use crate::{
    browser::{
        changing_text::{changing_html, changing_text, html_text},
        effect::effect,
        islands, page,
        refused::Refused,
        shop_clock::ShopClock,
    },
    i18n::{current_language, price},
    live::{Live, refetch::refetch_on_change},
};

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct BookProps {
    pub(crate) now: BookState,
    pub(crate) title: String,
    /// The idempotency key of the first submission.
    pub(crate) key: Key,
    /// The error that the page's address names, after a form was sent without JavaScript.
    pub(crate) notice: Option<Refused>,
    /// Whether the shop sends mail, so that the form asks for an address.
    pub(crate) mails: bool,
}

islands! {
    /// The price, the count and the button on a book's page.
    live_book(BookProps) => view,
}

/// The stock and this shopper's own copies, up to date with changes made in any tab.
fn view(props: BookProps) -> impl IntoView {
    let BookProps {
        now,
        title,
        key,
        notice,
        mails,
    } = props;
    let book = now.level.book.clone();
    let (version, number) = (now.level.version, now.number);
    let address = format!("/api/book?book={book}");
    let live = expect_context::<Live>();
    let level = live.follow(now.level.clone());
    let mine = OwnCopiesSignal::new(OwnCopies::from(&now), version, live);
    // Everything else on the page, as last read.
    let shown = RwSignal::new(now);
    // Own copies change with the button's answers and with changes to the cart in other tabs.
    let refetch = refetch_on_change(Topic::Mine, number, address, move |answer| {
        let now = BookState::from_text(answer)?;
        let number = now.number;
        // `refetch_on_change` has dropped answers to requests from an earlier history.
        mine.hear(OwnCopies::from(&now), now.level.version, live.history());
        shown.set(now);
        Some(number)
    });
    let counts_down = move || {
        let shown = shown.read();
        shown.opens_at.is_some_and(|opens| shown.now < opens) || mine.get().offered_until.is_some()
    };
    // The rest of the page is read again when its revision changes, or a backup is restored.
    let (parts, again) = (PageParts::new(), refetch.clone());
    let mut before = None;
    effect(move || {
        live.track_history();
        let now = (level.read().page, live.history());
        if before.is_some_and(|before| before != now) {
            again.clone().refetch();
            parts.refresh();
        }
        before = Some(now);
    });
    // The page's clock was set at the last read, so read again when the shopper returns.
    effect(move || {
        let refetch = refetch.clone();
        page::on_return(move || {
            if counts_down() {
                refetch.clone().refetch();
            }
        });
    });
    let clock = ShopClock::new(move || shown.read().now, counts_down);
    let state = Memo::new(move |_| {
        let available = level.read().available;
        BuyState::at(clock.now(), mine.get(), available, shown.read().opens_at)
    });
    let language = current_language();
    // While the book is in the cart, the button that removes it stays.
    let is_gone = move || level.read().withdrawn && mine.get().in_cart == 0;
    let gone_words = move || match is_gone() {
        true => html_text(say!(language, error.withdrawn)),
        false => String::new(),
    };
    view! {
        <p class="price" translate="no" inner_html=changing_text(move || price(language, level.read().price))></p>
        <p class="limit" role="status" inner_html=changing_html(gone_words)></p>
        // Hidden rather than removed, so that the form keeps its current key and typed text.
        <div hidden=is_gone>
            <StockCount title level state/>
            <Buy book level mine state clock shown key notice mails/>
        </div>
    }
}
