//! What an import does with fields that staff wrote at the desk.

use super::*;
use crate::{BookEdit, BookField, Column};

/// The book as it is, with another title typed at the desk.
fn retitled(shop: &Shop, title: &str) -> Command {
    let mut book = shop.world.catalogue["drop"].clone();
    book.set(BookField::Title, title).unwrap();
    let made_from = shop.world.sources.get("drop").map_or(0, |one| one.version);
    Command::EditBook(Box::new(BookEdit {
        book,
        from_file: [].into(),
        made_from,
    }))
}

fn titled(row: u32, title: &str) -> Entry {
    Entry {
        title: Some(title.to_owned()),
        author: Some("Ben".to_owned()),
        ..line(row, "drop")
    }
}

#[test]
fn what_staff_wrote_is_kept_and_what_the_file_says_is_remembered() {
    let mut shop = shop(1);
    let changed = Outcome::Changed(vec![Column::Title, Column::Author]);
    assert_eq!(outcome(&mut shop, titled(2, "Drop")), changed);
    assert!(shop.world.sources["drop"].is_from_file(BookField::Title));

    shop.run(retitled(&shop, "The Drop!")).unwrap();
    let before = shop.world.books["drop"].stock;
    assert_eq!(
        outcome(&mut shop, titled(2, "Drop, 2nd")),
        Outcome::Unchanged
    );
    let (book, sources) = (&shop.world.catalogue["drop"], &shop.world.sources["drop"]);
    assert_eq!(book.title, "The Drop!");
    assert_eq!(sources.file_text(BookField::Title), Some("Drop, 2nd"));
    assert!(sources.is_from_file(BookField::Author));
    assert_eq!(
        shop.world.books["drop"].stock, before,
        "no page has changed"
    );
}

#[test]
fn the_other_fields_of_the_line_are_still_imported() {
    let mut shop = shop(1);
    shop.run(retitled(&shop, "The Drop!")).unwrap();
    let changed = Outcome::Changed(vec![Column::Author]);
    assert_eq!(outcome(&mut shop, titled(2, "Drop")), changed);
    assert_eq!(shop.world.catalogue["drop"].title, "The Drop!");
}

#[test]
fn a_price_that_was_set_at_the_desk_is_kept_until_the_files_is_taken_again() {
    let mut shop = shop(1);
    let priced = |cents| Entry {
        price: Some(Price::from_cents(cents)),
        ..line(2, "drop")
    };
    let price = |shop: &Shop| shop.world.catalogue["drop"].price.cents();
    outcome(&mut shop, priced(1_900));
    let set = Command::SetPrice {
        book: book(),
        price: Price::from_cents(1_500),
    };
    shop.run(set).unwrap();
    shop.world.catalogue.get_mut(&book()).unwrap().price = Price::from_cents(1_500);
    assert_eq!(outcome(&mut shop, priced(1_950)), Outcome::Unchanged);
    assert_eq!(price(&shop), 1_500);

    shop.run(Command::TakeFilePrice { book: book() }).unwrap();
    assert_eq!(shop.world.books["drop"].price.cents(), 1_950);
    shop.world.catalogue.get_mut(&book()).unwrap().price = Price::from_cents(1_950);
    assert_eq!(
        outcome(&mut shop, priced(1_800)),
        Outcome::Changed(vec![Column::Price])
    );
    assert_eq!(price(&shop), 1_800);
}

#[test]
fn an_edit_of_what_an_import_has_replaced_is_refused() {
    let mut shop = shop(1);
    let edit = retitled(&shop, "The Drop!");
    outcome(&mut shop, titled(2, "Drop"));
    assert_eq!(shop.run(edit), Err(Refusal::BookChanged));
    assert_eq!(shop.world.catalogue["drop"].title, "Drop");
}
