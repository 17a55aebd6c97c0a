//! What a page of the desk says after a form was sent, as a code in its address.

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
    /// There is no such import.
    NoSuchImport,
    /// It is being checked once more.
    ImportChecking,
    /// It is being taken in.
    ImportBegun,
    /// It cannot be taken in yet, or any more.
    ImportNotReady,
    /// It was called off.
    ImportCancelled,
    /// There is no picture among the files.
    NoPictures,
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
    /// An order lies ready.
    OrderReady,
    /// An order was handed over.
    OrderCollected,
    /// An order was called off.
    OrderCancelled,
    /// A book's count is another.
    StockChanged,
    /// A book has another price.
    PriceSet,
    /// What was held is free again.
    TakenBack,
    /// What was held was not held any more.
    HoldOver,
    /// A book is not sold any more.
    BookWithdrawn,
    /// A book is sold again.
    BookSoldAgain,
    /// A change of the count that is none.
    WrongChange,
    /// A number of copies that is none.
    WrongCount,
    /// More copies than can be counted.
    TooManyCopies,
    /// A change without a reason.
    WrongReason,
    /// A price that is none.
    WrongPrice,
    /// Copies that are promised would be missing.
    Promised,
}

impl Notice {
    /// Every one.
    pub const ALL: [Self; 35] = [
        Self::WrongPassword,
        Self::TooManyAttempts,
        Self::SignedOut,
        Self::Announced,
        Self::NoAnnouncement,
        Self::TooManyAnnouncements,
        Self::Withdrawn,
        Self::WithdrawnBefore,
        Self::Busy,
        Self::NoSuchImport,
        Self::ImportChecking,
        Self::ImportBegun,
        Self::ImportNotReady,
        Self::ImportCancelled,
        Self::ImportOver,
        Self::NoPictures,
        Self::FileReceived,
        Self::EmptyFile,
        Self::LargeFile,
        Self::TooManyImports,
        Self::OrderReady,
        Self::OrderCollected,
        Self::OrderCancelled,
        Self::StockChanged,
        Self::PriceSet,
        Self::TakenBack,
        Self::HoldOver,
        Self::BookWithdrawn,
        Self::BookSoldAgain,
        Self::WrongChange,
        Self::WrongCount,
        Self::TooManyCopies,
        Self::WrongReason,
        Self::WrongPrice,
        Self::Promised,
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
            Self::NoSuchImport => "no_such_import",
            Self::ImportChecking => "import_checking",
            Self::ImportBegun => "import_begun",
            Self::ImportNotReady => "import_not_ready",
            Self::ImportCancelled => "import_cancelled",
            Self::ImportOver => "import_over",
            Self::NoPictures => "no_pictures",
            Self::FileReceived => "file_received",
            Self::EmptyFile => "empty_file",
            Self::LargeFile => "large_file",
            Self::TooManyImports => "too_many_imports",
            Self::OrderReady => "order_ready",
            Self::OrderCollected => "order_collected",
            Self::OrderCancelled => "order_cancelled",
            Self::StockChanged => "stock_changed",
            Self::PriceSet => "price_set",
            Self::TakenBack => "taken_back",
            Self::BookWithdrawn => "book_withdrawn",
            Self::BookSoldAgain => "book_sold_again",
            Self::WrongChange => "wrong_change",
            Self::HoldOver => "hold_over",
            Self::WrongCount => "wrong_count",
            Self::TooManyCopies => "too_many_copies",
            Self::WrongReason => "wrong_reason",
            Self::WrongPrice => "wrong_price",
            Self::Promised => "promised",
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
            Self::SignedOut
                | Self::OrderReady
                | Self::OrderCollected
                | Self::OrderCancelled
                | Self::StockChanged
                | Self::PriceSet
                | Self::TakenBack
                | Self::BookWithdrawn
                | Self::BookSoldAgain
                | Self::Announced
                | Self::Withdrawn
                | Self::ImportChecking
                | Self::ImportBegun
                | Self::ImportCancelled
                | Self::FileReceived
        )
    }

    /// The sentence for it.
    #[must_use]
    pub fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::WrongPassword => say!(language, desk.wrong_password),
            Self::TooManyAttempts => say!(language, desk.too_many_attempts),
            Self::SignedOut => say!(language, desk.signed_out),
            Self::Announced => say!(language, announcements.announced),
            Self::NoAnnouncement => say!(language, announcements.no_announcement),
            Self::TooManyAnnouncements => say!(language, announcements.too_many),
            Self::Withdrawn => say!(language, announcements.withdrawn),
            Self::WithdrawnBefore => say!(language, announcements.withdrawn_before),
            Self::Busy => say!(language, error.busy),
            Self::NoSuchImport => say!(language, import.no_such),
            Self::ImportChecking => say!(language, import.checking_again),
            Self::ImportBegun => say!(language, import.begun),
            Self::ImportNotReady => say!(language, import.not_ready),
            Self::ImportCancelled => say!(language, import.called_off),
            Self::ImportOver => say!(language, import.over),
            Self::NoPictures => say!(language, import.no_pictures),
            Self::FileReceived => say!(language, import.received),
            Self::EmptyFile => say!(language, import.empty_file),
            Self::LargeFile => say!(language, import.large_file),
            Self::TooManyImports => say!(language, import.too_many_imports),
            Self::OrderReady => say!(language, desk.order_ready),
            Self::OrderCollected => say!(language, desk.order_collected),
            Self::OrderCancelled => say!(language, desk.order_cancelled),
            Self::StockChanged => say!(language, desk.stock_changed),
            Self::PriceSet => say!(language, desk.price_set),
            Self::TakenBack => say!(language, desk.taken_back),
            Self::BookWithdrawn => say!(language, desk.book_withdrawn),
            Self::BookSoldAgain => say!(language, desk.book_sold_again),
            Self::WrongChange => say!(language, desk.wrong_change),
            Self::HoldOver => say!(language, desk.hold_over),
            Self::WrongCount => say!(language, desk.wrong_count),
            Self::TooManyCopies => say!(language, import.too_many),
            Self::WrongReason => say!(language, desk.wrong_reason),
            Self::WrongPrice => say!(language, desk.wrong_price),
            Self::Promised => say!(language, desk.promised),
        }
    }
}
