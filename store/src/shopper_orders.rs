//! The orders of one shopper, newest first.

use shop::{OrderCode, OrderState, ShopperId, Timestamp};
use sqlx::FromRow;

use crate::{
    StoreError,
    rows::{large, timestamp},
    sql::{Backend, query},
    states::order_state,
};

/// An order as the list of a shopper's orders shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// The order's code.
    pub code: OrderCode,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Until when it can be collected.
    pub collect_by: Timestamp,
    /// Its state.
    pub state: OrderState,
    /// Whether it was marked as ready for collection.
    pub ready: bool,
    /// The number of copies of all books.
    pub copies: u64,
}

/// At most `most` orders of a shopper, after the newest `skip` ones.
pub(crate) async fn orders_of<B: Backend>(
    backend: &B,
    shopper: ShopperId,
    skip: u32,
    most: u32,
) -> Result<Vec<OrderSummary>, StoreError> {
    let reading = async {
        let rows: Vec<Row> = query(
            "select code, placed_at, collect_by, ready_at, state,
                    (select cast(coalesce(sum(quantity), 0) as bigint) from order_line
                     where order_id = shop_order.id) as copies
             from shop_order where shopper = $1
             order by placed_at desc, id desc limit $2 offset $3",
        )
        .bind(shopper.as_bytes().as_slice())
        .bind(most)
        .bind(skip)
        .fetch_all(&mut *backend.reader().await?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    };
    backend.in_time(reading).await
}

#[derive(FromRow)]
struct Row {
    code: i64,
    placed_at: i64,
    collect_by: i64,
    ready_at: Option<i64>,
    state: String,
    copies: i64,
}

impl Row {
    fn read(self) -> Result<OrderSummary, StoreError> {
        Ok(OrderSummary {
            code: OrderCode::from_bits(self.code.cast_unsigned()),
            placed_at: timestamp(self.placed_at)?,
            collect_by: timestamp(self.collect_by)?,
            state: order_state(&self.state)?,
            ready: self.ready_at.is_some(),
            copies: large(self.copies)?,
        })
    }
}
