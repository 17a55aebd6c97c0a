//! The topics that a client follows and the versions it has seen: the `seen` of a request.

mod update;

use std::{fmt, str::FromStr};

use crate::{MAX_TOPICS, Topic};

/// The topics that a client follows, each with the versions it has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Vec<(Topic, Versions)>);

/// The versions of a topic that the pages of a client have seen: the lowest and the highest.
///
/// The client asks for everything after the lowest. The highest shows the server whether a restore
/// has put the data back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    /// The lowest version.
    pub lowest: u64,
    /// The highest version; equal to the lowest if the client has a single page.
    pub highest: u64,
}

impl From<u64> for Versions {
    fn from(version: u64) -> Self {
        let (lowest, highest) = (version, version);
        Self { lowest, highest }
    }
}

/// Whether an arrived version replaces the one that a page shows.
///
/// It does if it is newer, or if a restore has put the data back (`rewound`).
#[must_use]
pub fn replaces(shown: u64, arrived: u64, rewound: bool) -> bool {
    rewound || arrived > shown
}

/// Why a text is not a [`Seen`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSeen {
    /// A part is not `topic:version`.
    #[error("`seen` is a comma-separated list of topic:version, as in `small-hours:0`")]
    Malformed,
    /// There are more than [`MAX_TOPICS`] topics.
    #[error("`seen` names more than {MAX_TOPICS} topics")]
    TooMany,
}

impl Seen {
    /// Reads `topic:version,topic:version,…`, where a version may be `lowest-highest`.
    /// A topic that is named twice counts once, with the higher versions.
    ///
    /// # Errors
    /// [`InvalidSeen`]; an empty list is malformed.
    #[inline]
    pub fn parse(text: &str) -> Result<Self, InvalidSeen> {
        let mut topics: Vec<(Topic, Versions)> = Vec::new();
        for (count, part) in text.split(',').enumerate() {
            if count == MAX_TOPICS {
                return Err(InvalidSeen::TooMany);
            }
            let (topic, versions) = part.split_once(':').ok_or(InvalidSeen::Malformed)?;
            let topic = topic.parse().map_err(|_| InvalidSeen::Malformed)?;
            let versions: Versions = versions.parse()?;
            match topics.iter_mut().find(|(known, _)| *known == topic) {
                Some((_, seen)) => {
                    seen.lowest = versions.lowest.max(seen.lowest);
                    seen.highest = versions.highest.max(seen.highest);
                }
                None => topics.push((topic, versions)),
            }
        }
        Ok(Self(topics))
    }

    /// Whether the client follows this topic.
    #[must_use]
    pub fn names(&self, topic: &Topic) -> bool {
        self.0.iter().any(|(known, _)| known == topic)
    }

    /// The topics and the versions seen of each.
    #[must_use]
    #[inline]
    pub fn topics(&self) -> &[(Topic, Versions)] {
        &self.0
    }
}

impl FromStr for Versions {
    type Err = InvalidSeen;

    #[inline]
    fn from_str(text: &str) -> Result<Self, InvalidSeen> {
        let (lowest, highest) = text.split_once('-').unwrap_or((text, text));
        let versions = Self {
            lowest: version(lowest)?,
            highest: version(highest)?,
        };
        let in_order = versions.lowest <= versions.highest;
        in_order.then_some(versions).ok_or(InvalidSeen::Malformed)
    }
}

#[inline]
fn version(text: &str) -> Result<u64, InvalidSeen> {
    // Accepts only digits, because `parse` alone would accept a sign.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let version = text.parse().ok().filter(|_| digits);
    version.ok_or(InvalidSeen::Malformed)
}

impl fmt::Display for Versions {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lowest, highest } = self;
        if lowest == highest {
            lowest.fmt(f)
        } else {
            write!(f, "{lowest}-{highest}")
        }
    }
}

impl FromIterator<(Topic, u64)> for Seen {
    fn from_iter<I: IntoIterator<Item = (Topic, u64)>>(topics: I) -> Self {
        let topics = topics.into_iter().take(MAX_TOPICS);
        Self(topics.map(|(topic, seen)| (topic, seen.into())).collect())
    }
}

impl fmt::Display for Seen {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (topic, versions)) in self.0.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{topic}:{versions}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seen_is_read_back_as_it_was_written() {
        let text = "definitive-guide-to-the-internet:42,small-hours:0-7,@mine:3,@news:4,@order.4KX9-QD2M-7HTB:1";
        assert_eq!(Seen::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn a_topic_named_twice_counts_once() {
        assert_eq!(Seen::parse("a:3,a:1").unwrap().to_string(), "a:3");
        assert_eq!(Seen::parse("a:2-9,a:4").unwrap().to_string(), "a:4-9");
        let twice = "@order.4kx9qd2m7htb:1,@order.4KX9-QD2M-7HTB:2";
        let once = "@order.4KX9-QD2M-7HTB:2";
        assert_eq!(Seen::parse(twice).unwrap().to_string(), once);
    }

    #[test]
    fn invalid_text_is_malformed() {
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
            "@:1",
            "@yours:1",
            "@new:1",
            "@news.k3:1",
            "@order.:1",
            "@order.4KX9:1",
            "a:99999999999999999999",
            "a:1-",
            "a:-",
            "a:2-1",
            "a:1-2-3",
        ] {
            assert_eq!(Seen::parse(bad), Err(InvalidSeen::Malformed), "{bad:?}");
        }
    }

    /// Every page uses this rule. The app's tests have positive controls without it.
    #[test]
    fn only_a_newer_version_replaces_the_shown_one_unless_rewound() {
        for (shown, arrived, rewound, replaced) in [
            (5, 6, false, true),
            (5, 5, false, false),
            (5, 4, false, false),
            (5, 4, true, true),
            (5, 6, true, true),
        ] {
            let answer = replaces(shown, arrived, rewound);
            assert_eq!(answer, replaced, "{shown} {arrived}");
        }
    }

    #[test]
    fn at_most_a_hundred_topics_are_accepted() {
        let topics = |n: usize| {
            let topics: Vec<_> = (0..n).map(|i| format!("b{i}:0")).collect();
            topics.join(",")
        };
        assert!(Seen::parse(&topics(100)).is_ok());
        assert_eq!(Seen::parse(&topics(101)), Err(InvalidSeen::TooMany));
    }
}
