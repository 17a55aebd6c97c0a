//! A plain form: sent by the browser itself, with script and without.
//!
//! Islands have forms too, so these are sent to browsers as code. None is erased to
//! `AnyView`, which would bring along every way in which a view can come to be.

use leptos::prelude::*;

/// A form that posts these hidden fields, and whatever is inside.
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

/// A label and its field. What does not fit the pattern is not sent, so that nobody has
/// to type the rest again; the hint says what would fit, and `autocomplete` what a
/// browser may fill in.
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

/// What sends the form.
pub(crate) fn button(words: &'static str, class: &'static str) -> impl IntoView {
    view! { <button class=class>{words}</button> }
}

/// A link.
pub(crate) fn link(address: String, words: String) -> impl IntoView {
    view! { <a href=address>{words}</a> }
}
