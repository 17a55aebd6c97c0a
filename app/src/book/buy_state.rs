//! The shopper's own copies of a book, and what the button on its page does next.

use leptos::prelude::*;
use shop::Timestamp;

use super::BookState;
use crate::live::Live;

/// The copies of a book that this shopper has in the cart, is offered or waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OwnCopies {
    /// Copies in the cart.
    pub(crate) in_cart: u32,
    /// Whether the shopper is on the waitlist.
    pub(crate) waiting: bool,
    /// Until when a copy is offered to the shopper.
    pub(crate) offered_until: Option<Timestamp>,
}

impl OwnCopies {
    /// Copies in the cart, with neither a wait nor an offer.
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

/// The shopper's own copies, with the book's version and the data's history when they were read.
/// Older answers are ignored.
#[derive(Clone, Copy)]
pub(crate) struct OwnCopiesSignal {
    own: RwSignal<(OwnCopies, u64, u32)>,
    live: Live,
}

impl OwnCopiesSignal {
    /// The copies as of the page's rendering.
    pub(crate) fn new(own: OwnCopies, version: u64, live: Live) -> Self {
        let own = RwSignal::new((own, version, live.history()));
        Self { own, live }
    }

    /// Takes in the answer to a request made in `history`, unless it is older than the current
    /// value.
    pub(crate) fn hear(self, own: OwnCopies, version: u64, history: u32) {
        let (_, known, known_history) = self.own.get_untracked();
        let is_newer = history != known_history || version >= known;
        if history == self.live.history() && is_newer {
            self.own.set((own, version, history));
        }
    }

    pub(crate) fn get(self) -> OwnCopies {
        self.own.get().0
    }
}

/// What the shopper can do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BuyState {
    /// The sale has not opened.
    NotYetOnSale,
    /// A copy is available.
    Available,
    /// The book is in the cart.
    InCart,
    /// A copy is offered to the shopper, until they take it or the offer expires.
    Offered,
    /// The shopper is on the waitlist.
    Waiting,
    /// No copy is available, and the shopper is not on the waitlist.
    SoldOut,
}

impl BuyState {
    /// The state at a time. An expired offer no longer counts, even before the server says so.
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
    use protocol::LiveMessage;

    use super::*;

    #[test]
    fn an_answer_older_than_a_click_is_ignored() {
        let owner = Owner::new();
        owner.set();
        let live = Live::new();
        let mine = OwnCopiesSignal::new(OwnCopies::default(), 1, live);
        let copies = || mine.get().in_cart;
        mine.hear(OwnCopies::in_cart(1), 2, 0);
        assert_eq!(copies(), 1, "the answer to a click");
        mine.hear(OwnCopies::default(), 3, 0);
        mine.hear(OwnCopies::in_cart(1), 2, 0);
        assert_eq!(copies(), 0, "an answer with a lower version is ignored");
        mine.hear(OwnCopies::in_cart(2), 4, 0);
        assert_eq!(copies(), 2, "a change in another tab has a higher version");

        mine.hear(OwnCopies::in_cart(1), 7, 0);
        live.take_in(&LiveMessage {
            rewound: true,
            epoch: Some("q8".parse().unwrap()),
            ..LiveMessage::default()
        });
        assert_eq!(live.history(), 1, "a backup was restored");
        mine.hear(OwnCopies::in_cart(3), 9, 0);
        assert_eq!(copies(), 1, "the request was made before the restore");
        mine.hear(OwnCopies::default(), 3, 1);
        assert_eq!(copies(), 0, "the first answer after the restore");
    }

    #[test]
    fn the_state_depends_on_time_stock_and_own_copies() {
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
