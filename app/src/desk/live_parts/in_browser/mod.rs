//! Reads the page again when its topics change, as [`Schedule`] decides, and replaces its parts.

mod parts;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use protocol::Seen;

use super::schedule::{Effect as Step, Event, Schedule};
use crate::{
    browser::{Moment, page, platform::fetch::fetch},
    live::{Connection, LatestVersion, Live, latest_version::Version},
};

/// A read without an answer after this time has failed.
const DEADLINE_MS: u32 = 15_000;
/// How often a page that follows topics is read while it has no connection to the live feed.
const WITHOUT_FEED: Duration = Duration::from_secs(5);
/// For this long after the user follows a link or sends a form, another page is taken to be loading.
const LEAVING: Duration = Duration::from_secs(15);

/// Keeps the parts of the page up to date for as long as it is open.
pub(super) fn keep_up_to_date(live: Live) {
    let reader = Reader(Rc::new(State {
        schedule: RefCell::default(),
        alarm: RefCell::default(),
        live,
        shown: RwSignal::new(parts::shown()),
        followed: RefCell::default(),
        held: Cell::default(),
        left_at: Cell::default(),
    }));
    reader.follow(live);
    reader.read_in_intervals(live);
    reader.listen();
}

/// Reads the page. Clones share its state.
#[derive(Clone)]
struct Reader(Rc<State>);

struct State {
    live: Live,
    schedule: RefCell<Schedule>,
    /// Wakes the schedule. Dropping the timeout cancels it.
    alarm: RefCell<Option<Timeout>>,
    /// The topics that the parts show, with their versions.
    shown: RwSignal<Seen>,
    followed: RefCell<Vec<Followed>>,
    /// Whether a newer part waits until the one on the page loses the focus.
    held: Cell<bool>,
    /// When the browser last began to load another page.
    left_at: Cell<Option<Moment>>,
}

/// A topic that is followed.
#[derive(Clone, Copy)]
struct Followed {
    shown: Version,
    latest: LatestVersion,
}

impl Followed {
    /// Whether the page shows another version than the latest. After a restore, the latest has a
    /// lower number or another history.
    fn has_changed(&self) -> bool {
        self.latest
            .newest()
            .is_some_and(|newest| newest != self.shown)
    }
}

impl Reader {
    /// Follows the topics that the page shows, and those that newer parts show later.
    fn follow(&self, live: Live) {
        let reader = self.clone();
        Effect::new(move |_| {
            let shown = reader.0.shown.get();
            let history = live.history();
            let followed = shown.topics().iter().map(|(topic, versions)| Followed {
                shown: Version {
                    number: versions.highest,
                    history,
                },
                latest: live.follow_number(topic.clone(), versions.highest),
            });
            let followed: Vec<_> = followed.collect();
            reader.0.followed.replace(followed.clone());
            let reader = reader.clone();
            // A separate effect, so that a new version does not start to follow the topics again.
            Effect::new(move |_| {
                for topic in &followed {
                    topic.latest.track();
                }
                if reader.is_behind() {
                    reader.dispatch(Event::Changed);
                }
            });
        });
    }

    /// Reads the page at the intervals that its parts ask for, and while there is no connection.
    fn read_in_intervals(&self, live: Live) {
        for seconds in parts::intervals() {
            let reader = self.clone();
            let every = Duration::from_secs(seconds.into());
            set_interval(move || reader.dispatch(Event::Changed), every);
        }
        let (reader, connection) = (self.clone(), live.connection());
        let without_feed = move || {
            let follows = !reader.0.followed.borrow().is_empty();
            if follows && !is_connected(connection.get_untracked()) {
                reader.dispatch(Event::Changed);
            }
        };
        set_interval(without_feed, WITHOUT_FEED);
    }

    fn listen(&self) {
        let reader = self.clone();
        page::on_return(move || reader.dispatch(Event::Returned));
        let reader = self.clone();
        window_event_listener_untyped("online", move |_| reader.dispatch(Event::Returned));
        let reader = self.clone();
        window_event_listener_untyped("focusout", move |_| {
            if reader.0.held.replace(false) {
                reader.dispatch(Event::Changed);
            }
        });
        let reader = self.clone();
        let left = move || reader.0.left_at.set(Some(page::now()));
        // Safari on iOS fires no `beforeunload`, but every browser says when a form is sent.
        for event in ["beforeunload", "submit"] {
            let left = left.clone();
            window_event_listener_untyped(event, move |_| left());
        }
    }

    /// Whether another page is loading. Not for ever: a download also fires `beforeunload`.
    fn is_leaving(&self) -> bool {
        let left_at = self.0.left_at.get();
        left_at.is_some_and(|left_at| page::now().since(left_at) < LEAVING)
    }

    fn dispatch(&self, event: Event) {
        let (visible, chance) = (page::is_visible(), js_sys::Math::random());
        let step = self.0.schedule.borrow_mut().on(event, visible, chance);
        match step {
            Some(Step::Read) => self.read(),
            Some(Step::Wake(after)) => {
                let reader = self.clone();
                let after = u32::try_from(after).unwrap_or(u32::MAX >> 1);
                let alarm = Timeout::new(after, move || reader.dispatch(Event::Woken));
                drop(self.0.alarm.replace(Some(alarm)));
            }
            None => {}
        }
    }

    fn read(&self) {
        let reader = self.clone();
        spawn_local(async move {
            let is_fresh = reader.replace_parts().await.unwrap_or(false);
            reader.dispatch(Event::Read(is_fresh));
        });
    }

    /// Reads the page, and replaces the parts that differ. Returns whether the page now shows what
    /// the feed has reported. `None` if the page cannot be read.
    async fn replace_parts(&self) -> Option<bool> {
        let location = window().location();
        let history = self.0.live.history();
        let answer = fetch(&location.href().ok()?, "text/html", DEADLINE_MS).await?;
        if answer.redirected {
            // The session has ended: the reload shows the sign-in page. If the user is signing out
            // in this tab, it would cancel the page that says so.
            if self.is_leaving() {
                return None;
            }
            return location.reload().ok().map(|()| true);
        }
        let newer = parts::parse(&answer.body).filter(|_| answer.is_ok())?;
        if history != self.0.live.history() {
            // The answer may be from before a backup was restored.
            return Some(false);
        }
        for topic in &mut *self.0.followed.borrow_mut() {
            topic.shown.history = history;
        }
        let held = parts::replace(&newer);
        self.0.held.set(held);
        let shown = parts::shown();
        let is_new = shown != self.0.shown.get_untracked();
        if is_new {
            self.0.shown.set(shown);
        }
        // `follow` compares the new versions again. A held part waits until it loses the focus.
        Some(is_new || held || !self.is_behind())
    }

    fn is_behind(&self) -> bool {
        self.0.followed.borrow().iter().any(Followed::has_changed)
    }
}

/// Whether the live feed tells this page of changes, or will once the shop can read its data again.
fn is_connected(connection: Connection) -> bool {
    matches!(
        connection,
        Connection::Live | Connection::Polling | Connection::Stale
    )
}
