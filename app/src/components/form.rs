//! A plain form: sent by the browser itself, with script and without.
//!
//! Islands have forms too, and are sent as code. So these return `AnyView`, so that every form is the same type and its code is
//! shipped once.

use leptos::prelude::*;

/// A form that posts these hidden fields, and whatever is inside.
pub(crate) fn post_form(
    action: &'static str,
    hidden: Vec<(&'static str, String)>,
    inside: Vec<AnyView>,
) -> AnyView {
    let hidden: Vec<_> = hidden
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect();
    view! { <form method="post" action=action>{hidden}{inside}</form> }.into_any()
}

/// A label and its field. What does not fit the pattern is not sent, so that nobody has
/// to type the rest again; the hint says what would fit.
pub(crate) fn field(
    label: &'static str,
    name: &'static str,
    pattern: &'static str,
    hint: &'static str,
) -> AnyView {
    view! {
        <label>
            {label} " "
            <input name=name pattern=pattern title=hint required=true maxlength="100"/>
        </label>
    }
    .into_any()
}

/// What sends the form.
pub(crate) fn button(words: &'static str, class: &'static str) -> AnyView {
    view! { <button class=class>{words}</button> }.into_any()
}

/// A link.
pub(crate) fn link(address: String, words: String) -> AnyView {
    view! { <a href=address>{words}</a> }.into_any()
}
