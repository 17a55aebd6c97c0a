//! How often: the arithmetic of a sample.

use std::time::Duration;

use shop::Timestamp;

use crate::sample::{Mention, Sample};

/// Mentions are timed to the second: what was said within one is taken to have needed one.
const SHORTEST_SPAN: Duration = Duration::from_secs(1);
/// A provider's clock may be ahead of the clock of those who write there by so much. What comes
/// from further ahead was not said yet.
const AHEAD_BY: Duration = Duration::from_secs(60);
/// Shorter halves of a time are not compared: their mentions are timed to the second.
const SHORTEST_HALF: Duration = Duration::from_secs(2);
/// Two clocks that differ by more are not compared: one of them is not a clock.
const CLOCKS_DIFFER_BY: Duration = Duration::from_secs(24 * 60 * 60);
/// What was said longer ago has nothing to do with where things go now.
const LATELY: Duration = Duration::from_secs(56 * 24 * 60 * 60);
/// Fewer mentions say nothing of where things go.
const FEWEST_FOR_TREND: usize = 8;
/// So many standard deviations from “as many as before”: of steady talk one sample in twenty
/// is taken for rising.
const BEYOND_CHANCE: f64 = 1.645;

/// How often something happens: finite, and not negative.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Rate {
    per_second: f64,
}

/// What a rate is best told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// So often a second.
    Second,
    /// So often a minute.
    Minute,
    /// So often an hour.
    Hour,
    /// So often a day.
    Day,
}

/// Where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// More was said in the later half of the time than in the earlier, beyond chance.
    Rising,
    /// Less was.
    Falling,
    /// About as much.
    Steady,
    /// Too little was said to tell.
    Unknown,
}

/// What a sample with any mention in it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// How often it is said.
    pub rate: Rate,
    /// Whether that grows.
    pub trend: Trend,
    /// From how many mentions this is known,
    pub mentions: u32,
    /// the oldest of which was then;
    pub since: Timestamp,
    /// up to this moment, by the provider's clock where it says the time.
    pub until: Timestamp,
    /// There are older mentions, which were not looked at.
    pub is_cut: bool,
}

impl Rate {
    /// So many in this time, which is taken to be a second at least.
    #[must_use]
    pub fn new(mentions: u32, span: Duration) -> Self {
        let span = span.max(SHORTEST_SPAN);
        Self {
            per_second: f64::from(mentions) / span.as_secs_f64(),
        }
    }

    /// In mentions a second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.per_second
    }

    /// In the shortest unit in which it is one at least; else in mentions a day.
    #[must_use]
    pub fn told(self) -> (f64, Unit) {
        let units = [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day];
        let told = units.map(|unit| (self.per_second * unit.seconds(), unit));
        let at_least_one = told.into_iter().find(|(number, _)| *number >= 1.0);
        at_least_one.unwrap_or(told[3])
    }
}

impl Unit {
    fn seconds(self) -> f64 {
        match self {
            Self::Second => 1.0,
            Self::Minute => 60.0,
            Self::Hour => 3_600.0,
            Self::Day => 86_400.0,
        }
    }
}

impl Figure {
    /// What a sample comes to at this moment, by our own clock, and its mentions, the newest
    /// first; no figure where nothing was said.
    #[must_use]
    pub fn of(sample: Sample, now: Timestamp) -> (Option<Self>, Vec<Mention>) {
        let now = moment(sample.answered_at, now);
        let mut mentions = sample.mentions;
        mentions.retain(|mention| mention.at <= now + AHEAD_BY);
        for mention in &mut mentions {
            mention.at = mention.at.min(now);
        }
        mentions.sort_by_key(|mention| std::cmp::Reverse(mention.at));
        let Some(since) = mentions.last().map(|oldest| oldest.at) else {
            return (None, mentions);
        };
        let number = u32::try_from(mentions.len()).unwrap_or(u32::MAX);
        let figure = Self {
            rate: Rate::new(number, now.since(since)),
            trend: trend(&mentions, since, now),
            mentions: number,
            since,
            until: now,
            is_cut: sample.is_cut,
        };
        (Some(figure), mentions)
    }
}

/// The moment of a sample: mentions are timed by the provider's clock, so that ours, if it is
/// off, has no say in how long ago they were.
fn moment(theirs: Option<Timestamp>, ours: Timestamp) -> Timestamp {
    let differ = |theirs: Timestamp| theirs.max(ours).since(theirs.min(ours));
    theirs
        .filter(|theirs| differ(*theirs) <= CLOCKS_DIFFER_BY)
        .unwrap_or(ours)
}

/// Compares the two halves of the time, or of the end of it. An oldest mention that says when
/// the time began is counted in neither. Of steady talk either half gets as many as a coin that
/// is thrown so often shows heads.
fn trend(mentions: &[Mention], oldest: Timestamp, until: Timestamp) -> Trend {
    let since = oldest.max(until - LATELY);
    let half = until.since(since) / 2;
    let counted = if since == oldest {
        mentions.len().saturating_sub(1)
    } else {
        mentions.partition_point(|mention| mention.at > since)
    };
    if counted < FEWEST_FOR_TREND || half < SHORTEST_HALF {
        return Trend::Unknown;
    }
    let late = mentions[..counted]
        .iter()
        .filter(|mention| mention.at > since + half);
    let (late, all) = (late.count() as f64, counted as f64);
    let deviations = (2.0 * late - all) / all.sqrt();
    match deviations {
        more if more >= BEYOND_CHANCE => Trend::Rising,
        less if less <= -BEYOND_CHANCE => Trend::Falling,
        _ => Trend::Steady,
    }
}

#[cfg(test)]
mod tests;
