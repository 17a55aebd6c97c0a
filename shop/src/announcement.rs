//! What the shop says to everybody who has one of its pages open.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// The name of an announcement in messages and forms, as in `k3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AnnouncementId(u64);

/// Why a text is not an [`AnnouncementId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an announcement is named by a k and a number")]
pub struct InvalidAnnouncementId;

impl AnnouncementId {
    /// The announcement with this number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AnnouncementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}", self.0)
    }
}

impl FromStr for AnnouncementId {
    type Err = InvalidAnnouncementId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Digits only: `parse` alone would take a sign.
        let digits = text
            .strip_prefix('k')
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or(InvalidAnnouncementId)
    }
}

impl TryFrom<String> for AnnouncementId {
    type Error = InvalidAnnouncementId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AnnouncementId> for String {
    fn from(id: AnnouncementId) -> Self {
        id.to_string()
    }
}

/// A sentence for everybody: 1 to 200 characters on one line, none of which controls
/// how the others are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AnnouncementText(String);

/// Why a text is not an [`AnnouncementText`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an announcement is 1 to {} characters on one line",
    AnnouncementText::LONGEST
)]
pub struct InvalidAnnouncementText;

impl AnnouncementText {
    /// The most characters of an announcement.
    pub const LONGEST: usize = 200;

    /// The sentence as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AnnouncementText {
    type Err = InvalidAnnouncementText;

    /// White space around it does not count.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = (1..=Self::LONGEST).contains(&text.chars().count())
            && !text.chars().any(controls_others);
        fits.then(|| Self(text.to_owned()))
            .ok_or(InvalidAnnouncementText)
    }
}

/// What ends a line or rings a bell, and what turns the text around it to the other
/// direction (Unicode Standard Annex 9, section 2): it would reach beyond the sentence.
fn controls_others(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl TryFrom<String> for AnnouncementText {
    type Error = InvalidAnnouncementText;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AnnouncementText> for String {
    fn from(text: AnnouncementText) -> Self {
        text.0
    }
}

/// A sentence that every open page of the shop shows until its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// Its name, no other announcement's.
    pub id: AnnouncementId,
    /// What it says.
    pub text: AnnouncementText,
    /// From then on nobody sees it. A whole second; on the wire as RFC 3339.
    #[serde(with = "rfc_3339")]
    pub until: Timestamp,
}

/// The announcements in force, and how new that is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// 0 before the first announcement, and +1 with each that is made, withdrawn or over.
    pub version: u64,
    /// The oldest first.
    pub items: Vec<Announcement>,
}

/// When an announcement is to end, as whoever makes it says: so many minutes from now
/// (`30`), or with the day (`day`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// So long after it was made.
    After(Duration),
    /// With this day, by UTC.
    OfDay,
}

/// Why a text is not an [`End`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an announcement ends after 1 to {} minutes, or with the day",
    End::MOST_MINUTES
)]
pub struct InvalidEnd;

impl End {
    /// The most minutes that an announcement may be shown: a day.
    pub const MOST_MINUTES: u16 = 24 * 60;

    /// The moment, for an announcement that is made now: a whole second, and never now.
    #[must_use]
    pub fn of(self, now: Timestamp) -> Timestamp {
        const SECOND: u64 = 1_000;
        const DAY: u64 = 24 * 60 * 60 * SECOND;
        Timestamp::from_millis(match self {
            Self::After(time) => (now + time).millis().div_ceil(SECOND) * SECOND,
            Self::OfDay => (now.millis() / DAY + 1) * DAY,
        })
    }
}

impl FromStr for End {
    type Err = InvalidEnd;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "day" {
            return Ok(Self::OfDay);
        }
        let minutes: Option<u16> = text.parse().ok();
        let minutes = minutes.filter(|minutes| (1..=Self::MOST_MINUTES).contains(minutes));
        let minutes = minutes.ok_or(InvalidEnd)?;
        Ok(Self::After(Duration::from_secs(u64::from(minutes) * 60)))
    }
}

mod rfc_3339 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::Timestamp;

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_is_some_words_on_one_line() {
        let words = "字".repeat(AnnouncementText::LONGEST);
        for good in [
            "Signing starts in ten minutes",
            " 签售十分钟后开始 ",
            "<b>",
            &words,
        ] {
            let text: AnnouncementText = good.parse().unwrap();
            assert_eq!(text.as_str(), good.trim());
        }
        let long = "x".repeat(AnnouncementText::LONGEST + 1);
        let bad = [
            "",
            " \n",
            "two\nlines",
            "a\tb",
            "\u{7}",
            "a\u{2028}b",
            "\u{202e}txt",
            &long,
        ];
        for bad in bad {
            assert_eq!(
                bad.parse::<AnnouncementText>(),
                Err(InvalidAnnouncementText),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn an_announcement_on_the_wire_goes_through_parse() {
        let told = r#"{"version":4,"items":[{"id":"k3","text":"Signing starts in ten minutes","until":"2026-11-21T18:00:00Z"}]}"#;
        let news: News = serde_json::from_str(told).unwrap();
        assert_eq!(news.items[0].id, AnnouncementId::from_number(3));
        assert_eq!(news.items[0].until.millis(), 1_795_284_000_000);
        assert_eq!(serde_json::to_string(&news).unwrap(), told);
        for (good, bad) in [
            ("k3", "3"),
            ("k3", "k+3"),
            ("k3", "k"),
            ("ten", "t\\nn"),
            ("Z", ""),
        ] {
            let wrong = told.replacen(good, bad, 1);
            assert!(serde_json::from_str::<News>(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_end_is_a_whole_second_to_come() {
        // 2026-11-21T18:00:00.001Z
        let now = Timestamp::from_millis(1_795_284_000_001);
        for (said, until) in [
            ("1", "2026-11-21T18:01:01Z"),
            ("1440", "2026-11-22T18:00:01Z"),
            ("day", "2026-11-22T00:00:00Z"),
        ] {
            let end: End = said.parse().unwrap();
            assert_eq!(end.of(now).to_string(), until);
        }
        let midnight: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        assert_eq!(End::OfDay.of(midnight).to_string(), "2026-11-23T00:00:00Z");
        for bad in ["", "0", "1441", "-1", "1.5", "week"] {
            assert_eq!(bad.parse::<End>(), Err(InvalidEnd), "{bad:?}");
        }
    }
}
