//! The acts of the staff that the journal records.

mod kind;
mod subject;

use std::num::NonZeroI32;

use serde::{Deserialize, Serialize};

use crate::{
    AnnouncementText, Currency, ImportId, OrderCode, OrderMail, Price, ReceiptCode, Role, Slug,
    StaffName, Timestamp,
};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Act {
    /// Copies were added to the stock, or taken out of it.
    Restocked {
        /// The book.
        book: Slug,
        /// The change in copies.
        change: NonZeroI32,
    },
    /// The stock was set to a count.
    Counted {
        /// The book.
        book: Slug,
        /// The copies on hand before.
        before: u32,
        /// The copies that were counted.
        on_hand: u32,
    },
    /// A book was added to the catalogue.
    BookAdded {
        /// The book.
        book: Slug,
        /// The opening stock.
        copies: u32,
    },
    /// What the shop says about a book was changed.
    BookEdited {
        /// The book.
        book: Slug,
        /// The names of the fields that were changed, as [`crate::BookField::name`] gives them. A
        /// later release may have written others.
        fields: Vec<String>,
    },
    /// A book got another cover.
    CoverSet {
        /// The book.
        book: Slug,
    },
    /// The number of copies at which a book is to be ordered again was changed.
    ReorderPointSet {
        /// The book.
        book: Slug,
        /// The number before, if there was one.
        before: Option<u32>,
        /// The new number; `None` if the book is not to be ordered again.
        copies: Option<u32>,
    },
    /// A price was changed.
    Priced {
        /// The book.
        book: Slug,
        /// The price before.
        before: Price,
        /// The new price.
        price: Price,
    },
    /// A book was withdrawn from sale.
    Withdrawn {
        /// The book.
        book: Slug,
    },
    /// A withdrawn book was put back on sale.
    SoldAgain {
        /// The book.
        book: Slug,
    },
    /// Copies were taken back from a cart or an offer.
    TakenBack {
        /// The book.
        book: Slug,
        /// The copies.
        copies: u32,
    },
    /// Copies were sold at the counter.
    SoldAtCounter {
        /// The receipt's code.
        receipt: ReceiptCode,
        /// The copies of all books.
        copies: u32,
        /// Their price.
        total: Price,
    },
    /// Copies came back at the counter.
    ReturnedAtCounter {
        /// The receipt's code.
        receipt: ReceiptCode,
        /// The book.
        book: Slug,
        /// The copies.
        copies: u32,
        /// The refund for all of them.
        refund: Price,
        /// Whether they were damaged, and so did not go back into stock.
        damaged: bool,
    },
    /// A book's terms of sale were set.
    SaleSet {
        /// The book.
        book: Slug,
        /// When it goes on sale; `None` if it is on sale already.
        opens_at: Option<Timestamp>,
        /// The limit per shopper, if the book has its own.
        limit: Option<u32>,
    },
    /// An order was marked as ready for collection.
    OrderReady {
        /// The order's code.
        order: OrderCode,
    },
    /// An order that was marked as ready is not ready after all.
    OrderNotReady {
        /// The order's code.
        order: OrderCode,
    },
    /// An order was handed over.
    OrderCollected {
        /// The order's code.
        order: OrderCode,
    },
    /// The shop cancelled an order.
    OrderCancelled {
        /// The order's code.
        order: OrderCode,
    },
    /// A mail about an order that could not be sent is sent again.
    MailSentAgain {
        /// The order's code.
        order: OrderCode,
        /// The mail.
        mail: OrderMail,
    },
    /// The name, the e-mail address or telephone number and the note were erased from an order.
    ContactErased {
        /// The order's code.
        order: OrderCode,
    },
    /// An announcement was made.
    Announced {
        /// Its text.
        text: AnnouncementText,
    },
    /// An announcement was withdrawn.
    AnnouncementWithdrawn {
        /// Its text.
        text: AnnouncementText,
    },
    /// The clock was confirmed after a doubt.
    ClockAccepted,
    /// Texts of the legal pages were changed.
    LegalTextsChanged {
        /// The texts, such as `terms.en`.
        texts: Vec<String>,
    },
    /// The shop's settings were changed.
    SettingsChanged {
        /// The names of the fields that were changed, as [`crate::SettingField::name`] gives them.
        /// A later release may have written others.
        fields: Vec<String>,
    },
    /// It was set whether a mail about orders is sent, or what stands at its beginning.
    MailSet {
        /// The mail.
        mail: OrderMail,
        /// Whether it is sent.
        enabled: bool,
    },
    /// The shop's currency was changed. The prices kept their numbers, or were rounded.
    CurrencyChanged {
        /// The currency before.
        before: Currency,
        /// The new currency.
        currency: Currency,
        /// The number of books whose prices are now in the new currency.
        books: u32,
        /// The number of books among them whose prices were rounded.
        rounded: u32,
    },
    /// A file of books or covers was announced for import.
    ImportBegun {
        /// The import.
        import: ImportId,
        /// The file's name.
        name: String,
    },
    /// An import was applied.
    ImportApplied {
        /// The import.
        import: ImportId,
        /// The file's name.
        name: String,
    },
    /// An import was cancelled.
    ImportCancelled {
        /// The import.
        import: ImportId,
        /// The file's name.
        name: String,
    },
    /// A member of staff signed in.
    SignedIn,
    /// A member of staff signed out.
    SignedOut,
    /// An account was added.
    AccountAdded {
        /// The account.
        name: StaffName,
        /// Its role.
        role: Role,
    },
    /// The first owner of a new shop made an account with the set-up link.
    FirstOwnerAdded {
        /// The account.
        name: StaffName,
    },
    /// An account was removed.
    AccountRemoved {
        /// The account.
        name: StaffName,
    },
    /// An account was given a new password.
    PasswordReset {
        /// The account.
        name: StaffName,
    },
    /// Somebody was invited to make an account.
    Invited {
        /// The account to be made.
        name: StaffName,
        /// Its role.
        role: Role,
    },
    /// The invited person made the account.
    InvitationAccepted {
        /// The account.
        name: StaffName,
        /// Its role.
        role: Role,
    },
    /// A link for a new password was made.
    PasswordLinkMade {
        /// The account.
        name: StaffName,
    },
    /// A new password was chosen with a link.
    PasswordChosen {
        /// The account.
        name: StaffName,
    },
    /// An invitation or a link for a new password was withdrawn.
    LinkWithdrawn {
        /// The account.
        name: StaffName,
    },
    /// An account's role was changed.
    RoleChanged {
        /// The account.
        name: StaffName,
        /// The role before.
        before: Role,
        /// The new role.
        role: Role,
    },
    /// Sessions of an account were ended.
    SessionsEnded {
        /// The account.
        name: StaffName,
        /// The number of sessions.
        count: u32,
    },
    /// A member of staff changed their own password.
    PasswordChanged,
    /// An act of a kind that only a later release knows. Its fields are not read.
    #[serde(other)]
    Unknown,
}

#[cfg(test)]
pub(crate) mod tests;
