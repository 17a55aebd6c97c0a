//! `leptos_i18n` as the generated messages call it, with plural rules that fit where they run.
//!
//! The library's own rules are ICU's, with data that would weigh more in a browser than the shop.
//! The messages name its parts by their paths, so the few that concern plural forms are here
//! under the same names.

pub use leptos_i18n::*;

/// What the generated messages call.
pub mod __private {
    pub use leptos_i18n::__private::*;

    pub use crate::i18n::plural_rules::get_plural_rules;

    /// A count that changes; only the library's own views have one.
    pub trait InterpolatePluralCount: Fn() -> Self::Count + Clone + 'static + Send + Sync {
        /// What it counts.
        type Count: Into<crate::i18n::plural_rules::PluralOperands>;
    }

    impl<T, F> InterpolatePluralCount for F
    where
        T: Into<crate::i18n::plural_rules::PluralOperands>,
        F: Fn() -> T + Clone + 'static + Send + Sync,
    {
        type Count = T;
    }
}

/// What the generated messages name of other crates.
pub mod reexports {
    pub use leptos_i18n::reexports::*;

    /// Parts of ICU.
    pub mod icu {
        pub use leptos_i18n::reexports::icu::*;

        /// Plural forms.
        pub mod plurals {
            pub use crate::i18n::plural_rules::{PluralCategory, PluralOperands, PluralRuleType};
        }
    }
}
