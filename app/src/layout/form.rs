//! The parts of a plain form, which works with and without JavaScript. Islands use them too, so
//! nothing here is erased to `AnyView`, which would send browsers the code of every kind of view.

use leptos::prelude::*;

/// A form with hidden fields and visible content, sent by POST.
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

/// A labelled text field. The hint says what is expected.
///
/// The browser checks the pattern before it sends the form, so that an invalid value does not lose
/// the other fields.
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

/// A button that sends its form.
pub(crate) fn button(words: &'static str, class: &'static str) -> impl IntoView {
    view! { <button class=class>{words}</button> }
}

/// A button whose accessible name says more than its words.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) fn named_button(
    words: &'static str,
    name: String,
    class: &'static str,
) -> impl IntoView {
    view! { <button class=class aria-label=name>{words}</button> }
}

/// A link.
pub(crate) fn link(address: String, words: String) -> impl IntoView {
    view! { <a href=address>{words}</a> }
}
