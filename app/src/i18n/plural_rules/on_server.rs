//! Which plural form a number takes, by ICU's rules.

pub use icu_plurals::{PluralCategory, PluralOperands, PluralRuleType};
use icu_plurals::{PluralRules, PluralRulesOptions};
use leptos_i18n::Locale as _;

use super::Locale;

thread_local! {
    /// The rules of every language. They cannot be shared between threads, so each thread has its
    /// own.
    static RULES: Vec<(Locale, PluralRules)> = {
        let rules = |&locale: &Locale| {
            let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
            let rules = PluralRules::try_new(locale.as_icu_locale().into(), options);
            Some((locale, rules.ok()?))
        };
        Locale::get_all().iter().filter_map(rules).collect()
    };
}

/// A language's rules.
#[derive(Debug, Clone, Copy)]
pub struct LocaleRules(Locale);

/// The rules of a language.
pub fn get_plural_rules(locale: Locale, _: PluralRuleType) -> LocaleRules {
    LocaleRules(locale)
}

impl LocaleRules {
    /// The plural form for a number.
    pub fn category_for(self, count: impl Into<PluralOperands>) -> PluralCategory {
        RULES.with(|rules| {
            let mut rules = rules.iter().filter(|(locale, _)| *locale == self.0);
            rules.next().map_or(PluralCategory::Other, |(_, rules)| {
                rules.category_for(count)
            })
        })
    }
}
