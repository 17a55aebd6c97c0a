//! Tests of the connection's state machine, with a clock that the tests move.

use super::{
    poll::{LONGEST_REFUSAL_MS, POLL_BACKOFF, POLL_MS},
    socket::{OPENING_MS, SILENCE_MS},
    *,
};

/// A machine with a clock. Every random number is 0.5.
pub(super) struct Page {
    pub(super) machine: Machine,
    pub(super) now: Millis,
    pub(super) shown: Vec<Connection>,
}

impl Page {
    /// A visible page that follows a book, and its first effects.
    pub(super) fn open() -> (Self, Vec<Effect>) {
        let mut page = Self {
            machine: Machine::new(1_000_000),
            now: 1_000_000,
            shown: Vec::new(),
        };
        let effects = page.on(Event::Following(true));
        (page, effects)
    }

    /// A page with socket number 1, which has received a message.
    pub(super) fn live() -> Self {
        let (mut page, _) = Self::open();
        page.on(Event::Heard(1));
        page
    }

    /// A page whose socket is blocked, with poll number 2 pending.
    pub(super) fn polling() -> Self {
        let (mut page, _) = Self::open();
        page.on(Event::Closed(1));
        page.on(Event::PollWaits(2));
        page
    }

    pub(super) fn on(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.machine.on(event, self.now, 0.5);
        self.shown
            .extend(effects.iter().filter_map(|effect| match effect {
                Effect::Show(connection) => Some(*connection),
                _ => None,
            }));
        effects
            .into_iter()
            .filter(|effect| !matches!(effect, Effect::Show(_)))
            .collect()
    }

    /// Lets time pass, and wakes the machine at its deadlines.
    pub(super) fn after(&mut self, wait: Millis) -> Vec<Effect> {
        let end = self.now + wait;
        let mut effects = Vec::new();
        while let Some(at) = self.machine.deadline().filter(|&at| at <= end) {
            self.now = at.max(self.now);
            effects.extend(self.on(Event::Woken));
        }
        self.now = end;
        effects
    }

    /// Lets the clock jump ahead, as when a laptop sleeps.
    pub(super) fn asleep(&mut self, wait: Millis) -> Vec<Effect> {
        self.now += wait;
        self.on(Event::Woken)
    }
}

use Effect::{AbortPoll, CloseSocket, OpenSocket, SendSeen};

#[test]
fn the_socket_comes_first() {
    let (mut page, effects) = Page::open();
    assert_eq!(effects, [OpenSocket(1)]);
    assert!(
        page.shown.is_empty(),
        "nothing is claimed before it is known"
    );
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
fn a_socket_that_never_spoke_is_blocked_and_the_page_polls() {
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
    assert_eq!(
        page.after(1),
        [Effect::Poll(3)],
        "half of the pace, as chance has it"
    );
    assert_eq!(
        page.on(Event::PollAnswered(3, 0)),
        [Effect::Poll(4)],
        "no pace, no wait"
    );
}

#[test]
fn a_polling_page_tries_the_socket_now_and_then_and_goes_back_to_it() {
    let mut page = Page::polling();
    assert_eq!(page.after(500), [OpenSocket(3)]);
    assert_eq!(page.on(Event::Closed(3)), [], "the poll goes on meanwhile");
    assert_eq!(page.after(1_000), [OpenSocket(4)], "twice as long");
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
fn a_closed_socket_is_retried_after_a_random_wait_even_the_first_time() {
    let waits = [0.0, 0.25, 0.99].map(|chance| {
        let mut page = Page::live();
        page.machine.on(Event::Closed(1), page.now, chance);
        match page.machine.socket {
            Socket::Closed { retry_at } => retry_at - page.now,
            ref other => {
                assert_eq!(
                    chance, 0.0,
                    "only no wait at all reopens at once: {other:?}"
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
fn without_a_server_both_ways_are_tried_and_its_return_is_noticed_within_seconds() {
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
fn silence_on_a_socket_means_that_the_server_is_gone() {
    let mut page = Page::live();
    assert_eq!(page.after(SILENCE_MS - 1), []);
    assert_eq!(page.after(1), [CloseSocket(1)]);
    assert_eq!(page.shown.last(), Some(&Connection::Reconnecting));
    assert_eq!(page.after(500), [OpenSocket(2)]);
}

#[test]
fn a_heartbeat_is_not_silence() {
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
fn a_laptop_that_slept_connects_anew_at_once() {
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
    assert_eq!(page.after(1), [OpenSocket(2)], "as chance has it");
}

#[test]
fn a_refused_poll_is_retried_when_asked_to_with_a_random_wait() {
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
fn what_only_a_socket_brings_is_not_polled_for_and_the_socket_is_retried_later_each_time() {
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
    assert_eq!(page.after(OPENING_MS), [CloseSocket(4)], "it never spoke");
}
