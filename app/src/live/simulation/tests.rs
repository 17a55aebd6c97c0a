//! After any sequence of faults, visible tabs show the current versions, and whether they are
//! stale.

use protocol::replaces;

use super::{Connection, Tab, World};

#[test]
fn after_any_faults_visible_tabs_show_the_current_versions_over_one_connection() {
    for seed in 0..300 {
        let mut world = World::run_through(seed, replaces);
        assert_eq!(world.went_back, 0, "seed {seed}");
        for tab in world.in_view() {
            for (topic, shown) in &tab.seen {
                assert_eq!(*shown, world.truth[topic], "seed {seed}: {topic}");
            }
        }
        let connections = world.sockets.len() + world.polls.len();
        assert_eq!(connections, 1, "seed {seed}");
        world.all_in_view_say(&[Connection::Live, Connection::Polling], seed);

        // The store fails once more, and recovers.
        world.stale = true;
        (0..100).for_each(|_| world.step());
        world.all_in_view_say(&[Connection::Stale], seed);
        world.stale = false;
        (0..100).for_each(|_| world.step());
        world.all_in_view_say(&[Connection::Live, Connection::Polling], seed);
    }
}

/// Positive control: tabs that miss the leader's messages about its connection.
#[test]
fn without_the_leaders_word_the_other_tabs_call_old_counts_live() {
    let misled = (0..40).filter(|&seed| {
        let mut world = World::run_through(seed, replaces);
        world.stale = true;
        world.deaf = true;
        (0..100).for_each(|_| world.step());
        let stale = |tab: &Tab| tab.state.is_some_and(|(said, _)| said == Connection::Stale);
        !world.in_view().all(stale)
    });
    assert!(misled.count() > 0);
}

/// Positive control: pages that show the version received last.
#[test]
fn without_the_version_check_some_tab_shows_an_older_version() {
    let misled = (0..40)
        .filter(|&seed| World::run_through(seed, |_, _, _| true).went_back > 0)
        .count();
    assert!(misled > 0, "in {misled} runs of 40");
}

/// Positive control: if a leader tells the server only the lowest version that its tabs have seen,
/// a tab that was open while a backup was restored keeps the higher one.
#[test]
fn without_the_highest_version_some_tab_shows_what_is_no_longer_true() {
    let misled = (0..100).filter(|&seed| {
        let mut world = World::new(seed, replaces);
        world.lowest_only = true;
        let world = world.go_through();
        let is_true = |tab: &Tab| {
            let mut shown = tab.seen.iter();
            shown.all(|(topic, shown)| *shown == world.truth[topic])
        };
        !world.in_view().all(is_true)
    });
    assert!(misled.count() > 0);
}
