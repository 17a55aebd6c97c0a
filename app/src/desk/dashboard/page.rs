//! `/desk/operations`: the state of the shop, for whoever operates it.

use leptos::prelude::*;

use super::island::dashboard;
use crate::{
    desk::frame::{Section, desk_frame, not_found},
    i18n::current_language,
    server::extension,
};

/// The dashboard.
#[component]
pub(crate) fn OperationsPage() -> impl IntoView {
    if !Section::Operations.is_open() {
        return not_found();
    }
    let seen = extension().map_or_else(|| ().into_any(), dashboard);
    desk_frame(
        Section::Operations,
        say!(current_language(), dashboard.title),
        seen,
    )
}
