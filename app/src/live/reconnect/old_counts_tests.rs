//! When a page starts and stops saying that its counts may be out of date.

use super::{tests::Page, *};

#[test]
fn a_page_says_that_counts_may_be_old_when_the_server_says_so() {
    for (mut page, connected) in [
        (Page::live(), Connection::Live),
        (Page::polling(), Connection::Polling),
    ] {
        page.on(Event::Stale(true));
        assert!(page.machine.is_stale(), "connected: {connected:?}");
        page.on(Event::Stale(false));
        assert_eq!(page.shown, [connected, Connection::Stale, connected]);
        assert!(!page.machine.is_stale());
    }
}

#[test]
fn stale_counts_stay_stale_on_the_next_connection_until_the_server_says_otherwise() {
    let mut page = Page::live();
    page.on(Event::Stale(true));
    page.on(Event::Closed(1));
    assert_eq!(page.shown.last(), Some(&Connection::Reconnecting));
    assert_eq!(page.after(500), [Effect::OpenSocket(2)]);
    assert!(page.machine.is_stale(), "the new connection says so");
    page.on(Event::Heard(2));
    assert_eq!(page.shown.last(), Some(&Connection::Stale));
    page.on(Event::Stale(false));
    assert_eq!(page.shown.last(), Some(&Connection::Live));
}

#[test]
fn a_page_without_a_connection_says_after_a_while_that_counts_may_be_old() {
    let mut page = Page::live();
    page.on(Event::Closed(1));
    let lost_at = page.now;
    while page.shown.last() != Some(&Connection::Lost) {
        for effect in page.after(10) {
            if let Effect::OpenSocket(id) = effect {
                page.on(Event::Closed(id));
            } else if let Effect::Poll(id) = effect {
                page.on(Event::PollFailed(id));
            }
        }
        assert!(page.now <= lost_at + LOST_MS + TICK_MS);
    }
    assert!(page.now >= lost_at + LOST_MS);
    assert_eq!(
        page.shown,
        [Connection::Live, Connection::Reconnecting, Connection::Lost]
    );
}

#[test]
fn a_page_that_never_connected_says_that_counts_may_be_old() {
    let (mut page, _) = Page::open();
    page.after(LOST_MS + TICK_MS);
    assert_eq!(page.shown, [Connection::Lost]);
}

#[test]
fn many_short_interruptions_are_not_a_lost_connection() {
    let mut page = Page::live();
    for id in 1..20 {
        page.on(Event::Closed(id));
        assert_eq!(page.after(500), [Effect::OpenSocket(id + 1)]);
        page.on(Event::Heard(id + 1));
        page.after(1_000);
    }
    assert!(!page.shown.contains(&Connection::Lost));
}

#[test]
fn a_page_without_a_network_says_at_once_that_it_is_reconnecting() {
    let mut page = Page::live();
    assert_eq!(page.on(Event::Offline)[0], Effect::CloseSocket(1));
    assert_eq!(page.shown, [Connection::Live, Connection::Reconnecting]);
    page.on(Event::Restored);
    page.after(ONLINE_MS);
    page.on(Event::Heard(page.machine.last_id));
    assert_eq!(page.shown.last(), Some(&Connection::Live));
}
