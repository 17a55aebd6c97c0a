//! The decisions: who gets a copy, and what is left afterwards.
//!
//! Values in, values out. A verdict carries the stock as it must be written;
//! nothing has happened until the store has written it.

use crate::Stock;

/// What becomes of a shopper's wish for a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldVerdict {
    /// The copy is theirs, and this is the stock from now on.
    Held(Stock),
    /// They hold a copy already: nothing changes.
    AlreadyHeld,
    /// Nothing is available: nothing changes.
    SoldOut,
}

/// What becomes of a shopper's wish to give their copy back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseVerdict {
    /// The copy is back on the shelf, and this is the stock from now on.
    Released(Stock),
    /// They held none: nothing changes.
    NothingHeld,
}

/// Decides one shopper's claim to a copy, given the stock as it stands and
/// whether this shopper holds a copy already.
///
/// Sold out is an answer, not an error: nothing changes and nobody is told.
#[must_use]
pub fn decide_hold(stock: Stock, holds_one: bool) -> HoldVerdict {
    if holds_one {
        return HoldVerdict::AlreadyHeld;
    }
    if stock.available() == 0 {
        return HoldVerdict::SoldOut;
    }
    HoldVerdict::Held(Stock {
        held: stock.held + 1,
        version: stock.version + 1,
        ..stock
    })
}

/// Decides what giving a copy back does. Giving back what one does not hold is fine.
#[must_use]
pub fn decide_release(stock: Stock, holds_one: bool) -> ReleaseVerdict {
    if !holds_one {
        return ReleaseVerdict::NothingHeld;
    }
    ReleaseVerdict::Released(Stock {
        held: stock.held - 1,
        version: stock.version + 1,
        ..stock
    })
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const TEN: Stock = Stock {
        on_hand: 10,
        held: 0,
        version: 1,
    };

    #[test]
    fn a_copy_held_is_a_copy_fewer_for_everyone_else() {
        let HoldVerdict::Held(after) = decide_hold(TEN, false) else {
            panic!("ten are available");
        };
        assert_eq!((after.available(), after.held, after.version), (9, 1, 2));
    }

    #[test]
    fn holding_again_changes_nothing() {
        assert_eq!(decide_hold(TEN, true), HoldVerdict::AlreadyHeld);
    }

    #[test]
    fn nothing_available_is_sold_out_even_while_copies_are_on_hand() {
        let all_held = Stock { held: 10, ..TEN };
        assert_eq!(decide_hold(all_held, false), HoldVerdict::SoldOut);
    }

    #[test]
    fn giving_back_nothing_changes_nothing() {
        assert_eq!(decide_release(TEN, false), ReleaseVerdict::NothingHeld);
    }

    proptest! {
        /// Whatever a crowd does in whatever order: never more held than there
        /// are, every copy accounted for, and the version counts the changes.
        #[test]
        fn no_order_of_events_oversells(
            copies in 0_u32..12,
            clicks in vec((0_usize..20, any::<bool>()), 0..200),
        ) {
            let mut stock = Stock { on_hand: copies, held: 0, version: 1 };
            let mut holds = [false; 20];
            let mut changes = 0;
            for (shopper, wants) in clicks {
                let after = if wants {
                    match decide_hold(stock, holds[shopper]) {
                        HoldVerdict::Held(after) => Some((after, true)),
                        HoldVerdict::AlreadyHeld | HoldVerdict::SoldOut => None,
                    }
                } else {
                    match decide_release(stock, holds[shopper]) {
                        ReleaseVerdict::Released(after) => Some((after, false)),
                        ReleaseVerdict::NothingHeld => None,
                    }
                };
                if let Some((after, holding)) = after {
                    stock = after;
                    holds[shopper] = holding;
                    changes += 1;
                }
                let held = holds.iter().filter(|&&held| held).count();
                prop_assert_eq!(stock.held as usize, held);
                prop_assert!(stock.held <= stock.on_hand);
                prop_assert_eq!(stock.version, 1 + changes);
            }
        }
    }
}
