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
    /// Everybody is told.
    Announced,
    /// What was to be announced is no sentence, or has no end.
    NoAnnouncement,
    /// There are as many announcements as can be shown.
    TooManyAnnouncements,
    /// Nobody sees it any more.
    Withdrawn,
    /// It was over, or withdrawn, before.
    WithdrawnBefore,
    /// It could not be done just now.
    Busy,
}

impl Notice {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::WrongPassword,
        Self::TooManyAttempts,
        Self::SignedOut,
        Self::Announced,
        Self::NoAnnouncement,
        Self::TooManyAnnouncements,
        Self::Withdrawn,
        Self::WithdrawnBefore,
        Self::Busy,
    ];

    /// The word for it in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::TooManyAttempts => "too_many_attempts",
            Self::SignedOut => "signed_out",
            Self::Announced => "announced",
            Self::NoAnnouncement => "no_announcement",
            Self::TooManyAnnouncements => "too_many_announcements",
            Self::Withdrawn => "withdrawn",
            Self::WithdrawnBefore => "withdrawn_before",
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
        matches!(self, Self::SignedOut | Self::Announced | Self::Withdrawn)
    }

    /// The sentence for it.
    #[must_use]
    pub fn sentence(self, here: Language) -> &'static str {
        match self {
            Self::WrongPassword => say!(here, desk.wrong_password),
            Self::TooManyAttempts => say!(here, desk.too_many_attempts),
            Self::SignedOut => say!(here, desk.signed_out),
            Self::Announced => say!(here, news.announced),
            Self::NoAnnouncement => say!(here, news.no_announcement),
            Self::TooManyAnnouncements => say!(here, news.too_many),
            Self::Withdrawn => say!(here, news.withdrawn),
            Self::WithdrawnBefore => say!(here, news.withdrawn_before),
            Self::Busy => say!(here, page.busy_more),
        }
    }
}
