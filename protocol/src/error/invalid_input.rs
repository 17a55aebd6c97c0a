//! Why a request could not be understood.

/// What is wrong with a request. On the wire it is a code, next to the error's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidInput {
    /// A field is missing.
    Missing(String),
    /// Nothing more precise is known.
    Unclear,
    /// Not a [`Quantity`](shop::Quantity).
    Quantity,
    /// Not a [`Slug`](shop::Slug).
    Slug,
    /// Not a [`Key`](shop::Key).
    Key,
    /// Not an [`OrderCode`](shop::OrderCode).
    OrderCode,
    /// Not a [`Language`](shop::Language).
    Language,
    /// The body did not arrive in time.
    TooSlow,
    /// The body is too large.
    TooLarge,
    /// The body is not UTF-8.
    NotUtf8,
}

impl InvalidInput {
    /// The code.
    #[must_use]
    pub fn code(&self) -> String {
        let code = match self {
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
        code.to_owned()
    }

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        if let Some(field) = code.strip_prefix("missing:") {
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
        let known = known.into_iter().find(|known| known.code() == code);
        known.unwrap_or(Self::Unclear)
    }
}
