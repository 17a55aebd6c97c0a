//! What the connection check shows, as signals.

use leptos::prelude::*;
use shop::Language;

use super::finding::{Finding, Verdict, Way};

/// How many lines of the log are kept.
const LONGEST_LOG: usize = 20;

/// What the page shows.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) language: Language,
    findings: [RwSignal<Finding>; 4],
    /// What the server sees of the socket, as JSON.
    pub(super) socket: RwSignal<Option<String>>,
    /// Whether a check is running.
    pub(super) running: RwSignal<bool>,
    /// What became of the typed messages, newest first.
    pub(super) log: RwSignal<Vec<LogLine>>,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogLine {
    pub(super) number: u32,
    pub(super) words: String,
}

impl Shown {
    pub(super) fn new(language: Language) -> Self {
        let unchecked = |_| RwSignal::new(Finding::without_result(Verdict::Unchecked));
        Self {
            language,
            findings: Way::ALL.map(unchecked),
            socket: RwSignal::new(None),
            running: RwSignal::new(false),
            log: RwSignal::new(Vec::new()),
        }
    }

    pub(super) fn finding(self, way: Way) -> RwSignal<Finding> {
        self.findings[way as usize]
    }

    pub(super) fn findings(self) -> [Finding; 4] {
        self.findings.map(|finding| finding.get())
    }

    pub(super) fn show(self, way: Way, finding: Finding) {
        self.finding(way).set(finding);
    }

    /// Shows that a check begins.
    pub(super) fn begin(self, way: Way) {
        self.show(way, Finding::without_result(Verdict::UnderWay));
    }

    pub(super) fn log(self, words: String) {
        self.log.update(|log| add(log, words));
    }
}

fn add(log: &mut Vec<LogLine>, words: String) {
    let number = log.first().map_or(0, |newest| newest.number + 1);
    log.insert(0, LogLine { number, words });
    log.truncate(LONGEST_LOG);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_the_newest_lines() {
        let mut log = Vec::new();
        for number in 0..25 {
            add(&mut log, format!("no. {number}"));
        }
        assert_eq!(log.len(), LONGEST_LOG);
        assert_eq!(
            log[0],
            LogLine {
                number: 24,
                words: "no. 24".to_owned()
            }
        );
        assert_eq!(log[19].words, "no. 5");
    }
}
