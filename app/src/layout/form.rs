//! The parts of a plain form, which works with and without script.
//!
//! Islands use them too, so they are sent to browsers: nothing here is erased to `AnyView`, which
//! would bring the code of every kind of view.

use leptos::prelude::*;

/// A form that posts these hidden fields and its content.
pub(crate) fn post_form(
    action: &'static str,
    hidden: Vec<(&'static str, String)>,
    inside: impl IntoView,
) -> impl IntoView {
    let hidden: Vec<_> = hidden
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect();
    view! { <form method="post" action=action>{hidden}{inside}</form> }
}

/// A labelled text field. The browser checks the pattern before it sends the form, so that nobody
/// has to type the rest again; the hint says what is expected.
pub(crate) fn field(
    label: &'static str,
    name: &'static str,
    pattern: &'static str,
    hint: &'static str,
    autocomplete: &'static str,
) -> impl IntoView {
    view! {
        <label>
            {label} " "
            <input
                name=name
                pattern=pattern
                title=hint
                autocomplete=autocomplete
                required=true
                maxlength="100"
            />
        </label>
    }
}

/// The button that sends the form.
pub(crate) fn button(words: &'static str, class: &'static str) -> impl IntoView {
    view! { <button class=class>{words}</button> }
}

/// A link.
pub(crate) fn link(address: String, words: String) -> impl IntoView {
    view! { <a href=address>{words}</a> }
}
