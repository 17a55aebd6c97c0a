//! What programs and pages are told, and what addresses say.

use shop::InvalidQuantity;

use super::*;

#[test]
fn an_error_on_the_wire_is_a_sentence_and_a_code() {
    let json = serde_json::to_value(ShopError::SoldOut).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"error": "Sold out: every copy is taken.", "code": "sold_out"})
    );
}

#[test]
fn every_error_survives_the_wire() {
    for code in [
        "sold_out",
        "too_few",
        "over_limit",
        "not_yet",
        "in_cart",
        "too_many_waits",
        "no_offer",
        "no_email",
        "not_in_cart",
        "held_long_enough",
        "empty_cart",
        "nothing_to_order",
        "no_name",
        "long_name",
        "odd_name",
        "no_reach",
        "long_note",
        "order_closed",
        "no_such_book",
        "no_such_order",
        "key_reused",
        "bad_input",
        "unknown_shopper",
        "too_often",
        "busy",
        "cannot_write",
        "unreachable",
    ] {
        let error = ShopError::from_code(code).unwrap();
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
    }
}

#[test]
fn when_a_sale_opens_is_said_on_the_wire() {
    let opens_at = Some(Timestamp::from_millis(1_795_284_000_000));
    let error = ShopError::NotYet { opens_at };
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["opens_at"], 1_795_284_000_000_u64);
    assert_eq!(serde_json::from_value::<ShopError>(json).unwrap(), error);
    assert_eq!(error.in_address(), "notice=not_yet");
}

#[test]
fn the_books_that_are_gone_are_named_on_the_wire_and_in_the_address() {
    let gone = ["first", "second"]
        .map(|slug| slug.parse().unwrap())
        .to_vec();
    let error = ShopError::NothingToOrder { gone };
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
    assert_eq!(
        error.in_address(),
        "notice=nothing_to_order&gone=first,second"
    );
    assert_eq!(ShopError::SoldOut.in_address(), "notice=sold_out");
}

#[test]
fn what_a_decoder_says_is_not_said_to_people() {
    let said = |reason: &str| {
        let error = ServerFnErrorErr::Args(reason.to_owned());
        ShopError::from_server_fn_error(error).to_string()
    };
    assert!(said("missing field `quantity`").ends_with("“quantity” is missing."));
    assert!(said("invalid digit found in string").ends_with("what you have entered."));
    let ours = InvalidQuantity.to_string();
    assert!(said(&ours).contains(&ours));
}

#[test]
fn a_field_that_is_missing_is_named_at_a_decent_length() {
    let reason = format!("missing field `{}`", "é".repeat(10_000));
    let error = ShopError::from_server_fn_error(ServerFnErrorErr::Args(reason));
    for language in Language::ALL {
        assert!(error.sentence(language).chars().count() < 300);
    }
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
}

#[test]
fn the_sentence_is_in_the_language_and_the_code_in_none() {
    let told = ShopError::SoldOut.told_in(Language::Chinese);
    assert_eq!(
        serde_json::to_value(told).unwrap(),
        serde_json::json!({"error": "已售罄：每一本都有主了。", "code": "sold_out"})
    );
}
