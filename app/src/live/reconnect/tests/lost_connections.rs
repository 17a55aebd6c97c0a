//! How a page notices that its connection is lost, and when it tries again.

use super::{
    Effect::{AbortPoll, CloseSocket, OpenSocket},
    poll::{LONGEST_REFUSAL_MS, POLL_BACKOFF, POLL_MS},
    socket::SILENCE_MS,
    *,
};

#[test]
fn a_closed_socket_is_retried_after_a_random_wait_even_the_first_time() {
    let waits = [0.0, 0.25, 0.99].map(|chance| {
        let mut page = Page::live();
        page.machine.on(Event::Closed(1), page.now, chance);
        match page.machine.socket {
            Socket::Closed { retry_at } => retry_at - page.now,
            ref other => {
                assert_eq!(
                    chance, 0.0,
                    "only a wait of zero reopens at once: {other:?}"
                );
                0
            }
        }
    });
    assert_eq!(waits, [0, 250, 990]);
}

#[test]
fn a_page_that_lost_its_socket_says_that_it_is_reconnecting() {
    let mut page = Page::live();
    page.on(Event::Closed(1));
    assert_eq!(page.shown, [Connection::Live, Connection::Reconnecting]);
    assert_eq!(page.after(500), [OpenSocket(2)]);
    page.on(Event::Heard(2));
    assert_eq!(page.shown.last(), Some(&Connection::Live));
}

#[test]
fn a_page_without_a_server_tries_socket_and_polls_and_reconnects_within_seconds() {
    let mut page = Page::live();
    page.on(Event::Closed(1));
    // A minute without a server.
    let down_until = page.now + 60_000;
    let mut polls = 0;
    while page.now < down_until {
        for effect in page.after(10) {
            match effect {
                OpenSocket(id) => {
                    for effect in page.on(Event::Closed(id)) {
                        if let Effect::Poll(id) = effect {
                            page.on(Event::PollFailed(id));
                        }
                    }
                }
                Effect::Poll(id) => {
                    polls += 1;
                    page.on(Event::PollFailed(id));
                }
                _ => {}
            }
        }
    }
    assert_eq!(page.shown.last(), Some(&Connection::Lost));
    assert!((15..=60).contains(&polls), "{polls} polls in a minute");

    // The server is back: the next poll gets through, and the socket soon after.
    let back = page.now;
    let mut live_at = None;
    while page.now < back + 10_000 && live_at.is_none() {
        for effect in page.after(10) {
            match effect {
                Effect::Poll(id) => {
                    page.on(Event::PollWaits(id));
                }
                OpenSocket(id) => {
                    page.on(Event::Heard(id));
                    live_at = Some(page.now);
                }
                _ => {}
            }
        }
    }
    let waited = live_at.expect("the socket is tried again") - back;
    assert!(waited <= POLL_BACKOFF.cap + 1_000, "{waited} ms");
}

#[test]
fn a_silent_socket_is_closed_and_opened_again() {
    let mut page = Page::live();
    assert_eq!(page.after(SILENCE_MS - 1), []);
    assert_eq!(page.after(1), [CloseSocket(1)]);
    assert_eq!(page.shown.last(), Some(&Connection::Reconnecting));
    assert_eq!(page.after(500), [OpenSocket(2)]);
}

#[test]
fn a_socket_with_heartbeats_stays_open() {
    let mut page = Page::live();
    for _ in 0..10 {
        assert_eq!(page.after(20_000), []);
        assert_eq!(page.on(Event::Heard(1)), []);
    }
}

#[test]
fn a_poll_without_an_answer_is_aborted_and_retried() {
    let mut page = Page::polling();
    let mut effects = Vec::new();
    for _ in 0..POLL_MS / 1_000 {
        for effect in page.after(1_000) {
            match effect {
                OpenSocket(id) => {
                    page.on(Event::Closed(id));
                }
                other => effects.push(other),
            }
        }
    }
    assert_eq!(effects, [AbortPoll(2)]);
    assert_eq!(page.shown.last(), Some(&Connection::Reconnecting));
}

#[test]
fn a_laptop_that_slept_reconnects_at_once() {
    let mut page = Page::live();
    assert_eq!(page.asleep(3_600_000), [CloseSocket(1), OpenSocket(2)]);
    let mut page = Page::polling();
    assert_eq!(page.asleep(3_600_000)[0], AbortPoll(2));
}

#[test]
fn when_the_network_is_back_pages_reconnect_at_random_times() {
    let mut page = Page::live();
    assert_eq!(page.on(Event::Restored), [CloseSocket(1)]);
    assert_eq!(page.after(ONLINE_MS / 2 - 1), []);
    assert_eq!(page.after(1), [OpenSocket(2)], "half of the limit");
}

#[test]
fn a_refused_poll_is_retried_after_the_requested_time_and_a_random_wait() {
    for (chance, jitter) in [(0.0, 0), (0.5, 250), (0.75, 375)] {
        let mut page = Page::polling();
        page.machine
            .on(Event::PollRefused(2, 5_000), page.now, chance);
        let mut polls = page.after(4_999 + jitter);
        polls.retain(|effect| matches!(effect, Effect::Poll(_)));
        assert_eq!(polls, [], "{chance}");
        assert!(matches!(page.after(1)[..], [.., Effect::Poll(_)]));
    }
}

#[test]
fn a_refused_poll_never_waits_for_hours() {
    let mut page = Page::polling();
    page.on(Event::PollRefused(2, 3_600_000));
    let effects = page.after(LONGEST_REFUSAL_MS + 500);
    let polls = effects.iter().filter(|e| matches!(e, Effect::Poll(_)));
    assert_eq!(polls.count(), 1);
}

#[test]
fn a_draining_server_says_when_to_reconnect() {
    let mut page = Page::live();
    assert_eq!(page.on(Event::RetryAfter(1, 3_000)), [CloseSocket(1)]);
    assert_eq!(page.after(2_999), []);
    assert_eq!(page.after(1), [OpenSocket(2)]);
}
