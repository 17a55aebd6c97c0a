//! The messages between the tabs of a browser, as text.

use protocol::Seen;

use super::State;
use crate::live::reconnect::Connection;

/// Names a tab: random, so that no two are alike.
pub type TabId = u64;

/// What tabs say to one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabMessage {
    /// A tab is here.
    Here {
        /// Which.
        tab: TabId,
        /// Whether it is in view.
        visible: bool,
        /// Whether the others should say the same of themselves.
        asks: bool,
        /// Whose page it is.
        shopper: String,
        /// What it follows and has seen.
        seen: Seen,
    },
    /// A tab has gone.
    Gone(TabId),
    /// Whoever says this leads, and is connected so.
    Leads(State),
    /// What the server has said to the leader, in its words.
    Said(String),
}

/// How a connection is called among tabs.
const CONNECTIONS: [(&str, Connection); 6] = [
    ("connecting", Connection::Connecting),
    ("live", Connection::Live),
    ("polling", Connection::Polling),
    ("stale", Connection::Stale),
    ("reconnecting", Connection::Reconnecting),
    ("lost", Connection::Lost),
];

impl TabMessage {
    /// The words, separated by spaces; what may contain some comes last.
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

    /// Reads it again. None where it is not a message of ours.
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
    fn every_message_is_read_as_it_was_written() {
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
    fn what_is_no_message_of_ours_is_ignored() {
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
