//! Data that may be out of date: every page is told once, and again when the data is current.

use protocol::LiveMessage;

use super::{Page, Sent, World};

/// Each staleness that a page was told, in order.
fn told(page: &Page) -> Vec<bool> {
    let messages = page.socket.messages().into_iter();
    messages.filter_map(|(_, message)| message.stale).collect()
}

#[test]
fn every_page_is_told_once_when_data_becomes_stale_and_once_when_it_is_current() {
    let mut world = World::new();
    let pages = [
        world.page(&[("a", 0)]),
        world.page(&[("a", 0), ("b", 0)]),
        world.page(&[("c", 0)]),
    ];
    for stale in [true, false] {
        world.stale(stale);
        world.stale(stale);
        world.pass(5_000);
    }
    for page in &pages {
        assert_eq!(told(page), [true, false]);
        assert_eq!(page.socket.messages()[0].0, 1_000, "at once");
    }
}

#[test]
fn a_new_page_is_told_of_staleness_unless_it_knows() {
    let mut world = World::new();
    let _other = world.page(&[("a", 0)]);
    world.change("a", 3);
    world.stale(true);
    let (fresh, behind) = (world.page(&[("b", 0)]), world.page(&[("a", 1)]));
    let knows = world.page_that_was_told(&[("a", 3)], true);
    assert_eq!(told(&fresh), [true]);
    let message = &behind.socket.messages()[0].1;
    assert_eq!((message.stale, message.stock.len()), (Some(true), 1));
    assert_eq!(knows.socket.len(), 0);
    world.pass(50);
    world.stale(false);
    for page in [&fresh, &behind, &knows] {
        assert_eq!(told(page).last(), Some(&false));
    }
    let elsewhere = world.page_that_was_told(&[("a", 3)], true);
    assert_eq!(told(&elsewhere), [false], "another instance had told it so");
}

#[test]
fn changes_are_sent_before_the_data_is_called_current() {
    let mut world = World::new();
    let page = world.page(&[("a", 0), ("b", 0)]);
    world.stale(true);
    world.pass(50);
    world.announce("a", 1);
    world.announce("b", 1);
    world.feed.set_stale(false);
    world.deliver_all();
    world.pass(100);
    let messages: Vec<LiveMessage> = page.socket.messages().into_iter().map(|m| m.1).collect();
    let last = messages.iter().rposition(|m| !m.stock.is_empty()).unwrap();
    let current = messages.iter().position(|m| m.stale == Some(false));
    assert!(current.unwrap() >= last, "{messages:?}");
    assert_eq!((page.versions("a"), page.versions("b")), (vec![1], vec![1]));
}

/// Control: the page is told that the data is current before it is sent the change.
#[test]
fn in_the_other_order_a_page_calls_an_old_count_current() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.stale(true);
    world.announce("a", 1);
    world.pass(50);
    world.hub.set_stale(false, || 1_050);
    let versions = page.versions("a");
    assert_eq!((told(&page).last(), versions.len()), (Some(&false), 0));
}

#[test]
fn a_page_that_reads_again_is_told_the_current_staleness() {
    let mut world = World::new();
    let (twice, thrice) = (world.page(&[("a", 0)]), world.page(&[("a", 0)]));
    for page in [&twice, &thrice] {
        page.socket.blocks_after(0);
    }
    world.stale(true);
    world.pass(1_000);
    world.stale(false);
    world.pass(1_000);
    world.read_all(&twice);
    assert_eq!(told(&twice), [] as [bool; 0], "it missed the staleness");
    world.stale(true);
    world.read_all(&thrice);
    assert_eq!(told(&thrice), [true]);
}

#[test]
fn staleness_respects_the_message_spacing() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.change("a", 1);
    world.stale(true);
    assert_eq!(told(&page), [] as [bool; 0]);
    world.pass(50);
    assert_eq!(told(&page), [true]);
    world.stale(false);
    world.stale(true);
    world.pass(1_000);
    assert_eq!(told(&page), [true], "its staleness has not changed");
}

#[test]
fn a_page_reports_the_staleness_it_knows() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.stale(true);
    world.pass(50);
    for (text, expected) in [
        (r#"{"seen":"a:0","stale":true}"#, [true].as_slice()),
        (r#"{"seen":"a:0"}"#, &[true, true]),
    ] {
        let request = world.receive(&page, text).unwrap();
        world.complete_lookup(request);
        world.pass(50);
        assert_eq!(told(&page), expected, "{text}");
    }
}

/// Otherwise the page would keep its old topics without knowing.
#[test]
fn a_failed_lookup_makes_the_page_reconnect() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    let request = world.receive(&page, r#"{"seen":"b:0"}"#).unwrap();
    let busy = LiveMessage {
        error: Some("busy".to_owned()),
        ..LiveMessage::default()
    };
    assert_eq!(
        world
            .hub
            .topics_looked_up(request.follower, Err(busy), world.now),
        None
    );
    let sent = page.socket.frames();
    let [(_, Sent::Message(farewell)), (_, Sent::Close(1013))] = sent.as_slice() else {
        panic!("{sent:?}");
    };
    assert!((1_000..2_000).contains(&farewell.retry_ms.unwrap()));
    assert!(farewell.error.is_some());
}
