//! The names of the kinds of acts in the data.

use super::Act;

impl Act {
    /// The name of this kind of act in the data.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Restocked { .. } => "restocked",
            Self::Counted { .. } => "counted",
            Self::BookAdded { .. } => "book_added",
            Self::BookEdited { .. } => "book_edited",
            Self::CoverSet { .. } => "cover_set",
            Self::ReorderPointSet { .. } => "reorder_point_set",
            Self::Priced { .. } => "priced",
            Self::Withdrawn { .. } => "withdrawn",
            Self::SoldAgain { .. } => "sold_again",
            Self::TakenBack { .. } => "taken_back",
            Self::SoldAtCounter { .. } => "sold_at_counter",
            Self::ReturnedAtCounter { .. } => "returned_at_counter",
            Self::SaleSet { .. } => "sale_set",
            Self::OrderReady { .. } => "order_ready",
            Self::OrderNotReady { .. } => "order_not_ready",
            Self::OrderCollected { .. } => "order_collected",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::MailSentAgain { .. } => "mail_sent_again",
            Self::ContactErased { .. } => "contact_erased",
            Self::Announced { .. } => "announced",
            Self::AnnouncementWithdrawn { .. } => "announcement_withdrawn",
            Self::ClockAccepted => "clock_accepted",
            Self::SettingsChanged { .. } => "settings_changed",
            Self::LegalTextsChanged { .. } => "legal_texts_changed",
            Self::MailSet { .. } => "mail_set",
            Self::CurrencyChanged { .. } => "currency_changed",
            Self::ImportBegun { .. } => "import_begun",
            Self::ImportApplied { .. } => "import_applied",
            Self::ImportCancelled { .. } => "import_cancelled",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::AccountAdded { .. } => "account_added",
            Self::FirstOwnerAdded { .. } => "first_owner_added",
            Self::AccountRemoved { .. } => "account_removed",
            Self::PasswordReset { .. } => "password_reset",
            Self::Invited { .. } => "invited",
            Self::InvitationAccepted { .. } => "invitation_accepted",
            Self::PasswordLinkMade { .. } => "password_link_made",
            Self::PasswordChosen { .. } => "password_chosen",
            Self::LinkWithdrawn { .. } => "link_withdrawn",
            Self::RoleChanged { .. } => "role_changed",
            Self::SessionsEnded { .. } => "sessions_ended",
            Self::PasswordChanged => "password_changed",
            Self::Unknown => "unknown",
        }
    }
}
