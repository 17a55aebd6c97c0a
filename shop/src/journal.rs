//! The journal: who did what at the desk, and why.

use std::num::NonZeroI32;

use serde::{Deserialize, Serialize};

use crate::{
    AnnouncementText, Command, ImportId, OrderCode, Price, Reason, Role, Slug, StaffName, Timestamp,
};

/// A command of the staff, with its author, for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffCommand {
    /// The member of staff; `None` for a command on the shop's own machine.
    pub by: Option<StaffName>,
    /// The reason as it was given.
    pub reason: Option<Reason>,
    /// The command.
    pub command: Command,
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// When it was done.
    pub at: Timestamp,
    /// The member of staff; `None` for a command on the shop's own machine.
    pub by: Option<StaffName>,
    /// What was done.
    pub act: Act,
    /// The reason, if one was given.
    pub reason: Option<Reason>,
}

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
}

/// What an act was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActGroup {
    /// Stock, prices and sales.
    Stock,
    /// Orders.
    Orders,
    /// Imports.
    Imports,
    /// Announcements.
    Announcements,
    /// Accounts and sessions of staff, and the clock.
    Accounts,
}

impl Act {
    /// The name of this kind of act in the data.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Restocked { .. } => "restocked",
            Self::Counted { .. } => "counted",
            Self::Priced { .. } => "priced",
            Self::Withdrawn { .. } => "withdrawn",
            Self::SoldAgain { .. } => "sold_again",
            Self::TakenBack { .. } => "taken_back",
            Self::SaleSet { .. } => "sale_set",
            Self::OrderReady { .. } => "order_ready",
            Self::OrderCollected { .. } => "order_collected",
            Self::OrderCancelled { .. } => "order_cancelled",
            Self::Announced { .. } => "announced",
            Self::AnnouncementWithdrawn { .. } => "announcement_withdrawn",
            Self::ClockAccepted => "clock_accepted",
            Self::ImportBegun { .. } => "import_begun",
            Self::ImportApplied { .. } => "import_applied",
            Self::ImportCancelled { .. } => "import_cancelled",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::AccountAdded { .. } => "account_added",
            Self::AccountRemoved { .. } => "account_removed",
            Self::PasswordReset { .. } => "password_reset",
        }
    }

    /// The book that the act is about, if it is about one.
    #[must_use]
    pub fn book(&self) -> Option<&Slug> {
        match self {
            Self::Restocked { book, .. }
            | Self::Counted { book, .. }
            | Self::Priced { book, .. }
            | Self::Withdrawn { book }
            | Self::SoldAgain { book }
            | Self::TakenBack { book, .. }
            | Self::SaleSet { book, .. } => Some(book),
            _ => None,
        }
    }

    /// The order that the act is about, if it is about one.
    #[must_use]
    pub fn order(&self) -> Option<OrderCode> {
        match self {
            Self::OrderReady { order }
            | Self::OrderCollected { order }
            | Self::OrderCancelled { order } => Some(*order),
            _ => None,
        }
    }

    /// The book's slug, the order's code, the import's id or the account's name that the act is
    /// about, if it is about one.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        let book = self.book().map(ToString::to_string);
        let order = self.order().map(|order| order.to_string());
        book.or(order).or_else(|| match self {
            Self::ImportBegun { import, .. }
            | Self::ImportApplied { import, .. }
            | Self::ImportCancelled { import, .. } => Some(import.to_string()),
            Self::AccountAdded { name, .. }
            | Self::AccountRemoved { name }
            | Self::PasswordReset { name } => Some(name.to_string()),
            _ => None,
        })
    }
}

impl ActGroup {
    /// Every group.
    pub const ALL: [Self; 5] = [
        Self::Stock,
        Self::Orders,
        Self::Imports,
        Self::Announcements,
        Self::Accounts,
    ];

    /// The group's name in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Orders => "orders",
            Self::Imports => "imports",
            Self::Announcements => "announcements",
            Self::Accounts => "accounts",
        }
    }

    /// The kinds of acts in the group, as [`Act::kind`] names them.
    #[must_use]
    pub const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Stock => &[
                "restocked",
                "counted",
                "priced",
                "withdrawn",
                "sold_again",
                "taken_back",
                "sale_set",
            ],
            Self::Orders => &["order_ready", "order_collected", "order_cancelled"],
            Self::Imports => &["import_begun", "import_applied", "import_cancelled"],
            Self::Announcements => &["announced", "announcement_withdrawn"],
            Self::Accounts => &[
                "signed_in",
                "signed_out",
                "account_added",
                "account_removed",
                "password_reset",
                "clock_accepted",
            ],
        }
    }

    /// The group with this name in addresses.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == name)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Timestamp;

    /// One act of every kind.
    pub(crate) fn every_act() -> Vec<Act> {
        let book = Slug::parse("small-hours").unwrap();
        let order = OrderCode::from_bits(77);
        let (import, name) = (ImportId::from_bits(7), "autumn.csv".to_owned());
        let text: AnnouncementText = "We close at six today.".parse().unwrap();
        let account: StaffName = "ben".parse().unwrap();
        vec![
            Act::Restocked {
                book: book.clone(),
                change: NonZeroI32::new(-2).unwrap(),
            },
            Act::Counted {
                book: book.clone(),
                before: 4,
                on_hand: 7,
            },
            Act::Priced {
                book: book.clone(),
                before: Price::from_cents(2_000),
                price: Price::from_cents(1_995),
            },
            Act::Withdrawn { book: book.clone() },
            Act::SoldAgain { book: book.clone() },
            Act::TakenBack {
                book: book.clone(),
                copies: 3,
            },
            Act::SaleSet {
                book,
                opens_at: Some(Timestamp::from_millis(1_700_000_000_000)),
                limit: Some(2),
            },
            Act::OrderReady { order },
            Act::OrderCollected { order },
            Act::OrderCancelled { order },
            Act::Announced { text: text.clone() },
            Act::AnnouncementWithdrawn { text },
            Act::ClockAccepted,
            Act::ImportBegun {
                import,
                name: name.clone(),
            },
            Act::ImportApplied {
                import,
                name: name.clone(),
            },
            Act::ImportCancelled { import, name },
            Act::SignedIn,
            Act::SignedOut,
            Act::AccountAdded {
                name: account.clone(),
                role: Role::Clerk,
            },
            Act::AccountRemoved {
                name: account.clone(),
            },
            Act::PasswordReset { name: account },
        ]
    }

    #[test]
    fn an_act_is_read_back_as_it_was_written_under_the_name_of_its_kind() {
        for act in every_act() {
            let written = serde_json::to_value(&act).unwrap();
            assert_eq!(written["kind"], act.kind(), "{act:?}");
            assert_eq!(serde_json::from_value::<Act>(written).unwrap(), act);
        }
    }

    #[test]
    fn every_kind_of_act_is_in_one_group() {
        let mut of_groups: Vec<&str> = ActGroup::ALL
            .into_iter()
            .flat_map(|group| group.kinds().iter().copied())
            .collect();
        let mut all: Vec<&str> = every_act().iter().map(Act::kind).collect();
        of_groups.sort_unstable();
        all.sort_unstable();
        assert_eq!(of_groups, all);
    }
}
