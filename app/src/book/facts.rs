//! What else is known of a book: the lines on its page, and their part of its metadata.

use leptos::prelude::*;
use serde_json::{Value, json};
use shop::{Book, BookField, BookFormat, ContributorRole, Language};

use super::field_words::{field_name, shown_value};

/// The facts on a book's page, in order. The subtitle is below the title.
const SHOWN: [BookField; 12] = [
    BookField::Contributor(ContributorRole::Editor),
    BookField::Contributor(ContributorRole::Translator),
    BookField::Contributor(ContributorRole::Illustrator),
    BookField::Contributor(ContributorRole::Photographer),
    BookField::Contributor(ContributorRole::Foreword),
    BookField::Contributor(ContributorRole::Narrator),
    BookField::Publisher,
    BookField::Published,
    BookField::Format,
    BookField::Language,
    BookField::Pages,
    BookField::Subjects,
];

/// The ISBN and the facts that are known, one on each line.
pub(super) fn facts(language: Language, book: &Book) -> AnyView {
    let isbn = book.isbn.as_ref().map(ToString::to_string);
    let isbn = isbn.map(|isbn| view! { <p class="isbn">"ISBN "{isbn}</p> });
    if book.facts.is_empty() {
        return isbn.into_any();
    }
    let lines: Vec<_> = SHOWN
        .into_iter()
        .filter_map(|field| {
            let text = shown_value(language, book, field);
            let field = field_name(language, field);
            let line = || say!(language, books.fact, field = field, text = text.as_str());
            (!text.is_empty()).then(|| view! { <p class="isbn">{line()}</p> })
        })
        .collect();
    view! { {lines} {isbn} }.into_any()
}

/// Adds the facts to a <https://schema.org/Book>.
pub(super) fn add_facts(about: &mut Value, book: &Book) {
    let facts = &book.facts;
    if let Some(subtitle) = &facts.subtitle {
        about["alternativeHeadline"] = json!(subtitle);
    }
    for (role, names) in &facts.contributors {
        let people: Vec<Value> = names
            .iter()
            .map(|name| json!({ "@type": "Person", "name": name }))
            .collect();
        match &mut about[property(*role)] {
            // Two roles share a property.
            Value::Array(known) => known.extend(people),
            unset => *unset = json!(people),
        }
    }
    if let Some(publisher) = &facts.publisher {
        about["publisher"] = json!({ "@type": "Organization", "name": publisher });
    }
    if let Some(published) = facts.published {
        about["datePublished"] = json!(published.to_string());
    }
    if let Some(format) = facts.format.and_then(schema_format) {
        about["bookFormat"] = json!(format!("https://schema.org/{format}"));
    }
    if let Some(language) = &facts.language {
        about["inLanguage"] = json!(language.as_str());
    }
    if let Some(pages) = facts.pages {
        about["numberOfPages"] = json!(pages.get());
    }
    if !facts.subjects.is_empty() {
        about["keywords"] = json!(facts.subjects.join(", "));
    }
}

/// The property of <https://schema.org/Book> for people with a role.
const fn property(role: ContributorRole) -> &'static str {
    match role {
        ContributorRole::Editor => "editor",
        ContributorRole::Translator => "translator",
        ContributorRole::Illustrator => "illustrator",
        ContributorRole::Narrator => "readBy",
        ContributorRole::Photographer | ContributorRole::Foreword => "contributor",
    }
}

/// The member of <https://schema.org/BookFormatType>, if there is one.
const fn schema_format(format: BookFormat) -> Option<&'static str> {
    match format {
        BookFormat::Hardback => Some("Hardcover"),
        BookFormat::Paperback => Some("Paperback"),
        BookFormat::Audiobook => Some("AudiobookFormat"),
        BookFormat::BoardBook | BookFormat::SpiralBound => None,
    }
}
