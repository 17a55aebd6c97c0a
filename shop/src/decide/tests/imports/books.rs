//! New and changed books, and refused lines.

use super::*;
use crate::{Column, Copies, LineProblem};

#[test]
fn a_new_book_comes_with_its_opening_stock() {
    let mut shop = shop(1);
    let counted = Entry {
        copies: Some(Copies::Counted(3)),
        ..new_book(2, "counted")
    };
    let arrived = Entry {
        copies: Some(Copies::Change(4.try_into().unwrap())),
        ..new_book(3, "arrived")
    };
    let results = deliver(&mut shop, vec![counted, arrived, new_book(4, "none")]);
    assert!(results.iter().all(|one| one.outcome == Outcome::Added));
    let on_hand = |slug: &str| shop.world.books[slug].stock.on_hand;
    assert_eq!(["counted", "arrived", "none"].map(on_hand), [3, 4, 0]);
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

/// A clerk and an import set the price in one batch. Both places that store it must agree.
#[test]
fn a_clerks_price_stands_before_and_after_an_import_in_one_batch() {
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
        ([price(500), import(Some(700))], 500),
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
fn an_isbn_that_a_line_frees_can_be_used_by_the_next_line() {
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
    let results = deliver(&mut shop, vec![freed, taken, found]);
    let books: Vec<&str> = results.iter().map(|one| one.book.as_str()).collect();
    assert_eq!(books, ["drop", "other", "other"]);
    assert_eq!(results[1].outcome, Outcome::Added);
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
    let results = deliver(&mut shop, vec![refused, duplicate]);
    let another = LineProblem::AnotherBook { book: book() };
    assert_eq!(results[1].outcome, Outcome::Refused(Column::Isbn, another));
}
