//! `/desk`: where one arrives, and sees at a glance how the shop stands.

use leptos::prelude::*;

use super::{Tab, desk_frame, glance::glance_view, nobodys};
use crate::{language::spoken, ssr::glance};

/// The desk at a glance.
#[component]
pub(crate) fn DeskPage() -> impl IntoView {
    if !Tab::Glance.is_open() {
        return nobodys();
    }
    let seen = glance().map_or_else(|| ().into_any(), glance_view);
    desk_frame(Tab::Glance, say!(spoken(), desk.title), seen)
}
