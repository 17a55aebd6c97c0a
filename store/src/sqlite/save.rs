//! Writes the changes of a batch, with about one statement for each table.
//!
//! Rows are passed as one JSON array, so that a thousand of them cost one call.

use serde_json::{Value, json};
use shop::{Changes, Hold, Movement, Order, ReceiptCode, ShopperId, Slug, Stock, Timestamp};
use sqlx::SqliteConnection;

use super::{new_books, waits};
use crate::{
    StoreError,
    batch::{changed_shoppers, fingerprint_hash, shopper_ids_json},
    imports::sql::deliveries,
    journal, receipts,
    rows::{millis, shopper},
    states::{hold_state_word, order_state_word},
};

/// Writes the changes in the transaction that read the data they are based on. Returns the new
/// number of each shopper whose cart or orders have changed.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    changes: &Changes,
    now: Timestamp,
) -> Result<Vec<(ShopperId, u64)>, StoreError> {
    new_books::save(connection, changes, now).await?;
    deliveries::save_progress(connection, changes, now).await?;
    if !changes.stocks.is_empty() {
        let rows: Value = changes
            .stocks
            .iter()
            .map(|(book, state)| stock_row(book, &state.stock))
            .collect();
        execute(
            connection,
            "update stock set on_hand = new.value ->> 1, held = new.value ->> 2,
                    allocated = new.value ->> 3, version = new.value ->> 4, page = new.value ->> 5
             from json_each(?) as new join book on book.slug = new.value ->> 0
             where stock.book_id = book.id",
            rows,
        )
        .await?;
    }
    if !changes.holds.is_empty() {
        execute(
            connection,
            "insert into hold (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state, offered, taken_back)
             select new.value ->> 0, unhex(new.value ->> 1), book.id, new.value ->> 3, new.value ->> 4,
                    new.value ->> 5, new.value ->> 6, new.value ->> 7, new.value ->> 8, new.value ->> 9
             from json_each(?) as new cross join book on book.slug = new.value ->> 2
             where true
             on conflict (id) do update set
                quantity = excluded.quantity, price_cents = excluded.price_cents,
                expires_at = excluded.expires_at, state = excluded.state, offered = excluded.offered,
                taken_back = excluded.taken_back",
            changes.holds.values().map(hold).collect(),
        )
        .await?;
    }
    if !changes.orders.is_empty() {
        save_orders(connection, changes).await?;
    }
    if !changes.movements.is_empty() {
        execute(
            connection,
            "insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                                   counted_at, receipt_id)
             select book.id, new.value ->> 1, new.value ->> 2, new.value ->> 3, new.value ->> 4,
                    new.value ->> 5, new.value ->> 6, new.value ->> 7, new.value ->> 8, new.value ->> 9,
                    new.value ->> 10, new.value ->> 11
             from json_each(?) as new cross join book on book.slug = new.value ->> 0
             order by new.key",
            changes.movements.iter().map(movement).collect(),
        )
        .await?;
    }
    if !changes.withdrawn.is_empty() {
        let withdrawn = changes.withdrawn.iter();
        execute(
            connection,
            "update book set withdrawn = new.value ->> 1
             from json_each(?) as new where book.slug = new.value ->> 0",
            withdrawn
                .map(|(book, is_withdrawn)| json!([book, u8::from(*is_withdrawn)]))
                .collect(),
        )
        .await?;
    }
    if !changes.prices.is_empty() {
        let prices = changes.prices.iter();
        execute(
            connection,
            "update book set price_cents = new.value ->> 1
             from json_each(?) as new where book.slug = new.value ->> 0",
            prices.map(|(book, price)| json!([book, price])).collect(),
        )
        .await?;
    }
    waits::save(connection, changes).await?;
    receipts::save(connection, changes).await?;
    journal::save(connection, changes).await?;
    for ((shopper, key), answer) in &changes.answers {
        let done = serde_json::to_string(&answer.done)
            .map_err(|error| StoreError::Inconsistent(error.to_string()))?;
        sqlx::query(
            "insert into submission (shopper, key, fingerprint, answer, at) values (?, ?, ?, ?, ?)",
        )
        .bind(shopper.as_bytes().as_slice())
        .bind(key.as_str())
        .bind(fingerprint_hash(&answer.fingerprint))
        .bind(done)
        .bind(millis(now))
        .execute(&mut *connection)
        .await?;
    }
    count(connection, changes).await
}

/// Increments the number of each shopper whose cart or orders have changed.
async fn count(
    connection: &mut SqliteConnection,
    changes: &Changes,
) -> Result<Vec<(ShopperId, u64)>, StoreError> {
    let shoppers = changed_shoppers(changes);
    if shoppers.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Vec<u8>, u64)> = sqlx::query_as(
        "insert into shopper (id, number) select unhex(changed.value), 1 from json_each(?) as changed
         where true
         on conflict (id) do update set number = number + 1
         returning id, number",
    )
    .bind(shopper_ids_json(&shoppers))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(bits, number)| Ok((shopper(&bits)?, number)))
        .collect()
}

async fn save_orders(
    connection: &mut SqliteConnection,
    changes: &Changes,
) -> Result<(), StoreError> {
    execute(
        connection,
        "insert into shop_order (id, code, shopper, name, reach, placed_at, collect_by, closed_at, state, version, note, ready_at,
                                 mail_failed, language)
         select new.value ->> 0, new.value ->> 1, unhex(new.value ->> 2), new.value ->> 3, new.value ->> 4,
                new.value ->> 5, new.value ->> 6, new.value ->> 7, new.value ->> 8, new.value ->> 9,
                new.value ->> 10, new.value ->> 11, new.value ->> 12, new.value ->> 13
         from json_each(?) as new
         where true
         on conflict (id) do update set
            closed_at = excluded.closed_at, state = excluded.state, version = excluded.version,
            ready_at = excluded.ready_at, mail_failed = excluded.mail_failed,
            -- A contact is erased here, and never written again.
            name = case when excluded.name is not null then name end,
            reach = case when excluded.name is not null then reach end,
            note = case when excluded.name is not null then note end",
        changes.orders.values().map(order).collect(),
    )
    .await?;
    let lines: Value = changes
        .orders
        .values()
        .flat_map(|order| {
            order
                .lines
                .iter()
                .map(|line| json!([order.id.0, line.book, line.quantity, line.price]))
        })
        .collect();
    execute(
        connection,
        "insert into order_line (order_id, book_id, quantity, price_cents)
         select new.value ->> 0, book.id, new.value ->> 2, new.value ->> 3
         from json_each(?) as new cross join book on book.slug = new.value ->> 1
         where true
         on conflict (order_id, book_id) do nothing",
        lines,
    )
    .await
}

fn hold(hold: &Hold) -> Value {
    json!([
        hold.id.0,
        hold.shopper.to_string(),
        hold.book,
        hold.quantity,
        hold.price,
        hold.created_at,
        hold.expires_at,
        hold_state_word(hold.state),
        u8::from(hold.offered),
        u8::from(hold.taken_back),
    ])
}

fn order(order: &Order) -> Value {
    json!([
        order.id.0,
        order.code.bits(),
        order.shopper.to_string(),
        order.contact.as_ref().map(shop::Contact::name),
        order.contact.as_ref().map(shop::Contact::email_or_phone),
        order.placed_at,
        order.collect_by,
        order.closed_at,
        order_state_word(order.state),
        order.version,
        order.contact.as_ref().and_then(shop::Contact::note),
        order.ready_at,
        u8::from(order.mail_failed),
        order.contact.as_ref().map(shop::Contact::language),
    ])
}

fn movement(movement: &Movement) -> Value {
    json!([
        movement.book,
        movement.version,
        movement.kind.as_str(),
        movement.on_hand,
        movement.held,
        movement.allocated,
        movement.hold.map(|hold| hold.0),
        movement.order.map(|order| order.0),
        movement.reason,
        movement.at,
        movement.counted_at,
        movement.receipt.map(ReceiptCode::bits),
    ])
}

/// A book's stock as a row for a statement.
pub(super) fn stock_row(book: &Slug, stock: &Stock) -> Value {
    json!([
        book,
        stock.on_hand,
        stock.held,
        stock.allocated,
        stock.version,
        stock.page
    ])
}

pub(super) async fn execute(
    connection: &mut SqliteConnection,
    statement: &'static str,
    rows: Value,
) -> Result<(), StoreError> {
    sqlx::query(statement)
        .bind(rows.to_string())
        .execute(connection)
        .await?;
    Ok(())
}
