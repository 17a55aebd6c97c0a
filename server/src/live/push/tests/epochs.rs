//! Data with another epoch: every page has to reconnect with the versions it has seen.

use super::{Sent, World};

#[test]
fn pages_of_another_epoch_are_asked_to_reconnect_and_get_no_levels_of_the_new_one() {
    let mut world = World::new();
    world.change("a", 9);
    let pages = [world.page(&[("a", 9)]), world.page(&[("a", 0), ("b", 0)])];
    world.pass(50);
    let before: Vec<usize> = pages
        .iter()
        .map(|page| page.socket.frames().len())
        .collect();
    // Version 10 is still in the inbox when the epoch changes, so it must not be sent.
    world.announce("a", 10);
    world.feed.begin_epoch("q8".parse().unwrap());
    world.announce("a", 4);
    world.deliver_all();
    world.pass(50);
    for (page, before) in pages.iter().zip(before) {
        let sent = page.socket.frames().split_off(before);
        let [(_, Sent::Message(farewell)), (_, Sent::Close(1012))] = sent.as_slice() else {
            panic!("{sent:?}");
        };
        assert_eq!(farewell.retry_ms, Some(7));
        assert!(farewell.stock.is_empty());
    }
}

#[test]
fn lower_versions_of_a_new_epoch_are_sent_as_new() {
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

/// The handshake has read an epoch that the event loop does not know yet.
#[test]
fn a_page_whose_handshake_had_another_epoch_is_asked_to_reconnect() {
    let mut world = World::new();
    world.feed.begin_epoch("q8".parse().unwrap());
    let page = world.page(&[("a", 9)]);
    let sent = page.socket.frames();
    let [(_, Sent::Message(farewell)), (_, Sent::Close(1012))] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    assert!(farewell.retry_ms.is_some());
}
