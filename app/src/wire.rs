//! What `/live` says and is told, as JSON.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use shop::{Level, Slug};

/// Topics that one connection may follow.
pub const MAX_TOPICS: usize = 100;

/// What the server sends: everything that changed, absent parts left out. An
/// empty one, `{}`, is the heartbeat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveMessage {
    /// The new level of each book that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<Level>,
    /// True where the data is older than what the client has seen (a restored
    /// backup): the levels hold although their versions are lower.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewound: bool,
    /// Long poll: wait a random time up to this many milliseconds before asking again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace_ms: Option<u32>,
    /// Socket: it will be closed; come back after this many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u32>,
    /// The answer to a `ping`, with what it carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pong: Option<serde_json::Value>,
    /// What was wrong with what the client sent. Nothing has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The topics that the error is about: they are not known here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// What a client sends on a socket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientMessage {
    /// Replaces the set of topics that are followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// Asks for a `pong` with the same value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ping: Option<serde_json::Value>,
}

/// “This is what I have seen”: books, each with the version of its level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Vec<(Slug, u64)>);

/// Why a text is not a [`Seen`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSeen {
    /// Something is not `topic:version`.
    #[error("`seen` is a comma-separated list of topic:version, as in `small-hours:0`")]
    Malformed,
    /// More than [`MAX_TOPICS`].
    #[error("`seen` names more than {MAX_TOPICS} topics")]
    TooMany,
}

impl Seen {
    /// Reads `topic:version,topic:version,…`. A topic named twice counts with
    /// its higher version.
    ///
    /// # Errors
    /// [`InvalidSeen`]; an empty list is malformed.
    pub fn parse(text: &str) -> Result<Self, InvalidSeen> {
        let mut topics: Vec<(Slug, u64)> = Vec::new();
        for (count, part) in text.split(',').enumerate() {
            if count == MAX_TOPICS {
                return Err(InvalidSeen::TooMany);
            }
            let (topic, version) = part.split_once(':').ok_or(InvalidSeen::Malformed)?;
            let topic = Slug::parse(topic).map_err(|_| InvalidSeen::Malformed)?;
            // Digits only: `parse` alone would take a sign.
            if !version.bytes().all(|b| b.is_ascii_digit()) {
                return Err(InvalidSeen::Malformed);
            }
            let version: u64 = version.parse().map_err(|_| InvalidSeen::Malformed)?;
            match topics.iter_mut().find(|(known, _)| *known == topic) {
                Some((_, seen)) => *seen = version.max(*seen),
                None => topics.push((topic, version)),
            }
        }
        Ok(Self(topics))
    }

    /// The books and the version seen of each.
    #[must_use]
    pub fn topics(&self) -> &[(Slug, u64)] {
        &self.0
    }
}

impl FromIterator<(Slug, u64)> for Seen {
    fn from_iter<I: IntoIterator<Item = (Slug, u64)>>(topics: I) -> Self {
        Self(topics.into_iter().take(MAX_TOPICS).collect())
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, (topic, version)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_char(',')?;
            }
            write!(f, "{topic}:{version}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_is_read_and_written_alike() {
        let text = "definitive-guide-to-the-internet:42,small-hours:0";
        assert_eq!(Seen::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn a_topic_named_twice_counts_once() {
        assert_eq!(Seen::parse("a:3,a:1").unwrap().to_string(), "a:3");
    }

    #[test]
    fn anything_else_is_malformed() {
        for bad in [
            "",
            ",",
            "a",
            "a:",
            ":1",
            "a:-1",
            "a:+1",
            "a:1,",
            "A:1",
            "a:1.5",
            "a:1 ",
            "@news",
            "a:99999999999999999999",
        ] {
            assert_eq!(Seen::parse(bad), Err(InvalidSeen::Malformed), "{bad:?}");
        }
    }

    #[test]
    fn a_hundred_topics_are_fine_and_one_more_is_not() {
        let topics = |n: usize| {
            (0..n)
                .map(|i| format!("b{i}:0"))
                .collect::<Vec<_>>()
                .join(",")
        };
        assert!(Seen::parse(&topics(100)).is_ok());
        assert_eq!(Seen::parse(&topics(101)), Err(InvalidSeen::TooMany));
    }

    #[test]
    fn a_message_has_only_the_parts_that_it_has() {
        assert_eq!(
            serde_json::to_string(&LiveMessage::default()).unwrap(),
            "{}"
        );
        let message = LiveMessage {
            stock: vec![Level {
                book: Slug::parse("small-hours").unwrap(),
                available: 9,
                in_carts: true,
                version: 42,
            }],
            ..LiveMessage::default()
        };
        assert_eq!(
            serde_json::to_string(&message).unwrap(),
            r#"{"stock":[{"book":"small-hours","available":9,"in_carts":true,"version":42}]}"#
        );
    }
}
