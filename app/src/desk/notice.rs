//! The notice that a desk page shows after a form was sent, as a code in its address.

use shop::{InvalidSale, Language};

/// The result of a desk form, as a code in the address of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The name or the password is wrong. The notice does not say which.
    WrongPassword,
    /// Too many attempts to sign in.
    TooManyAttempts,
    /// The member of staff has signed out.
    SignedOut,
    /// An announcement was made.
    Announced,
    /// The announcement's text or end is invalid.
    NoAnnouncement,
    /// As many announcements as allowed are in force already.
    TooManyAnnouncements,
    /// An announcement was withdrawn.
    Withdrawn,
    /// The announcement had already ended or been withdrawn.
    WithdrawnBefore,
    /// The shop was too busy. Nothing was done.
    Busy,
    /// There is no such import.
    NoSuchImport,
    /// The import is being checked again.
    ImportChecking,
    /// The import is being applied.
    ImportBegun,
    /// The import cannot be applied yet, or no longer.
    ImportNotReady,
    /// The import was cancelled.
    ImportCancelled,
    /// None of the files is a picture.
    NoPictures,
    /// The import had already ended.
    ImportOver,
    /// A file was uploaded.
    FileReceived,
    /// The file is empty, or none was chosen.
    EmptyFile,
    /// The file is too large.
    LargeFile,
    /// Too many imports are unfinished.
    TooManyImports,
    /// An order was marked as ready for collection.
    OrderReady,
    /// An order was handed over.
    OrderCollected,
    /// An order was cancelled.
    OrderCancelled,
    /// A book's stock was changed.
    StockChanged,
    /// A book's price was changed.
    PriceSet,
    /// A hold was taken back.
    TakenBack,
    /// The hold had already ended.
    HoldOver,
    /// A book was withdrawn from sale.
    BookWithdrawn,
    /// A book was put back on sale.
    BookSoldAgain,
    /// The change in copies is invalid.
    WrongChange,
    /// The number of copies is invalid.
    WrongCount,
    /// The number of copies is too large.
    TooManyCopies,
    /// The reason is missing or invalid.
    WrongReason,
    /// The price is invalid.
    WrongPrice,
    /// The stock would fall below the copies promised to carts and orders.
    Promised,
    /// A book's terms of sale were set.
    SaleSaved,
    /// A book that was on sale got a start in the future.
    SaleStopped,
    /// Somebody else has set the terms of sale meanwhile.
    SaleChanged,
    /// The start of a sale is missing or invalid.
    WrongStart,
    /// The start of a sale is in the past.
    StartPassed,
    /// The start of a sale is too far away.
    StartTooFar,
    /// The limit per shopper is invalid.
    WrongLimit,
    /// The clock was accepted.
    ClockAccepted,
    /// A role was changed.
    RoleChanged,
    /// An account was removed.
    AccountRemoved,
    /// Sessions were ended.
    SessionsEnded,
    /// The member of staff has changed their password.
    PasswordChanged,
    /// A password was chosen with a link.
    PasswordChosen,
    /// A link was withdrawn.
    LinkWithdrawn,
    /// The link had already been used, or had expired.
    NoLink,
    /// There is no such account.
    NoSuchAccount,
    /// There is already an account with this name.
    NameTaken,
    /// The name of an account is invalid.
    WrongName,
    /// Nobody else is an owner.
    LastOwner,
    /// Nobody can remove their own account.
    NotOneself,
    /// The current password is wrong.
    WrongCurrentPassword,
    /// The new password is too short or too long.
    BadPassword,
    /// The new password was not repeated.
    PasswordsDiffer,
}

impl Notice {
    /// Every notice.
    pub const ALL: [Self; 58] = [
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
        Self::SaleSaved,
        Self::SaleStopped,
        Self::SaleChanged,
        Self::WrongStart,
        Self::StartPassed,
        Self::StartTooFar,
        Self::WrongLimit,
        Self::ClockAccepted,
        Self::RoleChanged,
        Self::AccountRemoved,
        Self::SessionsEnded,
        Self::PasswordChanged,
        Self::PasswordChosen,
        Self::LinkWithdrawn,
        Self::NoLink,
        Self::NoSuchAccount,
        Self::NameTaken,
        Self::WrongName,
        Self::LastOwner,
        Self::NotOneself,
        Self::WrongCurrentPassword,
        Self::BadPassword,
        Self::PasswordsDiffer,
    ];

    /// The code in addresses.
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
            Self::SaleSaved => "sale_saved",
            Self::SaleStopped => "sale_stopped",
            Self::SaleChanged => "sale_changed",
            Self::WrongStart => "wrong_start",
            Self::StartPassed => "start_passed",
            Self::StartTooFar => "start_too_far",
            Self::WrongLimit => "wrong_limit",
            Self::ClockAccepted => "clock_accepted",
            Self::RoleChanged => "role_changed",
            Self::AccountRemoved => "account_removed",
            Self::SessionsEnded => "sessions_ended",
            Self::PasswordChanged => "password_changed",
            Self::PasswordChosen => "password_chosen",
            Self::LinkWithdrawn => "link_withdrawn",
            Self::NoLink => "no_link",
            Self::NoSuchAccount => "no_such_account",
            Self::NameTaken => "name_taken",
            Self::WrongName => "wrong_name",
            Self::LastOwner => "last_owner",
            Self::NotOneself => "not_oneself",
            Self::WrongCurrentPassword => "wrong_current_password",
            Self::BadPassword => "bad_password",
            Self::PasswordsDiffer => "passwords_differ",
        }
    }

    /// The notice with this code. `None` if there is none.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.code() == code)
    }

    /// Whether the action succeeded.
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
                | Self::SaleSaved
                | Self::SaleStopped
                | Self::Announced
                | Self::Withdrawn
                | Self::ImportChecking
                | Self::ImportBegun
                | Self::ImportCancelled
                | Self::FileReceived
                | Self::ClockAccepted
                | Self::RoleChanged
                | Self::AccountRemoved
                | Self::SessionsEnded
                | Self::PasswordChanged
                | Self::PasswordChosen
                | Self::LinkWithdrawn
        )
    }

    /// The message for staff.
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
            Self::SaleSaved => say!(language, sale.saved),
            Self::SaleStopped => say!(language, sale.stopped),
            Self::SaleChanged => say!(language, sale.changed_meanwhile),
            Self::WrongStart => say!(language, sale.no_start),
            Self::StartPassed => say!(language, sale.past),
            Self::StartTooFar => say!(language, sale.too_far),
            Self::WrongLimit => say!(language, sale.wrong_limit),
            Self::ClockAccepted => say!(language, desk.clock_accepted),
            Self::RoleChanged => say!(language, people.role_changed),
            Self::AccountRemoved => say!(language, people.account_removed),
            Self::SessionsEnded => say!(language, people.sessions_ended),
            Self::PasswordChanged => say!(language, people.password_changed),
            Self::PasswordChosen => say!(language, people.password_chosen),
            Self::LinkWithdrawn => say!(language, people.link_withdrawn),
            Self::NoLink => say!(language, people.no_link),
            Self::NoSuchAccount => say!(language, people.no_such_account),
            Self::NameTaken => say!(language, people.name_taken),
            Self::WrongName => say!(language, journal.bad_by),
            Self::LastOwner => say!(language, people.last_owner),
            Self::NotOneself => say!(language, people.not_oneself),
            Self::WrongCurrentPassword => say!(language, people.wrong_current),
            Self::BadPassword => say!(language, people.bad_password),
            Self::PasswordsDiffer => say!(language, people.passwords_differ),
        }
    }
}

impl From<InvalidSale> for Notice {
    fn from(why: InvalidSale) -> Self {
        match why {
            InvalidSale::NoStart => Self::WrongStart,
            InvalidSale::Past => Self::StartPassed,
            InvalidSale::TooFar => Self::StartTooFar,
            InvalidSale::Limit => Self::WrongLimit,
        }
    }
}
