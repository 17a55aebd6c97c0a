//! Asks for the current figures every few seconds while the page is visible.

use std::time::Duration;

use from_json::FromJson;
use leptos::{prelude::*, task::spawn_local};

use super::{Dashboard, clock_time::clock_time, glances::Glances};
use crate::{
    browser::{Moment, answer::Answer, page, platform::fetch::fetch},
    i18n::current_language,
};

const ADDRESS: &str = "/desk/glance.json";
const EVERY: Duration = Duration::from_secs(3);
/// A request without an answer after this time has failed.
const DEADLINE_MS: u32 = 8_000;

/// The figures of an open page, and what it says about their age.
#[derive(Clone, Copy)]
pub(super) struct Updates {
    pub(super) glances: RwSignal<Glances>,
    /// Why the figures are not up to date. `None` if they are.
    pub(super) notice: RwSignal<Option<String>>,
    last: StoredValue<LastAnswer>,
    asking: StoredValue<bool>,
    signed_out: StoredValue<bool>,
}

/// When the last answer arrived.
#[derive(Clone, Default)]
struct LastAnswer {
    at: Moment,
    /// The time of day, for staff.
    clock: String,
}

impl LastAnswer {
    fn now() -> Self {
        let (at, clock) = (page::now(), clock_time());
        Self { at, clock }
    }
}

impl Updates {
    /// Starts with the figures in the rendered page.
    pub(super) fn new(rendered: Dashboard) -> Self {
        let mut glances = Glances::default();
        glances.take_in(rendered, Duration::ZERO);
        Self {
            glances: RwSignal::new(glances),
            notice: RwSignal::new(None),
            last: StoredValue::new(LastAnswer::default()),
            asking: StoredValue::new(false),
            signed_out: StoredValue::new(false),
        }
    }

    /// Asks repeatedly while the page is open. Must be called in an effect.
    pub(super) fn start(self) {
        self.last.set_value(LastAnswer::now());
        set_interval(move || self.ask(), EVERY);
        page::on_return(move || self.ask());
    }

    /// Asks for the figures, unless a request is under way.
    fn ask(self) {
        if self.asking.get_value() || self.signed_out.get_value() || !page::is_visible() {
            return;
        }
        self.asking.set_value(true);
        spawn_local(async move {
            let answer = fetch(ADDRESS, "application/json", DEADLINE_MS).await;
            self.asking.set_value(false);
            self.take_in(Outcome::from(answer));
        });
    }

    fn take_in(self, outcome: Outcome) {
        let language = current_language();
        let notice = match outcome {
            Outcome::Figures(figures) => {
                let (last, now) = (self.last.get_value(), LastAnswer::now());
                let passed = now.at.since(last.at);
                self.last.set_value(now);
                self.glances
                    .update(|glances| glances.take_in(figures, passed));
                None
            }
            Outcome::SignedOut => {
                self.signed_out.set_value(true);
                Some(say!(language, dashboard.signed_out).to_owned())
            }
            Outcome::Failed => {
                let time = self.last.get_value().clock;
                Some(say!(language, dashboard.stale, time = time))
            }
        };
        // Screen readers read a notice out whenever it is set.
        if self.notice.get_untracked() != notice {
            self.notice.set(notice);
        }
    }
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Figures(Dashboard),
    /// The user has signed out, or may no longer see the dashboard.
    SignedOut,
    /// There was no answer from the shop.
    Failed,
}

impl From<Option<Answer>> for Outcome {
    fn from(answer: Option<Answer>) -> Self {
        match answer {
            Some(answer) if matches!(answer.status, 401 | 403) || answer.redirected => {
                Self::SignedOut
            }
            Some(answer) if answer.is_ok() => {
                Dashboard::from_text(&answer.body).map_or(Self::Failed, Self::Figures)
            }
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::dashboard::{Figure, FigureKind, RefusalCount, RefusalReason};

    fn outcome(status: u16, redirected: bool, body: &str) -> Outcome {
        Outcome::from(Some(Answer {
            status,
            redirected,
            body: body.to_owned(),
        }))
    }

    #[test]
    fn figures_are_read_as_the_server_writes_them() {
        let kinds = [
            FigureKind::Holds,
            FigureKind::Orders,
            FigureKind::Sockets,
            FigureKind::Polls,
            FigureKind::Refused,
        ];
        let dashboard = Dashboard {
            instance: "127.0.0.1:3000".to_owned(),
            figures: kinds
                .map(|kind| Figure {
                    kind,
                    now: Some(3),
                    least: None,
                    most: Some(7),
                    line: "M0 47.0".to_owned(),
                })
                .to_vec(),
            refused: RefusalReason::ALL
                .map(|reason| RefusalCount { reason, count: 1 })
                .to_vec(),
        };
        let written = serde_json::to_string(&dashboard).unwrap();
        assert_eq!(outcome(200, false, &written), Outcome::Figures(dashboard));
    }

    #[test]
    fn a_refused_or_redirected_answer_means_signed_out() {
        assert_eq!(outcome(401, false, "{}"), Outcome::SignedOut);
        assert_eq!(outcome(403, false, "{}"), Outcome::SignedOut);
        assert_eq!(outcome(200, true, "<html>"), Outcome::SignedOut);
    }

    #[test]
    fn any_other_answer_is_a_failure() {
        assert_eq!(Outcome::from(None), Outcome::Failed);
        assert_eq!(outcome(503, false, "{}"), Outcome::Failed);
        assert_eq!(outcome(200, false, "<html>"), Outcome::Failed);
        assert_eq!(outcome(200, false, "{}"), Outcome::Failed);
    }
}
