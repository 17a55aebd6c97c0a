//! What an import does to the catalogue and to the stock.
//!
//! An import goes in by deliveries, each with the last row that it has looked at. The
//! store keeps how far an import is with everything else that a delivery changes, so that
//! one that comes twice has the effect of one.

use super::world::{Cause, OnShelf, World};
use crate::{
    Book, Column, Copies, Delivery, Delta, Done, Entry, ImportId, Landing, Movement, MovementKind,
    Outcome, Refusal, Sale, Slug, Stock, Timestamp, Trouble,
};

type Refused = (Column, Trouble);

impl World {
    /// Takes in the lines that are still to come of an import, each wholly or not at all.
    pub(super) fn deliver(&mut self, delivery: &Delivery) -> Result<Done, Refusal> {
        let import = delivery.import;
        let known = self.imports.get(&import);
        let done = known.ok_or(Refusal::NotImporting)?.upto;
        if delivery.upto <= done {
            return Ok(Done::Delivered(Vec::new()));
        }
        let new = delivery.entries.iter().filter(|entry| entry.row > done);
        let landings: Vec<Landing> = new.map(|entry| self.take_in(import, entry)).collect();
        if let Some(known) = self.imports.get_mut(&import) {
            known.upto = delivery.upto;
        }
        let progress = self.changes.imports.entry(import).or_default();
        progress.upto = delivery.upto;
        progress.landings.extend(landings.iter().cloned());
        Ok(Done::Delivered(landings))
    }

    fn take_in(&mut self, import: ImportId, entry: &Entry) -> Landing {
        let book = self.meant_by(entry);
        let copies = entry
            .copies
            .filter(|_| !self.came_before(import, entry.row));
        let landed = self.not_anothers(&book, entry).and_then(|()| {
            match self.catalogue.get(&book).cloned() {
                Some(known) => self.revise(import, known, entry, copies),
                None => self.list(import, &book, entry, copies),
            }
        });
        if landed.is_ok() {
            self.remember(import, entry.row);
        }
        Landing {
            row: entry.row,
            book,
            outcome: landed.unwrap_or_else(|(column, why)| Outcome::Refused(column, why)),
        }
    }

    /// Whether what this row says of copies was taken in by another import of the same file,
    /// and nobody has said that it is so once more.
    fn came_before(&self, import: ImportId, row: u32) -> bool {
        let known = self.imports.get(&import);
        known.is_some_and(|known| !known.counts_again && known.repeated.contains(&row))
    }

    /// For the other imports of the same file in this batch.
    fn remember(&mut self, import: ImportId, row: u32) {
        let Some(content) = self.imports.get(&import).and_then(|known| known.content) else {
            return;
        };
        for (other, known) in &mut self.imports {
            if *other != import && known.content == Some(content) {
                known.repeated.insert(row);
            }
        }
    }

    /// By how many copies a book has more since an import was announced, of those that came
    /// and those that went; nothing where they were counted again since.
    #[must_use]
    pub fn moved_since(&self, import: ImportId, book: &Slug) -> Option<i64> {
        let known = self.imports.get(&import)?;
        let before = known.since.get(book).copied().unwrap_or_default();
        let ours = self.changes.movements.iter();
        let mut ours = ours.filter(|one| one.book == *book && one.at > known.announced);
        let mut moved = before.moved;
        let counted = ours.any(|one| match one.counted_at {
            Some(at) => at > known.announced,
            None => {
                moved += one.on_hand;
                false
            }
        });
        (!before.counted && !counted).then_some(moved)
    }

    fn announced(&self, import: ImportId) -> Option<Timestamp> {
        self.imports.get(&import).map(|known| known.announced)
    }

    /// Which book a line means: the one that it names, else the one with its number, else a
    /// new one.
    #[must_use]
    pub fn meant_by(&self, entry: &Entry) -> Slug {
        let by_number = || self.isbns.get(entry.isbn.as_ref()?).cloned();
        let said = entry.slug.clone().or_else(by_number);
        said.unwrap_or_else(|| entry.made.clone())
    }

    fn not_anothers(&self, book: &Slug, entry: &Entry) -> Result<(), Refused> {
        let owner = entry.isbn.as_ref().and_then(|isbn| self.isbns.get(isbn));
        match owner.filter(|owner| *owner != book) {
            Some(owner) => {
                let book = owner.clone();
                Err((Column::Isbn, Trouble::AnotherBook { book }))
            }
            None => Ok(()),
        }
    }

    /// A book that was not there comes onto the shelf with its opening stock.
    fn list(
        &mut self,
        import: ImportId,
        slug: &Slug,
        entry: &Entry,
        copies: Option<Copies>,
    ) -> Result<Outcome, Refused> {
        let missing = |column| (column, Trouble::Missing);
        let title = entry.title.clone().ok_or(missing(Column::Title))?;
        let price = entry.price.ok_or(missing(Column::Price))?;
        let on_hand = match copies {
            None => 0,
            Some(Copies::Counted(copies)) => copies,
            Some(Copies::Change(change)) => {
                u32::try_from(change.get()).map_err(|_| (Column::Stock, Trouble::Negative))?
            }
        };
        let stock = Stock {
            on_hand,
            version: 1,
            ..Stock::default()
        };
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        self.write_book(Book {
            slug: slug.clone(),
            title,
            author: said(&entry.author),
            isbn: entry.isbn.clone(),
            description: said(&entry.description),
            cover_alt: said(&entry.cover_alt),
            price,
        });
        let sale = Sale::default();
        self.books.insert(
            slug.clone(),
            OnShelf {
                stock,
                price,
                sale,
                withdrawn: false,
            },
        );
        self.changes.stocks.insert(slug.clone(), stock);
        self.changes.movements.push(Movement {
            book: slug.clone(),
            version: stock.version,
            kind: MovementKind::Opened,
            on_hand: on_hand.into(),
            held: 0,
            allocated: 0,
            hold: None,
            order: None,
            reason: None,
            at: self.now,
            counted_at: match copies {
                Some(Copies::Counted(_)) => self.announced(import),
                _ => None,
            },
        });
        Ok(Outcome::Added)
    }

    fn revise(
        &mut self,
        import: ImportId,
        known: Book,
        entry: &Entry,
        copies: Option<Copies>,
    ) -> Result<Outcome, Refused> {
        let (revised, mut changed) = revised(&known, entry);
        // What may be refused comes first: then the rest of the line is not taken in either.
        if let Some(copies) = copies
            && self.recount(import, &known.slug, copies)?
        {
            changed.push(column_of(copies));
        }
        if changed.is_empty() {
            return Ok(Outcome::Unchanged);
        }
        if revised != known {
            if let Some(isbn) = &known.isbn {
                self.isbns.remove(isbn);
            }
            if let Some(shelf) = self.books.get_mut(&known.slug) {
                shelf.price = revised.price;
            }
            self.write_book(revised);
        }
        Ok(Outcome::Changed(changed))
    }

    /// Whether anything has changed.
    fn recount(&mut self, import: ImportId, book: &Slug, copies: Copies) -> Result<bool, Refused> {
        let column = column_of(copies);
        let shelf = self.on_shelf(book);
        let shelf = shelf.map_err(|_| (column, Trouble::Invalid))?;
        let before = shelf.stock;
        let change = match copies {
            Copies::Change(change) => i64::from(change.get()),
            // As of when the file was announced: what has come and gone since has nothing to
            // do with what was counted. Where somebody has counted since, they know better.
            Copies::Counted(counted) => self.moved_since(import, book).map_or(0, |moved| {
                i64::from(counted) + moved - i64::from(before.on_hand)
            }),
        };
        if change == 0 {
            return Ok(false);
        }
        if shelf.withdrawn && change > 0 {
            return Err((column, Trouble::Withdrawn));
        }
        let kind = match copies {
            Copies::Change(change) if change.get() > 0 => MovementKind::Restocked,
            _ => MovementKind::Adjusted,
        };
        let delta = Delta {
            on_hand: change,
            ..Delta::default()
        };
        let cause = Cause {
            reason: Some(format!("import {import}")),
            counted_at: match copies {
                Copies::Counted(_) => self.announced(import),
                Copies::Change(_) => None,
            },
            ..Cause::default()
        };
        let moved = self.move_copies(book, kind, delta, cause);
        moved.map(|_| true).map_err(|_| {
            let promised = before.held + before.allocated;
            let why = if change > 0 {
                Trouble::TooManyCopies
            } else if promised > 0 {
                Trouble::Promised { promised }
            } else {
                Trouble::Negative
            };
            (column, why)
        })
    }

    fn write_book(&mut self, book: Book) {
        if let Some(isbn) = &book.isbn {
            self.isbns.insert(isbn.clone(), book.slug.clone());
        }
        // The last to say what it costs is right, whoever that is.
        if let Some(price) = self.changes.prices.get_mut(&book.slug) {
            *price = book.price;
        }
        self.changes.books.insert(book.slug.clone(), book.clone());
        self.catalogue.insert(book.slug.clone(), book);
    }
}

fn column_of(copies: Copies) -> Column {
    match copies {
        Copies::Change(_) => Column::Stock,
        Copies::Counted(_) => Column::Counted,
    }
}

/// The book as the line has it, and what is new about it.
fn revised(known: &Book, entry: &Entry) -> (Book, Vec<Column>) {
    let mut book = known.clone();
    let mut changed = Vec::new();
    let mut text = |was: &mut String, said: &Option<String>, column| {
        if let Some(said) = said
            && was != said
        {
            was.clone_from(said);
            changed.push(column);
        }
    };
    text(&mut book.title, &entry.title, Column::Title);
    text(&mut book.author, &entry.author, Column::Author);
    text(
        &mut book.description,
        &entry.description,
        Column::Description,
    );
    text(&mut book.cover_alt, &entry.cover_alt, Column::CoverAlt);
    if let Some(isbn) = &entry.isbn
        && book.isbn.as_ref() != Some(isbn)
    {
        book.isbn = Some(isbn.clone());
        changed.push(Column::Isbn);
    }
    if let Some(price) = entry.price
        && book.price != price
    {
        book.price = price;
        changed.push(Column::Price);
    }
    (book, changed)
}
