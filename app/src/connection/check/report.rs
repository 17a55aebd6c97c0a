//! The text of all results, which a person can send to the shop.

use shop::Language;

use super::{
    SeenLine,
    finding::{Finding, Way},
};

/// The page and the browser that a report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ReportHead {
    pub(super) title: String,
    /// The current time.
    pub(super) time: String,
    pub(super) address: String,
    /// The browser's user agent string.
    pub(super) browser: String,
}

/// The report. `socket` is what the server sees of the socket, as JSON.
pub(super) fn report(
    language: Language,
    head: ReportHead,
    findings: &[Finding; 4],
    seen: &[SeenLine],
    socket: Option<String>,
) -> String {
    let line = |name: &str, found: &str| {
        let (name, found) = (name.to_owned(), found.to_owned());
        say!(language, connection.report_line, name, found)
    };
    let found = Way::ALL
        .into_iter()
        .zip(findings)
        .map(|(way, finding)| line(way.title(language), &result(language, finding)));
    let seen = seen
        .iter()
        .map(|SeenLine { name, value }| line(name, value));
    let socket = socket.map(|seen| format!("WebSocket: {seen}"));
    let empty = String::new;
    [head.title, head.time, head.address, empty()]
        .into_iter()
        .chain(found)
        .chain([empty()])
        .chain(seen)
        .chain(socket)
        .chain([head.browser])
        .collect::<Vec<_>>()
        .join("\n")
}

fn result(language: Language, finding: &Finding) -> String {
    let verdict = finding.verdict.words(language);
    match &finding.found {
        Some(found) => format!("{verdict} – {found}"),
        None => verdict.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::check::finding::Verdict;

    #[test]
    fn a_report_has_a_line_for_each_kind_of_connection_and_for_what_the_server_sees() {
        let head = ReportHead {
            title: "Connection check".to_owned(),
            time: "2026-11-29T13:00:00.000Z".to_owned(),
            address: "https://shop.example/connection".to_owned(),
            browser: "Mozilla/5.0".to_owned(),
        };
        let findings = [
            Finding {
                verdict: Verdict::Through,
                found: Some("Round trip: 3.1 ms.".to_owned()),
            },
            Finding::without_result(Verdict::UnderWay),
            Finding::without_result(Verdict::Unchecked),
            Finding {
                verdict: Verdict::Blocked,
                found: Some("Cut off after 9 ms.".to_owned()),
            },
        ];
        let seen = [SeenLine {
            name: "Your address".to_owned(),
            value: "192.0.2.1".to_owned(),
        }];
        let socket = Some(r#"{"address":"192.0.2.1"}"#.to_owned());
        let text = report(Language::English, head, &findings, &seen, socket);
        assert_eq!(
            text,
            "Connection check\n\
             2026-11-29T13:00:00.000Z\n\
             https://shop.example/connection\n\
             \n\
             Requests: Working – Round trip: 3.1 ms.\n\
             WebSocket: Checking…\n\
             Streaming: Not checked yet\n\
             Long polling: Blocked – Cut off after 9 ms.\n\
             \n\
             Your address: 192.0.2.1\n\
             WebSocket: {\"address\":\"192.0.2.1\"}\n\
             Mozilla/5.0"
        );
    }
}
