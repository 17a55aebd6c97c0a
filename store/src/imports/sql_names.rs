//! The names of enum variants in the database and in URLs.

/// Implements the conversions between an enum and its names.
macro_rules! sql_names {
    ($type:ty: $($variant:ident = $word:literal,)+) => {
        impl $type {
            /// The name in the database and in URLs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The variant with this name.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use sql_names;
