//! The numbers of holds and orders that this instance has reserved.

use std::ops::Range;

use shop::Changes;
use sqlx::PgConnection;

use crate::{StoreError, rows::large};

/// The size of a block, which is the increment of the sequences.
const BLOCK: u64 = 1_024;

/// The reserved numbers that are not used yet.
///
/// They come in blocks, so that a batch does not ask the database for each number. Unused numbers
/// are lost.
#[derive(Debug, Default)]
pub(super) struct ReservedNumbers {
    holds: Range<u64>,
    orders: Range<u64>,
}

impl ReservedNumbers {
    /// The next hold's number, and the next order's.
    pub(super) fn next(&self) -> (u64, u64) {
        (self.holds.start, self.orders.start)
    }

    /// Whether a hold number and an order number are left for each command.
    pub(super) fn suffice_for(&self, commands: usize) -> bool {
        let wanted = commands as u64;
        let left = |numbers: &Range<u64>| numbers.end - numbers.start;
        left(&self.holds) >= wanted && left(&self.orders) >= wanted
    }

    /// Reserves a block of hold numbers and a block of order numbers.
    pub(super) async fn reserve(connection: &mut PgConnection) -> Result<Self, StoreError> {
        let (hold, order): (i64, i64) =
            sqlx::query_as("select nextval('hold_number'), nextval('order_number')")
                .fetch_one(connection)
                .await?;
        let block = |first| large(first).map(|first| first..first + BLOCK);
        Ok(Self {
            holds: block(hold)?,
            orders: block(order)?,
        })
    }

    /// The block of hold numbers.
    pub(super) fn holds(&self) -> Range<u64> {
        self.holds.clone()
    }

    /// Removes the numbers that a committed batch has used. The rest of the last block that it used
    /// is kept.
    pub(super) fn take_used(&mut self, changes: &Changes, blocks: Vec<Range<u64>>) {
        for block in blocks {
            let used = changes.holds.keys().map(|id| id.0);
            if let Some(last) = used.filter(|id| block.contains(id)).max() {
                self.holds = last + 1..block.end;
            }
        }
        let used = changes.orders.values().map(|order| order.id.0 + 1);
        self.orders.start = used
            .filter(|next| self.orders.contains(&(next - 1)))
            .fold(self.orders.start, u64::max);
    }
}

/// This block of hold numbers, and new blocks if it has fewer than `wanted` numbers.
pub(super) async fn hold_blocks(
    connection: &mut PgConnection,
    first: Range<u64>,
    wanted: u64,
) -> Result<Vec<Range<u64>>, StoreError> {
    let mut left = first.end - first.start;
    let mut blocks = vec![first];
    while left < wanted {
        let start: i64 = sqlx::query_scalar("select nextval('hold_number')")
            .fetch_one(&mut *connection)
            .await?;
        let start = large(start)?;
        blocks.push(start..start + BLOCK);
        left += BLOCK;
    }
    Ok(blocks)
}
