//! Forms are not sent while a page is rendered.

use leptos::prelude::RwSignal;

pub(super) fn send_by_script(_unanswered: RwSignal<bool>) {}
