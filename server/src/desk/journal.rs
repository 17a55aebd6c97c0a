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
    let settings = desk.shop.0.store.owner_settings().current();
    let query = match JournalQuery::parse(parts, settings.profile.zone()) {
        Ok(query) => query,
        Err(wrong) => {
            let sentence = move |language| wrong.sentence(language);
            return refuse(StatusCode::BAD_REQUEST, sentence).into_response();
        }
    };
    let export = Export {
        journal: Arc::clone(desk.shop.0.store.journal()),
        query,
        page: PAGE,
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
    /// The entries read at a time.
    page: u32,
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
            page = self.journal.entries(filter, *before, self.page) => page,
        };
        let page = page.map_err(|error| {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "an export of the journal was cut off"
            );
            io::Error::other(error)
        })?;
        self.ended = page.len() < self.page as usize;
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
    for numbered in entries {
        let entry = &numbered.entry;
        let by = entry.by.as_ref().map(ToString::to_string);
        let reason = entry.reason.as_ref().map(ToString::to_string);
        let cells = [
            numbered.number.to_string(),
            entry.at.to_string(),
            escape_formula(&by.unwrap_or_default()),
            numbered.kind.clone(),
            escape_formula(numbered.subject.as_deref().unwrap_or_default()),
            numbered.written.clone(),
            escape_formula(&reason.unwrap_or_default()),
        ];
        lines.write_record(cells).expect(FITS);
    }
    lines.into_inner().expect(FITS)
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use async_trait::async_trait;
    use shop::{Act, JournalEntry, Timestamp};
    use store::{JournalFilter, StoreError};

    use super::*;

    /// A journal with the entries 5 to 1.
    struct Five;

    fn numbered(number: u64) -> NumberedEntry {
        NumberedEntry {
            number,
            entry: JournalEntry {
                at: Timestamp::default(),
                by: None,
                act: Act::SignedIn,
                reason: None,
            },
            kind: "signed_in".to_owned(),
            subject: None,
            written: r#"{"kind":"signed_in"}"#.to_owned(),
        }
    }

    #[async_trait]
    impl Journal for Five {
        async fn entries(
            &self,
            _: &JournalFilter,
            before: Option<u64>,
            most: u32,
        ) -> Result<Vec<NumberedEntry>, StoreError> {
            let below = before.unwrap_or(6);
            let numbers = (1..below).rev().take(most as usize);
            Ok(numbers.map(numbered).collect())
        }
    }

    fn export(end: Pin<Box<dyn Future<Output = ()> + Send>>) -> Export {
        Export {
            journal: Arc::new(Five),
            query: JournalQuery::default(),
            page: 2,
            head_sent: true,
            ended: false,
            end,
        }
    }

    #[tokio::test]
    async fn an_export_continues_where_each_page_ended() {
        let mut export = export(Box::pin(pending()));
        let mut numbers = Vec::new();
        while let Some(lines) = export.next().await.unwrap() {
            let lines = String::from_utf8(lines.to_vec()).unwrap();
            let first_cells = lines.lines().filter_map(|line| line.split(',').next());
            numbers.extend(first_cells.map(str::to_owned));
        }
        assert_eq!(numbers, ["5", "4", "3", "2", "1"]);
    }

    #[tokio::test]
    async fn an_export_is_cut_off_when_the_session_ends() {
        let cut_off = export(Box::pin(ready(()))).next().await;
        assert!(cut_off.is_err(), "{cut_off:?}");
    }

    #[test]
    fn a_line_has_the_act_and_no_cell_is_a_formula() {
        // As a later release writes it: this one cannot read the act, and exports it all the same.
        let act = r#"{"kind":"gift_wrapped","book":"-odd-"}"#;
        let entry = JournalEntry {
            at: Timestamp::from_millis(1_795_284_000_000),
            by: None,
            act: Act::Unknown,
            reason: Some("=HYPERLINK(\"x\"), and more".parse().unwrap()),
        };
        let lines = csv(&[NumberedEntry {
            number: 7,
            entry,
            kind: "gift_wrapped".to_owned(),
            subject: Some("-odd-".to_owned()),
            written: act.to_owned(),
        }]);
        let mut read = csv::ReaderBuilder::new();
        let mut read = read.has_headers(false).from_reader(lines.as_slice());
        let cells = read.records().next().unwrap().unwrap();
        let cells: Vec<&str> = cells.iter().collect();
        let reason = "'=HYPERLINK(\"x\"), and more";
        let (at, subject) = ("2026-11-21T18:00:00Z", "'-odd-");
        assert_eq!(cells, ["7", at, "", "gift_wrapped", subject, act, reason]);
    }

    #[test]
    fn an_empty_journal_has_the_names_of_its_columns() {
        let head = String::from_utf8(csv(&[])).unwrap();
        assert_eq!(head, "number,at,by,kind,subject,act,reason\r\n");
    }
}
