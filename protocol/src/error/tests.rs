//! Errors on the wire and in URLs.

use super::*;

#[test]
fn every_error_is_read_back_from_its_code_and_its_json() {
    for error in ShopError::ALL {
        assert_eq!(ShopError::from_code(error.code()), Some(error.clone()));
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
    }
}

#[test]
fn the_opening_of_a_sale_is_on_the_wire() {
    let opens_at = Some(Timestamp::from_millis(1_795_284_000_000));
    let error = ShopError::NotYet { opens_at };
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["opens_at"], 1_795_284_000_000_u64);
    assert_eq!(serde_json::from_value::<ShopError>(json).unwrap(), error);
    assert_eq!(error.to_query(), "notice=not_yet");
}

#[test]
fn the_new_total_is_on_the_wire() {
    let total = Some(Price::from_cents(7_650));
    let error = ShopError::PriceChanged { total };
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["total"], 7_650);
    assert_eq!(serde_json::from_value::<ShopError>(json).unwrap(), error);
    assert_eq!(error.to_query(), "notice=price_changed");
}

#[test]
fn the_gone_books_are_on_the_wire_and_in_the_address() {
    let gone = ["first", "second"]
        .map(|slug| slug.parse().unwrap())
        .to_vec();
    let error = ShopError::NothingToOrder { gone };
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(serde_json::from_str::<ShopError>(&json).unwrap(), error);
    assert_eq!(
        error.to_query(),
        "notice=nothing_to_order&gone=first,second"
    );
    assert_eq!(ShopError::SoldOut.to_query(), "notice=sold_out");
}

#[test]
fn the_message_comes_first_and_only_the_code_is_read_back() {
    let body = ErrorBody::new(ShopError::SoldOut, "Sold out.".to_owned());
    let json = serde_json::to_string(&body).unwrap();
    assert_eq!(json, r#"{"error":"Sold out.","code":"sold_out"}"#);
    assert_eq!(
        serde_json::from_str::<ShopError>(&json).unwrap(),
        ShopError::SoldOut
    );
}
