//! The island that sends a desk page's forms with an idempotency key, and repeats each until there
//! is an answer. Forms without a key set a state, so sending them twice changes nothing.

#[cfg(feature = "browser")]
#[path = "in_browser.rs"]
mod sending;
#[cfg(not(feature = "browser"))]
#[path = "on_server.rs"]
mod sending;

use leptos::prelude::*;

use crate::{
    browser::{NoProps, changing_text::changing_text, effect::effect, islands},
    i18n::current_language,
};

islands! {
    /// Says that there is no answer to a form with a key yet.
    keyed_forms(NoProps) => view,
}

fn view(_: NoProps) -> impl IntoView {
    let language = current_language();
    let unanswered = RwSignal::new(false);
    effect(move || sending::send_by_script(unanswered));
    let words = move || match unanswered.get() {
        true => say!(language, desk.unanswered),
        false => "",
    };
    view! { <p class="buy-trouble" role="alert" inner_html=changing_text(words)></p> }
}
