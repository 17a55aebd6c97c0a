//! Tests of a tab among others, with a clock that the tests move.

use super::*;

/// One tab, with a clock.
struct Tab {
    tabs: Tabs,
    /// The versions that its page has seen.
    own: Seen,
    now: Millis,
    shown: Vec<State>,
}

impl Tab {
    fn new(shares: bool) -> Self {
        Self {
            tabs: Tabs::new(shares, "me".to_owned(), 1_000_000),
            own: Seen::default(),
            now: 1_000_000,
            shown: Vec::new(),
        }
    }

    /// A visible tab in the queue for the lock.
    fn open() -> Self {
        let mut tab = Self::new(true);
        assert_eq!(
            tab.on(Event::Visible(true)),
            [RequestLock, Announce { asks: true }]
        );
        tab
    }

    /// A tab that has the lock and a working connection.
    fn leader() -> Self {
        let mut tab = Self::open();
        tab.on(Event::Granted);
        tab.on(Event::Connected(Connection::Live));
        tab
    }

    fn on(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.tabs.on(event, &self.own, self.now);
        let (shown, effects): (Vec<_>, Vec<_>) = effects
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Show(_)));
        self.shown.extend(shown.iter().map(|effect| match effect {
            Effect::Show(state) => *state,
            _ => unreachable!(),
        }));
        effects
    }

    /// Another tab announces itself.
    fn meets(&mut self, tab: TabId, visible: bool, seen: &str) -> Vec<Effect> {
        self.on(here(tab, visible, "me", seen))
    }

    /// Lets time pass, and wakes the tab at its deadlines.
    fn after(&mut self, wait: Millis) -> Vec<Effect> {
        let end = self.now + wait;
        let mut effects = Vec::new();
        while let Some(at) = self.tabs.deadline().filter(|&at| at <= end) {
            self.now = at.max(self.now);
            effects.extend(self.on(Event::Woken));
        }
        self.now = end;
        effects
    }
}

fn here(tab: TabId, visible: bool, shopper: &str, seen: &str) -> Event {
    Event::Heard(TabMessage::Here {
        tab,
        visible,
        asks: false,
        shopper: shopper.to_owned(),
        seen: Seen::parse(seen).unwrap(),
    })
}

const LIVE: State = (Connection::Live, None);
const LOST: State = (Connection::Reconnecting, None);

use Effect::{Announce, Connect, Lead, Leave, Reconnect, ReleaseLock, RequestLock};

#[test]
fn the_tab_that_gets_the_lock_leads_and_announces_it() {
    let mut tab = Tab::open();
    assert_eq!(
        tab.on(Event::Granted),
        [
            Connect(true),
            Announce { asks: true },
            Lead((Connection::Connecting, None))
        ]
    );
    assert_eq!(tab.on(Event::Connected(Connection::Live)), [Lead(LIVE)]);
    assert_eq!(tab.shown, [LIVE]);
}

#[test]
fn a_tab_waiting_for_the_lock_does_not_connect_and_shows_the_leaders_state() {
    let mut tab = Tab::open();
    assert_eq!(tab.on(Event::Heard(TabMessage::Leads(LIVE))), []);
    assert_eq!(tab.on(Event::Heard(TabMessage::Leads(LOST))), []);
    assert_eq!(tab.shown, [LIVE, LOST]);
}

#[test]
fn without_locks_every_tab_connects_by_itself_and_sends_no_messages() {
    let mut tab = Tab::new(false);
    assert_eq!(tab.on(Event::Visible(true)), [Connect(true)]);
    assert_eq!(tab.after(300_000), []);
    assert_eq!(tab.on(Event::Leaves), [Connect(false)]);
    assert_eq!(tab.on(Event::Back), [Connect(true)]);
}

#[test]
fn a_browser_that_denies_the_lock_counts_as_one_without_locks() {
    let mut tab = Tab::open();
    assert_eq!(tab.on(Event::Denied), [Connect(true)]);
}

#[test]
fn a_hidden_tab_announces_that_once_and_leaves_the_queue() {
    let mut tab = Tab::open();
    assert_eq!(
        tab.on(Event::Visible(false)),
        [ReleaseLock, Announce { asks: false }]
    );
    assert_eq!(tab.after(3_600_000), []);
    assert_eq!(
        tab.on(Event::Visible(true))[0],
        RequestLock,
        "and comes back when it is seen"
    );
}

#[test]
fn a_hidden_leader_goes_on_until_another_is_in_view() {
    let mut tab = Tab::leader();
    tab.meets(2, false, "drop:1");
    assert_eq!(tab.on(Event::Visible(false)), [Announce { asks: false }]);
    assert_eq!(tab.after(BEAT_MS), [Lead(LIVE)]);
    assert_eq!(
        tab.meets(2, true, "drop:1"),
        [ReleaseLock, Connect(false)],
        "a visible one leads before a hidden one"
    );
}

#[test]
fn a_leader_that_is_hidden_while_another_is_in_view_hands_over_at_once() {
    let mut tab = Tab::leader();
    tab.meets(2, true, "drop:1");
    let effects = tab.on(Event::Visible(false));
    assert!(effects.contains(&ReleaseLock), "{effects:?}");
    assert_eq!(tab.shown, [LIVE], "and says nothing of it");
}

#[test]
fn when_every_tab_was_hidden_for_a_while_nobody_leads() {
    let mut tab = Tab::leader();
    tab.meets(2, false, "drop:1");
    tab.on(Event::Visible(false));
    let effects = tab.after(HIDDEN_MS);
    assert_eq!(effects[effects.len() - 2..], [ReleaseLock, Connect(false)]);
    assert_eq!(tab.tabs.deadline(), None, "and nothing runs");
}

#[test]
fn a_leader_in_view_never_stops() {
    let mut tab = Tab::leader();
    for effect in tab.after(3_600_000) {
        assert!(matches!(effect, Announce { .. } | Lead(_)), "{effect:?}");
    }
}

#[test]
fn after_silence_a_tab_connects_until_a_leader_is_heard() {
    let mut tab = Tab::open();
    tab.on(Event::Heard(TabMessage::Leads(LIVE)));
    tab.after(SILENCE_MS - 1);
    assert_eq!(tab.after(1), [Connect(true)]);
    tab.on(Event::Connected(Connection::Live));
    assert_eq!(
        tab.on(Event::Heard(TabMessage::Leads(LIVE))),
        [Connect(false)]
    );
    assert_eq!(tab.shown, [LIVE]);
}

#[test]
fn a_leaders_announcements_are_not_silence() {
    let mut tab = Tab::open();
    for _ in 0..10 {
        assert_eq!(tab.after(BEAT_MS), [Announce { asks: false }]);
        tab.on(Event::Heard(TabMessage::Leads(LIVE)));
    }
}

#[test]
fn a_tab_that_slept_waits_for_a_leader_again() {
    let mut tab = Tab::open();
    tab.now += 3_600_000;
    assert_eq!(tab.on(Event::Woken), [Announce { asks: true }]);
}

#[test]
fn a_cached_page_gives_up_everything_and_comes_back() {
    let mut tab = Tab::leader();
    assert_eq!(tab.on(Event::Leaves), [Leave, ReleaseLock, Connect(false)]);
    assert_eq!(tab.tabs.deadline(), None);
    assert_eq!(tab.on(Event::Leaves), [], "closed after it was frozen");
    assert_eq!(tab.on(Event::Back), [RequestLock, Announce { asks: true }]);
}

#[test]
fn a_lock_that_comes_too_late_is_given_back() {
    let mut tab = Tab::open();
    tab.on(Event::Visible(false));
    assert_eq!(tab.on(Event::Granted), [ReleaseLock]);
}

#[test]
fn a_leader_follows_the_topics_of_all_tabs_from_the_lowest_version() {
    let own = Seen::parse("drop:5,@mine:2").unwrap();
    let mut tab = Tab::leader();
    tab.meets(2, false, "drop:3,other:1");
    tab.meets(3, true, "drop:4,seen:9");
    assert_eq!(
        tab.tabs.need(&own).to_string(),
        "drop:3-5,@mine:2,seen:9,other:1",
        "those in view first"
    );
    tab.on(Event::Heard(TabMessage::Gone(2)));
    assert_eq!(tab.tabs.need(&own).to_string(), "drop:4-5,@mine:2,seen:9");
    tab.after(HIDDEN_MS);
    assert_eq!(
        tab.tabs.need(&own),
        own,
        "a tab that is not heard of is gone"
    );
    assert_eq!(Tab::open().tabs.need(&own), own);
}

#[test]
fn a_leader_passes_on_messages_and_updates_what_others_have_seen() {
    let mut tab = Tab::leader();
    tab.meets(2, true, "@mine:3");
    let news = LiveMessage {
        mine: Some(4),
        ..LiveMessage::default()
    };
    assert!(!tab.tabs.pass_on(&LiveMessage::default()), "a heartbeat");
    assert!(tab.tabs.pass_on(&news));
    let own = Seen::default();
    assert_eq!(tab.tabs.need(&own).to_string(), "@mine:4");
    assert!(!Tab::open().tabs.pass_on(&news), "a follower does not");
}

#[test]
fn a_new_page_with_another_cookie_makes_the_leader_reconnect_once() {
    let mut tab = Tab::leader();
    assert_eq!(tab.on(here(2, true, "other", "drop:1")), [Reconnect]);
    assert_eq!(tab.on(here(2, true, "other", "drop:1")), []);
    assert_eq!(tab.on(here(3, true, "other", "drop:1")), []);
}

#[test]
fn a_new_leader_says_that_it_reconnects_only_if_it_takes_long() {
    let mut tab = Tab::open();
    tab.on(Event::Heard(TabMessage::Leads(LIVE)));
    tab.on(Event::Granted);
    tab.on(Event::Connected(Connection::Reconnecting));
    tab.after(SETTLE_MS - 1);
    assert_eq!(tab.shown, [LIVE]);
    tab.after(1);
    assert_eq!(tab.shown, [LIVE, LOST]);
}

#[test]
fn a_broken_connection_is_shown_at_once_in_every_tab() {
    let mut tab = Tab::leader();
    assert_eq!(
        tab.on(Event::Connected(Connection::Reconnecting)),
        [Lead(LOST)]
    );
    assert_eq!(tab.shown, [LIVE, LOST]);
}

#[test]
fn every_tab_shows_the_round_trip_time_until_the_socket_closes() {
    let mut tab = Tab::leader();
    let measured = (Connection::Live, Some(12));
    assert_eq!(tab.on(Event::RoundTrip(12)), [Lead(measured)]);
    tab.on(Event::Connected(Connection::Polling));
    assert_eq!(tab.shown, [LIVE, measured, (Connection::Polling, None)]);
}

/// One connection can follow at most a hundred topics.
#[test]
fn tabs_with_too_many_topics_together_each_connect_by_themselves() {
    let books = |from: usize, to: usize| {
        let books: Vec<_> = (from..to).map(|i| format!("b{i}:1")).collect();
        books.join(",")
    };
    let mut tab = Tab::open();
    tab.own = Seen::parse(&books(0, 60)).unwrap();
    tab.on(Event::Heard(TabMessage::Leads(LIVE)));
    assert_eq!(tab.meets(2, true, &books(20, 100)), [], "a hundred fit");
    assert_eq!(tab.meets(3, true, &books(90, 101)), [Connect(true)]);
    assert_eq!(tab.tabs.need(&tab.own), tab.own);
    tab.on(Event::Connected(Connection::Live));
    assert_eq!(
        tab.on(Event::Visible(false)),
        [ReleaseLock, Connect(false), Announce { asks: false }],
        "a hidden one need not"
    );
    tab.on(Event::Visible(true));
    assert_eq!(tab.on(Event::Heard(TabMessage::Gone(3))), [Connect(false)]);
}
