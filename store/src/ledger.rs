//! The ledger as it grows: what has moved, page by page, for readers of any patience.
//!
//! A reader has a [`Cursor`] and asks for what comes after it. Nothing is kept for anybody
//! between two questions: a reader that stands still for an hour costs nothing, and finds
//! everything when it goes on.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::Value;
use shop::{Movement, MovementKind, OrderCode, Slug, Timestamp};
use tokio::{sync::watch, time::sleep};

use crate::{
    Cursor, StoreError,
    rows::{MovementRow, millis},
};

/// What nobody announces here (another instance has written it, or a transaction that
/// others waited for has ended) is looked for this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The ledger, for reading on.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// What comes after a place, the oldest first.
    async fn after(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError>;

    /// What comes before a place, the newest first.
    async fn before(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError>;

    /// Where the ledger ends just now.
    async fn head(&self) -> Result<LedgerHead, StoreError>;

    /// To be told from now on when there may be more.
    fn growth(&self) -> LedgerGrowth;
}

impl fmt::Debug for dyn Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger")
    }
}

/// What of the ledger is wanted. The default is all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this book alone.
    pub book: Option<Slug>,
    /// Of these kinds; of all where there are none.
    pub kinds: Vec<MovementKind>,
    /// For this order alone.
    pub order: Option<OrderCode>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

/// How far one question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// At most so many movements are returned.
    pub most: u32,
    /// After so many were looked at, whatever they were: a page of what is rare is not
    /// waited for. Never less than [`Self::most`].
    pub look: u32,
}

/// Movements, each with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerPage {
    /// In the order that was asked for.
    pub entries: Vec<LedgerEntry>,
    /// Where it goes on: past what the filter has left out, too.
    pub next: Cursor,
    /// There was nothing more.
    pub ended: bool,
}

/// A movement with its place in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its place.
    pub place: Cursor,
    /// What has moved.
    pub movement: Movement,
    /// The code of the order that it was for, if it was for one.
    pub order: Option<OrderCode>,
}

/// Where the ledger ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerHead {
    /// The place of its last movement.
    pub place: Cursor,
    /// The highest number that a movement has.
    pub(crate) last: u64,
}

/// Tells when there may be more to read.
#[derive(Debug)]
pub struct LedgerGrowth(watch::Receiver<()>);

/// Notified when this instance has written movements.
#[derive(Debug, Clone, Default)]
pub(crate) struct GrowthNotifier(Arc<watch::Sender<()>>);

impl Filter {
    /// Whether everything is wanted.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds as a JSON array; none where all are wanted.
    pub(crate) fn kinds_as_json(&self) -> Option<String> {
        let kinds = self.kinds.iter().map(|kind| Value::from(kind.as_str()));
        (!self.kinds.is_empty()).then(|| kinds.collect::<Value>().to_string())
    }

    pub(crate) fn order_bits(&self) -> Option<i64> {
        self.order.map(|code| code.bits().cast_signed())
    }

    /// From when on, and until when, as SQL has them.
    pub(crate) fn times(&self) -> (i64, i64) {
        let until = self.until.map_or(i64::MAX, millis);
        (self.from.map_or(0, millis), until)
    }
}

impl PageLimits {
    /// So many movements are looked at for a page of `most` that pass this filter.
    pub(crate) fn span(self, filter: &Filter) -> u32 {
        match filter.is_all() {
            true => self.most,
            false => self.look.max(self.most),
        }
    }
}

impl LedgerPage {
    /// A page out of what was read: `seen` of at most `span` movements were looked at, the
    /// last of them at `edge`.
    pub(crate) fn of(
        rows: Vec<EntryRow>,
        limits: PageLimits,
        (seen, span): (i64, u32),
        edge: Cursor,
    ) -> Result<Self, StoreError> {
        let entries: Vec<LedgerEntry> = rows
            .into_iter()
            .map(LedgerEntry::try_from)
            .collect::<Result<_, _>>()?;
        let full = entries.len() >= limits.most as usize;
        // A full page may have left out some that were looked at.
        let next = match entries.last() {
            Some(last) if full => last.place,
            _ => edge,
        };
        Ok(Self {
            ended: seen < i64::from(span) && next == edge,
            entries,
            next,
        })
    }
}

impl LedgerHead {
    /// About how many movements come after a place: 0 only where there are none. Numbers
    /// that were given and not used count too, so that it may be a little more.
    #[must_use]
    pub fn behind(&self, place: Cursor) -> u64 {
        if place >= self.place {
            return 0;
        }
        self.last.saturating_sub(place.movement).max(1)
    }
}

impl LedgerGrowth {
    /// Returns when something was written since the last time, and after half a second in
    /// any case. Dropping the future loses nothing.
    pub async fn more(&mut self) {
        tokio::select! {
            // The bell is the store's: it can be gone only when the shop is closing, and
            // then nothing more is written.
            Ok(()) = self.0.changed() => {}
            () = sleep(LOOK_EVERY) => {}
        }
    }
}

impl GrowthNotifier {
    pub(crate) fn notify(&self) {
        self.0.send_replace(());
    }

    pub(crate) fn growth(&self) -> LedgerGrowth {
        LedgerGrowth(self.0.subscribe())
    }
}

/// An entry, as both databases have it.
#[derive(sqlx::FromRow)]
pub(crate) struct EntryRow {
    xact: i64,
    id: i64,
    code: Option<i64>,
    #[sqlx(flatten)]
    movement: MovementRow,
}

impl TryFrom<EntryRow> for LedgerEntry {
    type Error = StoreError;

    fn try_from(row: EntryRow) -> Result<Self, StoreError> {
        Ok(Self {
            place: Cursor::of_columns(row.xact, row.id)?,
            movement: row.movement.try_into()?,
            order: row
                .code
                .map(|bits| OrderCode::from_bits(bits.cast_unsigned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_at_the_end_is_behind() {
        let place = |transaction, movement| Cursor {
            transaction,
            movement,
        };
        let head = LedgerHead {
            place: place(9, 100),
            last: 103,
        };
        assert_eq!(head.behind(head.place), 0);
        assert_eq!(head.behind(place(9, 101)), 0);
        assert_eq!(head.behind(Cursor::START), 103);
        // Its number is the higher although it comes first.
        assert_eq!(head.behind(place(8, 110)), 1);
    }
}
