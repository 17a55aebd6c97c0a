//! Prices, as people read them, by the symbols of CLDR.

use shop::{Currency, Language, Price};

use super::number;
use crate::server::current_settings;

/// A price in the shop's currency, as it is written in a language.
#[must_use]
pub fn price(language: Language, price: Price) -> String {
    amount(language, price.cents())
}

/// An amount in the smallest unit of the shop's currency, which may be more than a [`Price`] can be.
#[must_use]
pub fn amount(language: Language, minor: impl Into<u64>) -> String {
    amount_in(language, current_settings().profile.currency(), minor)
}

/// An amount in the smallest unit of a currency.
#[must_use]
pub fn amount_in(language: Language, currency: Currency, minor: impl Into<u64>) -> String {
    let (minor, scale): (u64, u64) = (minor.into(), currency.scale().into());
    let whole = number(language, minor / scale);
    let rest = match usize::from(currency.decimals()) {
        0 => String::new(),
        decimals => {
            let point = say!(language, format.decimal);
            format!("{point}{:0decimals$}", minor % scale)
        }
    };
    let symbol = symbol(language, currency.code());
    // CLDR's `currencySpacing`: letters do not touch digits.
    let space = match symbol.ends_with(|c: char| c.is_ascii_alphabetic() || c == '.') {
        true => "\u{a0}",
        false => "",
    };
    format!("{symbol}{space}{whole}{rest}")
}

/// The symbol of a currency in a language: where there is none, its code (CLDR 48, `numbers`; both
/// languages put it before the number).
fn symbol(language: Language, code: &'static str) -> &'static str {
    let is_english = language == Language::English;
    match code {
        "USD" if is_english => "$",
        "USD" => "US$",
        "CNY" if is_english => "CN¥",
        "CNY" => "¥",
        "JPY" if is_english => "¥",
        "JPY" => "JP¥",
        "AUD" if is_english => "A$",
        "AUD" => "AU$",
        "PHP" if is_english => "₱",
        "BRL" => "R$",
        "CAD" => "CA$",
        "EUR" => "€",
        "GBP" => "£",
        "HKD" => "HK$",
        "ILS" => "₪",
        "INR" => "₹",
        "KRW" => "₩",
        "MXN" => "MX$",
        "NZD" => "NZ$",
        "TWD" => "NT$",
        "VND" => "₫",
        "XAF" => "FCFA",
        "XCD" => "EC$",
        "XCG" => "Cg.",
        "XOF" => "F\u{202f}CFA",
        "XPF" => "CFPF",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_reads_as_each_language_writes_it() {
        for (code, minor, english, chinese) in [
            ("USD", 123_456_700_u64, "$1,234,567.00", "US$1,234,567.00"),
            ("USD", 5, "$0.05", "US$0.05"),
            ("EUR", 2_000, "€20.00", "€20.00"),
            ("JPY", 2_000, "¥2,000", "JP¥2,000"),
            ("CNY", 5_800, "CN¥58.00", "¥58.00"),
            ("KWD", 1_250, "KWD\u{a0}1.250", "KWD\u{a0}1.250"),
            ("CHF", 2_450, "CHF\u{a0}24.50", "CHF\u{a0}24.50"),
            ("XAF", 6_500, "FCFA\u{a0}6,500", "FCFA\u{a0}6,500"),
        ] {
            let currency = code.parse().unwrap();
            let written = |language| amount_in(language, currency, minor);
            assert_eq!(written(Language::English), english);
            assert_eq!(written(Language::Chinese), chinese);
        }
    }

    #[test]
    fn a_shop_without_settings_sells_for_dollars() {
        let amount = Price::from_cents(123_450);
        assert_eq!(price(Language::English, amount), "$1,234.50");
        assert_eq!(price(Language::Chinese, amount), "US$1,234.50");
    }

    #[test]
    fn an_amount_may_be_more_than_a_price() {
        let cents = 100 * u64::from(u32::MAX) + 5;
        assert_eq!(amount(Language::English, cents), "$4,294,967,295.05");
    }
}
