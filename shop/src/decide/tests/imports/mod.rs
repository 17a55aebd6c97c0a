//! Imports: a shop with a running import, and the lines that are delivered to it.

mod books;
mod copies;
mod deliveries;
mod sources;

use super::*;
use crate::{Book, BookFacts, Entry, ImportBatch, ImportId, Importing, Isbn, LineResult, Outcome};

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
        facts: BookFacts::default(),
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
    shop.world.sources.extend(changes.sources);
    for (import, imported) in changes.imports {
        shop.world.imports.get_mut(&import).unwrap().upto = imported.upto;
    }
    shop.movements.extend(changes.movements);
    match answers.pop() {
        Some(Ok(Done::Imported(results))) => results,
        other => panic!("{other:?}"),
    }
}

/// Imports a line, even if its row was imported before, and returns the outcome.
fn outcome(shop: &mut Shop, entry: Entry) -> Outcome {
    shop.world.imports.get_mut(&IMPORT).unwrap().upto = 0;
    deliver(shop, vec![entry]).remove(0).outcome
}
