//! The island that sends a desk page's forms with a submission key, each until the shop answers.
//! Forms without a key set a state, so sending them twice changes nothing.

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
    /// Sends the forms with a key, and says so while one has no answer.
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
