//! The mails about an order.

use serde::{Deserialize, Serialize};

use crate::{Order, OrderState};

/// A mail about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderMail {
    /// The order was placed.
    Placed,
    /// The books are ready to be collected.
    Ready,
    /// The order ends soon.
    Reminder,
    /// The order was not collected in time.
    Overdue,
    /// The shop has cancelled the order.
    Cancelled,
}

impl OrderMail {
    /// Every mail, in the order in which they are sent.
    pub const ALL: [Self; 5] = [
        Self::Placed,
        Self::Ready,
        Self::Reminder,
        Self::Overdue,
        Self::Cancelled,
    ];

    /// The mail's name in forms and in the data.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Ready => "ready",
            Self::Reminder => "reminder",
            Self::Overdue => "overdue",
            Self::Cancelled => "cancelled",
        }
    }

    /// The mail with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mail| mail.name() == name)
    }

    /// Whether what the mail says is still true of the order, and may be told to its customer.
    #[must_use]
    pub fn applies_to(self, order: &Order) -> bool {
        let is_true = match self {
            Self::Placed | Self::Reminder => order.state == OrderState::Placed,
            Self::Ready => order.state == OrderState::Placed && order.ready_at.is_some(),
            Self::Overdue => order.state == OrderState::Overdue,
            Self::Cancelled => order.state == OrderState::Cancelled,
        };
        // A closed order loses its contact after a while. A mail that waits has an address of its own.
        is_true && (order.contact.is_some() || order.state != OrderState::Placed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_found_by_its_name_and_written_with_it() {
        for mail in OrderMail::ALL {
            assert_eq!(OrderMail::named(mail.name()), Some(mail));
            assert_eq!(serde_json::to_value(mail).unwrap(), mail.name());
        }
        assert_eq!(OrderMail::named("invoice"), None);
    }
}
