//! Estimates the rate and the trend of a term's mentions from a sample.

use std::time::Duration;

use shop::Timestamp;

use crate::sample::{Mention, Sample};

/// The shortest time that a rate is computed over, because mentions are timed to the second.
const MIN_SPAN: Duration = Duration::from_secs(1);
/// How far in the future a mention's time may be. Mentions beyond that are dropped.
///
/// The clocks of the service's machines may differ a little.
const MAX_AHEAD: Duration = Duration::from_secs(60);
/// The shortest half of a span that gives a trend, because mentions are timed to the second.
const MIN_TREND_HALF: Duration = Duration::from_secs(2);
/// How far the provider's clock may differ from ours. If it differs more, it is ignored.
const MAX_CLOCK_DIFFERENCE: Duration = Duration::from_secs(24 * 60 * 60);
/// The age at which a mention no longer counts towards the trend: eight weeks.
const TREND_WINDOW: Duration = Duration::from_secs(56 * 24 * 60 * 60);
/// The fewest mentions that a trend is computed from.
const MIN_TREND_MENTIONS: usize = 8;
/// How many standard deviations from equal halves make a trend.
///
/// This is the one-sided 5 % level of the normal distribution: one steady sample in twenty is taken
/// for rising.
const TREND_DEVIATIONS: f64 = 1.645;

/// A number of mentions per unit of time: finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Rate {
    per_second: f64,
}

/// A unit of time that a rate is expressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Per second.
    Second,
    /// Per minute.
    Minute,
    /// Per hour.
    Hour,
    /// Per day.
    Day,
}

/// Whether mentions become more or less frequent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Significantly more mentions in the later half of the time than in the earlier half.
    Rising,
    /// Significantly fewer.
    Falling,
    /// No significant difference.
    Steady,
    /// Too few mentions to tell.
    Unknown,
}

/// How often a term is mentioned, estimated from a sample with at least one mention.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// How often the term is mentioned.
    pub rate: Rate,
    /// Whether the rate rises or falls.
    pub trend: Trend,
    /// The number of mentions in the sample.
    pub mentions: u32,
    /// When the oldest of them was written.
    pub since: Timestamp,
    /// When the sample was taken, by the provider's clock if its response has the time.
    pub until: Timestamp,
    /// Whether there are older mentions that are not in the sample.
    pub is_truncated: bool,
}

impl Rate {
    /// A number of mentions in a span of time. A span under a second counts as a second.
    #[must_use]
    pub fn new(mentions: u32, span: Duration) -> Self {
        let span = span.max(MIN_SPAN);
        Self {
            per_second: f64::from(mentions) / span.as_secs_f64(),
        }
    }

    /// Mentions per second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.per_second
    }

    /// The rate in the shortest unit that makes it at least one, or else per day.
    #[must_use]
    pub fn in_readable_unit(self) -> (f64, Unit) {
        let units = [Unit::Second, Unit::Minute, Unit::Hour, Unit::Day];
        let rates = units.map(|unit| (self.per_second * unit.seconds(), unit));
        let at_least_one = rates.into_iter().find(|(number, _)| *number >= 1.0);
        at_least_one.unwrap_or(rates[3])
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

impl Estimate {
    /// Estimates the rate and trend, and returns the sample's mentions, newest first.
    ///
    /// `now` is the time by this machine's clock. Without mentions there is no estimate.
    #[must_use]
    pub fn from_sample(sample: Sample, now: Timestamp) -> (Option<Self>, Vec<Mention>) {
        let now = sampled_at(sample.answered_at, now);
        let mut mentions = sample.mentions;
        mentions.retain(|mention| mention.at <= now + MAX_AHEAD);
        for mention in &mut mentions {
            mention.at = mention.at.min(now);
        }
        mentions.sort_by_key(|mention| std::cmp::Reverse(mention.at));
        let Some(since) = mentions.last().map(|oldest| oldest.at) else {
            return (None, mentions);
        };
        let number = u32::try_from(mentions.len()).unwrap_or(u32::MAX);
        let estimate = Self {
            rate: Rate::new(number, now.since(since)),
            trend: trend(&mentions, since, now),
            mentions: number,
            since,
            until: now,
            is_truncated: sample.is_truncated,
        };
        (Some(estimate), mentions)
    }
}

/// When a sample was taken.
///
/// Prefers the provider's clock, which also times the mentions, so that an error of our clock does
/// not change their age.
fn sampled_at(theirs: Option<Timestamp>, ours: Timestamp) -> Timestamp {
    let difference = |theirs: Timestamp| theirs.max(ours).since(theirs.min(ours));
    theirs
        .filter(|theirs| difference(*theirs) <= MAX_CLOCK_DIFFERENCE)
        .unwrap_or(ours)
}

/// Compares the numbers of mentions in the two halves of a span of time.
///
/// The span begins at the oldest mention, but at most [`TREND_WINDOW`] ago. The oldest mention only
/// marks the beginning and is counted in neither half. With a steady rate, the count in the later
/// half has a binomial distribution with p = ½.
fn trend(mentions: &[Mention], oldest: Timestamp, until: Timestamp) -> Trend {
    let since = oldest.max(until - TREND_WINDOW);
    let half = until.since(since) / 2;
    let counted = if since == oldest {
        mentions.len().saturating_sub(1)
    } else {
        mentions.partition_point(|mention| mention.at > since)
    };
    if counted < MIN_TREND_MENTIONS || half < MIN_TREND_HALF {
        return Trend::Unknown;
    }
    let late = mentions[..counted]
        .iter()
        .filter(|mention| mention.at > since + half);
    let (late, all) = (late.count() as f64, counted as f64);
    match (2.0 * late - all) / all.sqrt() {
        deviations if deviations >= TREND_DEVIATIONS => Trend::Rising,
        deviations if deviations <= -TREND_DEVIATIONS => Trend::Falling,
        _ => Trend::Steady,
    }
}

#[cfg(test)]
mod tests;
