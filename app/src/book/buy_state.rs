//! How a shopper stands with a book: what the button on its page is for.

use leptos::prelude::*;
use shop::{Level, Timestamp};

use super::BookNow;

/// What this shopper has of a book, or waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    /// Copies in the cart.
    pub(crate) in_cart: u32,
    /// Whether they wait for one.
    pub(crate) waiting: bool,
    /// Until when one is offered to them.
    pub(crate) offered_until: Option<Timestamp>,
}

impl Share {
    /// Copies in the cart, and nothing else.
    pub(crate) fn in_cart(copies: u32) -> Self {
        Self {
            in_cart: copies,
            ..Self::default()
        }
    }
}

impl From<&BookNow> for Share {
    fn from(now: &BookNow) -> Self {
        Self {
            in_cart: now.in_cart,
            waiting: now.waiting,
            offered_until: now.offered_until,
        }
    }
}

/// A share, and the version of the book's level with which it was so: what was read
/// before a click is no news after it.
#[derive(Clone, Copy)]
pub(crate) struct Mine {
    share: RwSignal<(Share, u64)>,
    level: Signal<Level>,
}

impl Mine {
    /// As the page was read.
    pub(crate) fn new(share: Share, version: u64, level: Signal<Level>) -> Self {
        let share = RwSignal::new((share, version));
        Self { share, level }
    }

    /// What an answer says, if it is not older than what is known.
    pub(crate) fn hear(self, share: Share, version: u64) {
        let (_, known) = self.share.get_untracked();
        // A shop that was restored is behind what was known of it.
        let restored = self.level.read_untracked().version < known;
        if version >= known || restored {
            self.share.set((share, version));
        }
    }

    pub(crate) fn get(self) -> Share {
        self.share.get().0
    }
}

/// What can be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its sale has not begun.
    Early,
    /// There is a copy to be had.
    Free,
    /// It is in the cart.
    InCart,
    /// A copy is kept for them, until they take it or its time is over.
    Offered,
    /// They are in line for a copy.
    Waiting,
    /// There is none, and they are not in line.
    Gone,
}

impl Standing {
    /// At a moment. What was offered and not taken in time is offered no more, although
    /// nobody has said so yet.
    pub(crate) fn at(
        now: Timestamp,
        share: Share,
        available: u32,
        opens_at: Option<Timestamp>,
    ) -> Self {
        if share.in_cart > 0 {
            Self::InCart
        } else if share.offered_until.is_some_and(|until| now < until) {
            Self::Offered
        } else if opens_at.is_some_and(|opens| now < opens) {
            Self::Early
        } else if share.waiting {
            Self::Waiting
        } else if available > 0 {
            Self::Free
        } else {
            Self::Gone
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
        let mine = Mine::new(Share::default(), 1, shown.into());
        let copies = || mine.get().in_cart;
        // The page's level comes with each answer.
        shown.set(level(2));
        mine.hear(Share::in_cart(1), 2);
        assert_eq!(copies(), 1, "the answer to a click");
        shown.set(level(3));
        mine.hear(Share::default(), 3);
        mine.hear(Share::in_cart(1), 2);
        assert_eq!(copies(), 0, "a reading that was under way is older");
        shown.set(level(4));
        mine.hear(Share::in_cart(2), 4);
        assert_eq!(copies(), 2, "what another tab did is newer");

        shown.set(level(7));
        mine.hear(Share::in_cart(1), 7);
        shown.set(level(3));
        mine.hear(Share::default(), 3);
        assert_eq!(copies(), 0, "a backup was restored");
    }

    #[test]
    fn the_button_is_for_what_can_be_done_next() {
        let at = Timestamp::from_millis;
        let opens = Some(at(1_000));
        let offered = Share {
            offered_until: Some(at(2_000)),
            ..Share::default()
        };
        let waiting = Share {
            waiting: true,
            ..Share::default()
        };
        let nothing = Share::default();
        for (now, share, available, opens_at, standing) in [
            (at(999), nothing, 5, opens, Standing::Early),
            (at(1_000), nothing, 5, opens, Standing::Free),
            (at(1_000), nothing, 0, opens, Standing::Gone),
            (at(1_000), waiting, 0, None, Standing::Waiting),
            (at(1_999), offered, 0, None, Standing::Offered),
            (at(2_000), offered, 0, None, Standing::Gone),
            (at(0), Share::in_cart(1), 0, opens, Standing::InCart),
        ] {
            assert_eq!(Standing::at(now, share, available, opens_at), standing);
        }
    }
}
