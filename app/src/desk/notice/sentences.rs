//! The sentence of each notice.

use shop::Language;

use super::Notice;

impl Notice {
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
            Self::SettingsSaved => say!(language, settings.saved),
            Self::LegalPagesSaved => say!(language, legal.saved),
        }
    }
}
