use proptest::prelude::*;

use super::*;

const HOUR: u64 = 60 * 60;
/// Some moment, in seconds.
const NOW: u64 = 1_790_000_000;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn mention(at: Timestamp) -> Mention {
    Mention {
        at,
        title: None,
        by: None,
        link: None,
    }
}

/// A sample with mentions at these seconds, answered when nobody says.
fn sample(seconds: impl IntoIterator<Item = u64>) -> Sample {
    Sample {
        mentions: seconds.into_iter().map(|then| mention(at(then))).collect(),
        ..Sample::default()
    }
}

fn figure(sample: Sample, now: u64) -> Figure {
    Figure::of(sample, at(now)).0.unwrap()
}

#[test]
fn nobody_has_said_it() {
    assert_eq!(Figure::of(sample([]), at(NOW)), (None, vec![]));
    assert_eq!(Figure::of(sample([]), at(0)), (None, vec![]));
}

#[test]
fn one_mention_is_one_in_the_time_since() {
    let once = figure(sample([NOW - 100]), NOW);
    assert_eq!(once.rate.per_second(), 0.01);
    assert_eq!(
        (once.mentions, once.since, once.until),
        (1, at(NOW - 100), at(NOW))
    );
    assert_eq!(once.trend, Trend::Unknown);
    let just_now = figure(sample([NOW]), NOW);
    assert_eq!(just_now.rate.per_second(), 1.0);
}

#[test]
fn what_is_said_within_one_second_needed_one() {
    let together = figure(sample(vec![NOW; 50]), NOW);
    assert_eq!(together.rate.per_second(), 50.0);
    assert_eq!(together.trend, Trend::Unknown);
    let a_moment_ago = figure(sample(vec![NOW - 1; 50]), NOW);
    assert_eq!(a_moment_ago.rate.per_second(), 50.0);
    assert_eq!(a_moment_ago.trend, Trend::Unknown);
    let an_hour_ago = figure(sample(vec![NOW - HOUR; 50]), NOW);
    assert_eq!(an_hour_ago.rate.told(), (50.0, Unit::Hour));
}

#[test]
fn mentions_are_the_newest_first_in_whatever_order_they_come() {
    let (figure, mentions) = Figure::of(sample([NOW - 20, NOW - 5, NOW - 40]), at(NOW));
    let order: Vec<_> = mentions
        .iter()
        .map(|one| at(NOW).since(one.at).as_secs())
        .collect();
    assert_eq!(order, [5, 20, 40]);
    assert_eq!(figure.unwrap().since, at(NOW - 40));
}

#[test]
fn our_clock_has_no_say_where_the_provider_tells_the_time() {
    let told = Sample {
        answered_at: Some(at(NOW)),
        ..sample([NOW - 10, NOW - 100])
    };
    let right = figure(told.clone(), NOW);
    assert_eq!(right.rate.per_second(), 0.02);
    for ours in [
        NOW - 23 * HOUR,
        NOW - 2 * HOUR,
        NOW + 2 * HOUR,
        NOW + 23 * HOUR,
    ] {
        assert_eq!(figure(told.clone(), ours), right);
    }
}

#[test]
fn a_time_of_the_provider_that_cannot_be_is_not_believed() {
    for garbage in [
        0,
        1,
        NOW - 30 * 24 * HOUR,
        NOW + 30 * 24 * HOUR,
        u64::MAX / 1_000,
    ] {
        let told = Sample {
            answered_at: Some(at(garbage)),
            ..sample([NOW - 100])
        };
        let figure = figure(told, NOW);
        assert_eq!(figure.rate.per_second(), 0.01, "{garbage}");
        assert_eq!(figure.until, at(NOW));
    }
}

#[test]
fn what_comes_from_slightly_ahead_was_said_just_now() {
    let (figure, mentions) = Figure::of(sample([NOW + 60, NOW - 4]), at(NOW));
    let figure = figure.unwrap();
    assert_eq!((figure.mentions, figure.rate.per_second()), (2, 0.5));
    assert_eq!(mentions[0].at, at(NOW));
}

#[test]
fn what_comes_from_far_ahead_was_not_said() {
    let far = [NOW + 61, NOW + 48 * HOUR, u64::MAX / 1_000];
    assert_eq!(Figure::of(sample(far), at(NOW)), (None, vec![]));
    let one = figure(sample(far.into_iter().chain([NOW - 100])), NOW);
    assert_eq!((one.mentions, one.rate.per_second()), (1, 0.01));
}

#[test]
fn a_sample_that_is_cut_says_so_and_is_counted_over_its_own_time() {
    let cut = Sample {
        is_cut: true,
        ..sample((1..=100).map(|ago| NOW - ago))
    };
    let figure = figure(cut, NOW);
    assert!(figure.is_cut);
    assert_eq!((figure.rate.per_second(), figure.mentions), (1.0, 100));
}

#[test]
fn a_rate_is_told_in_the_shortest_unit_that_reads_well() {
    let second = Duration::from_secs;
    for (mentions, span, told) in [
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
        let (number, unit) = Rate::new(mentions, span).told();
        assert_eq!(unit, told.1, "{mentions} in {span:?}");
        assert!(
            (number - told.0).abs() < 1e-9,
            "{mentions} in {span:?}: {number}"
        );
    }
    let most = Rate::new(u32::MAX, Duration::ZERO);
    assert_eq!(most.told(), (f64::from(u32::MAX), Unit::Second));
    let least = Rate::new(1, Duration::MAX);
    assert!(least.per_second() > 0.0);
}

/// So many in the earlier half of an hour and so many in the later, after the one it began with.
fn halves(earlier: u64, later: u64) -> Trend {
    let start = NOW - HOUR;
    let early = (1..=earlier).map(|one| start + one);
    let late = (1..=later).map(|one| NOW - one);
    figure(sample([start].into_iter().chain(early).chain(late)), NOW).trend
}

#[test]
fn where_it_goes_is_told_beyond_chance() {
    assert_eq!(halves(2, 30), Trend::Rising);
    assert_eq!(halves(30, 2), Trend::Falling);
    assert_eq!(halves(20, 20), Trend::Steady);
    assert_eq!(halves(20, 25), Trend::Steady);
    assert_eq!(halves(25, 20), Trend::Steady);
    assert_eq!(halves(0, 8), Trend::Rising);
    assert_eq!(halves(8, 0), Trend::Falling);
}

#[test]
fn a_few_mentions_do_not_say_where_it_goes() {
    assert_eq!(halves(0, 0), Trend::Unknown);
    assert_eq!(halves(0, 7), Trend::Unknown);
    assert_eq!(halves(7, 0), Trend::Unknown);
}

#[test]
fn what_was_said_years_ago_does_not_say_where_it_goes_now() {
    let years = |count: u64| 24 * 365 * HOUR * count;
    let long_ago = (0..12).map(|one| NOW - years(12) + one * 1_000 * HOUR);
    let then = (0..40).map(|one| NOW - years(6) + one * 24 * HOUR);
    let once = long_ago.chain(then).collect::<Vec<_>>();
    assert_eq!(figure(sample(once.clone()), NOW).trend, Trend::Unknown);
    let lately = |from: u64| (0..20).map(move |one| NOW - 24 * HOUR * from - one);
    let rising = once.iter().copied().chain(lately(1));
    assert_eq!(figure(sample(rising), NOW).trend, Trend::Rising);
    let falling = once.iter().copied().chain(lately(50));
    assert_eq!(figure(sample(falling), NOW).trend, Trend::Falling);
}

#[test]
fn steady_talk_is_seldom_taken_for_rising() {
    // Every count of the later half that a fair coin gives, as often as it gives it.
    let all: u64 = 40;
    let mut share = 0.0;
    let mut chance = 0.5_f64.powi(40);
    for later in 0..=all {
        if halves(all - later, later) == Trend::Rising {
            share += chance;
        }
        chance *= (all - later) as f64 / (later + 1) as f64;
    }
    assert!((0.01..0.06).contains(&share), "{share}");
}

/// Moments near each other, and any at all.
fn moments() -> impl Strategy<Value = u64> {
    prop_oneof![
        NOW * 1_000 - 5_000..NOW * 1_000 + 5_000,
        any::<u64>(),
        Just(0),
        Just(u64::MAX),
    ]
}

fn samples() -> impl Strategy<Value = Sample> {
    let mentions = prop::collection::vec(moments(), 0..120);
    let answered_at = prop::option::of(moments());
    (mentions, any::<bool>(), answered_at).prop_map(|(mentions, is_cut, answered_at)| Sample {
        mentions: mentions
            .into_iter()
            .map(|then| mention(Timestamp::from_millis(then)))
            .collect(),
        is_cut,
        answered_at: answered_at.map(Timestamp::from_millis),
    })
}

fn is_sound(rate: Rate) -> bool {
    let (told, _) = rate.told();
    let numbers = [rate.per_second(), told];
    numbers.into_iter().all(|one| one.is_finite() && one >= 0.0)
}

proptest! {
    #[test]
    fn a_rate_is_a_number_and_not_negative(mentions: u32, span: Duration) {
        prop_assert!(is_sound(Rate::new(mentions, span)));
    }

    #[test]
    fn every_sample_comes_to_something_that_can_be(sample in samples(), now in moments()) {
        let all = sample.mentions.len();
        let (figure, mentions) = Figure::of(sample, Timestamp::from_millis(now));
        prop_assert_eq!(figure.is_none(), mentions.is_empty());
        prop_assert!(mentions.is_sorted_by(|newer, older| newer.at >= older.at));
        if let Some(figure) = figure {
            prop_assert!(is_sound(figure.rate));
            prop_assert!(figure.rate.per_second() > 0.0);
            prop_assert!(figure.since <= figure.until);
            prop_assert_eq!(figure.mentions as usize, mentions.len());
            prop_assert!(mentions.len() <= all);
            prop_assert!(mentions.iter().all(|one| one.at <= figure.until));
        }
    }

    #[test]
    fn more_mentions_in_the_same_time_are_no_lower_rate(
        few in 0..1_000_u32,
        more in 0..1_000_u32,
        span: Duration,
    ) {
        let (fewer, all) = (Rate::new(few, span), Rate::new(few + more, span));
        prop_assert!(fewer.per_second() <= all.per_second());
    }
}
