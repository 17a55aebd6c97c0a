//! Currencies, and amounts of money as plain numbers.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

use super::Price;

/// A currency of ISO 4217. By default the US dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(into = "String")]
pub struct Currency {
    code: &'static str,
    decimals: u8,
}

/// Why a text is not a [`Currency`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a currency is a code of three letters, as in EUR")]
pub struct UnknownCurrency;

/// Why a text is not a [`Price`] in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrice {
    /// The text is not an amount.
    #[error("a price is an amount, as in 20 or 19.95")]
    NotAnAmount,
    /// The amount has more decimals than the currency.
    #[error("the amount has more decimals than the currency")]
    TooManyDecimals,
    /// The amount is too high.
    #[error("the amount is too high")]
    TooHigh,
}

/// The currencies in use, by their decimals (ISO 4217, list one, without funds, metals and codes for
/// testing).
const CURRENCIES: [(u8, &str); 3] = [
    (
        0,
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    ),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
         CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
         GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL \
         MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN \
         PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
         SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

// Derived, it would borrow the code from the text for ever.
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        code.parse().map_err(D::Error::custom)
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::USD
    }
}

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self {
        code: "USD",
        decimals: 2,
    };

    /// Every currency, in alphabetical order.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all: Vec<Self> = every().collect();
        all.sort_unstable_by_key(|currency| currency.code);
        all
    }

    /// The code, as in `EUR`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The digits after the decimal point: 2 for the euro, none for the yen.
    #[must_use]
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// How many of the smallest unit make one of the currency: 100 cents make a dollar.
    #[must_use]
    pub fn scale(self) -> u32 {
        10_u32.pow(self.decimals.into())
    }

    /// An amount in the smallest unit as a plain number, as in `1234.50`.
    #[must_use]
    pub fn plain(self, minor: impl Into<u64>) -> String {
        let (minor, scale): (u64, u64) = (minor.into(), self.scale().into());
        let whole = minor / scale;
        match usize::from(self.decimals) {
            0 => whole.to_string(),
            decimals => format!("{whole}.{:0decimals$}", minor % scale),
        }
    }

    /// The sign of the currency where it is used, if it has one that people type.
    #[must_use]
    pub fn sign(self) -> Option<&'static str> {
        let dollars = [
            "USD", "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "ARS", "CLP", "COP",
        ];
        Some(match self.code {
            code if dollars.contains(&code) => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" | "CNY" => "¥",
            "INR" => "₹",
            "KRW" => "₩",
            "ILS" => "₪",
            "VND" => "₫",
            "PHP" => "₱",
            "RUB" => "₽",
            "TRY" => "₺",
            "UAH" => "₴",
            "NGN" => "₦",
            _ => return None,
        })
    }

    /// An amount as people type it, without the currency's code or sign on either side, and without
    /// white space around it.
    #[must_use]
    pub fn without_sign(self, text: &str) -> &str {
        let text = text.trim();
        for sign in [Some(self.code), self.sign()].into_iter().flatten() {
            if let Some(rest) = text.strip_prefix(sign).or(text.strip_suffix(sign)) {
                return rest.trim();
            }
        }
        text
    }

    /// Parses a price as people type it: `20`, `19.95` or `19,95`, with the code or the sign, if they
    /// like. Ignores surrounding white space, and commas between thousands: three digits after a comma
    /// are never decimals.
    ///
    /// # Errors
    /// [`InvalidPrice`].
    pub fn parse(self, text: &str) -> Result<Price, InvalidPrice> {
        let text = self.without_sign(text);
        let (whole, rest) = match text.split_once('.').or_else(|| self.decimal_comma(text)) {
            Some((whole, rest)) => (whole, Some(rest)),
            None => (text, None),
        };
        let groups: Vec<&str> = whole.split(',').collect();
        let first = groups.first().map_or(0, |group| group.len());
        let well_grouped = groups.len() == 1
            || ((1..=3).contains(&first) && groups.iter().skip(1).all(|group| group.len() == 3));
        if !well_grouped || !groups.iter().all(|group| is_digits(group)) {
            return Err(InvalidPrice::NotAnAmount);
        }
        self.amount(&groups.concat(), rest)
    }

    /// The parts of an amount before and after a comma that can only be the decimal one.
    fn decimal_comma(self, text: &str) -> Option<(&str, &str)> {
        let (whole, rest) = text.split_once(',')?;
        let are_decimals = rest.len() == usize::from(self.decimals) && rest.len() != 3;
        are_decimals.then_some((whole, rest))
    }

    /// The price with these digits before the decimal point, and these after it. There are as many
    /// after it as the currency has, or none.
    fn amount(self, whole: &str, rest: Option<&str>) -> Result<Price, InvalidPrice> {
        let decimals = usize::from(self.decimals);
        let rest = match rest {
            None => "0".repeat(decimals),
            Some(rest) if !is_digits(rest) => return Err(InvalidPrice::NotAnAmount),
            Some(rest) if rest.len() > decimals => return Err(InvalidPrice::TooManyDecimals),
            Some(rest) if rest.len() < decimals => return Err(InvalidPrice::NotAnAmount),
            Some(rest) => rest.to_owned(),
        };
        let minor = format!("{whole}{rest}").parse::<u32>();
        minor
            .map(Price::from_cents)
            .map_err(|_| InvalidPrice::TooHigh)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    /// Parses a code, whatever its case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        every()
            .find(|currency| currency.code.eq_ignore_ascii_case(text))
            .ok_or(UnknownCurrency)
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code.to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

fn every() -> impl Iterator<Item = Currency> {
    CURRENCIES.into_iter().flat_map(|(decimals, codes)| {
        let codes = codes.split_ascii_whitespace();
        codes.map(move |code| Currency { code, decimals })
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn a_currency_has_its_own_number_of_decimals() {
        for (code, decimals) in [("USD", 2), ("eur", 2), ("JPY", 0), ("KWD", 3), ("HUF", 2)] {
            assert_eq!(currency(code).decimals(), decimals, "{code}");
        }
        assert_eq!(currency("USD"), Currency::default());
        for unknown in ["", "EURO", "€", "XXX", "XAU", "US"] {
            assert_eq!(unknown.parse::<Currency>(), Err(UnknownCurrency));
        }
        let all = Currency::all();
        assert!(all.is_sorted_by(|one, next| one.code() < next.code()));
        assert!(all.iter().all(|currency| currency.code().len() == 3));
    }

    #[test]
    fn a_comma_is_the_decimal_one_only_where_it_can_be_nothing_else() {
        for (code, text, minor) in [
            ("EUR", "19,90", Some(1_990)),
            ("EUR", "19,90 €", Some(1_990)),
            ("EUR", "1,500", Some(150_000)),
            ("EUR", "1,234.50", Some(123_450)),
            ("EUR", "19,9", None),
            ("EUR", "1,234,50", None),
            ("EUR", "1.234,50", None),
            ("JPY", "1,500", Some(1_500)),
            ("JPY", "19,90", None),
            ("KWD", "1,500", Some(1_500_000)),
        ] {
            let parsed = currency(code).parse(text).ok().map(Price::cents);
            assert_eq!(parsed, minor, "{code} {text}");
        }
    }

    #[test]
    fn an_amount_is_written_with_the_decimals_of_its_currency() {
        for (code, minor, written) in [
            ("USD", 0_u32, "0.00"),
            ("USD", 5, "0.05"),
            ("EUR", 123_450, "1234.50"),
            ("JPY", 2_000, "2000"),
            ("KWD", 1_250, "1.250"),
        ] {
            assert_eq!(currency(code).plain(minor), written, "{code}");
        }
        let sum = 100 * u64::from(u32::MAX) + 5;
        assert_eq!(Currency::USD.plain(sum), "4294967295.05");
    }

    #[test]
    fn a_price_is_parsed_as_people_write_it() {
        for (code, text, minor) in [
            ("USD", "20", 2_000),
            ("USD", " 19.95 ", 1_995),
            ("USD", "USD 1,234.50", 123_450),
            ("USD", "$1,234.50", 123_450),
            ("EUR", "19.95 €", 1_995),
            ("USD", "0", 0),
            ("USD", "42949672.95", u32::MAX),
            ("JPY", "2,000", 2_000),
            ("JPY", "JPY2000", 2_000),
            ("KWD", "1.250", 1_250),
            ("KWD", "1", 1_000),
        ] {
            let price = Price::from_cents(minor);
            assert_eq!(currency(code).parse(text), Ok(price), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_price_in_the_currency_is_refused_with_the_reason() {
        use InvalidPrice::{NotAnAmount, TooHigh, TooManyDecimals};
        for (code, text, why) in [
            ("USD", "", NotAnAmount),
            ("USD", "-1", NotAnAmount),
            ("USD", "+1", NotAnAmount),
            ("USD", "1.5", NotAnAmount),
            ("USD", "1.", NotAnAmount),
            ("USD", ".50", NotAnAmount),
            ("USD", "1,5", NotAnAmount),
            ("USD", "1,2345.00", NotAnAmount),
            ("USD", "12e3", NotAnAmount),
            ("USD", "１", NotAnAmount),
            ("USD", "EUR 20", NotAnAmount),
            ("USD", "€20", NotAnAmount),
            ("USD", "1.250", TooManyDecimals),
            ("JPY", "20.00", TooManyDecimals),
            ("KWD", "1.25", NotAnAmount),
            ("KWD", "1.2500", TooManyDecimals),
            ("USD", "42949672.96", TooHigh),
        ] {
            assert_eq!(currency(code).parse(text), Err(why), "{code} {text}");
        }
    }
}
