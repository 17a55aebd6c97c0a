//! How the page is connected, said quietly.

use leptos::prelude::*;

use crate::live::{Connection, Live};

/// “Live”, “Live, polling”, “Reconnecting”; nothing before it is known, and
/// nothing without script, where the page is true as of its loading. Whoever points
/// at it is told how long the way to the shop and back takes.
#[component]
pub(crate) fn ConnectionBadge() -> impl IntoView {
    let live = expect_context::<Live>();
    let (connection, round_trip) = (live.connection(), live.round_trip());
    let (state, words) = (
        move || match connection.get() {
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::Polling => "polling",
            Connection::Reconnecting => "reconnecting",
        },
        move || match connection.get() {
            Connection::Connecting => "",
            Connection::Live => "Live",
            Connection::Polling => "Live, polling",
            Connection::Reconnecting => "Reconnecting",
        },
    );
    view! {
        <p
            class="connection"
            role="status"
            data-state=state
            title=move || round_trip.get().map(|millis| format!("Round trip {millis} ms"))
        >
            {words}
        </p>
    }
}
