//! The messages between the tabs of a browser, as text.

use protocol::Seen;

use super::State;
use crate::live::reconnect::Connection;

/// A tab's id: a random number, so that no two tabs have the same.
pub type TabId = u64;

/// A message from one tab to all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabMessage {
    /// A tab exists.
    Here {
        /// The tab.
        tab: TabId,
        /// Whether it is visible.
        visible: bool,
        /// Whether the others should answer with the same.
        asks: bool,
        /// The hash of the shopper's id in its page.
        shopper: String,
        /// The topics that it follows, and the versions that it has seen.
        seen: Seen,
    },
    /// A tab was closed or cached.
    Gone(TabId),
    /// The sender leads, and is connected in this way.
    Leads(State),
    /// A message of the server to the leader, as its JSON text.
    Said(String),
}

/// The names of connections in these messages.
const CONNECTIONS: [(&str, Connection); 6] = [
    ("connecting", Connection::Connecting),
    ("live", Connection::Live),
    ("polling", Connection::Polling),
    ("stale", Connection::Stale),
    ("reconnecting", Connection::Reconnecting),
    ("lost", Connection::Lost),
];

impl TabMessage {
    /// The message as words separated by spaces. A part that may contain spaces comes last.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Here {
                tab,
                visible,
                asks,
                shopper,
                seen,
            } => format!("here {tab} {visible} {asks} {shopper} {seen}"),
            Self::Gone(tab) => format!("gone {tab}"),
            Self::Leads((connection, round_trip)) => {
                let mut names = CONNECTIONS.iter();
                let name = names.find(|(_, known)| known == connection);
                let name = name.map_or("", |(name, _)| name);
                format!("leads {name} {}", round_trip.unwrap_or(0))
            }
            Self::Said(text) => format!("said {text}"),
        }
    }

    /// Parses a message. `None` if it is not a message of the shop's tabs.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "here" => {
                let mut words = rest.split(' ');
                Some(Self::Here {
                    tab: words.next()?.parse().ok()?,
                    visible: words.next()? == "true",
                    asks: words.next()? == "true",
                    shopper: words.next()?.to_owned(),
                    seen: match words.next()? {
                        "" => Seen::default(),
                        seen => Seen::parse(seen).ok()?,
                    },
                })
            }
            "gone" => rest.parse().ok().map(Self::Gone),
            "leads" => {
                let (name, round_trip) = rest.split_once(' ')?;
                let (_, connection) = CONNECTIONS.iter().find(|(known, _)| *known == name)?;
                let round_trip = round_trip.parse().ok().filter(|&millis| millis > 0);
                Some(Self::Leads((*connection, round_trip)))
            }
            "said" => Some(Self::Said(rest.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_read_back() {
        let here = |seen: Seen, shopper: &str| TabMessage::Here {
            tab: u64::MAX,
            visible: true,
            asks: false,
            shopper: shopper.to_owned(),
            seen,
        };
        let messages = [
            here(Seen::default(), ""),
            here(Seen::parse("drop:5,@mine:0").unwrap(), "9f3a"),
            TabMessage::Gone(7),
            TabMessage::Leads((Connection::Live, Some(12))),
            TabMessage::Leads((Connection::Stale, None)),
            TabMessage::Leads((Connection::Reconnecting, None)),
            TabMessage::Said(r#"{"error":"with spaces"}"#.to_owned()),
        ];
        for message in messages {
            assert_eq!(TabMessage::from_text(&message.to_text()), Some(message));
        }
    }

    #[test]
    fn other_texts_are_not_messages() {
        for text in [
            "",
            "here",
            "here x true false  ",
            "leads somehow 3",
            "hello there",
        ] {
            assert_eq!(TabMessage::from_text(text), None, "{text:?}");
        }
    }
}
