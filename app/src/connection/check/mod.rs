//! The island of the connection check: tests whether requests, WebSockets, streams and long polls
//! get through.
//!
//! `run` tries each, `conclude` draws conclusions from the times, and `report` puts them into a
//! text for the shop.

mod conclude;
mod finding;
#[cfg(any(feature = "desk", test))]
mod pending;
mod pieces;
#[cfg(feature = "browser")]
#[path = "in_browser/mod.rs"]
mod platform;
#[cfg(not(feature = "browser"))]
#[path = "on_server.rs"]
mod platform;
mod report;
mod run;
mod shown;

use from_json::FromJson;
use leptos::{ev::SubmitEvent, html::Textarea, prelude::*, task::spawn_local};
use serde::Serialize;
use shop::Language;

use self::{finding::Way, report::report, run::Check, shown::Shown};
use crate::{
    browser::{changing_text::changing_text, effect::effect, islands},
    i18n::current_language,
};

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct CheckProps {
    /// The longest wait of the shop, in milliseconds.
    pub(crate) longest_wait_ms: u32,
    /// What the server sees of the request for the page.
    pub(crate) seen: Vec<SeenLine>,
}

/// A line of what the server sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct SeenLine {
    pub(crate) name: String,
    pub(crate) value: String,
}

islands! {
    /// The connection check.
    connection_check(CheckProps) => view,
}

/// The checks, a form for test messages, and a report. They need script and are hidden without it,
/// except what the server sees.
fn view(
    CheckProps {
        longest_wait_ms,
        seen,
    }: CheckProps,
) -> impl IntoView {
    let language = current_language();
    let shown = Shown::new(language);
    let check = Check::new(shown, longest_wait_ms);
    let is_alive = RwSignal::new(false);
    let started = check.clone();
    effect(move || {
        is_alive.set(true);
        started.check_all();
        let started = started.clone();
        // An open socket keeps the page out of the back/forward cache, so the socket is closed,
        // except during a check.
        window_event_listener_untyped("pagehide", move |_| {
            if !shown.running.get_untracked() {
                started.close();
            }
        });
    });
    let hidden = move || !is_alive.get();
    view! {
        <section class="check-results" aria-labelledby="check-results" hidden=hidden>
            {results(shown, check.clone(), longest_wait_ms)}
        </section>
        <section class="check-echo" aria-labelledby="check-echo" hidden=hidden>
            {echo(shown, check)}
        </section>
        {(!seen.is_empty()).then(|| request_details(language, &seen))}
        <section class="check-report" aria-labelledby="check-report" hidden=hidden>
            {report_field(shown, is_alive, seen)}
        </section>
    }
}

/// What is known of each kind of connection, and the buttons that check again.
fn results(shown: Shown, check: Check, longest_wait_ms: u32) -> impl IntoView {
    let language = shown.language;
    let ways: Vec<_> = Way::ALL.into_iter().map(|way| result(shown, way)).collect();
    let seconds = longest_wait_ms.saturating_add(500) / 1_000;
    let long = check.clone();
    view! {
        <h2 id="check-results">{say!(language, connection.results)}</h2>
        <ul class="check-ways">{ways}</ul>
        <div class="check-actions">
            <button
                type="button"
                id="check-again"
                disabled=move || shown.running.get()
                on:click=move |_| check.check_all()
            >
                {say!(language, connection.again)}
            </button>
            <button
                type="button"
                id="check-long"
                aria-describedby="check-long-more"
                disabled=move || shown.running.get()
                on:click=move |_| long.check_longest_wait()
            >
                {say!(language, connection.long_wait)}
            </button>
            <p id="check-long-more">{say!(language, connection.long_wait_more, count = seconds)}</p>
        </div>
    }
}

fn result(shown: Shown, way: Way) -> impl IntoView {
    let (language, finding) = (shown.language, shown.finding(way));
    view! {
        <li data-way=way.name() data-state=move || finding.read().verdict.name()>
            <h3>{way.title(language)}</h3>
            <p
                class="check-verdict"
                role="status"
                inner_html=changing_text(move || finding.read().verdict.words(language))
            ></p>
            <p class="check-found" inner_html=changing_text(move || finding.read().found.clone().unwrap_or_default())></p>
            <p class="check-more">{way.explanation(language)}</p>
        </li>
    }
}

/// A form whose messages go over the socket, and the log of what came back.
fn echo(shown: Shown, check: Check) -> impl IntoView {
    let language = shown.language;
    let text = RwSignal::new(String::new());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        check.send(text.get_untracked());
        text.set(String::new());
    };
    view! {
        <h2 id="check-echo">{say!(language, connection.echo_heading)}</h2>
        <form id="check-say" on:submit=send>
            <label for="check-word">{say!(language, connection.echo_label)}</label>
            <input
                id="check-word"
                autocomplete="off"
                maxlength="1000"
                required=true
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
            <button type="submit">{say!(language, connection.echo_send)}</button>
        </form>
        // The lines are keyed, because a screen reader reads out every one that changes.
        <div id="check-heard" role="log" aria-labelledby="check-echo">
            <For each=move || shown.log.get() key=|line| line.number let:line>
                <p>{line.words}</p>
            </For>
        </div>
    }
}

fn request_details(language: Language, seen: &[SeenLine]) -> impl IntoView + use<> {
    let lines = seen.iter().cloned().map(|SeenLine { name, value }| {
        view! { <div><dt>{name}</dt> <dd>{value}</dd></div> }
    });
    let lines: Vec<_> = lines.collect();
    view! {
        <section class="check-seen" aria-labelledby="check-seen">
            <h2 id="check-seen">{say!(language, connection.seen_heading)}</h2>
            <dl>{lines}</dl>
        </section>
    }
}

/// The results as text, and a button that copies it.
fn report_field(shown: Shown, is_alive: RwSignal<bool>, seen: Vec<SeenLine>) -> impl IntoView {
    let language = shown.language;
    let field = NodeRef::<Textarea>::new();
    let is_copied = RwSignal::new(None::<bool>);
    let text = move || {
        let alive = is_alive.get();
        let about = || {
            (
                platform::report_head(),
                shown.findings(),
                shown.socket.get(),
            )
        };
        alive
            .then(about)
            .map(|(head, findings, socket)| report(language, head, &findings, &seen, socket))
    };
    let copy = move |_| {
        if let Some(field) = field.get_untracked() {
            spawn_local(async move { is_copied.set(Some(platform::copy(field).await)) });
        }
    };
    let copied = move || match is_copied.get() {
        None => "",
        Some(true) => say!(language, connection.copied),
        Some(false) => say!(language, connection.not_copied),
    };
    view! {
        <h2 id="check-report">{say!(language, connection.report_heading)}</h2>
        <p>{say!(language, connection.report_more)}</p>
        <textarea
            id="check-text"
            readonly=true
            rows="8"
            aria-label=say!(language, connection.report_label)
            node_ref=field
            prop:value=text
        ></textarea>
        <div class="check-actions">
            <button type="button" id="check-copy" on:click=copy>
                {say!(language, connection.copy)}
            </button>
            <p id="check-copied" role="status" inner_html=changing_text(copied)></p>
        </div>
    }
}
