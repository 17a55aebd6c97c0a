//! Announcements: short messages on every open page of the shop.

use std::{fmt, str::FromStr, time::Duration};

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{Timestamp, Zone};

/// The id of an announcement in messages and forms, as in `k3`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromJson,
)]
#[serde(try_from = "String", into = "String")]
pub struct AnnouncementId(u64);

/// Why a text is not an [`AnnouncementId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an announcement's id is a k and a number, as in k3")]
pub struct InvalidAnnouncementId;

impl AnnouncementId {
    /// The id with this number.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number in the id.
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
        // Accepts only digits, because `parse` alone would accept a sign.
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

/// The text of an announcement: 1 to 200 characters on one line.
///
/// Control characters are not allowed, and neither are those that change the text direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(try_from = "String", into = "String")]
pub struct AnnouncementText(String);

/// Why a text is not an [`AnnouncementText`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an announcement is 1 to {} characters on one line",
    AnnouncementText::MAX_CHARS
)]
pub struct InvalidAnnouncementText;

impl AnnouncementText {
    /// The most characters in an announcement.
    pub const MAX_CHARS: usize = 200;

    /// The text as a string slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AnnouncementText {
    type Err = InvalidAnnouncementText;

    /// Ignores surrounding white space.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count())
            && !text.chars().any(affects_other_text);
        fits.then(|| Self(text.to_owned()))
            .ok_or(InvalidAnnouncementText)
    }
}

/// Whether a character would affect text beyond the announcement.
///
/// These are the control characters, the line separators, and the characters that change the
/// text direction (Unicode Standard Annex 9, section 2).
fn affects_other_text(c: char) -> bool {
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

/// A message that every open page shows until its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct Announcement {
    /// The unique id.
    pub id: AnnouncementId,
    /// The message.
    pub text: AnnouncementText,
    /// When it ends: a whole second, written as RFC 3339 on the wire.
    #[serde(with = "rfc_3339")]
    #[from_json(with = "rfc_3339::from_json")]
    pub until: Timestamp,
}

/// The announcements in force, with a version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct News {
    /// 0 before the first announcement, and +1 when one is made, withdrawn, or ends.
    pub version: u64,
    /// The announcements, oldest first.
    pub items: Vec<Announcement>,
}

/// When a new announcement ends, as chosen in the form: minutes (`30`) or `day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnouncementEnd {
    /// This long after it is made.
    After(Duration),
    /// At the next midnight in the shop.
    OfDay,
}

/// Why a text is not an [`AnnouncementEnd`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an announcement ends after 1 to {} minutes, or at the end of the day",
    AnnouncementEnd::MAX_MINUTES
)]
pub struct InvalidAnnouncementEnd;

impl AnnouncementEnd {
    /// The most minutes that an announcement can last: a day.
    pub const MAX_MINUTES: u16 = 24 * 60;

    /// The end of an announcement made now in a shop in this zone, rounded up to a whole second.
    #[must_use]
    pub fn of(self, now: Timestamp, zone: &Zone) -> Timestamp {
        const SECOND: u64 = 1_000;
        match self {
            Self::After(time) => {
                let seconds = (now + time).millis().div_ceil(SECOND);
                Timestamp::from_millis(seconds * SECOND)
            }
            Self::OfDay => zone.next_day(now),
        }
    }
}

impl FromStr for AnnouncementEnd {
    type Err = InvalidAnnouncementEnd;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "day" {
            return Ok(Self::OfDay);
        }
        let minutes: Option<u16> = text.parse().ok();
        let minutes = minutes.filter(|minutes| (1..=Self::MAX_MINUTES).contains(minutes));
        let minutes = minutes.ok_or(InvalidAnnouncementEnd)?;
        Ok(Self::After(Duration::from_secs(u64::from(minutes) * 60)))
    }
}

mod rfc_3339 {
    use from_json::Json;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::Timestamp;

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }

    pub(super) fn from_json(json: &Json) -> Option<Timestamp> {
        json.text()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_is_1_to_200_characters_on_one_line() {
        let words = "字".repeat(AnnouncementText::MAX_CHARS);
        for good in [
            "Signing starts in ten minutes",
            " 签售十分钟后开始 ",
            "<b>",
            &words,
        ] {
            let text: AnnouncementText = good.parse().unwrap();
            assert_eq!(text.as_str(), good.trim());
        }
        let long = "x".repeat(AnnouncementText::MAX_CHARS + 1);
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
    fn an_announcement_is_validated_when_deserialized() {
        let json = r#"{"version":4,"items":[{"id":"k3","text":"Signing starts in ten minutes","until":"2026-11-21T18:00:00Z"}]}"#;
        let news: News = serde_json::from_str(json).unwrap();
        assert_eq!(news.items[0].id, AnnouncementId::from_number(3));
        assert_eq!(news.items[0].until.millis(), 1_795_284_000_000);
        assert_eq!(serde_json::to_string(&news).unwrap(), json);
        for (good, bad) in [
            ("k3", "3"),
            ("k3", "k+3"),
            ("k3", "k"),
            ("ten", "t\\nn"),
            ("Z", ""),
        ] {
            let wrong = json.replacen(good, bad, 1);
            assert!(serde_json::from_str::<News>(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_end_is_a_whole_second_in_the_future() {
        // 2026-11-21T18:00:00.001Z
        let (now, utc) = (Timestamp::from_millis(1_795_284_000_001), Zone::default());
        for (text, until) in [
            ("1", "2026-11-21T18:01:01Z"),
            ("1440", "2026-11-22T18:00:01Z"),
            ("day", "2026-11-22T00:00:00Z"),
        ] {
            let end: AnnouncementEnd = text.parse().unwrap();
            assert_eq!(end.of(now, &utc).to_string(), until);
        }
        let midnight: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        assert_eq!(
            AnnouncementEnd::OfDay.of(midnight, &utc).to_string(),
            "2026-11-23T00:00:00Z"
        );
        let berlin = "Europe/Berlin".parse().unwrap();
        assert_eq!(
            AnnouncementEnd::OfDay.of(now, &berlin).to_string(),
            "2026-11-21T23:00:00Z"
        );
        for bad in ["", "0", "1441", "-1", "1.5", "week"] {
            assert_eq!(
                bad.parse::<AnnouncementEnd>(),
                Err(InvalidAnnouncementEnd),
                "{bad:?}"
            );
        }
    }
}
