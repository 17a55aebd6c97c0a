//! `/desk`: where one arrives.

use leptos::prelude::*;

use super::{Tab, desk_frame};
use crate::language::spoken;

/// The desk at a glance.
#[component]
pub(crate) fn DeskPage() -> impl IntoView {
    desk_frame(Tab::Glance, say!(spoken(), desk.title), ().into_any())
}
