//! The message of an error, in each of the shop's languages.

use protocol::{InvalidInput, ShopError};
use shop::{Contact, Language, Quantity, Wait};

use super::{number, price};

/// The message of an error.
#[must_use]
pub fn error_message(error: &ShopError, language: Language) -> String {
    let words = match error {
        ShopError::SoldOut => say!(language, error.sold_out),
        ShopError::Withdrawn => say!(language, error.withdrawn),
        ShopError::TooFew => say!(language, error.too_few),
        ShopError::OverLimit { limit: None } => say!(language, error.over_limit),
        ShopError::OverLimit { limit: Some(most) } => {
            return say!(language, error.over_limit_of, count = *most);
        }
        ShopError::NotYet { .. } => say!(language, error.not_yet),
        ShopError::InCart => say!(language, error.in_cart),
        ShopError::TooManyWaits => {
            return say!(
                language,
                error.too_many_waits,
                count = Wait::MAX_PER_SHOPPER
            );
        }
        ShopError::NoOffer => say!(language, error.no_offer),
        ShopError::NoEmail => say!(language, error.no_email),
        ShopError::NotInCart => say!(language, error.not_in_cart),
        ShopError::HeldLongEnough => say!(language, error.held_long_enough),
        ShopError::EmptyCart => say!(language, error.empty_cart),
        ShopError::NothingToOrder { .. } => say!(language, error.nothing_to_order),
        ShopError::PriceChanged { total: None } => say!(language, error.price_changed),
        ShopError::PriceChanged { total: Some(total) } => {
            return say!(
                language,
                error.price_changed_to,
                total = price(language, *total)
            );
        }
        ShopError::NoName => say!(language, error.no_name),
        ShopError::LongName => return say!(language, error.long_name, count = Contact::MAX_CHARS),
        ShopError::OddName => say!(language, error.odd_name),
        ShopError::NoEmailOrPhone => say!(language, error.no_reach),
        ShopError::LongNote => {
            return say!(language, error.long_note, count = Contact::MAX_NOTE_CHARS);
        }
        ShopError::OrderClosed => say!(language, error.order_closed),
        ShopError::NoSuchBook => say!(language, error.no_such_book),
        ShopError::NoSuchOrder => say!(language, error.no_such_order),
        ShopError::KeyReused => say!(language, error.key_reused),
        ShopError::BadInput(reason) => return reason_message(reason, language),
        ShopError::UnknownShopper => say!(language, error.unknown_shopper),
        ShopError::NoCookie => say!(language, error.no_cookie),
        ShopError::TooOften => say!(language, error.too_often),
        ShopError::Busy => say!(language, error.busy),
        ShopError::CannotWrite => say!(language, error.cannot_write),
        ShopError::Unreachable => say!(language, error.unreachable),
    };
    words.to_owned()
}

/// Why a request could not be understood.
fn reason_message(reason: &InvalidInput, language: Language) -> String {
    let words = match reason {
        InvalidInput::Missing(field) => {
            return say!(language, error.missing, field = field.clone());
        }
        InvalidInput::Quantity => {
            return say!(
                language,
                error.quantity,
                most = number(language, Quantity::MAX)
            );
        }
        InvalidInput::Unclear => say!(language, error.check),
        InvalidInput::Slug => say!(language, error.slug),
        InvalidInput::Key => say!(language, error.key),
        InvalidInput::OrderCode => say!(language, error.order_code),
        InvalidInput::Language => say!(language, error.language),
        InvalidInput::TooSlow => say!(language, error.too_slow),
        InvalidInput::TooLarge => say!(language, error.too_large),
        InvalidInput::NotUtf8 => say!(language, error.not_utf8),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use protocol::ErrorBody;

    use super::*;

    #[test]
    fn only_the_message_depends_on_the_language() {
        for (language, message) in [
            (Language::English, "Sold out: there are no copies left."),
            (Language::Chinese, "这本书已售罄。"),
        ] {
            let error = ShopError::SoldOut;
            let actual = error_message(&error, language);
            assert_eq!(
                serde_json::to_value(ErrorBody::new(error, actual)).unwrap(),
                serde_json::json!({"error": message, "code": "sold_out"})
            );
        }
    }

    #[test]
    fn the_message_for_bad_input_says_what_is_valid() {
        let message = |reason| error_message(&ShopError::BadInput(reason), Language::English);
        let missing = InvalidInput::Missing("quantity".to_owned());
        assert_eq!(message(missing), "“quantity” is missing.");
        assert_eq!(
            message(InvalidInput::Quantity),
            "Enter a whole number of copies, from 1 to 1,000."
        );
    }
}
