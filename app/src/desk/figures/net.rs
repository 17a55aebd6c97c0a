//! Net numbers and amounts: what was sold less what came back, which may be less than nothing.

use shop::Language;

use crate::i18n::{amount, number};

/// A net number of copies, as it is written in a language.
pub(super) fn net_number(language: Language, count: i64) -> String {
    signed(count, number(language, count.unsigned_abs()).to_string())
}

/// A net amount in cents, as it is written in a language.
pub(super) fn net_amount(language: Language, cents: i64) -> String {
    signed(cents, amount(language, cents.unsigned_abs()))
}

/// Puts a minus sign in front if the value has one.
pub(super) fn signed(value: i64, written: String) -> String {
    match value < 0 {
        true => format!("\u{2212}{written}"),
        false => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_nothing_has_a_minus_sign() {
        let english = Language::English;
        assert_eq!(net_number(english, 1_200), "1,200");
        assert_eq!(net_number(english, -2), "\u{2212}2");
        assert_eq!(net_amount(english, 0), "$0.00");
        assert_eq!(net_amount(english, -1_205), "\u{2212}$12.05");
    }
}
