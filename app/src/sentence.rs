//! An error in words, in each of the shop's languages.

use std::fmt;

use shop::{Contact, Language, Wait};

use crate::ShopError;

impl ShopError {
    /// The sentence for whoever asked.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let words = match self {
            Self::SoldOut => say!(language, error.sold_out),
            Self::Withdrawn => say!(language, error.withdrawn),
            Self::TooFew => say!(language, error.too_few),
            Self::OverLimit { limit: None } => say!(language, error.over_limit),
            Self::OverLimit { limit: Some(most) } => {
                return say!(language, error.over_limit_of, most = *most);
            }
            Self::NotYet { .. } => say!(language, error.not_yet),
            Self::InCart => say!(language, error.in_cart),
            Self::TooManyWaits => {
                return say!(language, error.too_many_waits, most = Wait::MOST);
            }
            Self::NoOffer => say!(language, error.no_offer),
            Self::NoEmail => say!(language, error.no_email),
            Self::NotInCart => say!(language, error.not_in_cart),
            Self::HeldLongEnough => say!(language, error.held_long_enough),
            Self::EmptyCart => say!(language, error.empty_cart),
            Self::NothingToOrder { .. } => say!(language, error.nothing_to_order),
            Self::NoName => say!(language, error.no_name),
            Self::LongName => return say!(language, error.long_name, most = Contact::LONGEST),
            Self::OddName => say!(language, error.odd_name),
            Self::NoReach => say!(language, error.no_reach),
            Self::LongNote => {
                return say!(language, error.long_note, most = Contact::LONGEST_NOTE);
            }
            Self::OrderClosed => say!(language, error.order_closed),
            Self::NoSuchBook => say!(language, error.no_such_book),
            Self::NoSuchOrder => say!(language, error.no_such_order),
            Self::KeyReused => say!(language, error.key_reused),
            Self::BadInput(misread) => {
                let reason = misread.sentence(language);
                return say!(language, error.bad_input, reason = reason);
            }
            Self::UnknownShopper => say!(language, error.unknown_shopper),
            Self::TooOften => say!(language, error.too_often),
            Self::Busy => say!(language, error.busy),
            Self::CannotWrite => say!(language, error.cannot_write),
            Self::Unreachable => say!(language, error.unreachable),
        };
        words.to_owned()
    }
}

/// In English, as in a log.
impl fmt::Display for ShopError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Language::English))
    }
}

impl std::error::Error for ShopError {}
