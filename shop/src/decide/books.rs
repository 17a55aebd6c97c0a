//! Adds books to the catalogue, and changes what the shop says about them.

use super::world::{BookState, World};
use crate::{
    Book, BookEdit, BookField, BookSources, Done, Isbn, Movement, MovementKind, NewTitle, Price,
    Refusal, Sale, Slug, Stock, Timestamp,
};

impl World {
    /// Adds a book with its opening stock. Imports leave alone what was typed.
    pub(super) fn add_title(&mut self, new: &NewTitle) -> Result<Done, Refusal> {
        let book = &new.book;
        if self.books.contains_key(&book.slug) {
            return Err(Refusal::SlugTaken(book.slug.clone()));
        }
        self.check_owner(&book.slug, book.isbn.as_ref())?;
        let mut sources = BookSources::default();
        sources.version += 1;
        for field in BookField::DESCRIBED {
            if !book.text(field).is_empty() {
                sources.record_desk(field, "");
            }
        }
        sources.record_desk(BookField::Price, "");
        self.open_book(book.clone(), sources, new.on_hand, None);
        self.stock_changed(&book.slug)
    }

    /// Writes a new book with its opening stock, which was counted at a time or not at all.
    pub(super) fn open_book(
        &mut self,
        book: Book,
        sources: BookSources,
        on_hand: u32,
        counted_at: Option<Timestamp>,
    ) {
        let slug = book.slug.clone();
        let state = BookState {
            stock: Stock {
                on_hand,
                version: 1,
                page: 1,
                ..Stock::default()
            },
            price: book.price,
            sale: Sale::default(),
            withdrawn: false,
        };
        self.write_book(book);
        self.write_sources(&slug, sources);
        self.books.insert(slug.clone(), state);
        self.changes.stocks.insert(slug.clone(), state);
        self.changes.movements.push(Movement {
            book: slug,
            version: state.stock.version,
            kind: MovementKind::Opened,
            on_hand: on_hand.into(),
            held: 0,
            allocated: 0,
            hold: None,
            order: None,
            reason: None,
            at: self.now,
            receipt: None,
            counted_at,
        });
    }

    /// Changes a book's description. Fields that were changed at the desk are left alone by
    /// imports; those that were taken from the catalogue file again are not.
    ///
    /// An edit of a version that the book no longer has is refused, unless it changes nothing.
    pub(super) fn edit_book(&mut self, edit: &BookEdit) -> Result<Done, Refusal> {
        let slug = &edit.book.slug;
        let known = self.catalogue.get(slug).cloned();
        let known = known.ok_or_else(|| Refusal::NoSuchBook(slug.clone()))?;
        let before = self.sources_of(slug);
        let fields = self.edited_fields(edit);
        if fields.is_empty() {
            return self.stock_changed(slug);
        }
        if before.version != edit.made_from {
            return Err(Refusal::BookChanged);
        }
        self.check_owner(slug, edit.book.isbn.as_ref())?;
        let mut sources = before;
        for field in fields {
            match is_from_file(edit, &sources, field) {
                true => sources.take_from_file(field),
                false => sources.record_desk(field, &known.text(field)),
            }
        }
        sources.version += 1;
        let shelf = self.on_shelf(slug)?;
        self.record_change(slug, shelf.with_new_page(), Movement::PAGE)?;
        if let Some(isbn) = &known.isbn {
            self.isbns.remove(isbn);
        }
        self.write_book(Book {
            price: known.price,
            ..edit.book.clone()
        });
        self.write_sources(slug, sources);
        self.stock_changed(slug)
    }

    /// The fields that an edit would change: their texts, or that they are the catalogue file's
    /// again.
    pub(super) fn edited_fields(&self, edit: &BookEdit) -> Vec<BookField> {
        let Some(known) = self.catalogue.get(&edit.book.slug) else {
            return Vec::new();
        };
        let sources = self.sources_of(&edit.book.slug);
        let is_changed = |field: &BookField| {
            let is_taken = is_from_file(edit, &sources, *field);
            is_taken || edit.book.text(*field) != known.text(*field)
        };
        BookField::DESCRIBED
            .into_iter()
            .filter(is_changed)
            .collect()
    }

    /// Sets a book's price to that of the catalogue file, if staff have set another one.
    pub(super) fn take_file_price(&mut self, book: &Slug) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if let Some(price) = self.file_price(book) {
            self.change_price(book, shelf, price)?;
            let mut sources = self.sources_of(book);
            sources.take_from_file(BookField::Price);
            self.write_sources(book, sources);
        }
        self.stock_changed(book)
    }

    /// The catalogue file's price of a book for which staff have set another one.
    pub(super) fn file_price(&self, book: &Slug) -> Option<Price> {
        let sources = self.sources.get(book)?;
        Price::from_minor_text(sources.file_text(BookField::Price)?)
    }

    /// Records that staff have set the price, so that imports leave it alone. Does nothing if the
    /// book's entry was not read.
    pub(super) fn keep_price_from_imports(&mut self, book: &Slug, before: Price) {
        if self.catalogue.contains_key(book) {
            let mut sources = self.sources_of(book);
            sources.record_desk(BookField::Price, &before.minor_text());
            self.write_sources(book, sources);
        }
    }

    /// Checks that an ISBN does not belong to another book.
    fn check_owner(&self, book: &Slug, isbn: Option<&Isbn>) -> Result<(), Refusal> {
        let owner = isbn.and_then(|isbn| self.isbns.get(isbn));
        match owner.filter(|owner| *owner != book) {
            Some(owner) => Err(Refusal::IsbnTaken {
                book: owner.clone(),
            }),
            None => Ok(()),
        }
    }

    /// The sources of a book's fields as they are now.
    pub(super) fn sources_of(&self, book: &Slug) -> BookSources {
        self.sources.get(book).cloned().unwrap_or_default()
    }

    /// Writes the sources of a book's fields, if they have changed.
    pub(super) fn write_sources(&mut self, book: &Slug, sources: BookSources) {
        if self.sources_of(book) != sources {
            self.changes.sources.insert(book.clone(), sources.clone());
            self.sources.insert(book.clone(), sources);
        }
    }

    pub(super) fn write_book(&mut self, book: Book) {
        if let Some(isbn) = &book.isbn {
            self.isbns.insert(isbn.clone(), book.slug.clone());
        }
        // If an earlier command of this batch set the price, this price replaces it.
        if let Some(price) = self.changes.prices.get_mut(&book.slug) {
            *price = book.price;
        }
        self.changes.books.insert(book.slug.clone(), book.clone());
        self.catalogue.insert(book.slug.clone(), book);
    }
}

/// Whether an edit gives a field, which staff had written, the text of the catalogue file.
fn is_from_file(edit: &BookEdit, sources: &BookSources, field: BookField) -> bool {
    edit.from_file.contains(&field)
        && sources.file_text(field) == Some(edit.book.text(field).as_str())
}
