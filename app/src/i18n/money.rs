//! Prices, as people read them.

use shop::{Language, Price};

/// An amount, as it is written in a language.
#[must_use]
pub fn price(language: Language, price: Price) -> String {
    say!(language, date.price, dollars = price.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_reads_as_each_language_writes_it() {
        let amount = Price::from_cents(123_456_700);
        assert_eq!(price(Language::English, amount), "$1,234,567.00");
        assert_eq!(price(Language::Chinese, amount), "US$1,234,567.00");
    }
}
