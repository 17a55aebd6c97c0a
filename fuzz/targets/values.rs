//! Values from forms and URLs: every parsed value round-trips through its text.

#![no_main]

use std::{fmt::Display, str::FromStr};

use libfuzzer_sys::fuzz_target;
use shop::{Contact, Email, Epoch, Isbn, Key, OrderCode, Slug};

fn round_trip<T: FromStr + Display + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        assert!(
            value
                .to_string()
                .parse::<T>()
                .is_ok_and(|parsed| parsed == value)
        );
    }
}

fuzz_target!(|text: &str| {
    round_trip::<Slug>(text);
    round_trip::<OrderCode>(text);
    round_trip::<Isbn>(text);
    round_trip::<Epoch>(text);
    let _ = (text.parse::<Email>(), text.parse::<Key>());
    let (name, reach) = text.split_once('\n').unwrap_or((text, "ann@example.org"));
    let _ = Contact::parse(name, reach);
});
