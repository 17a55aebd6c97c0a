//! The island of the newest page: its movements, and new ones as they happen.

use std::sync::Arc;

use from_json::FromJson;
use leptos::{prelude::*, tachys::view::keyed::keyed};
use protocol::LedgerRow;
use serde::Serialize;
use shop::{Language, Zone};

use super::{
    queue::{Queue, Rows, Status},
    stream,
    table::{movement_row, movements_table, no_movements},
};
use crate::{
    browser::{changing_text::changing_text, islands},
    i18n::{current_language, number},
};

islands! {
    /// The newest movements of the ledger.
    activity(ActivityProps) => view,
}

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct ActivityProps {
    /// The place in the ledger from which the page continues.
    pub(super) after: String,
    /// The filter, as a query string.
    pub(super) filter: String,
    /// The movements, newest first.
    pub(super) rows: Vec<LedgerRow>,
    /// Whether there may be older movements.
    pub(super) older: bool,
    /// The shop's time zone, since the oldest of the movements.
    pub(super) zone: Zone,
}

/// The movements, below a bar that shows the state of the stream once JavaScript has started.
fn view(props: ActivityProps) -> impl IntoView {
    let ActivityProps {
        after,
        filter,
        rows,
        older,
        zone,
    } = props;
    let zone = Arc::new(zone);
    let language = current_language();
    let rows = RwSignal::new(rows.into_iter().map(Arc::new).collect::<Rows>());
    let queue = RwSignal::new(Queue::new(after));
    Effect::new(move |_| stream::follow(&filter, queue, rows));
    // A row never changes, so it needs no reactive owner. `For` would make one for each row.
    let shown = move || {
        let zone = Arc::clone(&zone);
        keyed(
            rows.get(),
            |row| row.place.clone(),
            move |_, row| (drop::<usize>, movement_row(language, &zone, &row)),
        )
    };
    let is_empty = Memo::new(move |_| rows.read().is_empty());
    let empty = move || is_empty.get().then(|| no_movements(language, older));
    view! {
        {stream_bar(language, queue)}
        {movements_table(shown)}
        {empty}
    }
}

/// The state of the stream, how far behind the page is, and the button that pauses it.
fn stream_bar(language: Language, queue: RwSignal<Queue>) -> impl IntoView {
    // Screen readers read the status out, so a memo changes it only when the state changes.
    let status = Memo::new(move |_| queue.read().status());
    let behind = Memo::new(move |_| queue.read().behind());
    let paused = Memo::new(move |_| queue.read().is_paused());
    let is = move |wanted| status.get() == wanted;
    let behind_words = move || {
        let number = number(language, behind.get());
        let words = || say!(language, activity.behind, number = number);
        let is_behind = behind.get() > 0 && !is(Status::Over);
        is_behind.then(words).unwrap_or_default()
    };
    let button = move || match paused.get() {
        true => say!(language, activity.go_on),
        false => say!(language, activity.pause),
    };
    view! {
        <p class="movements-live" id="movements-live" hidden=move || is(Status::Off)>
            <span role="status" inner_html=changing_text(move || sentence(language, status.get()))></span>
            <span class="movements-behind" inner_html=changing_text(behind_words)></span>
            <button
                class="button button-small button-quiet"
                type="button"
                hidden=move || is(Status::Over)
                aria-pressed=move || paused.get().to_string()
                on:click=move |_| queue.update(Queue::toggle_pause)
                inner_html=changing_text(button)
            ></button>
        </p>
    }
}

fn sentence(language: Language, status: Status) -> &'static str {
    match status {
        Status::Off | Status::Connecting => "",
        Status::Live => say!(language, activity.live),
        Status::CatchingUp => say!(language, activity.catching_up),
        Status::Paused => say!(language, activity.paused),
        Status::Reconnecting => say!(language, activity.reconnecting),
        Status::Over => say!(language, activity.over),
    }
}

#[cfg(test)]
mod tests {
    use shop::MovementKind;

    use super::*;

    #[test]
    fn the_page_without_script_has_the_rows_and_a_hidden_bar() {
        let owner = Owner::new();
        owner.set();
        let row = LedgerRow {
            place: "0-7".to_owned(),
            at: "2026-11-21T18:00:00.007Z".to_owned(),
            book: "small-hours".to_owned(),
            version: 3,
            kind: MovementKind::Ordered,
            on_hand: 0,
            held: -1,
            allocated: 1,
            hold: None,
            order: Some("4KX9-QD2M-7HTB".to_owned()),
            reason: None,
            receipt: None,
        };
        let html = |rows| {
            let props = ActivityProps {
                after: "0-7".to_owned(),
                filter: String::new(),
                rows,
                older: false,
                zone: Zone::default(),
            };
            view(props).to_html()
        };
        let expected_row = movement_row(Language::English, &Zone::default(), &row).to_html();
        let with_a_row = html(vec![row]);
        assert!(with_a_row.contains(&expected_row), "{with_a_row}");
        assert!(!with_a_row.contains("movements-none"), "{with_a_row}");
        let bar = r#"id="movements-live" hidden"#;
        assert!(with_a_row.contains(bar), "{with_a_row}");
        assert!(html(Vec::new()).contains("movements-none"));
    }
}
