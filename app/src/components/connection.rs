//! How the page is connected, said quietly.

use leptos::prelude::*;

use crate::live::{Connection, Live};

/// “Live”, “Live, polling”, “Reconnecting”; nothing before it is known, and
/// nothing without script, where the page is true as of its loading.
#[component]
pub(crate) fn ConnectionBadge() -> impl IntoView {
    let connection = expect_context::<Live>().connection();
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
        <p class="connection" role="status" data-state=state>{words}</p>
    }
}
