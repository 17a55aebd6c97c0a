//! Books that are added and edited at the desk.

use super::*;
use crate::{Act, Book, BookEdit, BookFacts, BookField, Isbn, NewTitle, StaffCommand};

const ISBN: &str = "9799999000078";

fn described(slug: &str, isbn: Option<&str>) -> Book {
    Book {
        slug: Slug::parse(slug).unwrap(),
        title: "The Drop".to_owned(),
        author: "Ann".to_owned(),
        isbn: isbn.map(|isbn| Isbn::parse(isbn).unwrap()),
        facts: BookFacts::default(),
        description: String::new(),
        cover_alt: String::new(),
        price: Price::from_cents(2_000),
    }
}

/// A shop with one book in its catalogue.
fn shop() -> Shop {
    let mut shop = Shop::with_copies(3);
    let known = described("drop", Some(ISBN));
    shop.world.isbns = [(known.isbn.clone().unwrap(), book())].into();
    shop.world.catalogue = [(book(), known)].into();
    shop
}

fn add(book: Book, key: Option<&str>) -> Command {
    Command::AddBook {
        new: Box::new(NewTitle { book, on_hand: 4 }),
        submission: key.map(|key| (BEN, key.parse().unwrap())),
    }
}

fn edit(shop: &Shop, made_from: u64, texts: &[(BookField, &str)]) -> Command {
    let mut book = shop.world.catalogue["drop"].clone();
    for (field, text) in texts {
        book.set(*field, text).unwrap();
    }
    Command::EditBook(Box::new(BookEdit {
        book,
        from_file: [].into(),
        made_from,
    }))
}

fn by_staff(command: Command) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: Some("ann".parse().unwrap()),
        reason: None,
        command,
    }))
}

#[test]
fn a_book_is_added_once_with_its_opening_stock() {
    let mut shop = shop();
    let first = by_staff(add(described("new", None), Some("a-key-of-a-form")));
    let done = shop.run(first).unwrap();
    let Done::StockChanged(level) = &done else {
        panic!("{done:?}");
    };
    assert_eq!((level.book.as_str(), level.available), ("new", 4));
    assert_eq!(shop.movement_kinds(), [MovementKind::Opened]);
    let added = Act::BookAdded {
        book: Slug::parse("new").unwrap(),
        copies: 4,
    };
    assert_eq!(shop.journal[0].act, added);
    // The form is sent again, after the first attempt has taken the name.
    let again = by_staff(add(described("new-2", None), Some("a-key-of-a-form")));
    assert_eq!(shop.run(again), Ok(done));
    assert_eq!(shop.journal.len(), 1);
    // What was typed stays when a file names the book.
    let sources = &shop.world.sources["new"];
    assert!(!sources.is_from_file(BookField::Title));
}

#[test]
fn neither_a_slug_nor_an_isbn_can_be_that_of_another_book() {
    let mut shop = shop();
    let taken = shop.run(add(described("drop", None), None));
    assert_eq!(taken, Err(Refusal::SlugTaken(book())));
    let taken = shop.run(add(described("new", Some(ISBN)), None));
    assert_eq!(taken, Err(Refusal::IsbnTaken { book: book() }));
    shop.run(add(described("new", Some("9780306406157")), None))
        .unwrap();
    let taken = shop.run(edit(&shop, 0, &[(BookField::Isbn, "9780306406157")]));
    let new = Slug::parse("new").unwrap();
    assert_eq!(taken, Err(Refusal::IsbnTaken { book: new }));
    assert_eq!(shop.stock().version, 1);
}

#[test]
fn an_edit_is_a_new_revision_of_the_page_and_is_recorded_with_its_fields() {
    let mut shop = shop();
    let texts = [(BookField::Title, "Drops"), (BookField::Publisher, "Owl")];
    shop.run(by_staff(edit(&shop, 0, &texts))).unwrap();
    let stock = shop.stock();
    assert_eq!((stock.version, stock.page, stock.on_hand), (2, 2, 3));
    let known = &shop.world.catalogue["drop"];
    assert_eq!(known.title, "Drops");
    assert_eq!(known.facts.publisher.as_deref(), Some("Owl"));
    let edited = Act::BookEdited {
        book: book(),
        fields: vec!["title".to_owned(), "publisher".to_owned()],
    };
    assert_eq!(shop.journal[0].act, edited);
    // The same form once more changes nothing.
    shop.run(by_staff(edit(&shop, 0, &texts))).unwrap();
    assert_eq!((shop.stock().version, shop.journal.len()), (2, 1));
}

#[test]
fn of_two_who_edit_the_same_version_the_second_is_refused() {
    let mut shop = shop();
    let second = edit(&shop, 0, &[(BookField::Author, "Ben")]);
    shop.run(edit(&shop, 0, &[(BookField::Title, "Drops")]))
        .unwrap();
    assert_eq!(shop.run(second), Err(Refusal::BookChanged));
    // A sale in between changes the level and not the description.
    shop.run(super::add(ANN, 1)).unwrap();
    shop.run(edit(&shop, 1, &[(BookField::Author, "Ben")]))
        .unwrap();
    assert_eq!(shop.world.catalogue["drop"].author, "Ben");
}

#[test]
fn a_field_that_is_taken_from_the_file_again_may_be_imported() {
    let mut shop = shop();
    let mut sources = crate::BookSources::default();
    sources.record_file(BookField::Title, "Drop");
    sources.record_desk(BookField::Title, "Drop");
    shop.world.sources.insert(book(), sources);
    let mut known = shop.world.catalogue["drop"].clone();
    let take = |book: Book| {
        by_staff(Command::EditBook(Box::new(BookEdit {
            book,
            from_file: [BookField::Title].into(),
            made_from: 0,
        })))
    };
    // Another text is an edit, whatever the form says.
    known.title = "Droplet".to_owned();
    let mut other = Shop {
        world: shop.world.clone(),
        movements: Vec::new(),
        journal: Vec::new(),
        receipts: Vec::new(),
    };
    other.run(take(known.clone())).unwrap();
    assert!(!other.world.sources["drop"].is_from_file(BookField::Title));

    known.title = "Drop".to_owned();
    shop.run(take(known)).unwrap();
    assert!(shop.world.sources["drop"].is_from_file(BookField::Title));
    assert_eq!(shop.journal.len(), 1);
}

#[test]
fn a_book_that_is_not_known_cannot_be_edited() {
    let mut shop = shop();
    let unknown = Command::EditBook(Box::new(BookEdit {
        book: described("unknown", None),
        from_file: [].into(),
        made_from: 0,
    }));
    let slug = Slug::parse("unknown").unwrap();
    assert_eq!(shop.run(unknown), Err(Refusal::NoSuchBook(slug)));
}
