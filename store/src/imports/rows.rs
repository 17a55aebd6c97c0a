//! Rows of imports, and their conversion.

use serde_json::{Value, json};
use shop::{
    Book, BookState, Changes, Command, Done, Entry, ImportBatch, ImportId, Imported, Importing,
    Isbn, LineResult, Outcome, Slug, Stock, World, decide,
};
use sqlx::FromRow;

use crate::{
    StoreError,
    imports::{Claim, Import, ImportKind, ImportState, RowFinding, Tally},
    rows::{BookRow, SaleRow, StockRow, large, small, sources, timestamp},
};

/// A row of `import_job`.
#[derive(FromRow)]
pub(crate) struct ImportRow {
    id: String,
    kind: String,
    name: String,
    size: i64,
    who: String,
    created_at: i64,
    state: String,
    received: i64,
    digest: Option<Vec<u8>>,
    trouble: Option<String>,
    last_row: Option<i64>,
    upto: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    refused: i64,
    was_added: i64,
    was_changed: i64,
    was_unchanged: i64,
    was_refused: i64,
    claims: i64,
    counts_again: i64,
}

impl TryFrom<ImportRow> for Import {
    type Error = StoreError;

    fn try_from(row: ImportRow) -> Result<Self, StoreError> {
        let inconsistent =
            |what: &str| StoreError::Inconsistent(format!("import {}: {what}", row.id));
        let digest = row.digest.as_deref().map(<[u8; 32]>::try_from).transpose();
        let trouble = row.trouble.as_deref().map(serde_json::from_str).transpose();
        Ok(Self {
            id: row.id.parse().map_err(|_| inconsistent("its name"))?,
            kind: ImportKind::of(&row.kind).ok_or_else(|| inconsistent(&row.kind))?,
            size: large(row.size)?,
            created_at: timestamp(row.created_at)?,
            state: ImportState::of(&row.state).ok_or_else(|| inconsistent(&row.state))?,
            received: large(row.received)?,
            digest: digest.map_err(|_| inconsistent("its digest"))?,
            trouble: trouble.map_err(|_| inconsistent("its trouble"))?,
            last_row: row.last_row.map(small).transpose()?,
            upto: small(row.upto)?,
            counts_again: row.counts_again == 1,
            expected: tally([row.added, row.changed, row.unchanged, row.refused])?,
            done: tally([
                row.was_added,
                row.was_changed,
                row.was_unchanged,
                row.was_refused,
            ])?,
            name: row.name,
            who: row.who,
        })
    }
}

impl TryFrom<ImportRow> for Claim {
    type Error = StoreError;

    fn try_from(row: ImportRow) -> Result<Self, StoreError> {
        let number = row.claims;
        let import = row.try_into()?;
        Ok(Self { import, number })
    }
}

fn tally([added, changed, unchanged, refused]: [i64; 4]) -> Result<Tally, StoreError> {
    Ok(Tally {
        added: large(added)?,
        changed: large(changed)?,
        unchanged: large(unchanged)?,
        refused: large(refused)?,
    })
}

/// A row of `import_finding`.
#[derive(FromRow)]
pub(crate) struct FindingRow {
    row: i64,
    finding: String,
}

impl TryFrom<FindingRow> for RowFinding {
    type Error = StoreError;

    fn try_from(row: FindingRow) -> Result<Self, StoreError> {
        let found = serde_json::from_str(&row.finding);
        Ok(Self {
            row: small(row.row)?,
            found: found.map_err(|error| StoreError::Inconsistent(error.to_string()))?,
        })
    }
}

/// Findings as a JSON array of `[row, outcome, finding]`.
pub(crate) fn findings(findings: &[RowFinding]) -> String {
    let rows = findings.iter().map(|finding| {
        let text = serde_json::to_string(&finding.found).expect("a finding is plain data");
        json!([finding.row, finding.found.kind().as_str(), text])
    });
    Value::from_iter(rows).to_string()
}

/// The outcomes of an import's lines in one batch: the counts, and the findings to record.
pub(crate) fn outcomes(imported: &Imported) -> (Tally, Vec<RowFinding>) {
    let mut tally = Tally::default();
    for landing in &imported.landings {
        tally.count(&landing.outcome);
    }
    let refused = |landing: &&LineResult| matches!(landing.outcome, Outcome::Refused(..));
    let refused = imported.landings.iter().filter(refused);
    (tally, refused.filter_map(RowFinding::of).collect())
}

/// A book with the columns that decide the outcome of an import line or of an edit.
#[derive(FromRow)]
pub(crate) struct DescribedRow {
    #[sqlx(flatten)]
    book: BookRow,
    sources: Option<String>,
    #[sqlx(flatten)]
    stock: StockRow,
    #[sqlx(flatten)]
    sale: SaleRow,
}

/// The deliveries of a batch.
pub(crate) fn deliveries(batch: &[Command]) -> impl Iterator<Item = &ImportBatch> {
    batch.iter().filter_map(|command| match command {
        Command::ImportLines(delivery) => Some(delivery),
        _ => None,
    })
}

/// The slugs and ISBNs of the books that deliveries refer to.
pub(crate) fn slugs_and_isbns<'a>(
    deliveries: impl Iterator<Item = &'a ImportBatch>,
) -> (Vec<&'a str>, Vec<&'a str>) {
    let entries: Vec<_> = deliveries.flat_map(|one| &one.entries).collect();
    let names = entries
        .iter()
        .map(|entry| entry.slug.as_ref().unwrap_or(&entry.made));
    let numbers = entries.iter().filter_map(|entry| entry.isbn.as_ref());
    (
        names.map(Slug::as_str).collect(),
        numbers.map(Isbn::as_str).collect(),
    )
}

/// The slugs and ISBNs of the books whose catalogue entries a batch may read: those that deliveries
/// refer to, and those that staff add, edit or price.
pub(crate) fn slugs_and_isbns_of_batch(batch: &[Command]) -> (Vec<&str>, Vec<&str>) {
    let (mut slugs, mut isbns) = slugs_and_isbns(deliveries(batch));
    for command in batch.iter().map(Command::without_author) {
        let book = match command {
            Command::AddBook { new, .. } => {
                isbns.extend(new.book.isbn.as_ref().map(Isbn::as_str));
                &new.book.slug
            }
            Command::EditBook(edit) => {
                isbns.extend(edit.book.isbn.as_ref().map(Isbn::as_str));
                &edit.book.slug
            }
            Command::SetPrice { book, .. } | Command::TakeFilePrice { book } => book,
            _ => continue,
        };
        slugs.push(book.as_str());
    }
    (slugs, isbns)
}

/// Whether a batch may give a book an ISBN, or the catalogue a slug.
pub(crate) fn names_books(batch: &[Command]) -> bool {
    batch.iter().any(|command| {
        matches!(
            command.without_author(),
            Command::ImportLines(_) | Command::AddBook { .. } | Command::EditBook(_)
        )
    })
}

/// The new books, in the order in which they were added.
pub(crate) fn new_books(changes: &Changes) -> impl Iterator<Item = &Book> {
    let opened = changes
        .movements
        .iter()
        .filter(|movement| movement.version == 1);
    opened.filter_map(|movement| changes.books.get(&movement.book))
}

/// Adds books to the world.
pub(crate) fn add_books(world: &mut World, rows: Vec<DescribedRow>) -> Result<(), StoreError> {
    for row in rows {
        let book = Book::try_from(row.book)?;
        let sources = sources(row.sources.as_deref())?;
        let withdrawn = row.sale.withdrawn == 1;
        let (stock, sale) = (Stock::try_from(row.stock)?, row.sale.try_into()?);
        let price = book.price;
        world.books.entry(book.slug.clone()).or_insert(BookState {
            stock,
            price,
            sale,
            withdrawn,
        });
        if let Some(isbn) = &book.isbn {
            world.isbns.insert(isbn.clone(), book.slug.clone());
        }
        world.sources.insert(book.slug.clone(), sources);
        world.catalogue.insert(book.slug.clone(), book);
    }
    Ok(())
}

/// The outcomes that a delivery would have in this world.
pub(crate) fn rehearsal_outcomes(
    mut world: World,
    delivery: ImportBatch,
    importing: Importing,
) -> Result<Vec<LineResult>, StoreError> {
    let first = delivery.entries.first().map_or(0, |entry| entry.row);
    let upto = first.saturating_sub(1);
    let importing = Importing { upto, ..importing };
    world.imports.insert(delivery.import, importing);
    let (mut answers, _) = decide(world, &[Command::ImportLines(delivery)]);
    match answers.pop() {
        Some(Ok(Done::Imported(landings))) => Ok(landings),
        other => Err(StoreError::Inconsistent(format!("a rehearsal: {other:?}"))),
    }
}

/// The columns of an import that decide the outcome of a delivery.
#[derive(FromRow)]
pub(crate) struct ImportingRow {
    id: String,
    upto: i64,
    created_at: i64,
    digest: Option<Vec<u8>>,
    counts_again: i64,
}

/// The id of the import in this row, and the import's entries in a batch.
pub(crate) fn entries_of<'a>(
    batch: &'a [Command],
    row: &ImportingRow,
) -> Result<(ImportId, Vec<&'a Entry>), StoreError> {
    let id: Result<ImportId, _> = row.id.parse();
    let id = id.map_err(|_| StoreError::Inconsistent("an import's name".to_owned()))?;
    let its = deliveries(batch).filter(|one| one.import == id);
    Ok((id, its.flat_map(|one| &one.entries).collect()))
}

impl TryFrom<ImportingRow> for Importing {
    type Error = StoreError;

    fn try_from(row: ImportingRow) -> Result<Self, StoreError> {
        Ok(Self {
            upto: small(row.upto)?,
            announced: timestamp(row.created_at)?,
            content: row.digest.and_then(|digest| digest.try_into().ok()),
            counts_again: row.counts_again == 1,
            ..Self::default()
        })
    }
}
