//! Time zones: what a clock in the shop shows, and when it shows it.

#[cfg(test)]
mod tests;

use std::{str::FromStr, sync::LazyLock, time::Duration};

use from_json::FromJson;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::Serialize;

use crate::Timestamp;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The changes of the clock are known up to 2100, in seconds since 1970. After that, the last
/// offset stays.
const LAST_CHANGE: i64 = 4_102_444_800;

/// A time zone: its name, and the offsets of its clocks from UTC. By default UTC.
///
/// The offsets are listed rather than looked up, so that a browser can have those that it needs
/// ([`Zone::between`]).
///
/// A *wall time* is what a clock in the zone shows. It is a [`Timestamp`], too: the moment at which
/// a clock in UTC shows the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct Zone {
    name: String,
    /// The offsets, in order. The first also applies before it begins.
    offsets: Vec<ZoneOffset>,
}

/// An offset from UTC, in force from a time on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct ZoneOffset {
    /// When it begins.
    pub from: Timestamp,
    /// The seconds by which clocks are ahead of UTC.
    pub seconds: i64,
    /// What the zone is called while the offset is in force, as in `CET`, or `UTC+05:45` if the
    /// zone has no abbreviation.
    pub label: String,
}

/// Why a text is not a [`Zone`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is named as in Europe/Berlin")]
pub struct UnknownZone;

impl Default for Zone {
    fn default() -> Self {
        Self {
            name: Self::UTC.to_owned(),
            offsets: vec![ZoneOffset::new(Timestamp::default(), 0, Self::UTC)],
        }
    }
}

impl Zone {
    /// The name of the default zone.
    pub const UTC: &str = "UTC";

    /// The names of all zones, one for each place, in alphabetical order.
    #[must_use]
    pub fn names() -> &'static [String] {
        static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
            let zones = TimeZoneDatabase::bundled();
            let is_primary = |name: &str| zones.get(name).is_ok_and(|zone| zone.is_primary());
            let known = zones.available().map(|name| name.as_str().to_owned());
            let mut names: Vec<String> = known.filter(|name| is_primary(name)).collect();
            names.sort_unstable();
            names
        });
        &NAMES
    }

    /// The name, as in `Europe/Berlin`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the default zone.
    #[must_use]
    pub fn is_utc(&self) -> bool {
        self.name == Self::UTC
    }

    /// The wall time at this moment.
    #[must_use]
    pub fn wall(&self, at: Timestamp) -> Timestamp {
        shifted(at, self.seconds(at))
    }

    /// The moment at which clocks show this wall time: the first of two, where they are set back.
    /// A wall time that clocks skip is moved on by as much as they skip.
    #[must_use]
    pub fn instant(&self, wall: Timestamp) -> Timestamp {
        let mut skipped = None;
        for (place, offset) in self.offsets.iter().enumerate() {
            let at = shifted(wall, -offset.seconds);
            let ends = self.offsets.get(place + 1).map(|next| next.from);
            if ends.is_none_or(|ends| at < ends) {
                return match skipped {
                    Some(skipped) if at < offset.from => skipped,
                    _ => at,
                };
            }
            skipped = Some(at);
        }
        wall
    }

    /// What the zone is called at this moment, as in `CEST`.
    #[must_use]
    pub fn label(&self, at: Timestamp) -> &str {
        self.offset(at)
            .map_or(Self::UTC, |offset| offset.label.as_str())
    }

    /// The date at this moment, as in `2026-11-21`.
    #[must_use]
    pub fn date(&self, at: Timestamp) -> String {
        let mut written = self.wall(at).to_string();
        written.truncate("2026-11-21".len());
        written
    }

    /// The beginning of the day in which this moment lies.
    #[must_use]
    pub fn start_of_day(&self, at: Timestamp) -> Timestamp {
        self.instant(midnight(self.wall(at)))
    }

    /// The beginning of the day after.
    #[must_use]
    pub fn next_day(&self, at: Timestamp) -> Timestamp {
        self.instant(midnight(self.wall(at)) + DAY)
    }

    /// The zone with only those offsets that are in force from a moment until another.
    #[must_use]
    pub fn between(&self, from: Timestamp, until: Timestamp) -> Self {
        let first = self.place(from);
        let last = self.place(until).max(first);
        let offsets = self.offsets.get(first..=last).unwrap_or_default();
        Self {
            name: self.name.clone(),
            offsets: offsets.to_vec(),
        }
    }

    /// The offsets, in order. The first also applies before it begins.
    #[must_use]
    pub fn offsets(&self) -> &[ZoneOffset] {
        &self.offsets
    }

    fn seconds(&self, at: Timestamp) -> i64 {
        self.offset(at).map_or(0, |offset| offset.seconds)
    }

    fn offset(&self, at: Timestamp) -> Option<&ZoneOffset> {
        self.offsets.get(self.place(at))
    }

    /// The index of the offset that is in force at this moment.
    fn place(&self, at: Timestamp) -> usize {
        let begun = self.offsets.partition_point(|offset| offset.from <= at);
        begun.saturating_sub(1)
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    /// Parses a name of the IANA time zone database, whatever its case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let zone = TimeZoneDatabase::bundled().get(text);
        let zone = zone.map_err(|_| UnknownZone)?;
        let name = zone.iana_name().ok_or(UnknownZone)?.to_owned();
        let offsets = offsets(&zone);
        Ok(Self { name, offsets })
    }
}

impl ZoneOffset {
    fn new(from: Timestamp, seconds: i64, abbreviation: &str) -> Self {
        // Where no abbreviation is in use, the database has digits: `-03`.
        let label = match abbreviation.starts_with(['+', '-']) {
            true => utc_with(seconds),
            false => abbreviation.to_owned(),
        };
        Self {
            from,
            seconds,
            label,
        }
    }
}

/// The offsets of a zone from 1970 on.
fn offsets(zone: &TimeZone) -> Vec<ZoneOffset> {
    let first = jiff::Timestamp::UNIX_EPOCH;
    let info = zone.to_offset_info(first);
    let seconds = info.offset().seconds().into();
    let mut offsets = vec![ZoneOffset::new(
        Timestamp::default(),
        seconds,
        info.abbreviation(),
    )];
    for change in zone.following(first) {
        let from = change.timestamp();
        if from.as_second() > LAST_CHANGE {
            break;
        }
        let from = u64::try_from(from.as_millisecond()).unwrap_or_default();
        let seconds = change.offset().seconds().into();
        offsets.push(ZoneOffset::new(
            Timestamp::from_millis(from),
            seconds,
            change.abbreviation(),
        ));
    }
    offsets
}

/// An offset as in `UTC+05:45`.
fn utc_with(seconds: i64) -> String {
    let sign = if seconds < 0 { '−' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The moment this many seconds later; never before 1970.
fn shifted(at: Timestamp, seconds: i64) -> Timestamp {
    let millis = seconds.saturating_mul(1_000);
    Timestamp::from_millis(at.millis().saturating_add_signed(millis))
}

/// The midnight before a wall time.
fn midnight(wall: Timestamp) -> Timestamp {
    let since = wall.millis() % 86_400_000;
    Timestamp::from_millis(wall.millis() - since)
}
