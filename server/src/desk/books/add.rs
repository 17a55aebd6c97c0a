//! Adds a book to the catalogue: the form of `/desk/books/new`.

use app::{
    desk::{
        books::unadded::{TypedTitle, UnaddedBook, WhyUnadded},
        notice::Notice,
    },
    server::shop_error,
};
use axum::{
    Extension,
    body::Body,
    extract::{FromRequest, Request, State},
    response::Response,
};
use protocol::ShopError;
use shop::{
    Book, BookFacts, BookField, Command, Currency, Done, InvalidBookText, Key, NewTitle, Price,
    Refusal, Slug,
};
use store::{StoreError, catalogue_file::slug_for};

use crate::{
    desk::{
        forms::{DeskForm, back},
        gate::StaffSession,
        stock::sender,
        submit::submit,
    },
    state::Shop,
    storefront::pages::render,
};

/// The number of slugs that are tried for a title that several books have.
const MOST_SLUGS: u32 = 20;

/// Adds the book, or shows the page again with what was typed and what is wrong with it. The same
/// form sent twice adds one book.
pub(in crate::desk) async fn add(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), body);
    let typed = match DeskForm::<TypedTitle>::from_request(sent, &()).await {
        Ok(DeskForm(typed)) => typed,
        Err(refusal) => return refusal,
    };
    let settings = shop.0.store.owner_settings().current();
    let why = match read(&typed, settings.profile.currency()) {
        Err(why) => why,
        Ok(new) => match submit_new(&shop, &staff, new).await {
            Ok(book) => {
                tracing::info!(by = %staff.name, %book, "a book was added");
                return back(&format!("/desk/stock/{book}"), Notice::BookAdded);
            }
            Err(why) => vec![why],
        },
    };
    parts.extensions.insert(UnaddedBook { typed, why });
    render(State(shop), Request::from_parts(parts, Body::empty())).await
}

/// A form that has been read, with the slugs to try in turn.
struct ReadTitle {
    new: NewTitle,
    slugs: Vec<Slug>,
    key: Key,
}

/// Reads the form. Returns everything that is wrong with it.
fn read(typed: &TypedTitle, currency: Currency) -> Result<ReadTitle, Vec<WhyUnadded>> {
    let mut book = Book {
        slug: Slug::parse("new").expect("this is a valid slug"),
        title: String::new(),
        author: String::new(),
        isbn: None,
        facts: BookFacts::default(),
        description: String::new(),
        cover_alt: String::new(),
        price: Price::default(),
    };
    let mut why = Vec::new();
    for (field, text) in typed.fields() {
        let set = match field {
            BookField::Price => match currency.parse(text) {
                Ok(price) => {
                    book.price = price;
                    Ok(())
                }
                Err(_) => Err(InvalidBookText::NotAPrice),
            },
            _ => book.set(field, text),
        };
        if let Err(wrong) = set {
            why.push(WhyUnadded::Field(field, wrong));
        }
    }
    let on_hand = typed.copies.trim().parse::<u32>().ok();
    let on_hand = on_hand.filter(|copies| *copies <= NewTitle::MAX_COPIES);
    if on_hand.is_none() {
        why.push(WhyUnadded::Copies);
    }
    let slugs = match typed.slug.trim() {
        // A title that is missing is named already.
        "" if why.contains(&missing_title()) => Vec::new(),
        "" => {
            let made = slugs_for(&book);
            if made.is_empty() {
                why.push(WhyUnadded::NoSlug);
            }
            made
        }
        slug => match Slug::parse(slug) {
            Ok(slug) => vec![slug],
            Err(_) => {
                why.push(WhyUnadded::InvalidSlug);
                Vec::new()
            }
        },
    };
    let key = typed.key.parse::<Key>();
    match (why.is_empty(), on_hand, key) {
        (true, Some(on_hand), Ok(key)) => Ok(ReadTitle {
            new: NewTitle { book, on_hand },
            slugs,
            key,
        }),
        // Only a program sends no valid key.
        (true, _, _) => Err(vec![WhyUnadded::Failed(ShopError::Busy)]),
        (false, _, _) => Err(why),
    }
}

fn missing_title() -> WhyUnadded {
    WhyUnadded::Field(BookField::Title, InvalidBookText::Missing)
}

/// The slugs to try for a book: from its title, from its title and ISBN, then with a number.
fn slugs_for(book: &Book) -> Vec<Slug> {
    let short = slug_for(Some(&book.title), None);
    let long = slug_for(Some(&book.title), book.isbn.as_ref());
    let base = short.clone().or_else(|| long.clone());
    let numbered = base.into_iter().flat_map(|base| {
        (2..MOST_SLUGS).filter_map(move |number| {
            let end = format!("-{number}");
            let room = Slug::MAX_LEN - end.len();
            let start = base.as_str().get(..room).unwrap_or(base.as_str());
            Slug::parse(&format!("{start}{end}")).ok()
        })
    });
    short.into_iter().chain(long).chain(numbered).collect()
}

/// Adds the book under the first slug that is free, and returns that. If the form was sent before,
/// returns the slug of the book that it added then.
async fn submit_new(
    shop: &Shop,
    staff: &StaffSession,
    read: ReadTitle,
) -> Result<Slug, WhyUnadded> {
    for slug in read.slugs {
        let mut new = read.new.clone();
        new.book.slug = slug;
        let command = Command::AddBook {
            new: Box::new(new),
            submission: Some((sender(staff), read.key.clone())),
        };
        match submit(shop, staff, None, command).await {
            Ok(Done::StockChanged(level)) => return Ok(level.book),
            Ok(_) => return Err(WhyUnadded::Failed(ShopError::Busy)),
            Err(StoreError::Refused(Refusal::SlugTaken(_))) => {}
            Err(StoreError::Refused(Refusal::IsbnTaken { book })) => {
                return Err(WhyUnadded::IsbnTaken(book));
            }
            Err(error) => return Err(WhyUnadded::Failed(shop_error(error))),
        }
    }
    Err(WhyUnadded::SlugTaken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> TypedTitle {
        TypedTitle {
            title: "Small Rivers".to_owned(),
            price: "20".to_owned(),
            copies: "3".to_owned(),
            key: "a-key-of-a-form".to_owned(),
            ..TypedTitle::default()
        }
    }

    fn slugs(typed: &TypedTitle) -> Vec<String> {
        let read = super::read(typed, Currency::USD).unwrap_or_else(|why| panic!("{why:?}"));
        read.slugs.into_iter().map(String::from).collect()
    }

    #[test]
    fn a_slug_is_made_from_the_title_and_numbered_if_it_is_taken() {
        let made = slugs(&typed());
        assert_eq!(made[0], "small-rivers");
        assert!(made.contains(&"small-rivers-2".to_owned()), "{made:?}");
        let with_isbn = TypedTitle {
            isbn: "0-306-40615-2".to_owned(),
            ..typed()
        };
        assert_eq!(slugs(&with_isbn)[1], "small-rivers-9780306406157");
        let long = TypedTitle {
            title: "x".repeat(80),
            ..typed()
        };
        assert!(slugs(&long).iter().all(|slug| slug.len() <= 60));
    }

    #[test]
    fn a_title_without_latin_letters_needs_a_slug_or_an_isbn() {
        let chinese = TypedTitle {
            title: "红楼梦".to_owned(),
            ..typed()
        };
        let why = read(&chinese, Currency::USD).err().unwrap();
        assert_eq!(why, [WhyUnadded::NoSlug]);
        let named = TypedTitle {
            slug: " hong-lou-meng ".to_owned(),
            ..chinese
        };
        assert_eq!(slugs(&named), ["hong-lou-meng"]);
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let wrong = TypedTitle {
            title: " ".to_owned(),
            isbn: "12".to_owned(),
            copies: "-1".to_owned(),
            slug: "A b".to_owned(),
            ..typed()
        };
        let expected = [
            missing_title(),
            WhyUnadded::Field(BookField::Isbn, InvalidBookText::NotAnIsbn),
            WhyUnadded::Copies,
            WhyUnadded::InvalidSlug,
        ];
        assert_eq!(read(&wrong, Currency::USD).err().unwrap(), expected);
    }
}
