//! `/desk/stock/{book}/edit`: the form for what the shop says about a book.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Book, BookField, Language, Slug};
use store::DescribedBook;

use super::{
    field::{ShownField, book_field},
    unsaved::{UnsavedBook, WhyUnsaved},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, error_message},
    server::{current_store, extension, http_status, shop_error},
};

/// The form, with the book as it is or with what was typed and not saved.
#[component]
pub(crate) fn EditBookPage() -> impl IntoView {
    let book = use_params_map()
        .read_untracked()
        .get("book")
        .unwrap_or_default();
    let unsaved = extension::<UnsavedBook>();
    desk_page(Section::Stock, read(book, unsaved), edit_content)
}

async fn read(
    book: String,
    unsaved: Option<UnsavedBook>,
) -> Result<(DescribedBook, Option<UnsavedBook>), ShopError> {
    let book: Slug = book.parse().map_err(|_| ShopError::NoSuchBook)?;
    let described = current_store().book_desk().described(&book).await;
    Ok((described.map_err(shop_error)?, unsaved))
}

fn edit_content((known, unsaved): (DescribedBook, Option<UnsavedBook>)) -> AnyView {
    let language = current_language();
    // A form that is outdated continues from what is saved now, beside which its own text is shown.
    let version = match &unsaved {
        Some(unsaved) if !matches!(unsaved.why, WhyUnsaved::Outdated) => unsaved.made_from,
        _ => known.sources.version,
    };
    let trouble = unsaved
        .as_ref()
        .map(|unsaved| refusal(language, &unsaved.why));
    // The comparison goes on until the form is saved, also if it is refused for another reason first.
    let comparing = unsaved
        .as_ref()
        .is_some_and(UnsavedBook::is_compared)
        .then(|| view! { <input type="hidden" name="compare" value="yes"/> });
    let before: Vec<_> = BookField::DESCRIBED
        .into_iter()
        .map(|field| {
            let name = format!("was-{}", field.name());
            let text = text_before(&known, unsaved.as_ref(), field);
            view! { <input type="hidden" name=name value=text/> }
        })
        .collect();
    let fields: Vec<AnyView> = BookField::DESCRIBED
        .into_iter()
        .map(|field| book_field(language, shown(&known, unsaved.as_ref(), field)))
        .collect();
    let page = format!("/desk/stock/{}", known.book.slug);
    let content = view! {
        {trouble}
        <p class="desk-more">{say!(language, books.edit_lead)}</p>
        <form method="post" action=format!("{page}/edit") class="desk-form">
            <input type="hidden" name="version" value=version.to_string()/>
            {comparing}
            {before}
            {fields}
            <button class="button">{say!(language, books.save)}</button>
        </form>
        <p><a href=page>{say!(language, books.back)}</a></p>
    };
    let title = say!(language, books.edit_title, title = known.book.title);
    desk_frame(Section::Stock, title, content.into_any())
}

/// The text that a field had before it is typed over. The form sends it along: if somebody else saves
/// the book meanwhile, only the fields that were typed over keep their text.
fn text_before(known: &DescribedBook, unsaved: Option<&UnsavedBook>, field: BookField) -> String {
    let saved = known.book.text(field);
    match unsaved {
        // The form goes on from the version that it was made from.
        Some(unsaved)
            if !matches!(unsaved.why, WhyUnsaved::Outdated) && !unsaved.is_untouched(field) =>
        {
            unsaved.text_before(field).map_or(saved, str::to_owned)
        }
        _ => saved,
    }
}

/// A field as it is, or as it was typed, with what is wrong with it and what is saved instead.
fn shown(known: &DescribedBook, unsaved: Option<&UnsavedBook>, field: BookField) -> ShownField {
    let saved = known.book.text(field);
    let file_text = known.sources.file_text(field).map(str::to_owned);
    let Some(unsaved) = unsaved else {
        return ShownField {
            is_from_file: known.sources.is_from_file(field),
            file_text,
            ..ShownField::plain(field, saved)
        };
    };
    // What somebody else has saved in a field that was not typed over is not reverted.
    let text = match unsaved.is_untouched(field) {
        true => saved.clone(),
        false => unsaved.typed_text(field).unwrap_or_default().to_owned(),
    };
    let wrong = match &unsaved.why {
        WhyUnsaved::Invalid(problems) => {
            let problem = problems.iter().find(|(one, _)| *one == field);
            problem.map(|(_, why)| *why)
        }
        WhyUnsaved::IsbnTaken(_) | WhyUnsaved::Outdated | WhyUnsaved::Failed(_) => None,
    };
    let is_same = is_same(&known.book, field, &text);
    // A field that only this person has typed over has nothing new to compare.
    let is_changed = match unsaved.why {
        WhyUnsaved::Outdated => !unsaved.was_shown(field, &saved),
        _ => true,
    };
    ShownField {
        wrong,
        saved: (unsaved.is_compared() && is_changed && !is_same).then_some(saved),
        is_from_file: is_same && known.sources.is_from_file(field),
        file_text,
        is_taken: unsaved.from_file.contains(&field),
        ..ShownField::plain(field, text)
    }
}

/// Whether a text is the book's own, which may be typed in another way.
fn is_same(known: &Book, field: BookField, text: &str) -> bool {
    let mut typed = known.clone();
    typed.set(field, text).is_ok() && typed == *known
}

/// The sentence that says why nothing was saved. It also sets the page's status.
fn refusal(language: Language, why: &WhyUnsaved) -> AnyView {
    let words = match why {
        WhyUnsaved::Invalid(_) => {
            http_status::set_unprocessable();
            say!(language, books.not_saved).to_owned()
        }
        WhyUnsaved::IsbnTaken(owner) => {
            http_status::set_conflict();
            return isbn_taken(language, owner);
        }
        WhyUnsaved::Outdated => {
            http_status::set_conflict();
            say!(language, books.outdated).to_owned()
        }
        WhyUnsaved::Failed(error) => {
            http_status::set_busy();
            error_message(error, language)
        }
    };
    view! { <p class="desk-refused" role="alert">{words}</p> }.into_any()
}

/// The sentence that leads to the book that has the ISBN.
pub(super) fn isbn_taken(language: Language, owner: &Slug) -> AnyView {
    let address = format!("/desk/stock/{owner}");
    view! {
        <p class="desk-refused" role="alert">
            {say!(language, books.isbn_taken)} " " <a href=address>{owner.to_string()}</a>
        </p>
    }
    .into_any()
}
