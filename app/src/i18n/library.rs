//! Stands in for `leptos_i18n` in the generated messages, with other plural rules. The library's
//! own rules are ICU's, whose data would be larger in a browser than the rest of the shop.

pub use leptos_i18n::*;

/// The items that the generated messages call.
///
/// The generated code names items of the library by path, so those that concern plural forms are
/// replaced here, under the same names.
pub mod __private {
    pub use leptos_i18n::__private::*;

    pub use crate::i18n::plural_rules::get_plural_rules;

    /// A count as a function, which only the library's own views use.
    pub trait InterpolatePluralCount: Fn() -> Self::Count + Clone + 'static + Send + Sync {
        /// The type of the count.
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

/// The items of other crates that the generated messages name.
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
