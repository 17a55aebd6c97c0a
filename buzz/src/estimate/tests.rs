//! Examples of rates and trends, and properties of random samples.

use proptest::prelude::*;

use super::*;

const HOUR: u64 = 60 * 60;
/// An arbitrary time, in seconds since 1970.
const NOW: u64 = 1_790_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn mention(at: Timestamp) -> Mention {
    Mention {
        at,
        title: None,
        author: None,
        link: None,
    }
}

/// A sample with mentions at these times, in seconds since 1970, and without `answered_at`.
fn sample(seconds: impl IntoIterator<Item = u64>) -> Sample {
    Sample {
        mentions: seconds.into_iter().map(|then| mention(at(then))).collect(),
        ..Sample::default()
    }
}

fn estimate(sample: Sample, now: u64) -> Estimate {
    Estimate::from_sample(sample, at(now)).0.unwrap()
}

#[test]
fn without_mentions_there_is_no_estimate() {
    assert_eq!(Estimate::from_sample(sample([]), at(NOW)), (None, vec![]));
    assert_eq!(Estimate::from_sample(sample([]), at(0)), (None, vec![]));
}

#[test]
fn one_mention_counts_over_the_time_since_it_was_written() {
    let once = estimate(sample([NOW - 100]), NOW);
    assert_eq!(once.rate.per_second(), 0.01);
    assert_eq!(
        (once.mentions, once.since, once.until),
        (1, at(NOW - 100), at(NOW))
    );
    assert_eq!(once.trend, Trend::Unknown);
    let just_now = estimate(sample([NOW]), NOW);
    assert_eq!(just_now.rate.per_second(), 1.0);
}

#[test]
fn the_shortest_span_is_one_second() {
    let together = estimate(sample(vec![NOW; 50]), NOW);
    assert_eq!(together.rate.per_second(), 50.0);
    assert_eq!(together.trend, Trend::Unknown);
    let a_moment_ago = estimate(sample(vec![NOW - 1; 50]), NOW);
    assert_eq!(a_moment_ago.rate.per_second(), 50.0);
    assert_eq!(a_moment_ago.trend, Trend::Unknown);
    let an_hour_ago = estimate(sample(vec![NOW - HOUR; 50]), NOW);
    assert_eq!(an_hour_ago.rate.in_readable_unit(), (50.0, Unit::Hour));
}

#[test]
fn mentions_are_sorted_newest_first() {
    let (estimate, mentions) =
        Estimate::from_sample(sample([NOW - 20, NOW - 5, NOW - 40]), at(NOW));
    let order: Vec<_> = mentions
        .iter()
        .map(|one| at(NOW).since(one.at).as_secs())
        .collect();
    assert_eq!(order, [5, 20, 40]);
    assert_eq!(estimate.unwrap().since, at(NOW - 40));
}

#[test]
fn the_providers_clock_is_preferred_to_ours() {
    let sample = Sample {
        answered_at: Some(at(NOW)),
        ..sample([NOW - 10, NOW - 100])
    };
    let right = estimate(sample.clone(), NOW);
    assert_eq!(right.rate.per_second(), 0.02);
    for ours in [
        NOW - 23 * HOUR,
        NOW - 2 * HOUR,
        NOW + 2 * HOUR,
        NOW + 23 * HOUR,
    ] {
        assert_eq!(estimate(sample.clone(), ours), right);
    }
}

#[test]
fn an_impossible_provider_time_is_ignored() {
    for garbage in [
        0,
        1,
        NOW - 30 * 24 * HOUR,
        NOW + 30 * 24 * HOUR,
        u64::MAX / 1_000,
    ] {
        let sample = Sample {
            answered_at: Some(at(garbage)),
            ..sample([NOW - 100])
        };
        let estimate = estimate(sample, NOW);
        assert_eq!(estimate.rate.per_second(), 0.01, "{garbage}");
        assert_eq!(estimate.until, at(NOW));
    }
}

#[test]
fn a_mention_slightly_in_the_future_counts_as_now() {
    let (estimate, mentions) = Estimate::from_sample(sample([NOW + 60, NOW - 4]), at(NOW));
    let estimate = estimate.unwrap();
    assert_eq!((estimate.mentions, estimate.rate.per_second()), (2, 0.5));
    assert_eq!(mentions[0].at, at(NOW));
}

#[test]
fn a_mention_far_in_the_future_is_dropped() {
    let far = [NOW + 61, NOW + 48 * HOUR, u64::MAX / 1_000];
    assert_eq!(Estimate::from_sample(sample(far), at(NOW)), (None, vec![]));
    let one = estimate(sample(far.into_iter().chain([NOW - 100])), NOW);
    assert_eq!((one.mentions, one.rate.per_second()), (1, 0.01));
}

#[test]
fn a_truncated_sample_is_marked_and_its_rate_covers_its_own_time() {
    let cut = Sample {
        is_truncated: true,
        ..sample((1..=100).map(|ago| NOW - ago))
    };
    let estimate = estimate(cut, NOW);
    assert!(estimate.is_truncated);
    assert_eq!((estimate.rate.per_second(), estimate.mentions), (1.0, 100));
}

#[test]
fn a_rate_is_given_in_the_shortest_unit_that_makes_it_at_least_one() {
    let second = Duration::from_secs;
    for (mentions, span, expected) in [
        (0, second(10), (0.0, Unit::Day)),
        (3, second(1), (3.0, Unit::Second)),
        (1, second(1), (1.0, Unit::Second)),
        (1, second(2), (30.0, Unit::Minute)),
        (1, second(60), (1.0, Unit::Minute)),
        (1, second(120), (30.0, Unit::Hour)),
        (2, second(2 * HOUR), (1.0, Unit::Hour)),
        (1, second(2 * HOUR), (12.0, Unit::Day)),
        (1, second(24 * HOUR), (1.0, Unit::Day)),
        (1, second(48 * HOUR), (0.5, Unit::Day)),
    ] {
        let (number, unit) = Rate::new(mentions, span).in_readable_unit();
        assert_eq!(unit, expected.1, "{mentions} in {span:?}");
        assert!(
            (number - expected.0).abs() < 1e-9,
            "{mentions} in {span:?}: {number}"
        );
    }
    let most = Rate::new(u32::MAX, Duration::ZERO);
    assert_eq!(most.in_readable_unit(), (f64::from(u32::MAX), Unit::Second));
    let least = Rate::new(1, Duration::MAX);
    assert!(least.per_second() > 0.0);
}

/// The trend of an hour with these counts in its halves. One more mention marks its start.
fn trend_of_halves(earlier: u64, later: u64) -> Trend {
    let start = NOW - HOUR;
    let early = (1..=earlier).map(|one| start + one);
    let late = (1..=later).map(|one| NOW - one);
    estimate(sample([start].into_iter().chain(early).chain(late)), NOW).trend
}

#[test]
fn a_trend_is_a_significant_difference_between_the_halves() {
    assert_eq!(trend_of_halves(2, 30), Trend::Rising);
    assert_eq!(trend_of_halves(30, 2), Trend::Falling);
    assert_eq!(trend_of_halves(20, 20), Trend::Steady);
    assert_eq!(trend_of_halves(20, 25), Trend::Steady);
    assert_eq!(trend_of_halves(25, 20), Trend::Steady);
    assert_eq!(trend_of_halves(0, 8), Trend::Rising);
    assert_eq!(trend_of_halves(8, 0), Trend::Falling);
}

#[test]
fn the_trend_of_few_mentions_is_unknown() {
    assert_eq!(trend_of_halves(0, 0), Trend::Unknown);
    assert_eq!(trend_of_halves(0, 7), Trend::Unknown);
    assert_eq!(trend_of_halves(7, 0), Trend::Unknown);
}

#[test]
fn old_mentions_do_not_count_towards_the_trend() {
    let years = |count: u64| 24 * 365 * HOUR * count;
    let long_ago = (0..12).map(|one| NOW - years(12) + one * 1_000 * HOUR);
    let then = (0..40).map(|one| NOW - years(6) + one * 24 * HOUR);
    let old = long_ago.chain(then).collect::<Vec<_>>();
    assert_eq!(estimate(sample(old.clone()), NOW).trend, Trend::Unknown);
    let twenty_mentions = |days_ago: u64| (0..20).map(move |one| NOW - 24 * HOUR * days_ago - one);
    let rising = old.iter().copied().chain(twenty_mentions(1));
    assert_eq!(estimate(sample(rising), NOW).trend, Trend::Rising);
    let falling = old.iter().copied().chain(twenty_mentions(50));
    assert_eq!(estimate(sample(falling), NOW).trend, Trend::Falling);
}

#[test]
fn a_steady_rate_is_seldom_taken_for_rising() {
    // Sums the binomial probabilities of all counts that are taken for rising.
    let all: u64 = 40;
    let mut probability = 0.0;
    let mut term = 0.5_f64.powi(40);
    for later in 0..=all {
        if trend_of_halves(all - later, later) == Trend::Rising {
            probability += term;
        }
        term *= (all - later) as f64 / (later + 1) as f64;
    }
    assert!((0.01..0.06).contains(&probability), "{probability}");
}

/// Times close to each other, and arbitrary ones.
fn any_millis() -> impl Strategy<Value = u64> {
    prop_oneof![
        NOW * 1_000 - 5_000..NOW * 1_000 + 5_000,
        any::<u64>(),
        Just(0),
        Just(u64::MAX),
    ]
}

fn samples() -> impl Strategy<Value = Sample> {
    let mentions = prop::collection::vec(any_millis(), 0..120);
    let answered_at = prop::option::of(any_millis());
    (mentions, any::<bool>(), answered_at).prop_map(|(mentions, is_truncated, answered_at)| {
        Sample {
            mentions: mentions
                .into_iter()
                .map(|then| mention(Timestamp::from_millis(then)))
                .collect(),
            is_truncated,
            answered_at: answered_at.map(Timestamp::from_millis),
        }
    })
}

fn is_sound(rate: Rate) -> bool {
    let (scaled, _) = rate.in_readable_unit();
    let numbers = [rate.per_second(), scaled];
    numbers.into_iter().all(|one| one.is_finite() && one >= 0.0)
}

proptest! {
    #[test]
    fn a_rate_is_finite_and_not_negative(mentions: u32, span: Duration) {
        prop_assert!(is_sound(Rate::new(mentions, span)));
    }

    #[test]
    fn every_sample_gives_a_sound_estimate(sample in samples(), now in any_millis()) {
        let all = sample.mentions.len();
        let (estimate, mentions) = Estimate::from_sample(sample, Timestamp::from_millis(now));
        prop_assert_eq!(estimate.is_none(), mentions.is_empty());
        prop_assert!(mentions.is_sorted_by(|newer, older| newer.at >= older.at));
        if let Some(estimate) = estimate {
            prop_assert!(is_sound(estimate.rate));
            prop_assert!(estimate.rate.per_second() > 0.0);
            prop_assert!(estimate.since <= estimate.until);
            prop_assert_eq!(estimate.mentions as usize, mentions.len());
            prop_assert!(mentions.len() <= all);
            prop_assert!(mentions.iter().all(|one| one.at <= estimate.until));
        }
    }

    #[test]
    fn more_mentions_in_the_same_time_never_lower_the_rate(
        few in 0..1_000_u32,
        more in 0..1_000_u32,
        span: Duration,
    ) {
        let (fewer, all) = (Rate::new(few, span), Rate::new(few + more, span));
        prop_assert!(fewer.per_second() <= all.per_second());
    }
}
