//! Prices, as people read them.

use shop::{Language, Price};

use super::number;

/// An amount, as it is written in a language.
#[must_use]
pub fn price(language: Language, price: Price) -> String {
    amount(language, price.cents())
}

/// An amount in cents, which may be more than a [`Price`] can be.
#[must_use]
pub fn amount(language: Language, cents: impl Into<u64>) -> String {
    let cents: u64 = cents.into();
    let (whole, rest) = (cents / 100, cents % 100);
    let decimal = say!(language, format.decimal);
    let amount = format!("{}{decimal}{rest:02}", number(language, whole));
    say!(language, format.price, amount)
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

    #[test]
    fn an_amount_may_be_more_than_a_price() {
        let cents = 100 * u64::from(u32::MAX) + 5;
        assert_eq!(amount(Language::English, cents), "$4,294,967,295.05");
    }
}
