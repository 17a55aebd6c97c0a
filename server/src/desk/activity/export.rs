//! Exports the ledger as CSV or NDJSON, page by page at the pace of the client.

use std::{io, pin::Pin, sync::Arc};

use app::desk::activity::row::ledger_row;
use axum::body::{Body, Bytes};
use futures::stream;
use protocol::LedgerRow;
use store::{Cursor, Filter, Ledger, PageLimits, StoreError};

use crate::desk::spreadsheet::escape_formula;

/// The most movements to send at a time (`most`), and to examine in order to find them (`look`).
const PAGE: PageLimits = PageLimits {
    most: 1_000,
    look: 20_000,
};
const COLUMNS: [&str; 12] = [
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
    "receipt",
];

/// Why writing a row cannot fail.
const FITS: &str = "memory does not fill up, and all rows have the same number of cells";

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// RFC 4180, with a header row. Text that a spreadsheet would read as a formula gets an
    /// apostrophe in front.
    Csv,
    /// One JSON object in each line.
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

/// An export in progress.
pub(super) struct Export {
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) filter: Filter,
    /// The position after which the export continues.
    pub(super) place: Cursor,
    /// The position at which the export ends, even if movements are added meanwhile.
    pub(super) until: Cursor,
    pub(super) format: Format,
    /// Resolves with the reason when the export has to end early.
    pub(super) end: Pin<Box<dyn Future<Output = &'static str> + Send>>,
}

impl Export {
    /// The response body. An export that cannot be finished is cut off, so that its reader notices.
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

    /// The next lines, or none at the end.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.place < self.until {
            let page = tokio::select! {
                biased;
                why = &mut self.end => return Err(io::Error::other(why)),
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
        serde_json::to_writer(&mut lines, row).expect("rows can always be serialized");
        lines.push(b'\n');
    }
    lines
}

/// These rows as CSV lines, or the header if there are no rows.
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
            escape_formula(&row.book),
            row.version.to_string(),
            row.kind.to_string(),
            row.on_hand.to_string(),
            row.held.to_string(),
            row.allocated.to_string(),
            row.hold.map(|hold| hold.to_string()).unwrap_or_default(),
            row.order.clone().unwrap_or_default(),
            row.reason
                .as_deref()
                .map(escape_formula)
                .unwrap_or_default(),
            row.receipt.clone().unwrap_or_default(),
        ];
        lines.write_record(cells).expect(FITS);
    }
    lines.into_inner().expect(FITS)
}

#[cfg(test)]
mod tests {
    use shop::MovementKind;

    use super::*;

    fn row(reason: &str) -> LedgerRow {
        LedgerRow {
            place: "0-7".to_owned(),
            at: "2026-11-21T18:00:00.007Z".to_owned(),
            book: "-odd-".to_owned(),
            version: 3,
            kind: MovementKind::Adjusted,
            on_hand: -1,
            held: 0,
            allocated: 0,
            hold: None,
            order: None,
            reason: Some(reason.to_owned()),
            receipt: None,
        }
    }

    #[test]
    fn formulas_are_escaped() {
        for reason in [
            "=HYPERLINK(\"x\")",
            "+1",
            "-1",
            "@a",
            "\tx",
            "\rx",
            "\nx",
            "＝1+1",
            "＋1",
            "－1",
            "＠a",
        ] {
            let lines = csv(&[row(reason)]);
            let mut read = csv::ReaderBuilder::new();
            let mut read = read.has_headers(false).from_reader(lines.as_slice());
            let cells = read.records().next().unwrap().unwrap();
            assert_eq!(cells[10], format!("'{reason}"));
            assert_eq!(&cells[2], "'-odd-");
            // Numbers stay numbers.
            assert_eq!(&cells[5], "-1");
        }
    }

    #[test]
    fn separators_and_line_breaks_are_quoted() {
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
            "place,at,book,version,kind,on_hand,held,allocated,hold,order,reason,receipt\r\n"
        );
    }
}
