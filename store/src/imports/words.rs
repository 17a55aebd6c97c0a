//! What the data and addresses call a thing of which there are a few kinds.

/// The words that both databases have for these.
macro_rules! words {
    ($type:ty: $($variant:ident = $word:literal,)+) => {
        impl $type {
            /// Its word, in the data and in addresses.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one that is called so.
            #[must_use]
            pub fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use words;
