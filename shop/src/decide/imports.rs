//! Applies the lines of catalogue imports to the catalogue and the stock.

use super::world::{BookState, Cause, World};
use crate::{
    Book, BookFacts, BookField, BookSources, Column, Copies, Delta, Done, Entry, ImportBatch,
    ImportId, LineProblem, LineResult, MovementKind, Outcome, Refusal, Slug, Timestamp,
};

/// The column at fault, and the reason.
type LineError = (Column, LineProblem);

impl World {
    /// Imports the lines that were not imported before, each completely or not at all.
    ///
    /// The changes record the last row of the delivery, so a repeated delivery has no effect.
    pub(super) fn import(&mut self, delivery: &ImportBatch) -> Result<Done, Refusal> {
        let import = delivery.import;
        let known = self.imports.get(&import);
        let done = known.ok_or(Refusal::NotImporting)?.upto;
        if delivery.upto <= done {
            return Ok(Done::Imported(Vec::new()));
        }
        let new = delivery.entries.iter().filter(|entry| entry.row > done);
        let results: Vec<LineResult> = new.map(|entry| self.import_line(import, entry)).collect();
        if let Some(known) = self.imports.get_mut(&import) {
            known.upto = delivery.upto;
        }
        let progress = self.changes.imports.entry(import).or_default();
        progress.upto = delivery.upto;
        progress.landings.extend(results.iter().cloned());
        Ok(Done::Imported(results))
    }

    fn import_line(&mut self, import: ImportId, entry: &Entry) -> LineResult {
        let book = self.meant_by(entry);
        let copies = entry
            .copies
            .filter(|_| !self.were_copies_imported(import, entry.row));
        let outcome =
            self.check_isbn(&book, entry)
                .and_then(|()| match self.catalogue.get(&book).cloned() {
                    Some(known) => self.update_book(import, known, entry, copies),
                    None => self.add_book(import, &book, entry, copies),
                });
        if outcome.is_ok() {
            self.mark_copies_imported(import, entry.row);
        }
        LineResult {
            row: entry.row,
            book,
            outcome: outcome.unwrap_or_else(|(column, why)| Outcome::Refused(column, why)),
        }
    }

    /// Whether another import of the same file has already applied this row's copies.
    ///
    /// Always false if staff chose to apply the copies of this file again.
    fn were_copies_imported(&self, import: ImportId, row: u32) -> bool {
        let known = self.imports.get(&import);
        known.is_some_and(|known| !known.counts_again && known.repeated.contains(&row))
    }

    /// Marks a row's copies as imported. Other imports of the file in this batch then skip them.
    fn mark_copies_imported(&mut self, import: ImportId, row: u32) {
        let Some(content) = self.imports.get(&import).and_then(|known| known.content) else {
            return;
        };
        for (other, known) in &mut self.imports {
            if *other != import && known.content == Some(content) {
                known.repeated.insert(row);
            }
        }
    }

    /// The net change in a book's copies in the shop since an import was announced.
    ///
    /// `None` if the copies were counted after the announcement.
    #[must_use]
    pub fn moved_since(&self, import: ImportId, book: &Slug) -> Option<i64> {
        let known = self.imports.get(&import)?;
        let before = known.since.get(book).copied().unwrap_or_default();
        let batch = self.changes.movements.iter();
        let mut batch = batch.filter(|row| row.book == *book && row.at > known.announced);
        let mut moved = before.moved;
        let counted = batch.any(|row| match row.counted_at {
            Some(at) => at > known.announced,
            None => {
                moved += row.on_hand;
                false
            }
        });
        (!before.counted && !counted).then_some(moved)
    }

    fn announced_at(&self, import: ImportId) -> Option<Timestamp> {
        self.imports.get(&import).map(|known| known.announced)
    }

    /// The book that a line is about: by its slug, else by its ISBN, else a new book.
    #[must_use]
    pub fn meant_by(&self, entry: &Entry) -> Slug {
        let by_isbn = || self.isbns.get(entry.isbn.as_ref()?).cloned();
        let known = entry.slug.clone().or_else(by_isbn);
        known.unwrap_or_else(|| entry.made.clone())
    }

    /// Checks that the line's ISBN does not belong to another book.
    fn check_isbn(&self, book: &Slug, entry: &Entry) -> Result<(), LineError> {
        let owner = entry.isbn.as_ref().and_then(|isbn| self.isbns.get(isbn));
        match owner.filter(|owner| *owner != book) {
            Some(owner) => {
                let book = owner.clone();
                Err((Column::Isbn, LineProblem::AnotherBook { book }))
            }
            None => Ok(()),
        }
    }

    /// Adds a new book with its opening stock.
    fn add_book(
        &mut self,
        import: ImportId,
        slug: &Slug,
        entry: &Entry,
        copies: Option<Copies>,
    ) -> Result<Outcome, LineError> {
        let missing = |column| (column, LineProblem::Missing);
        let title = entry.title.clone().ok_or(missing(Column::Title))?;
        let price = entry.price.ok_or(missing(Column::Price))?;
        let on_hand = match copies {
            None => 0,
            Some(Copies::Counted(copies)) => copies,
            Some(Copies::Change(change)) => {
                u32::try_from(change.get()).map_err(|_| (Column::Stock, LineProblem::Negative))?
            }
        };
        let text_or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let book = Book {
            slug: slug.clone(),
            title,
            author: text_or_empty(&entry.author),
            isbn: entry.isbn.clone(),
            facts: BookFacts::default(),
            description: text_or_empty(&entry.description),
            cover_alt: text_or_empty(&entry.cover_alt),
            price,
        };
        let (_, sources, _) = apply_entry(&book, BookSources::default(), entry);
        let counted_at = match copies {
            Some(Copies::Counted(_)) => self.announced_at(import),
            _ => None,
        };
        self.open_book(book, sources, on_hand, counted_at);
        Ok(Outcome::Added)
    }

    /// Changes a known book to match a line, except for the fields that staff wrote at the desk.
    fn update_book(
        &mut self,
        import: ImportId,
        known: Book,
        entry: &Entry,
        copies: Option<Copies>,
    ) -> Result<Outcome, LineError> {
        let before = self.sources_of(&known.slug);
        let (updated, mut sources, mut changed) = apply_entry(&known, before, entry);
        // A change in copies may be refused, so it is made before anything else is written.
        if let Some(copies) = copies
            && self.update_copies(import, &known.slug, copies)?
        {
            changed.push(column_of(copies));
        }
        if updated != known {
            self.record_update(import, &known, &updated)?;
            if !is_same_page(&known, &updated) {
                sources.version += 1;
            }
            if let Some(isbn) = &known.isbn {
                self.isbns.remove(isbn);
            }
            self.write_book(updated);
        }
        self.write_sources(&known.slug, sources);
        match changed.is_empty() {
            true => Ok(Outcome::Unchanged),
            false => Ok(Outcome::Changed(changed)),
        }
    }

    /// Records that a book's price or page has changed.
    fn record_update(
        &mut self,
        import: ImportId,
        known: &Book,
        updated: &Book,
    ) -> Result<(), LineError> {
        let (book, price) = (&known.slug, updated.price);
        let invalid = |_| (Column::Title, LineProblem::Invalid);
        let shelf = self.on_shelf(book).map_err(invalid)?;
        let priced = BookState { price, ..shelf };
        let after = match is_same_page(known, updated) {
            true => priced,
            false => priced.with_new_page(),
        };
        self.record_change(book, after, &format!("import {import}"))
            .map_err(invalid)
    }

    /// Applies a change or count of copies. Returns whether the stock changed.
    fn update_copies(
        &mut self,
        import: ImportId,
        book: &Slug,
        copies: Copies,
    ) -> Result<bool, LineError> {
        let column = column_of(copies);
        let shelf = self.on_shelf(book);
        let shelf = shelf.map_err(|_| (column, LineProblem::Invalid))?;
        let before = shelf.stock;
        let change = match copies {
            Copies::Change(change) => i64::from(change.get()),
            // The copies were counted when the file was announced, so later movements are added to
            // the count. A later count takes precedence.
            Copies::Counted(counted) => self.moved_since(import, book).map_or(0, |moved| {
                i64::from(counted) + moved - i64::from(before.on_hand)
            }),
        };
        if change == 0 {
            return Ok(false);
        }
        if shelf.withdrawn && change > 0 {
            return Err((column, LineProblem::Withdrawn));
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
                Copies::Counted(_) => self.announced_at(import),
                Copies::Change(_) => None,
            },
            ..Cause::default()
        };
        let moved = self.move_copies(book, kind, delta, cause);
        moved.map(|_| true).map_err(|_| {
            let promised = before.held + before.allocated;
            let why = if change > 0 {
                LineProblem::TooManyCopies
            } else if promised > 0 {
                LineProblem::Promised { promised }
            } else {
                LineProblem::Negative
            };
            (column, why)
        })
    }
}

fn column_of(copies: Copies) -> Column {
    match copies {
        Copies::Change(_) => Column::Stock,
        Copies::Counted(_) => Column::Counted,
    }
}

/// Whether two states of a book differ in nothing but the price.
fn is_same_page(known: &Book, updated: &Book) -> bool {
    let price = updated.price;
    let known = Book {
        price,
        ..known.clone()
    };
    known == *updated
}

/// The book with a line's values, the sources of its fields, and the columns that changed.
///
/// A field that staff wrote at the desk keeps its value. What the line has for it is remembered.
fn apply_entry(
    known: &Book,
    mut sources: BookSources,
    entry: &Entry,
) -> (Book, BookSources, Vec<Column>) {
    let mut book = known.clone();
    let mut changed = Vec::new();
    let mut text = |value: &mut String, new: &Option<String>, field, column| {
        if let Some(new) = new
            && sources.record_file(field, new)
            && value != new
        {
            value.clone_from(new);
            changed.push(column);
        }
    };
    text(
        &mut book.title,
        &entry.title,
        BookField::Title,
        Column::Title,
    );
    text(
        &mut book.author,
        &entry.author,
        BookField::Author,
        Column::Author,
    );
    text(
        &mut book.description,
        &entry.description,
        BookField::Description,
        Column::Description,
    );
    text(
        &mut book.cover_alt,
        &entry.cover_alt,
        BookField::CoverAlt,
        Column::CoverAlt,
    );
    if let Some(isbn) = &entry.isbn
        && sources.record_file(BookField::Isbn, isbn.as_str())
        && book.isbn.as_ref() != Some(isbn)
    {
        book.isbn = Some(isbn.clone());
        changed.push(Column::Isbn);
    }
    if let Some(price) = entry.price
        && sources.record_file(BookField::Price, &price.minor_text())
        && book.price != price
    {
        book.price = price;
        changed.push(Column::Price);
    }
    (book, sources, changed)
}
