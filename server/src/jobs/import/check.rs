//! Checks an import: what each row would change. A check changes nothing, and always starts at the
//! first row.

use std::time::Duration;

use shop::{Column, Entry, ImportBatch, LineProblem, Outcome};
use store::{
    catalogue_file::{NoList, Reading, Row, Sniff},
    imports::{Claim, ImportTrouble, RowFinding, RowFound, Tally, Verdict},
};
use tokio::time::Instant;

use super::{LEASE, Lease, Stopped, Worker, pieces::Pieces};

/// How many rows are looked up in one query.
const AT_ONCE: usize = 400;
/// How often progress is written.
const REPORT_EVERY: Duration = Duration::from_millis(400);
/// How many findings are written at once.
const MOST_FINDINGS: usize = 500;

impl Worker {
    pub(super) async fn check(&self, claim: &Claim) -> Result<Verdict, Stopped> {
        let mut check = Check {
            worker: self,
            claim,
            tally: Tally::default(),
            findings: Vec::new(),
            upto: 0,
            reported_at: Instant::now(),
        };
        check.report_progress().await?;
        let nature = match self.sniff(claim).await? {
            Ok(nature) => nature,
            Err(why) => return Ok(failed(why)),
        };
        let mut reading = Reading::new(nature, self.currency());
        let mut pieces = Pieces::of(&*self.imports, &claim.import);
        let mut lines = Vec::new();
        while let Some(piece) = pieces.next().await? {
            self.stop_if_closing()?;
            if let Err(why) = reading.push(&piece, &mut lines) {
                return Ok(failed(why));
            }
            check.look_at(&mut reading, &mut lines).await?;
        }
        if let Err(why) = reading.finish(&mut lines) {
            return Ok(failed(why));
        }
        check.look_at(&mut reading, &mut lines).await?;
        check.report_progress().await?;
        let last_row = reading.row();
        Ok(Verdict::Checked { last_row })
    }

    /// Recognizes the format of the file by scanning all of it.
    pub(super) async fn sniff(
        &self,
        claim: &Claim,
    ) -> Result<Result<store::catalogue_file::Nature, NoList>, Stopped> {
        let mut lease = Lease::new(&*self.imports, claim);
        let (mut pieces, mut sniff) = (Pieces::of(&*self.imports, &claim.import), Sniff::default());
        while let Some(piece) = pieces.next().await? {
            self.stop_if_closing()?;
            lease.keep().await?;
            sniff.push(&piece);
            tokio::task::yield_now().await;
        }
        Ok(sniff.finish())
    }
}

fn failed(why: NoList) -> Verdict {
    Verdict::Failed(ImportTrouble::NoList(why))
}

/// A check in progress.
struct Check<'a> {
    worker: &'a Worker,
    claim: &'a Claim,
    tally: Tally,
    findings: Vec<RowFinding>,
    upto: u32,
    reported_at: Instant,
}

impl Check<'_> {
    async fn look_at(
        &mut self,
        reading: &mut Reading,
        lines: &mut Vec<Row>,
    ) -> Result<(), Stopped> {
        let mut entries = Vec::new();
        for line in lines.drain(..) {
            self.upto = line.row();
            match line {
                Row::Entry(entry) => entries.push(entry),
                Row::Refused {
                    row,
                    column,
                    why,
                    said,
                } => self.refuse(row, column, why, said),
            }
            if entries.len() >= AT_ONCE {
                let entries = std::mem::take(&mut entries);
                self.rehearse(reading, entries).await?;
            }
        }
        self.rehearse(reading, entries).await?;
        if self.reported_at.elapsed() >= REPORT_EVERY || self.findings.len() >= MOST_FINDINGS {
            self.report_progress().await?;
        }
        Ok(())
    }

    async fn rehearse(
        &mut self,
        reading: &mut Reading,
        entries: Vec<Entry>,
    ) -> Result<(), Stopped> {
        let Some(last) = entries.last() else {
            return Ok(());
        };
        let batch = ImportBatch {
            import: self.claim.import.id,
            upto: last.row,
            entries,
        };
        for mut landing in self.worker.imports.rehearse(batch).await? {
            let before = reading.meant_before(landing.row, &landing.book);
            let refused = matches!(landing.outcome, Outcome::Refused(..));
            if let Some(row) = before.filter(|_| !refused) {
                landing.outcome = Outcome::Refused(Column::Line, LineProblem::Twice { row });
            }
            self.tally.count(&landing.outcome);
            if let Some(finding) = RowFinding::of(&landing) {
                self.note(finding);
            }
        }
        Ok(())
    }

    fn refuse(&mut self, row: u32, column: Column, why: LineProblem, said: String) {
        self.tally.count(&Outcome::Refused(column, why.clone()));
        let found = RowFound::Refused { column, why, said };
        self.note(RowFinding { row, found });
    }

    fn note(&mut self, finding: RowFinding) {
        if self.tally.asks_for(&finding.found) {
            self.findings.push(finding);
        }
    }

    /// Writes the progress, and the findings since the last time.
    async fn report_progress(&mut self) -> Result<(), Stopped> {
        let mut findings = std::mem::take(&mut self.findings);
        loop {
            let later = findings.split_off(findings.len().min(MOST_FINDINGS));
            let imports = &self.worker.imports;
            let noted = imports.note(self.claim, LEASE, self.upto, self.tally, findings);
            if !noted.await? {
                return Err(Stopped::NotOurs);
            }
            if later.is_empty() {
                break;
            }
            findings = later;
        }
        self.reported_at = Instant::now();
        Ok(())
    }
}
