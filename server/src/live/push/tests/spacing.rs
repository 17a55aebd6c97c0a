//! The first change is sent at once, the last value always, and the rest at a limited rate.

use super::World;

#[test]
fn the_first_change_is_sent_at_once() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.pass(5_000);
    world.change("a", 1);
    assert_eq!(page.level_times(), [world.now]);
}

#[test]
fn a_burst_is_twenty_messages_a_second_and_ends_with_the_last_value() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    let last = 3_000;
    for version in 1..=last {
        world.change("a", version);
        world.pass(1);
    }
    world.pass(50);
    let times = page.level_times();
    for window in times.windows(2) {
        assert!(window[1] - window[0] >= 50, "{window:?}");
    }
    assert!((60..=61).contains(&times.len()), "{}", times.len());
    assert_eq!(page.versions("a").last(), Some(&last));
}

/// Control: without the spacing, every change is sent.
#[test]
fn without_the_spacing_a_burst_is_as_many_messages_as_changes() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    for version in 1..=3_000 {
        world.change("a", version);
        world.pass(1);
        let followers = world.hub.followers.iter_mut();
        followers.for_each(|(_, follower)| follower.next_at = 0);
    }
    assert_eq!(page.level_times().len(), 3_000);
}

#[test]
fn changes_in_between_are_combined_into_one_message() {
    let mut world = World::new();
    let page = world.page(&[("a", 0), ("b", 0), ("c", 0)]);
    for (book, version) in [("a", 1), ("b", 1), ("c", 1), ("b", 2), ("a", 2)] {
        world.change(book, version);
    }
    world.pass(50);
    let messages = page.socket.messages();
    assert_eq!(messages.len(), 2, "the first at once, the rest together");
    let rest = messages[1].1.stock.iter();
    let rest: Vec<_> = rest.map(|l| (l.book.as_str(), l.version)).collect();
    assert_eq!(rest, [("a", 2), ("b", 2), ("c", 1)]);
}

#[test]
fn the_first_messages_to_a_new_page_are_spaced() {
    let mut world = World::new();
    let _other = world.page(&[("a", 0)]);
    world.change("a", 4);
    let page = world.page(&[("a", 3)]);
    world.change("a", 5);
    assert_eq!(page.versions("a"), [4]);
    world.pass(50);
    assert_eq!(page.versions("a"), [4, 5]);
}

#[test]
fn each_page_has_its_own_spacing_of_fifty_milliseconds() {
    let mut world = World::new();
    let (early, late) = (world.page(&[("a", 0)]), world.page(&[("b", 0)]));
    world.change("a", 1);
    world.pass(40);
    world.change("b", 1);
    world.pass(1);
    world.change("b", 2);
    world.change("a", 2);
    world.pass(100);
    assert_eq!(early.level_times(), [1_000, 1_050]);
    assert_eq!(late.level_times(), [1_040, 1_090]);
}

#[test]
fn a_page_is_not_sent_a_version_it_has_seen() {
    let mut world = World::new();
    let page = world.page(&[("a", 7)]);
    for version in [5, 6, 7] {
        world.change("a", version);
        world.pass(50);
    }
    assert_eq!(page.socket.len(), 0);
    world.change("a", 8);
    assert_eq!(page.versions("a"), [8]);
}
