//! The progress of an import that a worker checks or applies.

use std::time::Duration;

use from_json::FromJson;
use leptos::{prelude::*, task::spawn_local};
use protocol::ImportStanding;
use serde::Serialize;

use crate::{
    browser::{
        answer::Answer,
        changing_text::changing_text,
        islands, page,
        platform::{fetch::fetch, replace::replace_page},
    },
    i18n::current_language,
};

islands! {
    /// The progress of a worker.
    follow_import(FollowProps) => view,
}

/// The wait between two requests.
const EVERY: Duration = Duration::from_millis(700);
/// Without an answer, the wait doubles, at most this many times.
const MOST_DOUBLINGS: u32 = 5;
/// A request that has not been answered after this time is given up.
const DEADLINE_MS: u32 = 15_000;

/// The props of the island.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct FollowProps {
    /// The path of the import's page.
    pub(crate) page: String,
    /// What the worker does.
    pub(crate) work: Work,
    /// How far the worker has got.
    pub(crate) rows: Rows,
}

/// What a worker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromJson)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    /// It checks the rows.
    Checking,
    /// It applies them.
    Applying,
}

impl Work {
    /// The name of the state that the import has during this work.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Applying => "applying",
        }
    }
}

/// How far a worker has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct Rows {
    /// The last row that it has processed.
    pub(crate) upto: u32,
    /// The file's last row, known after the check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<u32>,
}

/// What an answer means for the page.
#[derive(Debug, PartialEq, Eq)]
enum News {
    /// The worker has got this far.
    Progress(Rows),
    /// The page must be loaded again: the state has changed, or access has ended.
    Outdated,
    /// Nothing, because the shop is busy or restarting.
    Unknown,
}

/// The progress bar, and the progress in words.
fn view(props: FollowProps) -> impl IntoView {
    let language = current_language();
    let FollowProps { page, work, rows } = props;
    let rows = RwSignal::new(rows);
    let label = match work {
        Work::Checking => say!(language, import.checking),
        Work::Applying => say!(language, import.applying),
    };
    let words = move || {
        let Rows { upto, last } = rows.get();
        match last {
            Some(last) => say!(language, import.rows_of, row = upto, all = last),
            None => say!(language, import.rows_done, row = upto),
        }
    };
    Effect::new(move |_| follow(page.clone(), work, rows, 0));
    view! {
        <section class="import-receive">
            <progress
                max=move || rows.get().last
                value=move || rows.get().last.map(|_| rows.get().upto)
                aria-label=label
            ></progress>
            <p class="import-words" inner_html=changing_text(words)></p>
        </section>
    }
}

/// Asks repeatedly until the page is outdated. A hidden page does not ask, and a page that gets no
/// answer waits longer each time.
fn follow(page: String, work: Work, rows: RwSignal<Rows>, failures: u32) {
    let ask = move || {
        if !page::is_visible() {
            return follow(page, work, rows, failures);
        }
        spawn_local(async move {
            let address = format!("{page}/standing");
            let answer = fetch(&address, "application/json", DEADLINE_MS).await;
            let failures = match news(answer, work) {
                // This address has no notice in its query, so the last form's notice disappears.
                News::Outdated => return replace_page(&page),
                News::Progress(now) => {
                    rows.set(now);
                    0
                }
                News::Unknown => failures + 1,
            };
            follow(page, work, rows, failures);
        });
    };
    set_timeout(ask, EVERY * (1 << failures.min(MOST_DOUBLINGS)));
}

fn news(answer: Option<Answer>, work: Work) -> News {
    let Some(answer) = answer else {
        return News::Unknown;
    };
    if matches!(answer.status, 401 | 403 | 404) {
        return News::Outdated;
    }
    let standing = ImportStanding::from_text(&answer.body);
    match standing.filter(|_| answer.is_ok()) {
        Some(now) if now.state == work.as_str() => News::Progress(Rows {
            upto: now.upto,
            last: now.last_row,
        }),
        Some(_) => News::Outdated,
        None => News::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Option<Answer> {
        Some(Answer {
            status,
            redirected: false,
            body: body.to_owned(),
        })
    }

    fn standing(state: &str, last_row: Option<u32>) -> String {
        let standing = ImportStanding {
            state: state.to_owned(),
            size: 9,
            received: 9,
            upto: 40,
            last_row,
            expected: Default::default(),
            done: Default::default(),
        };
        serde_json::to_string(&standing).unwrap()
    }

    #[test]
    fn a_page_shows_the_progress_until_the_state_changes() {
        let news = |status, body: &str| super::news(answer(status, body), Work::Checking);
        let rows = |last| News::Progress(Rows { upto: 40, last });
        assert_eq!(news(200, &standing("checking", None)), rows(None));
        assert_eq!(news(200, &standing("checking", Some(90))), rows(Some(90)));
        assert_eq!(news(200, &standing("ready", Some(90))), News::Outdated);
        for status in [401, 403, 404] {
            assert_eq!(news(status, r#"{"error":"…"}"#), News::Outdated);
        }
    }

    #[test]
    fn a_page_asks_again_after_no_answer_or_a_wrong_one() {
        let news = |answer| super::news(answer, Work::Applying);
        assert_eq!(news(None), News::Unknown);
        assert_eq!(news(answer(200, "<html>")), News::Unknown);
        assert_eq!(news(answer(503, r#"{"error":"…"}"#)), News::Unknown);
        let applying = standing("applying", None);
        assert_eq!(news(answer(502, &applying)), News::Unknown);
    }

    #[test]
    fn props_are_read_as_they_are_written() {
        for (work, last) in [(Work::Checking, None), (Work::Applying, Some(90))] {
            let props = FollowProps {
                page: "/desk/imports/1".to_owned(),
                work,
                rows: Rows { upto: 40, last },
            };
            let written = serde_json::to_string(&props).unwrap();
            assert_eq!(FollowProps::from_text(&written), Some(props));
        }
    }

    #[test]
    fn the_states_have_the_same_names_as_in_the_store() {
        use store::imports::ImportState;
        assert_eq!(Work::Checking.as_str(), ImportState::Checking.as_str());
        assert_eq!(Work::Applying.as_str(), ImportState::Applying.as_str());
    }
}
