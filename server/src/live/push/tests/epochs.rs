//! Data with another epoch: every page has to reconnect, and to say again what it has seen.

use super::{Said, World};

#[test]
fn a_page_of_another_history_is_asked_to_reconnect_and_sent_nothing_of_the_new_one() {
    let mut world = World::new();
    world.change("a", 9);
    let pages = [world.page(&[("a", 9)]), world.page(&[("a", 0), ("b", 0)])];
    world.pass(50);
    let before: Vec<usize> = pages.iter().map(|page| page.line.said().len()).collect();
    // Version 10 is still in the inbox when the epoch changes, so it must not be sent.
    world.announce("a", 10);
    world.feed.begin_epoch("q8".parse().unwrap());
    world.announce("a", 4);
    world.deliver_all();
    world.pass(50);
    for (page, before) in pages.iter().zip(before) {
        let said = page.line.said().split_off(before);
        let [(_, Said::Message(farewell)), (_, Said::Close(1012))] = said.as_slice() else {
            panic!("{said:?}");
        };
        assert_eq!(farewell.retry_ms, Some(7));
        assert!(farewell.stock.is_empty());
    }
}

#[test]
fn after_that_lower_versions_are_sent_as_new() {
    let mut world = World::new();
    let before = world.page(&[("a", 0)]);
    world.change("a", 9);
    world.begin_epoch("q8");
    let after = world.page(&[("a", 0)]);
    world.change("a", 3);
    world.pass(50);
    world.change("a", 4);
    assert_eq!(
        (before.versions("a"), after.versions("a")),
        (vec![9], vec![3, 4])
    );
}

/// The epoch of the handshake differs from the one that the event loop knows.
#[test]
fn a_page_that_was_compared_with_another_history_is_asked_to_reconnect() {
    let mut world = World::new();
    world.feed.begin_epoch("q8".parse().unwrap());
    let page = world.page(&[("a", 9)]);
    let said = page.line.said();
    let [(_, Said::Message(farewell)), (_, Said::Close(1012))] = said.as_slice() else {
        panic!("{said:?}");
    };
    assert!(farewell.retry_ms.is_some());
}
