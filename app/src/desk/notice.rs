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
            Self::NoSuchImport => say!(here, import.no_such),
            Self::ImportChecking => say!(here, import.checking_again),
            Self::ImportBegun => say!(here, import.begun),
            Self::ImportNotReady => say!(here, import.not_ready),
            Self::ImportCancelled => say!(here, import.called_off),
            Self::ImportOver => say!(here, import.over),
            Self::NoPictures => say!(here, import.no_pictures),
            Self::FileReceived => say!(here, import.received),
            Self::EmptyFile => say!(here, import.empty_file),
            Self::LargeFile => say!(here, import.large_file),
            Self::TooManyImports => say!(here, import.too_many_imports),
            Self::OrderReady => say!(here, desk.order_ready),
            Self::OrderCollected => say!(here, desk.order_collected),
            Self::OrderCancelled => say!(here, desk.order_cancelled),
            Self::StockChanged => say!(here, desk.stock_changed),
            Self::PriceSet => say!(here, desk.price_set),
            Self::TakenBack => say!(here, desk.taken_back),
            Self::BookWithdrawn => say!(here, desk.book_withdrawn),
            Self::BookSoldAgain => say!(here, desk.book_sold_again),
            Self::WrongChange => say!(here, desk.wrong_change),
            Self::HoldOver => say!(here, desk.hold_over),
            Self::WrongCount => say!(here, desk.wrong_count),
            Self::TooManyCopies => say!(here, import.too_many),
            Self::WrongReason => say!(here, desk.wrong_reason),
            Self::WrongPrice => say!(here, desk.wrong_price),
            Self::Promised => say!(here, desk.promised),
        }
    }
}
