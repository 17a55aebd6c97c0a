//! Applies an import in small batches of rows, with pauses between them, so that shoppers notice
//! nothing.

use std::{collections::HashSet, time::Duration};

use shop::{Command, Entry, ImportBatch, Refusal};
use store::{
    StoreError,
    catalogue_file::{Reading, Row},
    imports::{Claim, FoundKind, ImportTrouble, Phase, Verdict},
};
use tokio::time::{Instant, sleep};

use super::{Lease, Stopped, Worker, pieces::Pieces};

/// The rows in one batch. A batch takes a few milliseconds, in which the store serves nobody else.
const AT_ONCE: usize = 40;
/// The pause after each batch is as long as the batch took, within these limits.
const SHORTEST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// The pause before the next attempt when the store is busy, and the number of attempts.
const AGAIN_AFTER: Duration = Duration::from_millis(250);
const TRIES: u32 = 20;
/// How many refusals are read at once.
const REFUSALS: u32 = 1_000;

impl Worker {
    /// Applies the rows of a claimed import.
    ///
    /// Progress is stored with the rows, so another worker continues from there. A row that the
    /// check refused is left out even if it would be valid now, because the owner was told so. A
    /// row that is refused now is left out too.
    pub(super) async fn apply(&self, claim: &Claim) -> Result<Verdict, Stopped> {
        let mut lease = Lease::new(&*self.imports, claim);
        // An error is not expected: the check recognized the file, and it has not changed.
        let nature = match self.sniff(claim).await? {
            Ok(nature) => nature,
            Err(why) => return Ok(Verdict::Failed(ImportTrouble::NoList(why))),
        };
        let refused = self.refused_before(claim).await?;
        let mut reading = Reading::new(nature, self.currency());
        let mut pieces = Pieces::of(&*self.imports, &claim.import);
        let (mut lines, mut waiting) = (Vec::new(), Vec::new());
        let done = claim.import.upto;
        loop {
            let piece = pieces.next().await?;
            let read = match &piece {
                Some(piece) => reading.push(piece, &mut lines),
                None => reading.finish(&mut lines),
            };
            if let Err(why) = read {
                return Ok(Verdict::Failed(ImportTrouble::NoList(why)));
            }
            let wanted = |row: u32| row > done && !refused.contains(&row);
            let entries = lines.drain(..).filter_map(|line| match line {
                Row::Entry(entry) if wanted(entry.row) => Some(entry),
                _ => None,
            });
            waiting.extend(entries);
            while waiting.len() >= AT_ONCE || (piece.is_none() && !waiting.is_empty()) {
                self.stop_if_closing()?;
                lease.keep().await?;
                let later = waiting.split_off(waiting.len().min(AT_ONCE));
                self.submit_batch(claim, std::mem::replace(&mut waiting, later))
                    .await?;
            }
            if piece.is_none() {
                return Ok(Verdict::Applied);
            }
        }
    }

    /// The rows that the check refused, as far as they were recorded.
    async fn refused_before(&self, claim: &Claim) -> Result<HashSet<u32>, Stopped> {
        let (mut refused, mut from) = (HashSet::new(), 0);
        loop {
            let (id, kind) = (claim.import.id, FoundKind::Refused);
            let found = self
                .imports
                .findings(id, Phase::Check, kind, from, REFUSALS);
            let rows: Vec<u32> = found.await?.iter().map(|one| one.row).collect();
            let Some(last) = rows.last() else {
                return Ok(refused);
            };
            from = last + 1;
            refused.extend(rows);
        }
    }

    async fn submit_batch(&self, claim: &Claim, entries: Vec<Entry>) -> Result<(), Stopped> {
        let Some(last) = entries.last() else {
            return Ok(());
        };
        let batch = ImportBatch {
            import: claim.import.id,
            upto: last.row,
            entries,
        };
        let mut last_error = StoreError::Busy;
        for _ in 0..TRIES {
            let begun = Instant::now();
            match self.store.submit(Command::ImportLines(batch.clone())).await {
                Ok(_) => {
                    let pause = begun.elapsed().clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
                    sleep(pause).await;
                    return Ok(());
                }
                Err(StoreError::Refused(Refusal::NotImporting)) => return Err(Stopped::NotOurs),
                // Whether the batch was applied is unknown; applying it twice has the same
                // effect.
                Err(error @ (StoreError::Busy | StoreError::Failed(_) | StoreError::DiskFull)) => {
                    last_error = error;
                    self.stop_if_closing()?;
                    sleep(AGAIN_AFTER).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(last_error.into())
    }
}
