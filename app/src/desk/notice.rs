//! The notice that a desk page shows after a form was sent, as a code in its address.

mod codes;
mod sentences;

use shop::InvalidSale;

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
    /// An order is no longer marked as ready.
    OrderNotReady,
    /// An order was handed over.
    OrderCollected,
    /// An order was cancelled.
    OrderCancelled,
    /// A mail about an order is sent again.
    MailSentAgain,
    /// There is no mail to send again.
    NothingToSend,
    /// The contact of an order was erased.
    ContactErased,
    /// A book's stock was changed.
    StockChanged,
    /// A book was added.
    BookAdded,
    /// A book's description was saved.
    BookSaved,
    /// A book got another cover.
    CoverSet,
    /// The picture cannot be read.
    NoPicture,
    /// The picture is too large.
    LargePicture,
    /// A book's reorder point was set.
    ReorderPointSet,
    /// The reorder point is invalid.
    WrongReorderPoint,
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
    /// Copies were sold at the counter.
    CopiesSold,
    /// The copies cannot be sold. Nothing was sold.
    NotSold,
    /// There is nothing to sell.
    NothingToSell,
    /// A number of copies at the counter is invalid.
    WrongCopies,
    /// A price has changed since the list was shown. Nothing was sold.
    OtherPrice,
    /// The sale was made before, with other books or copies.
    SoldBefore,
    /// Copies were taken back at the counter.
    CopiesReturned,
    /// What was typed names no book.
    NoBookScanned,
    /// A digit of the scanned ISBN is wrong.
    WrongDigit,
    /// The same ISBN was scanned twice.
    ScannedTwice,
    /// The shop has no book with the scanned ISBN or ID.
    UnknownBook,
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
    /// The shop's settings were saved.
    SettingsSaved,
    /// The legal pages were saved.
    LegalPagesSaved,
    /// What an owner has set about a mail was saved.
    MailSaved,
}

impl Notice {
    /// Whether the action succeeded.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(
            self,
            Self::SignedOut
                | Self::OrderReady
                | Self::OrderNotReady
                | Self::OrderCollected
                | Self::OrderCancelled
                | Self::MailSentAgain
                | Self::ContactErased
                | Self::StockChanged
                | Self::BookAdded
                | Self::BookSaved
                | Self::CoverSet
                | Self::ReorderPointSet
                | Self::PriceSet
                | Self::TakenBack
                | Self::BookWithdrawn
                | Self::BookSoldAgain
                | Self::CopiesSold
                | Self::CopiesReturned
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
                | Self::SettingsSaved
                | Self::LegalPagesSaved
                | Self::MailSaved
        )
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
