//! SQL for what a day at the desk begins with: counts of orders, offers, and books in short supply.
//!
//! An open page reads these every few seconds. So each starts from what is open or recent, by an
//! index, and none reads the whole catalogue or ledger.

use shop::Timestamp;

use super::{OpenOffer, OrderCounts, ShortBook};
use crate::{
    StoreError,
    rows::{large, millis, slug, small, timestamp},
    sql::{Connection, query},
};

pub(super) async fn order_counts<C: Connection>(
    connection: &mut C,
    ending_before: Timestamp,
) -> Result<OrderCounts, StoreError> {
    let (to_prepare, ready, ending): (i64, i64, i64) = query(
        "select count(*) filter (where ready_at is null),
                count(*) filter (where ready_at is not null),
                count(*) filter (where collect_by < $1)
         from shop_order where state = 'placed'",
    )
    .bind(millis(ending_before))
    .fetch_one(connection)
    .await?;
    Ok(OrderCounts {
        to_prepare: large(to_prepare)?,
        ready: large(ready)?,
        ending: large(ending)?,
    })
}

pub(super) async fn offers<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<OpenOffer>, StoreError> {
    let rows: Vec<(String, String, i64)> = query(
        "select slug, title, expires_at
         from hold join book on book.id = hold.book_id
         where state = 'active' and expires_at > $1 and offered = 1
         order by expires_at, hold.id limit $2",
    )
    .bind(millis(now))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, until)| {
            Ok(OpenOffer {
                book: slug(&book)?,
                title,
                until: timestamp(until)?,
            })
        })
        .collect()
}

pub(super) async fn short_books<C: Connection>(
    connection: &mut C,
    since: Timestamp,
    now: Timestamp,
    few: u32,
    limit: u32,
) -> Result<Vec<ShortBook>, StoreError> {
    let rows: Vec<(String, String, i64, i64, i64)> = query(
        "select slug, title, stock.on_hand - stock.held - stock.allocated as available,
                ordered, waiting
         from (select book_id, cast(sum(ordered) as bigint) as ordered,
                      cast(sum(waiting) as bigint) as waiting
               from (select book_id, quantity as ordered, 0 as waiting
                     from shop_order join order_line on order_id = shop_order.id
                     where placed_at >= $1 and state <> 'cancelled'
                     union all
                     select book_id, quantity, 0
                     from receipt join receipt_line on receipt_id = receipt.id
                     where kind = 'sale' and at >= $1
                     union all
                     select book_id, 0, 1 from wait where ends_at > $2
                     union all
                     select id, 0, 0 from book where reorder_point is not null) as demand
               group by book_id) as wanted
         join book on book.id = wanted.book_id and withdrawn = 0
         join stock on stock.book_id = wanted.book_id
         where stock.on_hand - stock.held - stock.allocated <= coalesce(reorder_point, $3)
            or waiting > 0
         order by stock.on_hand - stock.held - stock.allocated, ordered + waiting desc, slug
         limit $4",
    )
    .bind(millis(since))
    .bind(millis(now))
    .bind(few)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, available, ordered, waiting)| {
            Ok(ShortBook {
                book: slug(&book)?,
                title,
                available: small(available)?,
                ordered: small(ordered)?,
                waiting: small(waiting)?,
            })
        })
        .collect()
}
