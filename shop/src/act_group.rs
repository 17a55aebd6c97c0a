//! The groups of acts, by which the journal is filtered.

/// What an act was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActGroup {
    /// Books, stock, prices and sales.
    Stock,
    /// Orders.
    Orders,
    /// Imports.
    Imports,
    /// Announcements.
    Announcements,
    /// The shop's settings.
    Settings,
    /// Accounts and sessions of staff, and the clock.
    Accounts,
}

impl ActGroup {
    /// Every group.
    pub const ALL: [Self; 6] = [
        Self::Stock,
        Self::Orders,
        Self::Imports,
        Self::Announcements,
        Self::Settings,
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
            Self::Settings => "settings",
            Self::Accounts => "accounts",
        }
    }

    /// The kinds of acts in the group, as [`crate::Act::kind`] names them.
    #[must_use]
    pub const fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Stock => &[
                "restocked",
                "counted",
                "book_added",
                "book_edited",
                "cover_set",
                "reorder_point_set",
                "priced",
                "withdrawn",
                "sold_again",
                "taken_back",
                "sold_at_counter",
                "returned_at_counter",
                "sale_set",
            ],
            Self::Orders => &[
                "order_ready",
                "order_not_ready",
                "order_collected",
                "order_cancelled",
                "mail_sent_again",
                "contact_erased",
            ],
            Self::Imports => &["import_begun", "import_applied", "import_cancelled"],
            Self::Announcements => &["announced", "announcement_withdrawn"],
            Self::Settings => &[
                "settings_changed",
                "currency_changed",
                "legal_texts_changed",
                "mail_set",
            ],
            Self::Accounts => &[
                "signed_in",
                "signed_out",
                "account_added",
                "first_owner_added",
                "account_removed",
                "password_reset",
                "invited",
                "invitation_accepted",
                "password_link_made",
                "password_chosen",
                "link_withdrawn",
                "role_changed",
                "sessions_ended",
                "password_changed",
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
mod tests {
    use super::*;
    use crate::{Act, act::tests::every_act};

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
