//! Sends the forms of an island by script, one at a time.

use std::{rc::Rc, time::Duration};

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{effect::effect, page, platform::submit::Submission, refused::Refused};

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

/// Handles the answer to an attempt. Returns whether the outcome is unknown, and what to do next.
type Hear = dyn Fn(Result<String, Refused>, Attempt) -> (bool, Then);

/// Whether an attempt to send a form is the first. An attempt is one [`Submission::send`], which
/// may make several requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// The attempt that the shopper has started and waits for.
    First,
    /// An attempt that the page repeats by itself. Meanwhile other forms can be sent.
    Later,
}

/// Sends the forms of an island, and shows that one is under way.
///
/// The shop may have carried out a form whose answer was lost. A form with an idempotency key is
/// therefore sent again until there is an answer, or until another form with a key is sent.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pending: RwSignal<bool>,
    /// Whether the outcome of a form with a key is unknown.
    unanswered: RwSignal<bool>,
    /// Counts the forms with a key that were sent.
    sent: StoredValue<u32>,
    /// The name under which the tab keeps a form with a key until there is an answer.
    kept_as: Option<&'static str>,
}

impl Sender {
    pub(crate) fn new() -> Self {
        let pending = RwSignal::new(false);
        // When the shopper comes back to the page, the forms work again.
        effect(move || page::on_return(move || pending.set(false)));
        Self {
            pending,
            unanswered: RwSignal::new(false),
            sent: StoredValue::new(0),
            kept_as: None,
        }
    }

    /// Makes a sender whose form with a key survives a reload of the page.
    ///
    /// The tab keeps the form under this name until there is an answer, and the reloaded page sends
    /// it again by [`Sender::resume`].
    pub(crate) fn keeping(name: &'static str) -> Self {
        Self {
            kept_as: Some(name),
            ..Self::new()
        }
    }

    /// Whether a form is under way.
    pub(crate) fn is_pending(self) -> bool {
        self.pending.get()
    }

    /// Whether the outcome of a form with a key is unknown. While it is, the key must not change.
    pub(crate) fn is_unanswered(self) -> bool {
        self.unanswered.get()
    }

    /// Sends a form, unless one is under way, and calls `hear` with the answer that `read` reads.
    ///
    /// If there is no answer, `hear` gets [`Refused::unreachable`] after 15 s at the latest.
    pub(crate) fn send<T: 'static>(
        self,
        event: SubmitEvent,
        read: fn(&str) -> Option<T>,
        hear: impl Fn(Result<T, Refused>) -> Then + 'static,
    ) {
        self.begin(event, parse_answers(read, hear));
    }

    /// Resends the form that had no answer when the page was left, if there is one.
    ///
    /// `set_key` is called with that form's key, which the page must use from now on.
    pub(crate) fn resume<T: 'static>(
        self,
        set_key: impl Fn(String),
        read: fn(&str) -> Option<T>,
        hear: impl Fn(Result<T, Refused>) -> Then + 'static,
    ) {
        let kept = self.kept_as.and_then(Submission::kept);
        let Some((form, key)) = kept.and_then(|form| form.key().map(|key| (form, key))) else {
            // This also discards a form that is too old.
            return self.forget();
        };
        set_key(key);
        self.unanswered.set(true);
        let (number, hear) = (self.next_number(), parse_answers(read, hear));
        spawn_local(self.send_until_answered(number, form, Attempt::Later, FIRST_WAIT, hear));
    }

    fn begin(self, event: SubmitEvent, hear: Rc<Hear>) {
        event.prevent_default();
        if self.pending.get_untracked() {
            return;
        }
        let Some(form) = Submission::of(&event) else {
            return;
        };
        if form.key().is_none() {
            self.pending.set(true);
            return spawn_local(async move {
                let (_, then) = hear(form.send().await, Attempt::First);
                self.pending.set(then == Then::Leave);
            });
        }
        if let Some(name) = self.kept_as {
            // The page's key is still that of the kept form. If another form were sent with it, the
            // shop would refuse that one, and the refusal would discard the kept form.
            if self.unanswered.get_untracked() {
                return;
            }
            form.keep(name);
        }
        self.pending.set(true);
        let number = self.next_number();
        spawn_local(self.send_until_answered(number, form, Attempt::First, FIRST_WAIT, hear));
    }

    fn forget(self) {
        self.kept_as.into_iter().for_each(Submission::forget);
    }

    fn next_number(self) -> u32 {
        let number = self.sent.get_value().wrapping_add(1);
        self.sent.set_value(number);
        number
    }

    async fn send_until_answered(
        self,
        number: u32,
        form: Submission,
        attempt: Attempt,
        wait: Duration,
        hear: Rc<Hear>,
    ) {
        let answer = form.send().await;
        if self.sent.try_get_value() != Some(number) {
            return;
        }
        let (is_unknown, then) = hear(answer, attempt);
        self.unanswered.set(is_unknown);
        // Another form may be under way by the time of a later attempt.
        if attempt == Attempt::First || then == Then::Leave {
            self.pending.set(then == Then::Leave);
        }
        if !is_unknown {
            return self.forget();
        }
        let send = move || {
            let longer = (2 * wait).min(LONGEST_WAIT);
            if self.sent.try_get_value() == Some(number) {
                let again = self.send_until_answered(number, form, Attempt::Later, longer, hear);
                spawn_local(again);
            }
        };
        // A random wait, so that pages that lost an answer together do not retry together.
        set_timeout(send, wait.mul_f64(0.5 + page::chance() / 2.0));
    }
}

/// Parses each answer and passes it to `hear`.
///
/// If the outcome of a later attempt is unknown too, there is nothing new, and `hear` is not
/// called.
fn parse_answers<T: 'static>(
    read: fn(&str) -> Option<T>,
    hear: impl Fn(Result<T, Refused>) -> Then + 'static,
) -> Rc<Hear> {
    Rc::new(move |answer, attempt| {
        // A text that cannot be read is not the shop's: it may be a network's sign-in page.
        let answer = answer.and_then(|text| read(&text).ok_or_else(Refused::unreachable));
        let is_unknown = answer.as_ref().is_err_and(Refused::is_unknown);
        match is_unknown && attempt == Attempt::Later {
            true => (true, Then::Stay),
            false => (is_unknown, hear(answer)),
        }
    })
}
