//! Sends the forms of an island by script, one at a time.

use std::{rc::Rc, time::Duration};

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{Refused, page, platform::Submission};

/// The wait before a form whose outcome is unknown is sent again; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// The island's forms can be sent again.
    Stay,
    /// Another page is loading, and until then nothing else is sent.
    Leave,
}

/// Hears an answer, and returns whether the outcome is unknown, and what to do next.
type Hear = dyn Fn(Result<String, Refused>) -> (bool, Then);

/// Sends the forms of an island, and shows that one is under way.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pending: RwSignal<bool>,
    /// Whether the shop may have carried out a form whose answer was lost.
    unanswered: RwSignal<bool>,
    /// Counts the forms that were sent, so that a later one replaces one without an answer.
    sent: StoredValue<u32>,
}

impl Sender {
    pub(crate) fn new() -> Self {
        let pending = RwSignal::new(false);
        // The page that was loading is left again, perhaps by “Back”.
        Effect::new(move |_| page::on_return(move || pending.set(false)));
        Self {
            pending,
            unanswered: RwSignal::new(false),
            sent: StoredValue::new(0),
        }
    }

    /// Whether a form is under way.
    pub(crate) fn is_pending(self) -> bool {
        self.pending.get()
    }

    /// Whether the outcome of a form with a key is unknown. The key must stay the same for as long.
    pub(crate) fn is_unanswered(self) -> bool {
        self.unanswered.get()
    }

    /// Sends a form, unless one is under way, and calls `hear` with the answer that `read` reads.
    ///
    /// Without an answer, `hear` is told so after 15 s at the latest. A form with a key is then sent
    /// again until there is one, or until the next form is sent.
    pub(crate) fn send<T: 'static>(
        self,
        event: SubmitEvent,
        read: fn(&str) -> Option<T>,
        hear: impl Fn(Result<T, Refused>) -> Then + 'static,
    ) {
        let hear = move |answer: Result<String, Refused>| {
            // A text that cannot be read is not the shop's: it may be a network's sign-in page.
            let answer = answer.and_then(|text| read(&text).ok_or_else(Refused::unreachable));
            let is_unknown = answer.as_ref().is_err_and(Refused::is_unknown);
            (is_unknown, hear(answer))
        };
        self.begin(event, Rc::new(hear));
    }

    fn begin(self, event: SubmitEvent, hear: Rc<Hear>) {
        event.prevent_default();
        if self.pending.get_untracked() {
            return;
        }
        let Some(form) = Submission::of(&event) else {
            return;
        };
        let mine = self.sent.get_value().wrapping_add(1);
        self.sent.set_value(mine);
        self.pending.set(true);
        spawn_local(self.send_until_answered(mine, form, FIRST_WAIT, hear));
    }

    async fn send_until_answered(
        self,
        mine: u32,
        form: Submission,
        wait: Duration,
        hear: Rc<Hear>,
    ) {
        let answer = form.send().await;
        if self.sent.try_get_value() != Some(mine) {
            return;
        }
        let (is_unknown, then) = hear(answer);
        let again = is_unknown && form.has_key();
        self.unanswered.set(again);
        self.pending.set(then == Then::Leave);
        if again {
            let send = move || {
                let longer = (2 * wait).min(LONGEST_WAIT);
                if self.sent.try_get_value() == Some(mine) {
                    spawn_local(self.send_until_answered(mine, form, longer, hear));
                }
            };
            set_timeout(send, wait);
        }
    }
}
