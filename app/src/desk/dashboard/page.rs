//! `/desk`: the first page of the desk.

use leptos::prelude::*;

use super::island::dashboard;
use crate::{
    desk::frame::{Section, desk_frame, not_found},
    i18n::current_language,
    server::extension,
};

/// The dashboard.
#[component]
pub(crate) fn DeskPage() -> impl IntoView {
    if !Section::Dashboard.is_open() {
        return not_found();
    }
    let seen = extension().map_or_else(|| ().into_any(), dashboard);
    desk_frame(
        Section::Dashboard,
        say!(current_language(), desk.title),
        seen,
    )
}
