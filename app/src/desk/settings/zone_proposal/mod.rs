//! The island that proposes the browser's time zone for the shop.

#[cfg(feature = "browser")]
#[path = "in_browser.rs"]
mod browser_zone;
#[cfg(not(feature = "browser"))]
#[path = "on_server.rs"]
mod browser_zone;

use from_json::FromJson;
use leptos::prelude::*;
use serde::Serialize;

use crate::{
    browser::{changing_text::changing_text, effect::effect, islands},
    i18n::current_language,
};

islands! {
    /// The button that enters the browser's time zone into the form.
    zone_proposal(ZoneProposalProps) => view,
}

/// The props of the island.
#[derive(Debug, Clone, Serialize, FromJson)]
pub(crate) struct ZoneProposalProps {
    /// The zone that the form shows.
    pub(super) shown: String,
}

fn view(ZoneProposalProps { shown }: ZoneProposalProps) -> impl IntoView {
    let language = current_language();
    // Without script there is nothing to propose, and the button stays hidden.
    let proposed = RwSignal::new(None::<String>);
    effect(move || proposed.set(browser_zone::name().filter(|zone| *zone != shown)));
    let words = move || match proposed.get() {
        Some(zone) => say!(language, settings.use_zone, zone = zone),
        None => String::new(),
    };
    let enter = move |_| {
        if let Some(zone) = proposed.get_untracked() {
            browser_zone::enter(&zone);
            proposed.set(None);
        }
    };
    view! {
        <button
            type="button"
            class="button button-small button-quiet"
            hidden=move || proposed.read().is_none()
            on:click=enter
            inner_html=changing_text(words)
        ></button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_script_the_button_is_hidden() {
        let owner = Owner::new();
        owner.set();
        let shown = "UTC".to_owned();
        let html = view(ZoneProposalProps { shown }).to_html();
        assert!(html.contains(" hidden"), "{html}");
    }
}
