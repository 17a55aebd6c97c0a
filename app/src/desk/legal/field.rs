//! One legal text in the form: what was written, what is wrong with it, and what another owner has
//! saved.

use leptos::prelude::*;
use shop::{InvalidLegalText, Language, LegalText};

use super::words::{problem, text_name};
use crate::layout::title::escaped;

/// A text as the form shows it.
pub(super) struct ShownText {
    pub(super) which: LegalText,
    pub(super) text: String,
    pub(super) wrong: Option<InvalidLegalText>,
    /// What another owner has saved meanwhile, if it is another text.
    pub(super) saved: Option<String>,
}

/// The field with its label and its sentences.
pub(super) fn text_field(language: Language, shown: ShownText) -> AnyView {
    let ShownText {
        which,
        text,
        wrong,
        saved,
    } = shown;
    let (name, label) = (which.name(), text_name(language, which));
    let id = format!("{}-problem", name.replace('.', "-"));
    let described_by = wrong.is_some().then(|| id.clone());
    let is_wrong = wrong.is_some().then_some("true");
    let wrong = wrong.map(|why| {
        view! { <p id=id class="desk-refused">{problem(language, which, why)}</p> }
    });
    let saved = saved.map(|saved| {
        let words = say!(language, legal.saved_meanwhile, text = label.clone());
        view! {
            <label>
                <span>{words}</span>
                <textarea rows="6" lang=which.language.tag() readonly=true>{in_field(&saved)}</textarea>
            </label>
        }
    });
    view! {
        <div>
            <label>
                <span>{label}</span>
                <textarea
                    name=name
                    rows="10"
                    lang=which.language.tag()
                    autocomplete="off"
                    aria-describedby=described_by
                    aria-invalid=is_wrong
                >{in_field(&text)}</textarea>
            </label>
            {wrong}
            {saved}
        </div>
    }
    .into_any()
}

/// A text inside a `textarea`. Browsers drop a line break at the beginning.
fn in_field(text: &str) -> String {
    format!("\n{}", escaped(text))
}
