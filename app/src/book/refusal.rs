//! A refusal on a book's page, shown for as long as it is true.

use protocol::ShopError;

use super::buy_state::{BuyState, OwnCopies};
use crate::browser::refused::Refused;

/// What a book's page shows besides the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Situation {
    pub(crate) state: BuyState,
    pub(crate) own: OwnCopies,
    pub(crate) available: u32,
    pub(crate) withdrawn: bool,
    /// The version of the level.
    pub(crate) version: u64,
}

/// A refusal, with what the page showed when the refusal arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BuyRefusal {
    pub(crate) refused: Refused,
    pub(crate) at: Situation,
    /// Whether the refusal was in the page's address, and so is older than the page.
    pub(crate) in_address: bool,
}

impl BuyRefusal {
    /// Whether the refusal is still true of what the page shows now.
    pub(crate) fn still_applies(&self, now: &Situation) -> bool {
        let code = self.refused.code.as_str();
        let is = |error: ShopError| code == error.code();
        // The refusal may arrive before the level that caused it.
        let is_early = !self.in_address && self.at.version == now.version;
        let same_own = self.at.own == now.own;
        if is(ShopError::SoldOut) {
            same_own && (is_early || now.available == 0)
        } else if is(ShopError::Withdrawn) {
            is_early || now.withdrawn
        } else if is(ShopError::TooFew) {
            same_own && now.available <= self.at.available
        } else if is(ShopError::NotYet { opens_at: None }) {
            now.state == BuyState::NotYetOnSale
        } else {
            // Once the shopper's own copies change, the refusal is out of date. After
            // “unreachable”, the change means that the request arrived after all.
            same_own
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(available: u32, in_cart: u32, version: u64) -> Situation {
        let own = OwnCopies::in_cart(in_cart);
        let state = match (in_cart, available) {
            (0, 0) => BuyState::SoldOut,
            (0, _) => BuyState::Available,
            _ => BuyState::InCart,
        };
        Situation {
            state,
            own,
            available,
            withdrawn: false,
            version,
        }
    }

    fn refusal(code: &str, at: Situation) -> BuyRefusal {
        let refused = Refused {
            error: "Sorry.".to_owned(),
            code: code.to_owned(),
            gone: Vec::new(),
        };
        BuyRefusal {
            refused,
            at,
            in_address: false,
        }
    }

    fn in_address(code: &str, at: Situation) -> BuyRefusal {
        BuyRefusal {
            in_address: true,
            ..refusal(code, at)
        }
    }

    #[test]
    fn sold_out_is_shown_until_a_copy_comes_back() {
        let early = refusal("sold_out", situation(1, 0, 7));
        assert!(
            early.still_applies(&situation(1, 0, 7)),
            "its level has not come"
        );
        assert!(early.still_applies(&situation(0, 0, 8)));
        assert!(
            !early.still_applies(&situation(1, 0, 9)),
            "a copy came back"
        );
        let in_address = in_address("sold_out", situation(0, 0, 8));
        assert!(in_address.still_applies(&situation(0, 0, 8)));
        assert!(!in_address.still_applies(&situation(1, 0, 9)));
        let late = self::in_address("sold_out", situation(1, 0, 8));
        assert!(
            !late.still_applies(&situation(1, 0, 8)),
            "older than the page"
        );
    }

    #[test]
    fn a_lost_answer_is_reported_until_the_own_copies_change() {
        let lost = refusal("unreachable", situation(5, 0, 7));
        assert!(
            lost.still_applies(&situation(4, 0, 8)),
            "somebody else bought one"
        );
        assert!(
            !lost.still_applies(&situation(4, 1, 8)),
            "the copy is in the cart"
        );
    }

    #[test]
    fn too_few_and_over_limit_are_shown_until_they_no_longer_apply() {
        let few = refusal("too_few", situation(2, 0, 7));
        assert!(few.still_applies(&situation(2, 0, 7)) && few.still_applies(&situation(1, 0, 8)));
        assert!(!few.still_applies(&situation(3, 0, 8)));
        for new_refusal in [refusal, in_address] {
            let limit = new_refusal("over_limit", situation(5, 0, 7));
            assert!(limit.still_applies(&situation(3, 0, 9)));
            assert!(!limit.still_applies(&situation(3, 1, 9)));
        }
    }

    #[test]
    fn a_withdrawal_is_shown_until_the_book_is_back() {
        let gone = refusal("withdrawn_book", situation(2, 1, 7));
        let withdrawn = |version| Situation {
            withdrawn: true,
            ..situation(2, 1, version)
        };
        assert!(
            gone.still_applies(&situation(2, 1, 7)),
            "its level has not come"
        );
        assert!(gone.still_applies(&withdrawn(8)));
        assert!(!gone.still_applies(&situation(2, 1, 9)), "it is sold again");
    }
}
