//! SQL for the claims on a book's copies.

use shop::{Hold, OrderCode, Refusal, Slug, Timestamp};

use super::Commitments;
use crate::{
    StoreError,
    rows::{HoldRow, StockRow, millis, small, timestamp},
    sql::{Connection, query},
};

/// The book's stock with the holds, offers and open orders on it, at most `limit` of each.
pub(super) async fn commitments<C: Connection>(
    snapshot: &mut C,
    book: &Slug,
    limit: u32,
    now: Timestamp,
) -> Result<Commitments, StoreError> {
    let stock: Option<StockRow> = query(
        "select on_hand, held, allocated, version, page
         from book join stock on stock.book_id = book.id where slug = $1",
    )
    .bind(book.as_str())
    .fetch_optional(snapshot)
    .await?;
    let stock = stock.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?;
    Ok(Commitments {
        stock: stock.try_into()?,
        holds: holds(snapshot, book, limit, now).await?,
        orders: open_orders(snapshot, book, limit).await?,
        now,
    })
}

async fn holds<C: Connection>(
    connection: &mut C,
    book: &Slug,
    limit: u32,
    now: Timestamp,
) -> Result<Vec<Hold>, StoreError> {
    let rows: Vec<HoldRow> = query(
        "select hold.id, shopper, slug, quantity, hold.price_cents, created_at, expires_at,
                state, offered, taken_back
         from hold join book on book.id = hold.book_id
         where slug = $1 and state = 'active' and expires_at > $2
         order by expires_at, hold.id limit $3",
    )
    .bind(book.as_str())
    .bind(millis(now))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Hold::try_from).collect()
}

async fn open_orders<C: Connection>(
    connection: &mut C,
    book: &Slug,
    limit: u32,
) -> Result<Vec<(OrderCode, u32, Timestamp)>, StoreError> {
    let rows: Vec<(i64, i64, i64)> = query(
        "select code, quantity, collect_by
         from shop_order join order_line on order_id = shop_order.id
         join book on book.id = order_line.book_id
         where slug = $1 and state = 'placed' order by collect_by, shop_order.id limit $2",
    )
    .bind(book.as_str())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(code, copies, until)| {
            let code = OrderCode::from_bits(code.cast_unsigned());
            Ok((code, small(copies)?, timestamp(until)?))
        })
        .collect()
}
