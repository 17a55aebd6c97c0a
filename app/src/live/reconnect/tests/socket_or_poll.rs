//! When a page opens a socket, when it polls, and what it then sends.

use super::{
    Effect::{AbortPoll, CloseSocket, OpenSocket, SendSeen},
    poll::POLL_MS,
    socket::OPENING_MS,
    *,
};

#[test]
fn the_socket_comes_first() {
    let (mut page, effects) = Page::open();
    assert_eq!(effects, [OpenSocket(1)]);
    assert!(page.shown.is_empty(), "no state is shown before a message");
    assert_eq!(page.on(Event::Heard(1)), [SendSeen(1)]);
    assert_eq!(page.shown, [Connection::Live]);
}

#[test]
fn a_page_that_follows_nothing_connects_to_nothing() {
    let mut machine = Machine::new(0);
    assert_eq!(machine.on(Event::Woken, 0, 0.5), []);
    assert_eq!(machine.deadline(), None);
}

#[test]
fn a_page_whose_socket_closes_before_any_message_polls() {
    let (mut page, _) = Page::open();
    assert_eq!(page.on(Event::Closed(1)), [Effect::Poll(2)]);
    page.on(Event::PollWaits(2));
    assert_eq!(page.shown, [Connection::Polling]);
}

#[test]
fn a_socket_that_opens_and_stays_silent_is_given_up() {
    let (mut page, _) = Page::open();
    assert_eq!(page.after(OPENING_MS), [CloseSocket(1), Effect::Poll(2)]);
}

#[test]
fn polls_follow_each_other_at_the_requested_pace() {
    let mut page = Page::polling();
    assert_eq!(page.on(Event::PollAnswered(2, 400)), []);
    assert_eq!(page.after(199), []);
    assert_eq!(page.after(1), [Effect::Poll(3)], "half of the pace");
    assert_eq!(
        page.on(Event::PollAnswered(3, 0)),
        [Effect::Poll(4)],
        "no wait without a pace"
    );
}

#[test]
fn a_polling_page_tries_the_socket_now_and_then_and_goes_back_to_it() {
    let mut page = Page::polling();
    assert_eq!(page.after(500), [OpenSocket(3)]);
    assert_eq!(page.on(Event::Closed(3)), [], "the poll goes on meanwhile");
    assert_eq!(page.after(1_000), [OpenSocket(4)], "the wait doubles");
    assert_eq!(page.on(Event::Heard(4)), [AbortPoll(2), SendSeen(4)]);
    assert_eq!(page.shown, [Connection::Polling, Connection::Live]);
}

#[test]
fn a_blocked_socket_is_retried_less_and_less_often_but_for_ever() {
    let mut page = Page::polling();
    let mut tries = 0;
    for _ in 0..100 {
        page.on(Event::PollWaits(2));
        for effect in page.after(POLL_MS - 1) {
            match effect {
                OpenSocket(id) => {
                    tries += 1;
                    page.on(Event::Closed(id));
                }
                Effect::Poll(id) => {
                    page.on(Event::PollAnswered(id, 0));
                }
                _ => {}
            }
        }
    }
    assert!((100..=400).contains(&tries), "{tries} in an hour");
}

#[test]
fn new_topics_are_sent_on_the_socket_or_by_a_new_poll() {
    let mut page = Page::live();
    assert_eq!(page.on(Event::SeenChanged), [SendSeen(1)]);
    let mut page = Page::polling();
    assert_eq!(page.on(Event::SeenChanged), [AbortPoll(2), Effect::Poll(3)]);
}

#[test]
fn a_page_that_no_longer_follows_anything_disconnects() {
    let mut page = Page::live();
    assert_eq!(page.on(Event::Following(false)), [CloseSocket(1)]);
    assert_eq!(page.on(Event::Following(true)), [OpenSocket(2)]);
}

#[test]
fn events_of_closed_sockets_and_aborted_polls_are_ignored() {
    let mut page = Page::live();
    page.on(Event::Following(false));
    page.on(Event::Following(true));
    for stale in [
        Event::Closed(1),
        Event::Heard(1),
        Event::RetryAfter(1, 9_000),
        Event::PollFailed(1),
        Event::PollAnswered(1, 0),
        Event::PollWaits(1),
    ] {
        assert_eq!(page.on(stale), [], "{stale:?}");
    }
    assert_eq!(page.on(Event::Heard(2)), [SendSeen(2)]);
}

#[test]
fn a_machine_without_polls_retries_its_socket_after_growing_waits() {
    let mut page = Page {
        machine: Machine::without_polls(0),
        now: 0,
        shown: Vec::new(),
    };
    assert_eq!(page.on(Event::Following(true)), [OpenSocket(1)]);
    for (id, wait) in [(1, 500), (2, 1_000), (3, 2_000)] {
        assert_eq!(page.on(Event::Closed(id)), []);
        assert_eq!(page.after(wait - 1), []);
        assert_eq!(page.after(1), [OpenSocket(id + 1)]);
    }
    assert_eq!(page.after(OPENING_MS), [CloseSocket(4)], "no message came");
}
