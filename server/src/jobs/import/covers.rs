//! Checks and applies a pack of covers, picture by picture.

use std::time::Duration;

use shop::{Column, LineProblem, Outcome, Slug};
use store::imports::{Claim, ImportTrouble, NewCover, RowFinding, RowFound, Tally, Verdict};
use tokio::{task::spawn_blocking, time::Instant};

use super::{
    LEASE, Lease, Stopped, Worker,
    pack::{LARGEST_PICTURE, Picture, Unpacking},
    picture,
    pieces::Pieces,
};

const REPORT_EVERY: Duration = Duration::from_millis(400);

/// What a picture would change.
enum Landed {
    New(Slug, NewCover),
    /// The book already has this cover, or one that was set at the desk, which it keeps.
    Known,
    Refused(LineProblem),
}

impl Worker {
    pub(super) async fn check_covers(&self, claim: &Claim) -> Result<Verdict, Stopped> {
        let mut tally = Tally::default();
        let mut reported_at = Instant::now();
        self.report_progress(claim, 0, tally, Vec::new()).await?;
        let mut findings = Vec::new();
        let mut pack = Unpacking::default();
        let mut pieces = Pieces::of(&*self.imports, &claim.import);
        while let Some(piece) = pieces.next().await? {
            let pictures = match pack.push(&piece) {
                Ok(pictures) => pictures,
                Err(why) => return Ok(Verdict::Failed(ImportTrouble::NoList(why))),
            };
            for picture in pictures {
                self.stop_if_closing()?;
                let (row, name) = (picture.row, picture.name.clone());
                let (outcome, found) = match self.look_at(picture).await? {
                    Landed::New(book, _) => {
                        let columns = vec![Column::Cover];
                        let outcome = Outcome::Changed(columns.clone());
                        (outcome, Some(RowFound::Changed(book, columns)))
                    }
                    Landed::Known => (Outcome::Unchanged, None),
                    Landed::Refused(why) => {
                        let column = Column::Cover;
                        let said = name.chars().take(60).collect();
                        let outcome = Outcome::Refused(column, why.clone());
                        (outcome, Some(RowFound::Refused { column, why, said }))
                    }
                };
                tally.count(&outcome);
                let found = found.filter(|found| tally.asks_for(found));
                findings.extend(found.map(|found| RowFinding { row, found }));
                if reported_at.elapsed() >= REPORT_EVERY {
                    self.report_progress(claim, row, tally, std::mem::take(&mut findings))
                        .await?;
                    reported_at = Instant::now();
                }
            }
        }
        let last_row = match pack.finish() {
            Ok(last_row) => last_row,
            Err(why) => return Ok(Verdict::Failed(ImportTrouble::NoList(why))),
        };
        // Reporting row 0 would delete the findings.
        if last_row > 0 {
            self.report_progress(claim, last_row, tally, findings)
                .await?;
        }
        Ok(Verdict::Checked { last_row })
    }

    pub(super) async fn apply_covers(&self, claim: &Claim) -> Result<Verdict, Stopped> {
        let mut lease = Lease::new(&*self.imports, claim);
        // Rows that change nothing are recorded before the next row that does, and at the end.
        let (mut passed, mut upto) = (Tally::default(), 0);
        let mut pack = Unpacking::default();
        let mut pieces = Pieces::of(&*self.imports, &claim.import);
        while let Some(piece) = pieces.next().await? {
            let pictures = match pack.push(&piece) {
                Ok(pictures) => pictures,
                Err(why) => return Ok(Verdict::Failed(ImportTrouble::NoList(why))),
            };
            let new = |picture: &Picture| picture.row > claim.import.upto;
            for picture in pictures.into_iter().filter(new) {
                self.stop_if_closing()?;
                lease.keep().await?;
                let row = picture.row;
                match self.look_at(picture).await? {
                    Landed::New(book, cover) => {
                        self.pass(claim, upto, std::mem::take(&mut passed)).await?;
                        if !self.imports.hang(claim, row, book, cover).await? {
                            return Err(Stopped::NotOurs);
                        }
                    }
                    Landed::Known => passed.unchanged += 1,
                    Landed::Refused(_) => passed.refused += 1,
                }
                upto = row;
            }
        }
        self.pass(claim, upto, passed).await?;
        Ok(Verdict::Applied)
    }

    async fn pass(&self, claim: &Claim, upto: u32, passed: Tally) -> Result<(), Stopped> {
        if passed.rows() > 0 && !self.imports.pass(claim, upto, passed).await? {
            return Err(Stopped::NotOurs);
        }
        Ok(())
    }

    async fn look_at(&self, picture: Picture) -> Result<Landed, Stopped> {
        let called = self.imports.books_called(vec![picture.book()]).await?;
        let Some((book, known)) = called.into_iter().flatten().next() else {
            return Ok(Landed::Refused(LineProblem::NoSuchBook));
        };
        if known.is_some_and(|cover| cover.is_from_desk) {
            return Ok(Landed::Known);
        }
        let Some(bytes) = picture.bytes else {
            let most = u32::try_from(LARGEST_PICTURE / (1024 * 1024)).unwrap_or(u32::MAX);
            return Ok(Landed::Refused(LineProblem::TooLarge { most }));
        };
        // Decoding uses one core for a while, and may panic.
        let made = spawn_blocking(move || {
            if known.is_some_and(|cover| cover.source == picture::source(&bytes)) {
                return Ok(None);
            }
            picture::cover(&bytes).map(Some)
        });
        Ok(match made.await {
            Ok(Ok(Some(cover))) => Landed::New(book, cover),
            Ok(Ok(None)) => Landed::Known,
            Ok(Err(why)) => Landed::Refused(why),
            Err(_) => Landed::Refused(LineProblem::NoPicture),
        })
    }

    async fn report_progress(
        &self,
        claim: &Claim,
        upto: u32,
        tally: Tally,
        findings: Vec<RowFinding>,
    ) -> Result<(), Stopped> {
        let noted = self
            .imports
            .note(claim, LEASE, upto, tally, findings)
            .await?;
        noted.then_some(()).ok_or(Stopped::NotOurs)
    }
}
