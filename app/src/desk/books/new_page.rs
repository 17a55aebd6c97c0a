//! `/desk/books/new`: the form for a book that is new in the catalogue.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shop::{Language, NewTitle, Slug};

use super::{
    edit_page::isbn_taken,
    field::{ShownField, book_field},
    unadded::{TypedTitle, UnaddedBook, WhyUnadded},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, error_message, number},
    server::{extension, http_status, new_key},
};

/// The form, empty or with what was typed and not added. The address may name an ISBN.
#[component]
pub(crate) fn NewBookPage() -> impl IntoView {
    let isbn = use_query_map().read_untracked().get("isbn");
    let shown = extension::<UnaddedBook>().unwrap_or_else(|| UnaddedBook {
        typed: TypedTitle {
            isbn: isbn.unwrap_or_default(),
            copies: "0".to_owned(),
            key: new_key().to_string(),
            ..TypedTitle::default()
        },
        why: Vec::new(),
    });
    desk_page(Section::Stock, async move { Ok(shown) }, new_content)
}

fn new_content(UnaddedBook { typed, why }: UnaddedBook) -> AnyView {
    let language = current_language();
    let fields: Vec<AnyView> = typed
        .fields()
        .into_iter()
        .map(|(field, text)| {
            let wrong = why.iter().find_map(|one| match one {
                WhyUnadded::Field(wrong, why) if *wrong == field => Some(*why),
                _ => None,
            });
            let shown = ShownField::plain(field, text.to_owned());
            book_field(language, ShownField { wrong, ..shown })
        })
        .collect();
    let content = view! {
        {refusals(language, &why)}
        <p class="desk-more">{say!(language, books.add_lead)}</p>
        <form method="post" action="/desk/books/new" class="desk-form">
            <input type="hidden" name="key" value=typed.key/>
            {fields}
            {copies_field(language, typed.copies, &why)}
            {slug_field(language, typed.slug, &why)}
            <button class="button">{say!(language, books.add)}</button>
        </form>
    };
    desk_frame(
        Section::Stock,
        say!(language, books.add_title),
        content.into_any(),
    )
}

fn copies_field(language: Language, text: String, why: &[WhyUnadded]) -> AnyView {
    let is_wrong = why.contains(&WhyUnadded::Copies);
    let words = is_wrong.then(|| {
        let most = number(language, NewTitle::MAX_COPIES);
        say!(language, books.wrong_copies, most)
    });
    let problem =
        words.map(|words| view! { <p id="copies-problem" class="desk-refused">{words}</p> });
    view! {
        <div>
            <label>
                <span>{say!(language, books.copies)}</span>
                <input
                    name="copies"
                    value=text
                    inputmode="numeric"
                    required=true
                    autocomplete="off"
                    aria-describedby=is_wrong.then_some("copies-problem")
                    aria-invalid=is_wrong.then_some("true")
                />
            </label>
            {problem}
        </div>
    }
    .into_any()
}

fn slug_field(language: Language, text: String, why: &[WhyUnadded]) -> AnyView {
    let problem = why.iter().find_map(|one| match one {
        WhyUnadded::InvalidSlug => Some(say!(language, error.slug)),
        WhyUnadded::SlugTaken => Some(say!(language, books.slug_taken)),
        WhyUnadded::NoSlug => Some(say!(language, books.slug_missing)),
        _ => None,
    });
    let is_wrong = problem.is_some();
    let described_by = match is_wrong {
        true => "slug-problem slug-hint",
        false => "slug-hint",
    };
    let problem =
        problem.map(|words| view! { <p id="slug-problem" class="desk-refused">{words}</p> });
    view! {
        <div>
            <label>
                <span>{say!(language, books.slug)}</span>
                <input
                    name="slug"
                    value=text
                    maxlength=Slug::MAX_LEN.to_string()
                    autocapitalize="none"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby=described_by
                    aria-invalid=is_wrong.then_some("true")
                />
            </label>
            {problem}
            <p id="slug-hint" class="desk-more">{say!(language, books.slug_hint)}</p>
        </div>
    }
    .into_any()
}

/// The sentences that say why the book was not added. They also set the page's status.
fn refusals(language: Language, why: &[WhyUnadded]) -> Vec<AnyView> {
    let Some(first) = why.first() else {
        return Vec::new();
    };
    match first {
        WhyUnadded::Failed(error) => {
            http_status::set_busy();
            return vec![alert(error_message(error, language))];
        }
        WhyUnadded::IsbnTaken(owner) => {
            http_status::set_conflict();
            return vec![isbn_taken(language, owner)];
        }
        WhyUnadded::SlugTaken => http_status::set_conflict(),
        WhyUnadded::Field(..)
        | WhyUnadded::InvalidSlug
        | WhyUnadded::NoSlug
        | WhyUnadded::Copies => http_status::set_unprocessable(),
    }
    vec![alert(say!(language, books.not_added).to_owned())]
}

fn alert(words: String) -> AnyView {
    view! { <p class="desk-refused" role="alert">{words}</p> }.into_any()
}
