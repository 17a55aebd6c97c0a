//! One field of the settings: its text, what is wrong with it, and what another owner has saved.

use leptos::prelude::*;
use shop::{InvalidSetting, Language, SettingField, ShopProfile};

use super::words::{field_name, hint, problem};
use crate::layout::title::escaped;

/// A field as the form shows it.
pub(super) struct ShownField {
    pub(super) field: SettingField,
    pub(super) text: String,
    pub(super) wrong: Option<InvalidSetting>,
    /// What another owner has saved meanwhile, if it is another text.
    pub(super) saved: Option<String>,
}

/// The field with its label, its hint and its sentences.
pub(super) fn setting_field(language: Language, shown: ShownField) -> AnyView {
    let ShownField {
        field,
        text,
        wrong,
        saved,
    } = shown;
    let name = field.name();
    let hint = hint(language, field).map(|words| note(name, "hint", "desk-more", words));
    let wrong = wrong.map(|why| {
        let words = problem(language, field, why);
        note(name, "problem", "desk-refused", words)
    });
    let saved = saved.map(|saved| {
        let words = match saved.is_empty() {
            true => say!(language, settings.emptied).to_owned(),
            false => say!(
                language,
                settings.saved_meanwhile,
                text = saved.replace('\n', "; ")
            ),
        };
        note(name, "saved", "desk-refused", words)
    });
    let is_wrong = wrong.is_some().then_some("true");
    let notes: Vec<(String, AnyView)> = [wrong, saved, hint].into_iter().flatten().collect();
    let (ids, notes): (Vec<String>, Vec<AnyView>) = notes.into_iter().unzip();
    let described_by = (!ids.is_empty()).then(|| ids.join(" "));
    let label = field_name(language, field);
    let list = matches!(field, SettingField::TimeZone | SettingField::Currency)
        .then(|| format!("{name}-choices"));
    let input = match field {
        SettingField::Address | SettingField::ClosedDays => {
            // Browsers drop a line break at the beginning.
            let text = format!("\n{}", escaped(&text));
            view! {
                <textarea
                    name=name
                    rows=ShopProfile::MAX_ADDRESS_LINES.to_string()
                    autocomplete="off"
                    aria-describedby=described_by
                    aria-invalid=is_wrong
                >{text}</textarea>
            }
            .into_any()
        }
        _ => view! {
            <input
                name=name
                value=text
                list=list
                required=field == SettingField::Name
                autocomplete="off"
                aria-describedby=described_by
                aria-invalid=is_wrong
            />
        }
        .into_any(),
    };
    view! { <div><label><span>{label}</span>{input}</label>{notes}</div> }.into_any()
}

/// A sentence beside a field, with its id.
fn note(field: &str, what: &str, class: &'static str, words: String) -> (String, AnyView) {
    let id = format!("{field}-{what}");
    let sentence = view! { <p id=id.clone() class=class dir="auto">{words}</p> };
    (id, sentence.into_any())
}
