//! Heartbeats, silent clients, and shutdown.

use protocol::LiveMessage;

use super::{Millis, Page, Sent, World, client_frame, level};

/// Lets time pass. The pages send a pong every ten seconds, so that none counts as silent.
fn pass_with_pongs(world: &mut World, pages: &[Page], seconds: u64) {
    for _ in 0..seconds / 10 {
        world.pass(10_000);
        for page in pages {
            world.receive_bytes(page, &client_frame(true, 10, b""));
        }
    }
}

fn heartbeats(page: &Page) -> Vec<Millis> {
    let messages = page.socket.messages().into_iter();
    let beats = messages.filter(|(_, message)| *message == LiveMessage::default());
    beats.map(|(at, _)| at).collect()
}

#[test]
fn every_page_gets_a_heartbeat_and_a_ping_every_twenty_seconds() {
    let mut world = World::new();
    let pages: Vec<_> = (0..160).map(|_| world.page(&[("a", 0)])).collect();
    let began = world.now;
    pass_with_pongs(&mut world, &pages, 100);
    for page in &pages {
        let beats = heartbeats(page);
        assert_eq!(beats.len(), 5);
        assert!(beats[0] - began <= 20_000);
        assert!(beats.windows(2).all(|two| two[1] - two[0] == 20_000));
        let pings = page.socket.frames().into_iter();
        assert_eq!(pings.filter(|(_, sent)| *sent == Sent::Ping).count(), 5);
    }
    let mut firsts: Vec<_> = pages.iter().map(|page| heartbeats(page)[0]).collect();
    firsts.dedup();
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts.len(), 80, "spread over the twenty seconds");
}

/// The client may fall silent at any moment between two heartbeats.
#[test]
fn a_silent_client_is_dropped_within_a_minute() {
    for pause in (0..20_000).step_by(250) {
        let mut world = World::new();
        let (silent, good) = (world.page(&[("a", 0)]), world.page(&[("a", 0)]));
        world.pass(pause);
        world.receive(&silent, "{}");
        let last = world.now;
        world.receive(&good, "{}");
        while world.hub.len() == 2 {
            world.pass(1_000);
            answer_heartbeat(&mut world, &good);
        }
        let gone_after = world.now - last;
        assert!((40_000..=60_000).contains(&gone_after), "{gone_after}");
        assert_eq!(silent.close_code(), Some(1008));
        assert_eq!(world.count("silent"), 1);
        assert_eq!(good.close_code(), None);
    }
}

/// Control: without heartbeats, only a broken connection is noticed.
#[test]
fn without_heartbeats_dead_connections_stay() {
    let mut world = World::new();
    world.page(&[("a", 0)]);
    // Time passes, but `tick` is never called.
    world.now += 3_600_000;
    world.change("a", 1);
    assert_eq!(world.hub.len(), 1);
}

/// A client that answers slowly is still connected.
#[test]
fn a_late_answer_to_a_heartbeat_keeps_the_connection() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.pass(20_000);
    for _ in 0..30 {
        world.pass(19_000);
        answer_heartbeat(&mut world, &page);
        world.pass(1_000);
    }
    assert_eq!(world.hub.len(), 1);
}

fn answer_heartbeat(world: &mut World, page: &Page) {
    world.receive_bytes(page, &client_frame(true, 10, b""));
}

#[test]
fn on_shutdown_every_page_is_told_when_to_reconnect_and_closed() {
    let mut world = World::new();
    let pages: Vec<_> = (0..100).map(|_| world.page(&[("a", 0)])).collect();
    let stalled = &pages[7];
    stalled.socket.blocks_after(5);
    world.change("a", 1);
    let mut next = 0;
    let mut after = || {
        next += 10;
        next
    };
    world.hub.close_all(&mut after, "", world.now);
    world.read_all(stalled);
    let mut retries = Vec::new();
    for page in &pages {
        let sent = page.socket.frames();
        let [.., (_, Sent::Message(farewell)), (_, Sent::Close(1012))] = sent.as_slice() else {
            panic!("{sent:?}");
        };
        retries.push(farewell.retry_ms.unwrap());
        assert_eq!(page.versions("a"), [1], "a frame in progress is completed");
        assert!(page.socket.is_finished());
    }
    retries.dedup();
    assert_eq!(retries.len(), 100, "each page has a delay of its own");
    world.pass(5_000);
    assert!(world.hub.is_empty());
}

/// A page that connects during shutdown is closed too; the others get no second close frame.
#[test]
fn closing_pages_are_not_sent_another_close() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    world.hub.close_all(|| 1, "", world.now);
    let before = page.socket.len();
    let late = world.page(&[("a", 0)]);
    world.hub.close_all(|| 2, "", world.now);
    assert_eq!(late.close_code(), Some(1012));
    assert_eq!(page.socket.len(), before);
    assert_eq!(world.hub.len(), 2, "each has time to answer the close");
}

#[test]
fn a_close_frame_is_answered_and_nothing_follows_it() {
    let mut world = World::new();
    let page = world.page(&[("a", 0)]);
    page.socket.blocks_after(0);
    world.change("a", 1);
    let request = [
        client_frame(true, 1, br#"{"seen":"b:0"}"#),
        client_frame(true, 8, &1000_u16.to_be_bytes()),
        client_frame(true, 9, b"still here"),
        b"and this is no frame".to_vec(),
    ];
    let request = world.receive_bytes(&page, &request.concat());
    world.feed.publish(level("b", 1));
    if let Some(request) = request {
        world.complete_lookup(request);
    }
    world.hub.close_all(|| 1, "", world.now);
    world.change("a", 2);
    world.read_all(&page);
    let sent: Vec<_> = page
        .socket
        .frames()
        .into_iter()
        .map(|(_, sent)| sent)
        .collect();
    assert_eq!(sent, [Sent::Close(1000)]);
    assert_eq!(world.count("malformed"), 0);
    world.pass(5_000);
    assert!(world.hub.is_empty());
}

#[test]
fn a_flood_of_frames_is_closed_and_a_busy_page_is_not() {
    let mut world = World::new();
    let busy = world.page(&[("a", 0)]);
    let ping = client_frame(true, 9, b"");
    for _ in 0..100 {
        world.receive_bytes(&busy, &ping.repeat(15));
        world.pass(1_000);
    }
    assert_eq!(busy.close_code(), None);
    let flood = world.page(&[("a", 0)]);
    world.receive_bytes(&flood, &ping.repeat(1_000));
    assert_eq!(flood.close_code(), Some(1008));
    assert_eq!(world.count("policy"), 1);
}
