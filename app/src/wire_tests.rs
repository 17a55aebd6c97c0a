//! Islands read their props and the shop's answers as serde writes them.

use from_json::FromJson;
use proptest::{collection::vec, option, prelude::*};
use protocol::ShopError;
use serde::Serialize;
use shop::{Key, Level, OrderCode, OrderState, Price, Quantity, Slug, Timestamp};

use crate::{
    book::BookState,
    browser::refused::Refused,
    cart::{CartView, LineView},
    order::{OrderConfirmation, OrderStatus},
    search::{Suggestion, Suggestions},
    waitlist::WaitAnswer,
};

/// The whole numbers that JavaScript can represent exactly.
const WHOLE: std::ops::Range<u64> = 0..1 << 53;

fn slug() -> impl Strategy<Value = Slug> {
    "[a-z0-9]{1,60}".prop_map(|text| Slug::parse(&text).unwrap())
}

fn key() -> impl Strategy<Value = Key> {
    "[A-Za-z0-9_-]{8,64}".prop_map(|text| text.parse().unwrap())
}

fn moment() -> impl Strategy<Value = Timestamp> {
    WHOLE.prop_map(Timestamp::from_millis)
}

fn price() -> impl Strategy<Value = Price> {
    any::<u32>().prop_map(Price::from_cents)
}

fn level() -> impl Strategy<Value = Level> {
    let stock = (slug(), any::<u32>(), any::<bool>(), WHOLE);
    let rest = (price(), WHOLE, any::<bool>());
    (stock, rest).prop_map(
        |((book, available, in_carts, version), (price, page, withdrawn))| Level {
            book,
            available,
            in_carts,
            price,
            page,
            version,
            withdrawn,
        },
    )
}

prop_compose! {
    fn line()(
        (book, level) in (slug(), level()),
        title in any::<String>(),
        quantity in 1..=Quantity::MAX,
        (price, price_now) in (price(), option::of(price())),
        expires_at in moment(),
        (held, orderable, extendable) in any::<(bool, bool, bool)>(),
        (offered, taken_back) in any::<(bool, bool)>(),
        most in any::<u32>(),
    ) -> LineView {
        let quantity = Quantity::new(quantity).unwrap();
        LineView {
            book, level, title, quantity, price, price_now, expires_at,
            held, orderable, extendable, most, offered, taken_back,
        }
    }
}

prop_compose! {
    fn cart()(
        lines in vec(line(), 0..4),
        total in price(),
        now in moment(),
        number in WHOLE,
        order_key in key(),
    ) -> CartView {
        CartView { lines, total, now, number, order_key }
    }
}

prop_compose! {
    fn book()(
        level in level(),
        (opens_at, offered_until) in (option::of(moment()), option::of(moment())),
        (most, in_cart) in any::<(u32, u32)>(),
        now in moment(),
        waiting in any::<bool>(),
        number in WHOLE,
        opens in option::of(any::<String>()),
    ) -> BookState {
        BookState { level, opens_at, opens, most, now, waiting, offered_until, in_cart, number }
    }
}

prop_compose! {
    fn order()(
        bits in any::<u64>(),
        collect_by_words in any::<String>(),
        state in prop_oneof![
            Just(OrderState::Placed),
            Just(OrderState::Collected),
            Just(OrderState::Cancelled),
            Just(OrderState::Overdue),
        ],
        ready in any::<bool>(),
        mail_failed in any::<bool>(),
        version in WHOLE,
    ) -> OrderStatus {
        OrderStatus { code: OrderCode::from_bits(bits), collect_by_words, state, ready, mail_failed, version }
    }
}

prop_compose! {
    fn placed()(bits in any::<u64>(), gone in vec(slug(), 0..4)) -> OrderConfirmation {
        OrderConfirmation { code: OrderCode::from_bits(bits), gone }
    }
}

prop_compose! {
    fn suggestions()(
        books in vec((slug(), any::<String>(), any::<String>()), 0..8),
        total in any::<u32>(),
    ) -> Suggestions {
        let books = books.into_iter();
        let books = books.map(|(slug, title, author)| Suggestion { slug, title, author }).collect();
        Suggestions { books, total }
    }
}

prop_compose! {
    fn wait()(
        until in moment(),
        offered_until in option::of(moment()),
        level in level(),
        next_key in key(),
    ) -> WaitAnswer {
        WaitAnswer { until, offered_until, level, next_key }
    }
}

fn read_back<T: Serialize + FromJson>(value: &T) -> Option<T> {
    T::from_text(&serde_json::to_string(value).unwrap())
}

proptest! {
    #[test]
    fn carts_are_read_back(cart in cart()) {
        prop_assert_eq!(read_back(&cart), Some(cart));
    }

    #[test]
    fn book_states_are_read_back(book in book()) {
        prop_assert_eq!(read_back(&book), Some(book));
    }

    #[test]
    fn orders_are_read_back(order in order(), placed in placed()) {
        prop_assert_eq!(read_back(&order), Some(order));
        prop_assert_eq!(read_back(&placed), Some(placed));
    }

    #[test]
    fn suggestions_are_read_back(suggestions in suggestions()) {
        prop_assert_eq!(read_back(&suggestions), Some(suggestions));
    }

    #[test]
    fn waitlist_answers_are_read_back(wait in wait()) {
        prop_assert_eq!(read_back(&wait), Some(wait));
    }

    #[test]
    fn refusals_are_read_back(gone in vec(slug(), 0..4)) {
        let refused = Refused::from(ShopError::NothingToOrder { gone });
        prop_assert_eq!(read_back(&refused), Some(refused));
    }
}
