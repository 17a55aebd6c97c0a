//! Follows the ledger's stream: fills the queue, shows one message in each frame, and acknowledges
//! it.

use std::{cell::Cell, rc::Rc};

use from_json::FromJson;
use gloo_net::websocket::Message;
use leptos::{prelude::*, task::spawn_local};
use protocol::{LedgerMessage, SESSION_OVER};

use super::queue::{Queue, Rows, prepend};
use crate::{
    browser::platform::fetch::fetch,
    live::{
        browser::{
            epoch,
            line::{Line, LineEvent},
        },
        reconnect::Millis,
    },
};

const STREAM: &str = "/desk/activity/stream";
/// The wait before reconnecting after the shop has reported an error.
const AFTER_ERROR_MS: Millis = 5_000;
/// A request that has not been answered after this time is aborted.
const DEADLINE_MS: u32 = 15_000;

/// Follows the movements that pass a filter, in the form of a query string, for as long as the page
/// is open.
pub(super) fn follow(filter: &str, queue: RwSignal<Queue>, rows: RwSignal<Rows>) {
    let filter = filter.to_owned();
    let opened = Rc::new(Cell::new(false));
    let opens = opened.clone();
    let path = move || {
        opens.set(false);
        let after = queue.try_update(Queue::connect).unwrap_or_default();
        // The epoch of a page never changes: after a restore, the page is loaded again.
        let epoch = epoch().map_or_else(String::new, |epoch| format!("epoch={epoch}&"));
        format!("{STREAM}?{epoch}after={after}&{filter}")
    };
    let line = Line::open(path, move |line, event| match event {
        LineEvent::Opened => opened.set(true),
        LineEvent::Text(text) => hear(queue, line, &text),
        LineEvent::Lost(SESSION_OVER) => end(queue, line),
        LineEvent::Lost(_) => {
            queue.update(Queue::lose);
            // A refused socket does not say why, so an ordinary request asks.
            if !opened.get() {
                check_session(queue, line.clone());
            }
        }
    });
    Effect::new(move |_| {
        queue.track();
        if queue.write_untracked().request_frame() {
            let line = line.clone();
            request_animation_frame(move || draw(queue, rows, &line));
        }
    });
}

fn hear(queue: RwSignal<Queue>, line: &Line, text: &str) {
    match LedgerMessage::from_text(text) {
        Some(message) if message.rewound => {
            line.end();
            // A backup was restored, so the rows are no longer true. They stay if the reload fails.
            let _ = window().location().reload();
        }
        Some(message) => {
            let asked = message.retry_ms.map(Millis::from);
            // While the ledger cannot be read, each stream ends with an error.
            let wait = asked.or(message.error.is_some().then_some(AFTER_ERROR_MS));
            queue.update(|queue| queue.hear(message));
            if let Some(wait) = wait {
                line.retry_after(wait);
            }
        }
        // Something other than the shop sent this. The line reopens after a wait.
        None => line.give_up(),
    }
}

/// Shows the next page, and acknowledges it. The rows are rendered before the browser paints this
/// frame.
fn draw(queue: RwSignal<Queue>, rows: RwSignal<Rows>, line: &Line) {
    let Some(page) = queue.try_update(Queue::draw).flatten() else {
        return;
    };
    if page.rows.is_empty() {
        return;
    }
    rows.update(|shown| prepend(shown, page.rows));
    // A `LedgerAcknowledgement`, written by hand: a place contains no characters that JSON must
    // escape, and a serializer would add 10 kB.
    let acknowledgement = format!(r#"{{"next":"{}"}}"#, page.next);
    line.send(Message::Text(acknowledgement));
}

/// Ends the stream if the session has ended.
fn check_session(queue: RwSignal<Queue>, line: Line) {
    spawn_local(async move {
        if is_session_over().await && !line.is_open() {
            end(queue, &line);
        }
    });
}

async fn is_session_over() -> bool {
    let answer = fetch(STREAM, "*/*", DEADLINE_MS).await;
    answer.is_some_and(|answer| answer.status == 401)
}

fn end(queue: RwSignal<Queue>, line: &Line) {
    line.end();
    queue.update(Queue::end);
}
