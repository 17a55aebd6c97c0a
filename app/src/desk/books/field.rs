//! One field of a book in a form: its label, its text, and the sentences beside it.

use leptos::prelude::*;
use shop::{BookField, BookFormat, InvalidBookText, Language};

use super::words::{hint, problem};
use crate::{
    book::field_words::{field_name, format_name},
    layout::title::escaped,
    server::current_settings,
};

/// A field as a form shows it.
pub(super) struct ShownField {
    pub(super) field: BookField,
    pub(super) text: String,
    pub(super) wrong: Option<InvalidBookText>,
    /// What is saved now, if somebody else has saved another text meanwhile.
    pub(super) saved: Option<String>,
    /// Whether the text is that of the catalogue file.
    pub(super) is_from_file: bool,
    /// What the catalogue file has, if the shop has another text.
    pub(super) file_text: Option<String>,
    /// Whether the file's text is to be taken again.
    pub(super) is_taken: bool,
}

impl ShownField {
    /// A field without anything to say about it.
    pub(super) fn plain(field: BookField, text: String) -> Self {
        Self {
            field,
            text,
            wrong: None,
            saved: None,
            is_from_file: false,
            file_text: None,
            is_taken: false,
        }
    }
}

/// The field with its label, its hint, its sentences, and the box that takes the file's text again.
pub(super) fn book_field(language: Language, shown: ShownField) -> AnyView {
    let ShownField {
        field,
        text,
        wrong,
        saved,
        is_from_file,
        file_text,
        is_taken,
    } = shown;
    let is_wrong = wrong.is_some().then_some("true");
    let wrong = wrong.map(|why| problem(language, field, why));
    let saved = saved.map(|saved| match saved.is_empty() {
        true => say!(language, settings.emptied).to_owned(),
        false => say!(language, settings.saved_meanwhile, text = saved),
    });
    let source = is_from_file.then(|| say!(language, books.from_file).to_owned());
    let hint = hint(language, field).map(str::to_owned);
    let notes: Vec<(String, AnyView)> = [
        note(field, "problem", "desk-refused", wrong),
        note(field, "saved", "desk-refused", saved),
        note(field, "source", "desk-more", source),
        note(field, "hint", "desk-more", hint),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (ids, notes): (Vec<String>, Vec<AnyView>) = notes.into_iter().unzip();
    let described_by = (!ids.is_empty()).then(|| ids.join(" "));
    let input = input(language, field, text, described_by, is_wrong);
    let take = file_text.map(|text| {
        let name = format!("take-{}", field.name());
        view! {
            <label>
                <input type="checkbox" name=name value="yes" checked=is_taken/>
                " " {say!(language, books.take, text)}
            </label>
        }
    });
    let label = match field {
        BookField::Price => {
            let settings = current_settings();
            let currency = settings.profile.currency().code();
            say!(language, desk.price_in, currency = currency)
        }
        _ => field_name(language, field).to_owned(),
    };
    view! { <div><label><span>{label}</span>{input}</label>{notes}{take}</div> }.into_any()
}

fn input(
    language: Language,
    field: BookField,
    text: String,
    described_by: Option<String>,
    is_wrong: Option<&'static str>,
) -> AnyView {
    let name = field.name();
    match field {
        BookField::Description => {
            // Browsers drop a line break at the beginning.
            let text = format!("\n{}", escaped(&text));
            view! {
                <textarea name=name rows="8" autocomplete="off" aria-describedby=described_by aria-invalid=is_wrong>{text}</textarea>
            }
            .into_any()
        }
        BookField::Format => {
            let options: Vec<_> = BookFormat::ALL
                .into_iter()
                .map(|format| {
                    let is_chosen = format.as_str() == text;
                    view! { <option value=format.as_str() selected=is_chosen>{format_name(language, format)}</option> }
                })
                .collect();
            view! {
                <select name=name aria-describedby=described_by aria-invalid=is_wrong>
                    <option value="">{say!(language, books.unknown_format)}</option>
                    {options}
                </select>
            }
            .into_any()
        }
        _ => {
            let keyboard = match field {
                BookField::Pages => Some("numeric"),
                BookField::Price => Some("decimal"),
                _ => None,
            };
            let is_required = matches!(field, BookField::Title | BookField::Price);
            view! {
                <input
                    name=name
                    value=text
                    inputmode=keyboard
                    required=is_required
                    autocomplete="off"
                    aria-describedby=described_by
                    aria-invalid=is_wrong
                />
            }
            .into_any()
        }
    }
}

/// A sentence beside a field, with its id.
fn note(
    field: BookField,
    what: &str,
    class: &'static str,
    words: Option<String>,
) -> Option<(String, AnyView)> {
    let words = words?;
    let id = format!("{}-{what}", field.name());
    let sentence = view! { <p id=id.clone() class=class dir="auto">{words}</p> };
    Some((id, sentence.into_any()))
}
