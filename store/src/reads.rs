//! Reads that are the same in both databases.

use futures_core::stream::BoxStream;
use futures_util::StreamExt;
use shop::{Movement, Order, OrderCode, OrderLine, Refusal, ShopperId, Slug, Terms, Timestamp};

use crate::{
    CartLine, Finding, OpenCounts, ShelfBook, StoreError,
    audit::RULES,
    rows::{CartRow, LineRow, MovementRow, OrderRow, ShelfRow, large, millis},
    sql::{Backend, Connection, query},
};

pub(crate) async fn book<B: Backend>(backend: &B, book: &Slug) -> Result<ShelfBook, StoreError> {
    let reading = async {
        let row: Option<ShelfRow> = query(
            "select slug, title, author, isbn, facts, description, cover_alt,
                    price_cents as book_price_cents,
                    on_hand, held, allocated, version, page, opens_at, limit_per_shopper, withdrawn
             from book join stock on stock.book_id = book.id
             where slug = $1",
        )
        .bind(book.as_str())
        .fetch_optional(&mut *backend.reader().await?)
        .await?;
        row.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?
            .try_into()
    };
    backend.in_time(reading).await
}

pub(crate) async fn order<B: Backend>(backend: &B, code: OrderCode) -> Result<Order, StoreError> {
    let reading = async {
        let mut snapshot = backend.snapshot().await?;
        let row: Option<OrderRow> = query(
            "select id, code, shopper, name, reach, note, language, placed_at, collect_by, ready_at,
                    closed_at, state, version, mail_failed
             from shop_order where code = $1",
        )
        .bind(code.bits().cast_signed())
        .fetch_optional(&mut *snapshot)
        .await?;
        let row = row.ok_or(Refusal::NoSuchOrder(code))?;
        let lines = order_lines(&mut *snapshot, row.id).await?;
        snapshot.rollback().await?;
        row.with_lines(lines)
    };
    backend.in_time(reading).await
}

/// The lines of an order, by slug.
pub(crate) async fn order_lines<C: Connection>(
    connection: &mut C,
    order: i64,
) -> Result<Vec<OrderLine>, StoreError> {
    let rows: Vec<LineRow> = query(
        "select slug, quantity, order_line.price_cents
         from order_line join book on book.id = order_line.book_id
         where order_id = $1",
    )
    .bind(order)
    .fetch_all(connection)
    .await?;
    let lines = rows.into_iter().map(OrderLine::try_from);
    let mut lines = lines.collect::<Result<Vec<_>, _>>()?;
    // Sorted here, because PostgreSQL's order depends on the database's locale.
    lines.sort_by(|one, other| one.book.cmp(&other.book));
    Ok(lines)
}

/// The lines of a shopper's cart, including those that lapsed recently.
pub(crate) async fn cart_lines<C: Connection>(
    connection: &mut C,
    shopper: ShopperId,
    now: Timestamp,
) -> Result<Vec<CartLine>, StoreError> {
    let rows: Vec<CartRow> = query(
        "select slug, title, author, isbn, facts, description, cover_alt,
                book.price_cents as book_price_cents,
                on_hand, held, allocated, version, page, opens_at, limit_per_shopper, withdrawn,
                quantity, hold.price_cents, hold.created_at, expires_at, state, offered, taken_back,
                (select cast(coalesce(sum(order_line.quantity), 0) as bigint)
                 from shop_order join order_line on order_line.order_id = shop_order.id
                 where shop_order.shopper = $1 and shop_order.state = 'placed'
                   and order_line.book_id = hold.book_id) as ordered
         from (select * from hold where shopper = $1 and state = 'active' and expires_at > $2
               union all
               select * from hold where shopper = $1 and state = 'lapsed' and expires_at > $2) as hold
         join book on book.id = hold.book_id
         join stock on stock.book_id = book.id
         order by hold.created_at, hold.id",
    )
    .bind(shopper.as_bytes().as_slice())
    .bind(millis(now - Terms::LAPSED_FOR))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.line(now)).collect()
}

/// Counts the open holds and orders. One statement counts both, so that a hold which becomes an
/// order meanwhile is counted once.
pub(crate) async fn open_counts<B: Backend>(backend: &B) -> Result<OpenCounts, StoreError> {
    let reading = async {
        let connection = &mut *backend.reader().await?;
        let now = backend.now(connection).await?;
        let (holds, orders): (i64, i64) = query(
            "select (select count(*) from hold where state = 'active' and expires_at > $1),
                    (select count(*) from shop_order where state = 'placed')",
        )
        .bind(millis(now))
        .fetch_one(connection)
        .await?;
        Ok(OpenCounts {
            holds: large(holds)?,
            orders: large(orders)?,
        })
    };
    backend.in_time(reading).await
}

pub(crate) async fn cookie_secret<B: Backend>(backend: &B) -> Result<Vec<u8>, StoreError> {
    let reading = async {
        query("select value from setting where name = 'cookie_secret'")
            .fetch_scalar(&mut *backend.reader().await?)
            .await
    };
    backend.in_time(reading).await
}

/// The violations of the data's invariants.
pub(crate) async fn audit<C: Connection>(snapshot: &mut C) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for rule in RULES {
        let found: Vec<Finding> = query(rule).fetch_all(snapshot).await?;
        findings.extend(found);
    }
    Ok(findings)
}

/// Streams a book's movements in order.
pub(crate) fn movements<'a, C: Connection>(
    connection: &'a mut C,
    book: &Slug,
) -> BoxStream<'a, Result<Movement, StoreError>> {
    let rows = query(
        "select slug, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                counted_at, receipt_id
         from movement join book on book.id = book_id
         where slug = $1 order by version",
    )
    .bind(book.as_str())
    .fetch::<_, MovementRow>(connection);
    Box::pin(rows.map(|row| Movement::try_from(row?)))
}
