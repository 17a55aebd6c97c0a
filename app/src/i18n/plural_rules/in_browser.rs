//! Which plural form a number takes, by the browser's `Intl.PluralRules`.

use leptos_i18n::Locale as _;
use wasm_bindgen::prelude::wasm_bindgen;

use super::Locale;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl, js_name = PluralRules)]
    type BrowserRules;

    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "PluralRules")]
    fn new(locale: &str) -> BrowserRules;

    #[wasm_bindgen(method)]
    fn select(this: &BrowserRules, count: f64) -> String;
}

/// Whether a number counts or ranks. The shop's messages only count.
#[derive(Debug, Clone, Copy)]
#[expect(dead_code, reason = "no message has an ordinal")]
pub enum PluralRuleType {
    /// Counts: one copy, two copies.
    Cardinal,
    /// Ranks: first, second.
    Ordinal,
}

/// A plural form, as CLDR names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluralCategory {
    /// `zero`
    Zero,
    /// `one`
    One,
    /// `two`
    Two,
    /// `few`
    Few,
    /// `many`
    Many,
    /// `other`
    Other,
}

/// A number that chooses a plural form.
#[derive(Debug, Clone, Copy)]
pub struct PluralOperands(f64);

impl From<u32> for PluralOperands {
    fn from(number: u32) -> Self {
        Self(number.into())
    }
}

impl From<usize> for PluralOperands {
    fn from(number: usize) -> Self {
        Self(number as f64)
    }
}

impl From<u64> for PluralOperands {
    fn from(number: u64) -> Self {
        // A plural form needs no more digits than a float has.
        Self(number as f64)
    }
}

/// A language's rules.
#[derive(Debug, Clone, Copy)]
pub struct PluralRules(&'static str);

/// The rules of a language.
pub fn get_plural_rules(locale: Locale, _: PluralRuleType) -> PluralRules {
    PluralRules(locale.as_str())
}

impl PluralRules {
    /// The plural form for a number.
    pub fn category_for(self, count: impl Into<PluralOperands>) -> PluralCategory {
        let PluralOperands(count) = count.into();
        match BrowserRules::new(self.0).select(count).as_str() {
            "zero" => PluralCategory::Zero,
            "one" => PluralCategory::One,
            "two" => PluralCategory::Two,
            "few" => PluralCategory::Few,
            "many" => PluralCategory::Many,
            _ => PluralCategory::Other,
        }
    }
}
