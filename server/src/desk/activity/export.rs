//! The ledger as a file, CSV or NDJSON, written page by page at the pace of the client.

use std::{io, pin::Pin, sync::Arc};

use app::desk::activity::ledger_row;
use axum::body::{Body, Bytes};
use futures::stream;
use protocol::LedgerRow;
use store::{Cursor, Filter, Ledger, PageLimits, StoreError};

/// How much is read at a time.
const PAGE: PageLimits = PageLimits {
    most: 1_000,
    look: 20_000,
};
const COLUMNS: [&str; 11] = [
    "place",
    "at",
    "book",
    "version",
    "kind",
    "on_hand",
    "held",
    "allocated",
    "hold",
    "order",
    "reason",
];

/// Why a line can be written.
const FITS: &str = "there is always room in memory, and every line has as many cells";

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// RFC 4180, with a line of names. Words that a spreadsheet would take for a formula
    /// have an apostrophe before them.
    Csv,
    /// A JSON object in each line.
    Ndjson,
}

impl Format {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "ndjson" => Some(Self::Ndjson),
            _ => None,
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// What is exported.
pub(super) struct Export {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) filter: Filter,
    /// What comes after this.
    pub(super) place: Cursor,
    /// Up to this, so that it ends on a busy day too.
    pub(super) until: Cursor,
    pub(super) format: Format,
    /// Resolves when whoever takes it may have it no longer.
    pub(super) over: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Export {
    /// The body of an answer. One that cannot be finished is cut off, and its reader sees
    /// that it was.
    pub(super) fn into_body(self) -> Body {
        let head = match self.format {
            Format::Csv => csv(&[]),
            Format::Ndjson => Vec::new(),
        };
        let begun = (Some(Bytes::from(head)), self);
        Body::from_stream(stream::try_unfold(begun, |(head, mut export)| async move {
            if let Some(head) = head.filter(|head| !head.is_empty()) {
                return Ok(Some((head, (None, export))));
            }
            let next = export.next().await?;
            Ok::<_, io::Error>(next.map(|page| (page, (None, export))))
        }))
    }

    /// The next lines; none at the end.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.place < self.until {
            let page = tokio::select! {
                biased;
                () = &mut self.over => return Err(io::Error::other("the session is over")),
                page = self.ledger.after(self.place, &self.filter, PAGE) => page,
            };
            let page = page.map_err(cut_off)?;
            let until = self.until;
            let entries = page.entries.into_iter();
            let rows = entries.take_while(|entry| entry.place <= until);
            let rows: Vec<LedgerRow> = rows.map(ledger_row).collect();
            self.place = if page.ended { until } else { page.next };
            if !rows.is_empty() {
                let lines = match self.format {
                    Format::Csv => csv(&rows),
                    Format::Ndjson => ndjson(&rows),
                };
                return Ok(Some(lines.into()));
            }
        }
        Ok(None)
    }
}

fn cut_off(error: StoreError) -> io::Error {
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "an export was cut off"
    );
    io::Error::other(error)
}

fn ndjson(rows: &[LedgerRow]) -> Vec<u8> {
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, row).expect("rows are plain data");
        lines.push(b'\n');
    }
    lines
}

/// These rows as lines; the line of names for none.
fn csv(rows: &[LedgerRow]) -> Vec<u8> {
    let mut builder = csv::WriterBuilder::new();
    let mut lines = builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if rows.is_empty() {
        lines.write_record(COLUMNS).expect(FITS);
    }
    for row in rows {
        let cells = [
            row.place.clone(),
            row.at.clone(),
            words(&row.book),
            row.version.to_string(),
            row.kind.to_owned(),
            row.on_hand.to_string(),
            row.held.to_string(),
            row.allocated.to_string(),
            row.hold.map(|hold| hold.to_string()).unwrap_or_default(),
            row.order.clone().unwrap_or_default(),
            row.reason.as_deref().map(words).unwrap_or_default(),
        ];
        lines.write_record(cells).expect(FITS);
    }
    lines.into_inner().expect(FITS)
}

/// Somebody's words, which a spreadsheet must not carry out. (OWASP, “CSV Injection”.)
fn words(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(reason: &str) -> LedgerRow {
        LedgerRow {
            place: "0-7".to_owned(),
            at: "2026-11-21T18:00:00.007Z".to_owned(),
            book: "-odd-".to_owned(),
            version: 3,
            kind: "adjusted",
            on_hand: -1,
            held: 0,
            allocated: 0,
            hold: None,
            order: None,
            reason: Some(reason.to_owned()),
        }
    }

    #[test]
    fn words_that_would_be_a_formula_are_words() {
        for reason in ["=HYPERLINK(\"x\")", "+1", "-1", "@a", "\tx", "\rx"] {
            let lines = csv(&[row(reason)]);
            let mut read = csv::ReaderBuilder::new();
            let mut read = read.has_headers(false).from_reader(lines.as_slice());
            let cells = read.records().next().unwrap().unwrap();
            assert_eq!(cells[10], format!("'{reason}"));
            assert_eq!(&cells[2], "'-odd-");
            // A number is a number.
            assert_eq!(&cells[5], "-1");
        }
    }

    #[test]
    fn what_separates_cells_and_lines_is_in_the_words_all_the_same() {
        let reason = "two \"quotes\", a comma,\r\nanother line; 书";
        let lines = csv(&[row(reason)]);
        let mut read = csv::ReaderBuilder::new();
        let mut read = read.has_headers(false).from_reader(lines.as_slice());
        let cells = read.records().next().unwrap().unwrap();
        assert_eq!(&cells[10], reason);
    }

    #[test]
    fn an_empty_ledger_has_the_names_of_its_columns() {
        let head = String::from_utf8(csv(&[])).unwrap();
        assert_eq!(
            head,
            "place,at,book,version,kind,on_hand,held,allocated,hold,order,reason\r\n"
        );
    }
}
