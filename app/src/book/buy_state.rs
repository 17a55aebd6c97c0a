//! What this shopper has of a book, and what the button on its page does next.

use leptos::prelude::*;
use shop::{Level, Timestamp};

use super::BookState;

/// The copies of a book that this shopper has, or waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OwnCopies {
    /// Copies in the cart.
    pub(crate) in_cart: u32,
    /// Whether they wait for one.
    pub(crate) waiting: bool,
    /// Until when one is offered to them.
    pub(crate) offered_until: Option<Timestamp>,
}

impl OwnCopies {
    /// Copies in the cart, and nothing else.
    pub(crate) fn in_cart(copies: u32) -> Self {
        Self {
            in_cart: copies,
            ..Self::default()
        }
    }
}

impl From<&BookState> for OwnCopies {
    fn from(now: &BookState) -> Self {
        Self {
            in_cart: now.in_cart,
            waiting: now.waiting,
            offered_until: now.offered_until,
        }
    }
}

/// The shopper's own copies, with the version of the book's level at which they were read. An
/// answer that is older than what is known is ignored.
#[derive(Clone, Copy)]
pub(crate) struct OwnCopiesSignal {
    own: RwSignal<(OwnCopies, u64)>,
    level: Signal<Level>,
}

impl OwnCopiesSignal {
    /// As the page was read.
    pub(crate) fn new(own: OwnCopies, version: u64, level: Signal<Level>) -> Self {
        let own = RwSignal::new((own, version));
        Self { own, level }
    }

    /// What an answer says, if it is not older than what is known.
    pub(crate) fn hear(self, own: OwnCopies, version: u64) {
        let (_, known) = self.own.get_untracked();
        // A shop that was restored is behind what was known of it.
        let restored = self.level.read_untracked().version < known;
        if version >= known || restored {
            self.own.set((own, version));
        }
    }

    pub(crate) fn get(self) -> OwnCopies {
        self.own.get().0
    }
}

/// What can be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuyState {
    /// Its sale has not begun.
    NotYetOnSale,
    /// There is a copy to be had.
    Available,
    /// It is in the cart.
    InCart,
    /// A copy is kept for them, until they take it or its time is over.
    Offered,
    /// They are in line for a copy.
    Waiting,
    /// There is none, and they are not in line.
    SoldOut,
}

impl BuyState {
    /// At a moment. What was offered and not taken in time is offered no more, although
    /// nobody has said so yet.
    pub(crate) fn at(
        now: Timestamp,
        own: OwnCopies,
        available: u32,
        opens_at: Option<Timestamp>,
    ) -> Self {
        if own.in_cart > 0 {
            Self::InCart
        } else if own.offered_until.is_some_and(|until| now < until) {
            Self::Offered
        } else if opens_at.is_some_and(|opens| now < opens) {
            Self::NotYetOnSale
        } else if own.waiting {
            Self::Waiting
        } else if available > 0 {
            Self::Available
        } else {
            Self::SoldOut
        }
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
        let mine = OwnCopiesSignal::new(OwnCopies::default(), 1, shown.into());
        let copies = || mine.get().in_cart;
        // The page's level comes with each answer.
        shown.set(level(2));
        mine.hear(OwnCopies::in_cart(1), 2);
        assert_eq!(copies(), 1, "the answer to a click");
        shown.set(level(3));
        mine.hear(OwnCopies::default(), 3);
        mine.hear(OwnCopies::in_cart(1), 2);
        assert_eq!(copies(), 0, "a reading that was under way is older");
        shown.set(level(4));
        mine.hear(OwnCopies::in_cart(2), 4);
        assert_eq!(copies(), 2, "what another tab did is newer");

        shown.set(level(7));
        mine.hear(OwnCopies::in_cart(1), 7);
        shown.set(level(3));
        mine.hear(OwnCopies::default(), 3);
        assert_eq!(copies(), 0, "a backup was restored");
    }

    #[test]
    fn the_button_is_for_what_can_be_done_next() {
        let at = Timestamp::from_millis;
        let opens = Some(at(1_000));
        let offered = OwnCopies {
            offered_until: Some(at(2_000)),
            ..OwnCopies::default()
        };
        let waiting = OwnCopies {
            waiting: true,
            ..OwnCopies::default()
        };
        let nothing = OwnCopies::default();
        for (now, own, available, opens_at, state) in [
            (at(999), nothing, 5, opens, BuyState::NotYetOnSale),
            (at(1_000), nothing, 5, opens, BuyState::Available),
            (at(1_000), nothing, 0, opens, BuyState::SoldOut),
            (at(1_000), waiting, 0, None, BuyState::Waiting),
            (at(1_999), offered, 0, None, BuyState::Offered),
            (at(2_000), offered, 0, None, BuyState::SoldOut),
            (at(0), OwnCopies::in_cart(1), 0, opens, BuyState::InCart),
        ] {
            assert_eq!(BuyState::at(now, own, available, opens_at), state);
        }
    }
}
