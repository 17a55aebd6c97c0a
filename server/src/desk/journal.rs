//! The journal as a file.

use std::{borrow::Cow, io, pin::Pin, sync::Arc};

use app::desk::journal::query::JournalQuery;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use store::{Journal, NumberedEntry};

use super::{gate::StaffSession, spreadsheet::escape_formula, state::DeskState};
use crate::http::refusal::refuse;

/// The entries sent at a time.
const PAGE: u32 = 1_000;
const COLUMNS: [&str; 7] = ["number", "at", "by", "kind", "subject", "act", "reason"];
/// Why writing a row cannot fail.
const FITS: &str = "memory does not fill up, and all rows have the same number of cells";

/// `GET /desk/journal/export`: the entries that match the query as CSV, newest first.
pub(super) async fn export(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let parts = form_urlencoded::parse(query.as_bytes());
    let parts: Vec<(Cow<'_, str>, Cow<'_, str>)> = parts.collect();
    let query = match JournalQuery::parse(parts) {
        Ok(query) => query,
        Err(wrong) => {
            let sentence = move |language| wrong.sentence(language);
            return refuse(StatusCode::BAD_REQUEST, sentence).into_response();
        }
    };
    let export = Export {
        journal: Arc::clone(desk.shop.0.store.journal()),
        query,
        head_sent: false,
        ended: false,
        end: Box::pin(async move { staff.ended(&desk).await }),
    };
    let body = stream::try_unfold(export, |mut export| async move {
        let lines = export.next().await?;
        Ok::<_, io::Error>(lines.map(|lines| (lines, export)))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"journal.csv\"",
        ),
        // Otherwise nginx would buffer the export on disk.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, Body::from_stream(body)).into_response()
}

/// An export in progress.
struct Export {
    journal: Arc<dyn Journal>,
    /// The query, which continues where the last page ended.
    query: JournalQuery,
    head_sent: bool,
    ended: bool,
    /// Resolves when the session ends.
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Export {
    /// The next lines, or none at the end. An export that cannot be finished is cut off, so that
    /// its reader notices.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if !std::mem::replace(&mut self.head_sent, true) {
            return Ok(Some(csv(&[]).into()));
        }
        if self.ended {
            return Ok(None);
        }
        let JournalQuery { filter, before, .. } = &self.query;
        let page = tokio::select! {
            biased;
            () = &mut self.end => return Err(io::Error::other("the session has ended")),
            page = self.journal.entries(filter, *before, PAGE) => page,
        };
        let page = page.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "an export of the journal was cut off"
            );
            io::Error::other(error)
        })?;
        self.ended = page.len() < PAGE as usize;
        let Some(last) = page.last() else {
            return Ok(None);
        };
        self.query.before = Some(last.number);
        Ok(Some(csv(&page).into()))
    }
}

/// These entries as CSV lines (RFC 4180), or the header if there are none.
fn csv(entries: &[NumberedEntry]) -> Vec<u8> {
    let mut builder = csv::WriterBuilder::new();
    let mut lines = builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if entries.is_empty() {
        lines.write_record(COLUMNS).expect(FITS);
    }
    for NumberedEntry { number, entry } in entries {
        let by = entry.by.as_ref().map(ToString::to_string);
        let reason = entry.reason.as_ref().map(ToString::to_string);
        let cells = [
            number.to_string(),
            entry.at.to_string(),
            escape_formula(&by.unwrap_or_default()),
            entry.act.kind().to_owned(),
            escape_formula(&entry.act.subject().unwrap_or_default()),
            serde_json::to_string(&entry.act).expect("acts can always be serialized"),
            escape_formula(&reason.unwrap_or_default()),
        ];
        lines.write_record(cells).expect(FITS);
    }
    lines.into_inner().expect(FITS)
}

#[cfg(test)]
mod tests {
    use shop::{Act, JournalEntry, Timestamp};

    use super::*;

    #[test]
    fn a_line_has_the_act_and_no_cell_is_a_formula() {
        let entry = JournalEntry {
            at: Timestamp::from_millis(1_795_284_000_000),
            by: None,
            act: Act::Withdrawn {
                book: "-odd-".parse().unwrap(),
            },
            reason: Some("=HYPERLINK(\"x\"), and more".parse().unwrap()),
        };
        let lines = csv(&[NumberedEntry { number: 7, entry }]);
        let mut read = csv::ReaderBuilder::new();
        let mut read = read.has_headers(false).from_reader(lines.as_slice());
        let cells = read.records().next().unwrap().unwrap();
        let cells: Vec<&str> = cells.iter().collect();
        let act = r#"{"kind":"withdrawn","book":"-odd-"}"#;
        let reason = "'=HYPERLINK(\"x\"), and more";
        let (at, subject) = ("2026-11-21T18:00:00Z", "'-odd-");
        assert_eq!(cells, ["7", at, "", "withdrawn", subject, act, reason]);
    }

    #[test]
    fn an_empty_journal_has_the_names_of_its_columns() {
        let head = String::from_utf8(csv(&[])).unwrap();
        assert_eq!(head, "number,at,by,kind,subject,act,reason\r\n");
    }
}
