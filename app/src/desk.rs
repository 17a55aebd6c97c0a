//! The desk, as its pages and the server agree on it.

use shop::Language;

/// What a page of the desk says after a form was sent: a code in its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The name or the password is wrong; it is not said which.
    WrongPassword,
    /// Signing in was tried too often.
    TooManyAttempts,
    /// Somebody has signed out.
    SignedOut,
    /// It could not be done just now.
    Busy,
}

impl Notice {
    /// Every one.
    pub const ALL: [Self; 4] = [
        Self::WrongPassword,
        Self::TooManyAttempts,
        Self::SignedOut,
        Self::Busy,
    ];

    /// The word for it in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::TooManyAttempts => "too_many_attempts",
            Self::SignedOut => "signed_out",
            Self::Busy => "busy",
        }
    }

    /// What a code in an address stands for, if it stands for anything.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.code() == code)
    }

    /// Whether something was done, rather than refused.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::SignedOut)
    }

    /// The sentence for it.
    #[must_use]
    pub fn sentence(self, here: Language) -> &'static str {
        match self {
            Self::WrongPassword => say!(here, desk.wrong_password),
            Self::TooManyAttempts => say!(here, desk.too_many_attempts),
            Self::SignedOut => say!(here, desk.signed_out),
            Self::Busy => say!(here, page.busy_more),
        }
    }
}
