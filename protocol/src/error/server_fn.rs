//! [`ShopError`] as the error of Leptos' server functions.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use shop::{InvalidKey, InvalidOrderCode, InvalidQuantity, InvalidSlug, UnknownLanguage};

use super::{InvalidInput, ShopError};

/// The most characters of a missing field's name that an error repeats.
const LONGEST_FIELD: usize = 60;

impl FromServerFnError for ShopError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // On the server: the arguments did not decode, so the function never ran.
            ServerFnErrorErr::Args(reason) | ServerFnErrorErr::MissingArg(reason) => {
                Self::BadInput(invalid_input(&reason))
            }
            // In the browser: no answer, or one from something else, such as a proxy.
            _ => Self::Unreachable,
        }
    }
}

/// The reason behind a decoder's message.
///
/// Such messages are written for programmers. Only a missing field and the errors of the shop's own
/// types are recognised.
fn invalid_input(reason: &str) -> InvalidInput {
    let missing = reason.strip_prefix("missing field `");
    if let Some(field) = missing.and_then(|field| field.strip_suffix('`')) {
        return InvalidInput::Missing(field.chars().take(LONGEST_FIELD).collect());
    }
    let ours = [
        (InvalidQuantity.to_string(), InvalidInput::Quantity),
        (InvalidSlug.to_string(), InvalidInput::Slug),
        (InvalidKey.to_string(), InvalidInput::Key),
        (InvalidOrderCode.to_string(), InvalidInput::OrderCode),
        (UnknownLanguage.to_string(), InvalidInput::Language),
    ];
    let ours = ours.into_iter().find(|(words, _)| words == reason);
    ours.map_or(InvalidInput::Unclear, |(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(reason: &str) -> ShopError {
        ShopError::from_server_fn_error(ServerFnErrorErr::Args(reason.to_owned()))
    }

    #[test]
    fn missing_fields_and_errors_of_the_shops_own_types_are_recognised() {
        let missing = InvalidInput::Missing("quantity".to_owned());
        assert_eq!(
            decoded("missing field `quantity`"),
            ShopError::BadInput(missing)
        );
        assert_eq!(
            decoded("invalid digit found in string"),
            ShopError::BadInput(InvalidInput::Unclear)
        );
        assert_eq!(
            decoded(&InvalidQuantity.to_string()),
            ShopError::BadInput(InvalidInput::Quantity)
        );
    }

    #[test]
    fn a_long_name_of_a_missing_field_is_cut() {
        let error = decoded(&format!("missing field `{}`", "é".repeat(10_000)));
        let json = serde_json::to_string(&error).unwrap();
        assert!(json.chars().count() < 200);
        assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
    }
}
