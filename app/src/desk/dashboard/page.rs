//! `/desk`: where one arrives, and sees at a glance how the shop stands.

use leptos::prelude::*;

use super::figures::glance_view;
use crate::{
    desk::frame::{Tab, desk_frame, nobodys},
    i18n::current_language,
    server::extension,
};

/// The desk at a glance.
#[component]
pub(crate) fn DeskPage() -> impl IntoView {
    if !Tab::Glance.is_open() {
        return nobodys();
    }
    let seen = extension().map_or_else(|| ().into_any(), glance_view);
    desk_frame(Tab::Glance, say!(current_language(), desk.title), seen)
}
