//! Only browsers send forms, so this does nothing on the server.

use leptos::prelude::RwSignal;

pub(super) fn send_by_script(_unanswered: RwSignal<bool>) {}
