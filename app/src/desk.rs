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
    /// There is no such import.
    NoSuchImport,
    /// It is being taken in.
    ImportBegun,
    /// It cannot be taken in yet, or any more.
    ImportNotReady,
    /// It was called off.
    ImportCancelled,
    /// It was over already.
    ImportOver,
    /// A file has arrived.
    FileReceived,
    /// There is nothing in a file, or there is none.
    EmptyFile,
    /// A file is larger than can be taken.
    LargeFile,
    /// There are as many unfinished imports as can be.
    TooManyImports,
}

impl Notice {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::WrongPassword,
        Self::TooManyAttempts,
        Self::SignedOut,
        Self::Busy,
        Self::NoSuchImport,
        Self::ImportBegun,
        Self::ImportNotReady,
        Self::ImportCancelled,
        Self::ImportOver,
        Self::FileReceived,
        Self::EmptyFile,
        Self::LargeFile,
        Self::TooManyImports,
    ];

    /// The word for it in addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong_password",
            Self::TooManyAttempts => "too_many_attempts",
            Self::SignedOut => "signed_out",
            Self::Busy => "busy",
            Self::NoSuchImport => "no_such_import",
            Self::ImportBegun => "import_begun",
            Self::ImportNotReady => "import_not_ready",
            Self::ImportCancelled => "import_cancelled",
            Self::ImportOver => "import_over",
            Self::FileReceived => "file_received",
            Self::EmptyFile => "empty_file",
            Self::LargeFile => "large_file",
            Self::TooManyImports => "too_many_imports",
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
        matches!(
            self,
            Self::SignedOut | Self::ImportBegun | Self::ImportCancelled | Self::FileReceived
        )
    }

    /// The sentence for it.
    #[must_use]
    pub fn sentence(self, here: Language) -> &'static str {
        match self {
            Self::WrongPassword => say!(here, desk.wrong_password),
            Self::TooManyAttempts => say!(here, desk.too_many_attempts),
            Self::SignedOut => say!(here, desk.signed_out),
            Self::Busy => say!(here, page.busy_more),
            Self::NoSuchImport => say!(here, import.no_such),
            Self::ImportBegun => say!(here, import.begun),
            Self::ImportNotReady => say!(here, import.not_ready),
            Self::ImportCancelled => say!(here, import.called_off),
            Self::ImportOver => say!(here, import.over),
            Self::FileReceived => say!(here, import.received),
            Self::EmptyFile => say!(here, import.empty_file),
            Self::LargeFile => say!(here, import.large_file),
            Self::TooManyImports => say!(here, import.too_many_imports),
        }
    }
}
