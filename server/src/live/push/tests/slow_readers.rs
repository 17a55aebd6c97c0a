//! Clients that do not read: they get the newest state when they do, or are dropped.

use protocol::LiveMessage;

use super::{Sent, World, client_frame};
use crate::live::push::{follower::Written, frame};

#[test]
fn a_page_that_does_not_read_gets_only_the_newest_when_it_does() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.change("a", 1);
    page.socket.blocks_after(0);
    let before = page.socket.len();
    for version in 2..=10_000 {
        world.change("a", version);
        world.pass(1);
    }
    assert_eq!(page.socket.len(), before);
    world.read_all(&page);
    assert_eq!(page.versions("a"), [1, 10_000]);
}

#[test]
fn the_rest_of_a_frame_is_sent_first_and_then_the_newest() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(20);
    world.change("a", 1);
    assert_eq!(page.socket.len(), 20);
    for version in 2..=500 {
        world.pass(10);
        world.change("a", version);
    }
    world.read(&page, 3);
    assert_eq!(page.socket.len(), 23);
    world.read_all(&page);
    assert_eq!(page.versions("a"), [1, 500]);
}

#[test]
fn frames_stay_complete_wherever_a_page_stops_reading() {
    for stop in 0..400 {
        let mut world = World::new();
        let page = world.page(&[("a", 0), ("b", 0)]);
        page.socket.blocks_after(stop);
        for version in 1..=6 {
            world.change("a", version);
            world.change("b", version);
            world.pass(50);
        }
        world.read_all(&page);
        world.pass(50);
        for book in ["a", "b"] {
            let versions = page.versions(book);
            assert!(versions.is_sorted(), "{stop}: {versions:?}");
            assert_eq!(versions.last(), Some(&6), "{stop}");
        }
    }
}

#[test]
fn a_page_that_has_not_read_for_thirty_seconds_is_dropped() {
    let mut world = World::new();
    let (slow, good) = (world.page(&[("a", 0)]), world.page(&[("a", 0)]));
    slow.socket.blocks_after(10);
    world.change("a", 1);
    world.pass(29_999);
    assert_eq!(world.hub.len(), 2);
    world.pass(1);
    assert_eq!(world.hub.len(), 1);
    assert_eq!(world.count("slow_reader"), 1);
    assert!(slow.socket.is_abandoned(), "unread data is discarded");
    world.change("a", 2);
    assert_eq!(good.versions("a"), [1, 2], "the others continue");
    assert!(!good.socket.is_abandoned());
}

/// Control: if every change is queued, memory fills up.
#[test]
fn without_conflation_a_queue_grows_with_every_change() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(0);
    let change = frame::message(&LiveMessage::default());
    let follower = &mut world.hub.followers[page.number];
    let kept = (0..100_000).take_while(|_| follower.send(&change, 0) != Written::Gone);
    assert!(kept.count() > 1_000, "only the limit on replies stops it");
}

/// Control: without the timeout, the client stays for ever.
#[test]
fn without_a_timeout_a_page_that_does_not_read_stays() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(10);
    world.change("a", 1);
    world.now += 3_600_000;
    world.change("a", 2);
    assert_eq!(world.hub.len(), 1);
}

#[test]
fn a_page_that_reads_a_little_every_twenty_nine_seconds_stays() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(1);
    world.change("a", 1);
    for _ in 0..20 {
        world.receive(&page, r#"{"ping":1}"#);
        world.pass(29_000);
        world.read(&page, 1);
    }
    assert_eq!(world.hub.len(), 1);
    world.read_all(&page);
    assert_eq!(page.versions("a"), [1]);
}

#[test]
fn each_page_has_its_own_read_timeout() {
    let mut world = World::new();
    let (first, second) = (world.page(&[("a", 0)]), world.page(&[("b", 0)]));
    first.socket.blocks_after(1);
    world.change("a", 1);
    world.pass(5_000);
    world.read(&first, 1);
    world.pass(24_000);
    second.socket.blocks_after(1);
    world.change("b", 1);
    world.pass(6_000);
    assert!(world.hub.followers.get(first.number).is_none(), "30 s");
    assert!(world.hub.followers.get(second.number).is_some(), "6 s");
}

#[test]
fn the_replies_queued_for_a_stalled_page_are_limited() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(0);
    let ping = client_frame(true, 9, &[b'x'; 125]);
    let asked = (0..300).take_while(|_| {
        world.receive_bytes(&page, &ping);
        world.hub.len() == 1
    });
    assert_eq!(asked.count(), 16 * 1024 / 127, "at most 16 KiB are queued");
    assert_eq!(page.socket.len(), 0);
}

#[test]
fn a_stalled_page_gets_no_heartbeats() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(0);
    world.change("a", 1);
    world.pass(29_000);
    world.read_all(&page);
    let sent: Vec<_> = page
        .socket
        .frames()
        .into_iter()
        .map(|(_, sent)| sent)
        .collect();
    assert!(matches!(sent.as_slice(), [Sent::Message(_)]), "{sent:?}");
    assert_eq!(page.versions("a"), [1]);
}

#[test]
fn a_broken_connection_is_dropped_and_the_others_continue() {
    let mut world = World::new();
    let pages: Vec<_> = (0..10).map(|_| world.page(&[("a", 0)])).collect();
    pages
        .iter()
        .step_by(3)
        .for_each(|page| page.socket.breaks());
    world.change("a", 1);
    assert_eq!(world.hub.len(), 6);
    world.pass(50);
    world.change("a", 2);
    for (number, page) in pages.iter().enumerate() {
        let told: &[u64] = if number % 3 == 0 { &[] } else { &[1, 2] };
        assert_eq!(page.versions("a"), told, "{number}");
    }
    assert_eq!(world.count("burts_sockets_closed_total"), 4);
}
