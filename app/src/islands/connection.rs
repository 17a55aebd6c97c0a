//! How the page is connected, said quietly.

use leptos::prelude::*;

use super::island::Nothing;
use crate::{
    language::spoken,
    live::{Connection, Live},
};

/// “Live”, “Live, polling”, “Reconnecting”, and that what is shown may be old, where
/// the shop has said so or has not been reached for a while; nothing before it is known, and
/// nothing without script, where the page is true as of its loading. Whoever points
/// at it is told how long the way to the shop and back takes.
pub(super) fn connection_badge(_: Nothing) -> impl IntoView {
    let here = spoken();
    let live = expect_context::<Live>();
    let (connection, round_trip) = (live.connection(), live.round_trip());
    let (state, words) = (
        move || match connection.get() {
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::Polling => "polling",
            Connection::Stale => "stale",
            Connection::Reconnecting | Connection::Lost => "reconnecting",
        },
        move || match connection.get() {
            Connection::Connecting => "",
            Connection::Live => say!(here, live.live),
            Connection::Polling => say!(here, live.polling),
            Connection::Stale => say!(here, live.stale),
            Connection::Reconnecting => say!(here, live.reconnecting),
            Connection::Lost => say!(here, live.lost),
        },
    );
    view! {
        <p
            class="connection"
            role="status"
            data-state=state
            title=move || round_trip.get().map(|millis| say!(here, live.round_trip, millis = millis))
        >
            {words}
        </p>
    }
}
