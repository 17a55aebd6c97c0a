//! After any sequence of faults, visible pages show the current versions, and whether they are
//! stale.

use std::rc::Rc;

use protocol::replaces;

use super::{Connection, Page, World, data::TOPICS};

#[test]
fn after_any_faults_visible_pages_show_the_current_versions_and_hidden_ones_do_not_connect() {
    for seed in 0..300 {
        let mut world = World::after_faults(seed, replaces);
        assert_eq!(world.went_back, 0, "seed {seed}");
        assert!(
            world.in_view().all(|page| is_current(page, &world)),
            "seed {seed}"
        );
        let connections = world.sockets.len() + world.polls.len();
        assert_eq!(connections, world.in_view().count(), "seed {seed}");
        world.assert_visible_pages_show(&[Connection::Live, Connection::Polling], seed);

        // The store fails once more, and recovers.
        world.stale = true;
        (0..100).for_each(|_| world.step());
        world.assert_visible_pages_show(&[Connection::Stale], seed);
        world.stale = false;
        (0..100).for_each(|_| world.step());
        world.assert_visible_pages_show(&[Connection::Live, Connection::Polling], seed);
    }
}

fn is_current(page: &Page, world: &World) -> bool {
    let mut shown = page.seen.iter();
    shown.all(|(topic, shown)| *shown == world.truth.newest(topic))
}

/// Positive control: pages that do not tell the server that they know their counts may be old.
#[test]
fn if_pages_do_not_report_that_counts_may_be_old_some_page_stays_stale_for_ever() {
    let misled = (0..100).filter(|&seed| {
        let mut world = World::new(seed, replaces);
        world.tells_stale = false;
        let world = world.run_faults();
        let stale = |page: &Page| page.shown == Some(Connection::Stale);
        world.in_view().any(stale)
    });
    assert!(misled.count() > 0);
}

/// Positive control: pages that show the version received last.
#[test]
fn without_the_version_check_some_page_shows_an_older_version() {
    let misled = (0..40)
        .filter(|&seed| World::after_faults(seed, |_, _, _| true).went_back > 0)
        .count();
    assert!(misled > 0, "in none of 40 runs");
}

/// A page shows version 10. A backup with version 7 is restored, and three other sales lead to
/// version 10 again, with other content. Meanwhile the page has no connection, or is in the
/// back/forward cache.
fn restored_to_the_same_version(compares_epochs: bool, seed: u64, cached: bool) -> World {
    let mut world = World::new(seed, replaces);
    world.compares_epochs = compares_epochs;
    let change_all = |world: &mut World, times| {
        for topic in TOPICS.map(|name| name.parse().unwrap()) {
            (0..times).for_each(|_| Rc::make_mut(&mut world.truth).change(&topic));
        }
    };
    change_all(&mut world, 9);
    world.open();
    (0..2_000).for_each(|_| world.step());
    assert!(world.in_view().all(|page| is_current(page, &world)));
    match cached {
        true => world.put_away(1),
        false => world.break_off(),
    }
    world.restore(|_| 7);
    change_all(&mut world, 3);
    if cached {
        world.step();
        world.put_away(1);
    }
    (0..12_000).for_each(|_| world.step());
    assert!(world.pages[&1].seen.values().all(|seen| seen.version == 10));
    world
}

#[test]
fn after_a_restore_to_the_same_version_a_page_shows_the_new_content() {
    for (seed, cached) in (0..20).flat_map(|seed| [(seed, false), (seed, true)]) {
        let world = restored_to_the_same_version(true, seed, cached);
        assert!(
            world.in_view().all(|page| is_current(page, &world)),
            "seed {seed}, cached {cached}"
        );
    }
}

/// Positive control: a server that does not compare epochs.
#[test]
fn without_an_epoch_a_page_keeps_the_content_from_before_the_restore() {
    for (seed, cached) in (0..20).flat_map(|seed| [(seed, false), (seed, true)]) {
        let world = restored_to_the_same_version(false, seed, cached);
        assert!(
            !world.in_view().any(|page| is_current(page, &world)),
            "seed {seed}, cached {cached}"
        );
    }
}

/// Positive control: a server that does not say that its data has gone back.
#[test]
fn if_the_server_does_not_say_that_data_went_back_some_page_shows_outdated_data() {
    let misled = (0..100).filter(|&seed| {
        let mut world = World::new(seed, replaces);
        world.tells_rewound = false;
        let world = world.run_faults();
        !world.in_view().all(|page| is_current(page, &world))
    });
    assert!(misled.count() > 0);
}
