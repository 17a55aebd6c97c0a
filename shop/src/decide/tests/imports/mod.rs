//! Imports: new and changed books, refused lines, and repeated deliveries.

mod copies;

use super::*;
use crate::{
    Book, Column, Copies, Entry, ImportBatch, ImportId, Importing, Isbn, LineProblem, LineResult,
    Outcome, Reason,
};

const IMPORT: ImportId = ImportId::from_bits(7);
const ISBN: &str = "9799999000078";

/// A shop with one book in its catalogue, and a running import.
fn shop(on_hand: u32) -> Shop {
    let mut shop = Shop::with_copies(on_hand);
    let known = Book {
        slug: book(),
        title: "The Drop".to_owned(),
        author: "Ann".to_owned(),
        isbn: Some(Isbn::parse(ISBN).unwrap()),
        description: String::new(),
        cover_alt: String::new(),
        price: Price::from_cents(2_000),
    };
    shop.world.isbns = [(known.isbn.clone().unwrap(), book())].into();
    shop.world.catalogue = [(book(), known)].into();
    shop.world.imports = [(IMPORT, Importing::default())].into();
    shop
}

fn line(row: u32, slug: &str) -> Entry {
    let slug = Slug::parse(slug).unwrap();
    Entry {
        row,
        made: slug.clone(),
        slug: Some(slug),
        isbn: None,
        title: None,
        author: None,
        description: None,
        cover_alt: None,
        price: None,
        copies: None,
    }
}

fn new_book(row: u32, slug: &str) -> Entry {
    Entry {
        title: Some("New".to_owned()),
        price: Some(Price::from_cents(900)),
        ..line(row, slug)
    }
}

fn deliver(shop: &mut Shop, entries: Vec<Entry>) -> Vec<LineResult> {
    let upto = entries.last().map_or(0, |entry| entry.row);
    let import = IMPORT;
    let command = Command::ImportLines(ImportBatch {
        import,
        upto,
        entries,
    });
    let (mut answers, changes) = decide(shop.world.clone(), &[command]);
    shop.world.books.extend(changes.stocks);
    for (slug, book) in changes.books {
        if let Some(isbn) = &book.isbn {
            shop.world.isbns.insert(isbn.clone(), slug.clone());
        }
        shop.world.catalogue.insert(slug, book);
    }
    for (import, imported) in changes.imports {
        shop.world.imports.get_mut(&import).unwrap().upto = imported.upto;
    }
    shop.movements.extend(changes.movements);
    match answers.pop() {
        Some(Ok(Done::Imported(landings))) => landings,
        other => panic!("{other:?}"),
    }
}

fn outcome(shop: &mut Shop, entry: Entry) -> Outcome {
    shop.world.imports.get_mut(&IMPORT).unwrap().upto = 0;
    deliver(shop, vec![entry]).remove(0).outcome
}

#[test]
fn a_new_book_comes_with_its_opening_stock() {
    let mut shop = shop(1);
    let counted = Entry {
        copies: Some(Copies::Counted(3)),
        ..new_book(2, "counted")
    };
    let came = Entry {
        copies: Some(Copies::Change(4.try_into().unwrap())),
        ..new_book(3, "came")
    };
    let landings = deliver(&mut shop, vec![counted, came, new_book(4, "none")]);
    assert!(
        landings
            .iter()
            .all(|landing| landing.outcome == Outcome::Added)
    );
    let on_hand = |slug: &str| shop.world.books[slug].stock.on_hand;
    assert_eq!(["counted", "came", "none"].map(on_hand), [3, 4, 0]);
    let kinds: Vec<_> = shop
        .movements
        .iter()
        .map(|row| (row.kind, row.version))
        .collect();
    assert_eq!(kinds, [(MovementKind::Opened, 1); 3]);
}

#[test]
fn a_new_book_needs_a_title_and_a_price_and_no_negative_stock() {
    let mut shop = shop(1);
    let untitled = Entry {
        title: None,
        ..new_book(2, "new")
    };
    let unpriced = Entry {
        price: None,
        ..new_book(2, "new")
    };
    let negative = Entry {
        copies: Some(Copies::Change((-1).try_into().unwrap())),
        ..new_book(2, "new")
    };
    for (entry, column, why) in [
        (untitled, Column::Title, LineProblem::Missing),
        (unpriced, Column::Price, LineProblem::Missing),
        (negative, Column::Stock, LineProblem::Negative),
    ] {
        assert_eq!(outcome(&mut shop, entry), Outcome::Refused(column, why));
    }
    assert!(!shop.world.catalogue.contains_key("new"));
}

#[test]
fn a_line_changes_only_the_columns_it_has() {
    let mut shop = shop(1);
    let entry = Entry {
        title: Some("The Drop, again".to_owned()),
        price: Some(Price::from_cents(1)),
        ..line(2, "drop")
    };
    let changed = Outcome::Changed(vec![Column::Title, Column::Price]);
    assert_eq!(outcome(&mut shop, entry.clone()), changed);
    assert_eq!(shop.world.catalogue["drop"].author, "Ann");
    assert_eq!(outcome(&mut shop, entry), Outcome::Unchanged);
    // No copies moved, but a movement updates every open page.
    let rows: Vec<_> = shop
        .movements
        .iter()
        .map(|row| (row.version, row.on_hand))
        .collect();
    assert_eq!(rows, [(2, 0)]);
    assert_eq!(shop.world.books["drop"].stock.page, 2);
}

#[test]
fn a_line_without_a_slug_is_about_the_book_with_its_isbn() {
    let mut shop = shop(1);
    let entry = Entry {
        slug: None,
        isbn: Some(Isbn::parse(ISBN).unwrap()),
        author: Some("Ben".to_owned()),
        ..line(2, "generated")
    };
    assert_eq!(
        outcome(&mut shop, entry),
        Outcome::Changed(vec![Column::Author])
    );
    let duplicate = Entry {
        isbn: Some(Isbn::parse(ISBN).unwrap()),
        ..new_book(2, "other")
    };
    let another = LineProblem::AnotherBook { book: book() };
    assert_eq!(
        outcome(&mut shop, duplicate),
        Outcome::Refused(Column::Isbn, another)
    );
}

#[test]
fn a_count_below_the_held_copies_refuses_the_whole_line() {
    let mut shop = shop(5);
    shop.run(add(ANN, 3)).unwrap();
    shop.movements.clear();
    let counted = |copies| Entry {
        title: Some("Renamed".to_owned()),
        copies: Some(Copies::Counted(copies)),
        ..line(2, "drop")
    };
    let promised = LineProblem::Promised { promised: 3 };
    assert_eq!(
        outcome(&mut shop, counted(2)),
        Outcome::Refused(Column::Counted, promised)
    );
    assert_eq!(shop.world.catalogue["drop"].title, "The Drop");
    assert_eq!(shop.movements, []);
    let both = Outcome::Changed(vec![Column::Title, Column::Counted]);
    assert_eq!(outcome(&mut shop, counted(3)), both);
    let stock = shop.world.books["drop"].stock;
    assert_eq!((stock.on_hand, stock.held, stock.available()), (3, 3, 0));
    assert_eq!(outcome(&mut shop, counted(3)), Outcome::Unchanged);
}

#[test]
fn a_repeated_delivery_has_no_effect() {
    let mut shop = shop(5);
    let more = Entry {
        copies: Some(Copies::Change(2.try_into().unwrap())),
        ..line(2, "drop")
    };
    assert_eq!(deliver(&mut shop, vec![more.clone()]).len(), 1);
    assert_eq!(deliver(&mut shop, vec![more.clone()]).len(), 0);
    let later = Entry {
        row: 3,
        ..more.clone()
    };
    assert_eq!(
        deliver(&mut shop, vec![more, later]).len(),
        1,
        "only the new line is imported"
    );
    assert_eq!(shop.world.books["drop"].stock.on_hand, 9);
}

/// Positive control: a store that forgets the progress of an import.
#[test]
fn without_its_progress_a_line_is_imported_twice() {
    let mut shop = shop(5);
    let more = Entry {
        copies: Some(Copies::Change(2.try_into().unwrap())),
        ..line(2, "drop")
    };
    for _ in 0..2 {
        shop.world.imports.get_mut(&IMPORT).unwrap().upto = 0;
        deliver(&mut shop, vec![more.clone()]);
    }
    assert_eq!(shop.world.books["drop"].stock.on_hand, 9);
}

#[test]
fn a_cancelled_import_is_refused() {
    let mut shop = shop(5);
    shop.world.imports.clear();
    let delivery = ImportBatch {
        import: IMPORT,
        upto: 2,
        entries: vec![new_book(2, "new")],
    };
    assert_eq!(
        shop.run(Command::ImportLines(delivery)),
        Err(Refusal::NotImporting)
    );
}

#[test]
fn a_manual_count_is_a_movement_even_without_a_difference() {
    let mut shop = shop(5);
    shop.run(add(ANN, 3)).unwrap();
    let reason: Reason = "counted".parse().unwrap();
    let count = |on_hand| Command::Count {
        book: book(),
        on_hand,
        reason: reason.clone(),
    };
    assert_eq!(shop.run(count(2)), Err(Refusal::Promised { promised: 3 }));
    for on_hand in [5, 3, 9] {
        assert!(shop.run(count(on_hand)).is_ok());
        assert_eq!(shop.world.books["drop"].stock.on_hand, on_hand);
    }
    let kinds: Vec<_> = shop.movements.iter().map(|row| row.kind).collect();
    use MovementKind::{Adjusted, Held};
    assert_eq!(kinds, [Held, Adjusted, Adjusted, Adjusted]);
    let changes: Vec<_> = shop.movements[1..].iter().map(|row| row.on_hand).collect();
    assert_eq!(changes, [0, -2, 6]);
    assert!(
        shop.movements[1..]
            .iter()
            .all(|row| row.counted_at.is_some())
    );
}

/// A clerk and an import set the price in one batch. Both places that store it must agree.
#[test]
fn of_two_prices_in_one_batch_the_later_wins() {
    let price = |cents| Command::SetPrice {
        book: book(),
        price: Price::from_cents(cents),
    };
    let import = |cents: Option<u32>| {
        let entry = Entry {
            author: Some("Ben".to_owned()),
            price: cents.map(Price::from_cents),
            ..line(2, "drop")
        };
        Command::ImportLines(ImportBatch {
            import: IMPORT,
            upto: 2,
            entries: vec![entry],
        })
    };
    for (batch, cents) in [
        ([price(500), import(Some(700))], 700),
        ([price(500), import(None)], 500),
        ([import(Some(700)), price(500)], 500),
        ([import(None), price(500)], 500),
    ] {
        let (answers, changes) = decide(shop(1).world, &batch);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        let expected = Price::from_cents(cents);
        assert_eq!(changes.books["drop"].price, expected, "{batch:?}");
        assert_eq!(changes.prices["drop"], expected, "{batch:?}");
    }
}

#[test]
fn an_isbn_that_a_line_takes_from_its_book_may_be_another_books_in_the_next() {
    let mut shop = shop(1);
    let isbn = |text| Some(Isbn::parse(text).unwrap());
    let freed = Entry {
        isbn: isbn("9780306406157"),
        ..line(2, "drop")
    };
    let taken = Entry {
        isbn: isbn(ISBN),
        ..new_book(3, "other")
    };
    let found = Entry {
        slug: None,
        isbn: isbn(ISBN),
        author: Some("Ben".to_owned()),
        ..line(4, "generated")
    };
    let landings = deliver(&mut shop, vec![freed, taken, found]);
    let books: Vec<&str> = landings
        .iter()
        .map(|landing| landing.book.as_str())
        .collect();
    assert_eq!(books, ["drop", "other", "other"]);
    assert_eq!(landings[1].outcome, Outcome::Added);
}

#[test]
fn a_book_that_cannot_be_changed_keeps_its_isbn() {
    let mut shop = shop(1);
    shop.world.books.get_mut(&book()).unwrap().stock.version = u64::MAX;
    let refused = Entry {
        isbn: Some(Isbn::parse("9780306406157").unwrap()),
        ..line(2, "drop")
    };
    let duplicate = Entry {
        isbn: Some(Isbn::parse(ISBN).unwrap()),
        ..new_book(3, "other")
    };
    let landings = deliver(&mut shop, vec![refused, duplicate]);
    let another = LineProblem::AnotherBook { book: book() };
    assert_eq!(landings[1].outcome, Outcome::Refused(Column::Isbn, another));
}
