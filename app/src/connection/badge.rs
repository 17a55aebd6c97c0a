//! The badge in the masthead: how the page is connected.

use leptos::prelude::*;

use crate::{
    browser::{NoProps, changing_text::changing_text, islands},
    i18n::current_language,
    live::{Connection, Live},
};

islands! {
    /// How the page is connected.
    connection_badge(NoProps) => view,
}

/// “Live”, “Live, polling”, “Reconnecting”, or that the counts may be out of date; empty while the
/// page connects for the first time. The tooltip shows the round-trip time.
fn view(_: NoProps) -> impl IntoView {
    let language = current_language();
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
            Connection::Live => say!(language, live.live),
            Connection::Polling => say!(language, live.polling),
            Connection::Stale => say!(language, live.stale),
            Connection::Reconnecting => say!(language, live.reconnecting),
            Connection::Lost => say!(language, live.lost),
        },
    );
    view! {
        <p class="connection" role="status" data-state=state>
            // On the element with a role, a tooltip would become the element's accessible name.
            <span
                title=move || round_trip.get().map(|millis| say!(language, live.round_trip, millis = millis))
                inner_html=changing_text(words)
            ></span>
        </p>
    }
}
