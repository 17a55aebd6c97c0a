//! Why a request could not be understood.

use shop::{
    InvalidKey, InvalidOrderCode, InvalidQuantity, InvalidSlug, Language, Quantity, UnknownLanguage,
};

/// The longest name of a field that is repeated to whoever left it out, in characters.
const LONGEST_FIELD: usize = 60;

/// What is wrong with a request. On the wire it is a word, beside the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// A field is not there.
    Missing(String),
    /// There is nothing better to say.
    Unclear,
    /// Not a [`Quantity`].
    Quantity,
    /// Not a [`Slug`](shop::Slug).
    Slug,
    /// Not a [`Key`](shop::Key).
    Key,
    /// Not an [`OrderCode`](shop::OrderCode).
    OrderCode,
    /// Not a [`Language`].
    Language,
    /// It did not arrive in time.
    TooSlow,
    /// More than anybody needs to say.
    TooLarge,
    /// Bytes that are no text.
    NotUtf8,
}

impl Misread {
    /// From what a decoder says, which is for programmers; what our own types say is known.
    pub(crate) fn from_decoder(reason: &str) -> Self {
        let missing = reason.strip_prefix("missing field `");
        if let Some(field) = missing.and_then(|field| field.strip_suffix('`')) {
            return Self::Missing(field.chars().take(LONGEST_FIELD).collect());
        }
        let ours = [
            (InvalidQuantity.to_string(), Self::Quantity),
            (InvalidSlug.to_string(), Self::Slug),
            (InvalidKey.to_string(), Self::Key),
            (InvalidOrderCode.to_string(), Self::OrderCode),
            (UnknownLanguage.to_string(), Self::Language),
        ];
        let ours = ours.into_iter().find(|(words, _)| words == reason);
        ours.map_or(Self::Unclear, |(_, known)| known)
    }

    /// The word for it.
    pub(crate) fn word(&self) -> String {
        let word = match self {
            Self::Missing(field) => return format!("missing:{field}"),
            Self::Unclear => "unclear",
            Self::Quantity => "quantity",
            Self::Slug => "slug",
            Self::Key => "key",
            Self::OrderCode => "order_code",
            Self::Language => "language",
            Self::TooSlow => "too_slow",
            Self::TooLarge => "too_large",
            Self::NotUtf8 => "not_utf8",
        };
        word.to_owned()
    }

    /// What a word stands for.
    pub(crate) fn from_word(word: &str) -> Self {
        if let Some(field) = word.strip_prefix("missing:") {
            return Self::Missing(field.to_owned());
        }
        let known = [
            Self::Quantity,
            Self::Slug,
            Self::Key,
            Self::OrderCode,
            Self::Language,
            Self::TooSlow,
            Self::TooLarge,
            Self::NotUtf8,
        ];
        let known = known.into_iter().find(|known| known.word() == word);
        known.unwrap_or(Self::Unclear)
    }

    /// The reason, as the end of a sentence.
    pub(crate) fn sentence(&self, language: Language) -> String {
        let words = match self {
            Self::Missing(field) => return say!(language, error.missing, field = field.clone()),
            Self::Quantity => return say!(language, error.quantity, most = Quantity::MOST),
            Self::Unclear => say!(language, error.check),
            Self::Slug => say!(language, error.slug),
            Self::Key => say!(language, error.key),
            Self::OrderCode => say!(language, error.order_code),
            Self::Language => say!(language, error.language),
            Self::TooSlow => say!(language, error.too_slow),
            Self::TooLarge => say!(language, error.too_large),
            Self::NotUtf8 => say!(language, error.not_utf8),
        };
        words.to_owned()
    }
}
