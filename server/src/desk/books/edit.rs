//! Changes what the shop says about a book: the form of `/desk/stock/{book}/edit`.

use app::{
    desk::{
        books::unsaved::{UnsavedBook, WhyUnsaved},
        notice::Notice,
    },
    say,
    server::shop_error,
};
use axum::{
    Extension,
    body::Body,
    extract::{FromRequest, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop::{BookEdit, BookField, Command, Refusal};
use store::{DescribedBook, StoreError};

use crate::{
    desk::{
        forms::{DeskForm, back, refused},
        gate::StaffSession,
        stock::Named,
        submit::submit,
    },
    http::refusal::refuse,
    state::Shop,
    storefront::pages::render,
};

/// The form as it was typed.
struct Typed {
    version: u64,
    /// Whether the form was shown beside what somebody else had saved.
    compares: bool,
    fields: Vec<(BookField, String)>,
    /// The text of every field as the page showed it.
    was: Vec<(BookField, String)>,
    /// The fields for which the catalogue file's text is to be taken again.
    from_file: Vec<BookField>,
}

/// Saves the description, or shows the page again with what was typed and what is wrong with it.
pub(in crate::desk) async fn save(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), body);
    let typed = match DeskForm::<Vec<(String, String)>>::from_request(sent, &()).await {
        Ok(DeskForm(pairs)) => Typed::read(&pairs),
        Err(refusal) => return refusal,
    };
    let Some(typed) = typed else {
        let sentence = |language| say!(language, desk.no_form);
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response();
    };
    let known = match shop.0.store.book_desk().described(&book).await {
        Ok(known) => known,
        Err(error) => return refused("/desk/stock", &shop_error(error)),
    };
    let why = match typed.edit(known) {
        Err(why) => why,
        Ok(edit) => {
            let command = Command::EditBook(Box::new(edit));
            match submit(&shop, &staff, None, command).await {
                Ok(_) => {
                    tracing::info!(by = %staff.name, %book, "a book was edited");
                    return back(&page, Notice::BookSaved);
                }
                Err(StoreError::Refused(Refusal::BookChanged)) => WhyUnsaved::Outdated,
                Err(StoreError::Refused(Refusal::IsbnTaken { book })) => {
                    WhyUnsaved::IsbnTaken(book)
                }
                Err(error) => WhyUnsaved::Failed(shop_error(error)),
            }
        }
    };
    parts.extensions.insert(UnsavedBook {
        made_from: typed.version,
        compares: typed.compares,
        typed: typed.fields,
        was: typed.was,
        from_file: typed.from_file,
        why,
    });
    render(State(shop), Request::from_parts(parts, Body::empty())).await
}

impl Typed {
    /// Reads the form. `None` if a field is missing, which would erase it.
    fn read(pairs: &[(String, String)]) -> Option<Self> {
        let value = |name: &str| {
            let found = pairs.iter().find(|(one, _)| one == name);
            found.map(|(_, value)| value.clone())
        };
        let fields = BookField::DESCRIBED
            .into_iter()
            .map(|field| value(field.name()).map(|text| (field, text)));
        let was = BookField::DESCRIBED.into_iter().filter_map(|field| {
            let text = value(&format!("was-{}", field.name()))?;
            Some((field, text))
        });
        let taken = pairs
            .iter()
            .filter_map(|(name, _)| name.strip_prefix("take-"));
        Some(Self {
            version: value("version")?.parse().ok()?,
            compares: value("compare").is_some(),
            fields: fields.collect::<Option<_>>()?,
            was: was.collect(),
            from_file: taken.filter_map(BookField::named).collect(),
        })
    }

    /// The book as it was edited.
    fn edit(&self, known: DescribedBook) -> Result<BookEdit, WhyUnsaved> {
        let DescribedBook {
            mut book, sources, ..
        } = known;
        let mut wrong = Vec::new();
        for (field, typed) in &self.fields {
            let file = sources.file_text(*field);
            let file = file.filter(|_| self.from_file.contains(field));
            if let Err(why) = book.set(*field, file.unwrap_or(typed)) {
                wrong.push((*field, why));
            }
        }
        match wrong.is_empty() {
            true => Ok(BookEdit {
                book,
                from_file: self.from_file.iter().copied().collect(),
                made_from: self.version,
            }),
            false => Err(WhyUnsaved::Invalid(wrong)),
        }
    }
}
