//! The ledger for readers who follow it page by page.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::Value;
use shop::{Movement, MovementKind, OrderCode, Slug, Timestamp};
use tokio::{sync::watch, time::sleep};

use crate::{
    Cursor, StoreError,
    rows::{MovementRow, millis},
};

/// How often to look for movements that this instance is not notified of: those of another
/// instance, or those held back by an older transaction that has now ended.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Reads the ledger.
///
/// A reader has a [`Cursor`] and asks for the movements after it. The store keeps no state for
/// readers: one that pauses for an hour costs nothing, and misses nothing when it continues.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// The movements after a position, oldest first.
    async fn after(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError>;

    /// The movements before a position, newest first.
    async fn before(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError>;

    /// The current end of the ledger.
    async fn head(&self) -> Result<LedgerHead, StoreError>;

    /// Starts watching for new movements.
    fn growth(&self) -> LedgerGrowth;
}

impl fmt::Debug for dyn Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger")
    }
}

/// Which movements to return; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only movements of this book.
    pub book: Option<Slug>,
    /// Only these kinds; all kinds if empty.
    pub kinds: Vec<MovementKind>,
    /// Only movements for this order.
    pub order: Option<OrderCode>,
    /// Only movements at this time or later.
    pub from: Option<Timestamp>,
    /// Only movements before this time.
    pub until: Option<Timestamp>,
}

/// The limits of one read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// The most movements to return.
    pub most: u32,
    /// The most movements to examine, so that a search for rare ones returns early. At least
    /// [`Self::most`].
    pub look: u32,
}

/// A page of movements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerPage {
    /// The movements, in the order requested.
    pub entries: Vec<LedgerEntry>,
    /// The position to continue from, past the movements that the filter left out.
    pub next: Cursor,
    /// Whether the ledger ends with this page.
    pub ended: bool,
}

/// A movement with its position in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The position.
    pub place: Cursor,
    /// The movement.
    pub movement: Movement,
    /// The code of the order that it belongs to, if any.
    pub order: Option<OrderCode>,
}

/// The end of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerHead {
    /// The position of the last movement.
    pub place: Cursor,
    /// The highest number of a movement.
    pub(crate) last: u64,
}

/// Waits until there may be new movements.
#[derive(Debug)]
pub struct LedgerGrowth(watch::Receiver<()>);

/// Wakes every [`LedgerGrowth`] when this instance has written movements.
#[derive(Debug, Clone, Default)]
pub(crate) struct GrowthNotifier(Arc<watch::Sender<()>>);

impl Filter {
    /// Whether nothing is filtered out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds as a JSON array; `None` for all kinds.
    pub(crate) fn kinds_as_json(&self) -> Option<String> {
        let kinds = self.kinds.iter().map(|kind| Value::from(kind.as_str()));
        (!self.kinds.is_empty()).then(|| kinds.collect::<Value>().to_string())
    }

    pub(crate) fn order_bits(&self) -> Option<i64> {
        self.order.map(|code| code.bits().cast_signed())
    }

    /// The time range as SQL integers.
    pub(crate) fn times(&self) -> (i64, i64) {
        let until = self.until.map_or(i64::MAX, millis);
        (self.from.map_or(0, millis), until)
    }
}

impl PageLimits {
    /// How many movements to examine for one page.
    pub(crate) fn span(self, filter: &Filter) -> u32 {
        match filter.is_all() {
            true => self.most,
            false => self.look.max(self.most),
        }
    }
}

impl LedgerPage {
    /// Makes a page. Of at most `span` movements, `seen` were examined, the last of them at `edge`.
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
        // If the page is full, the last movements examined may not be on it.
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
    /// About how many movements come after a position; 0 only if there are none. Unused numbers are
    /// counted too, so it may be too high.
    #[must_use]
    pub fn behind(&self, place: Cursor) -> u64 {
        if place >= self.place {
            return 0;
        }
        self.last.saturating_sub(place.movement).max(1)
    }
}

impl LedgerGrowth {
    /// Returns once movements were written since the last call, or after half a second. Dropping
    /// the future loses nothing.
    pub async fn more(&mut self) {
        tokio::select! {
            // The sender belongs to the store. It is dropped only when the shop closes, and nothing
            // is written after that.
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

/// An entry of the ledger in either database.
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
    fn a_reader_before_the_head_is_behind() {
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
        // This position is before the head, although its movement has a higher number.
        assert_eq!(head.behind(place(8, 110)), 1);
    }
}
