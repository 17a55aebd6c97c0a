//! Writes the changes of a batch, most of them in one statement for all tables.

use serde::Serialize;
use serde_json::{Value, json};
use shop::{Changes, HoldState, ReceiptCode, ShopperId, Timestamp};
use sqlx::{FromRow, PgConnection};

use super::{lock::Locked, waits};
use crate::{
    StoreError,
    batch::{changed_shoppers, fingerprint_hash, shopper_ids_json},
    journal, receipts,
    rows::{large, millis, shopper},
    states::{hold_state_word, order_state_word},
};

/// Writes the changes in the transaction that read the data they are based on. Returns the new
/// number of each shopper whose cart or orders have changed.
pub(super) async fn save(
    connection: &mut PgConnection,
    changes: &Changes,
    locked: &Locked,
    now: Timestamp,
) -> Result<Vec<(ShopperId, u64)>, StoreError> {
    // Rows of tables that no book's lock guards are written in sorted order, so that two instances
    // cannot deadlock.
    let saved: Saved = sqlx::query_as(
        "with stocked as (
            update stock set on_hand = new.on_hand, held = new.held,
                   allocated = new.allocated, version = new.version, page = new.page
            from json_to_recordset($1::text::json) as new
                 (book bigint, on_hand bigint, held bigint, allocated bigint, version bigint,
                  page bigint)
            where stock.book_id = new.book
         ), holding as (
            insert into hold
                (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state, offered,
                 taken_back)
            select id, decode(shopper, 'hex'), book, quantity, price, created_at, expires_at, state, offered,
                   taken_back
            from json_to_recordset($2::text::json) as new
                 (id bigint, shopper text, book bigint, quantity bigint, price bigint,
                  created_at bigint, expires_at bigint, state text, offered bigint, taken_back bigint)
            on conflict (id) do update set
                quantity = excluded.quantity, price_cents = excluded.price_cents,
                expires_at = excluded.expires_at, state = excluded.state, offered = excluded.offered,
                taken_back = excluded.taken_back
            -- A number that another hold has must not go unnoticed.
            where hold.shopper = excluded.shopper and hold.book_id = excluded.book_id
            returning 1
         ), ordering as (
            insert into shop_order (id, code, shopper, name, reach, note, placed_at, collect_by, ready_at, closed_at, state, version,
                                    mail_failed, language)
            select id, code, decode(shopper, 'hex'), name, reach, note, placed_at, collect_by, ready_at, closed_at, state, version,
                   mail_failed, language
            from json_to_recordset($3::text::json) as new
                 (id bigint, code bigint, shopper text, name text, reach text, note text, placed_at bigint,
                  collect_by bigint, ready_at bigint, closed_at bigint, state text, version bigint,
                  mail_failed bigint, language text)
            on conflict (id) do update set
                closed_at = excluded.closed_at, state = excluded.state, version = excluded.version,
                ready_at = excluded.ready_at, mail_failed = excluded.mail_failed,
                -- A contact is erased here, and never written again.
                name = case when excluded.name is not null then shop_order.name end,
                reach = case when excluded.name is not null then shop_order.reach end,
                note = case when excluded.name is not null then shop_order.note end
            where shop_order.code = excluded.code
            returning 1
         ), lines as (
            insert into order_line (order_id, book_id, quantity, price_cents)
            select \"order\", book, quantity, price
            from json_to_recordset($4::text::json) as new
                 (\"order\" bigint, book bigint, quantity bigint, price bigint)
            on conflict (order_id, book_id) do nothing
         ), ledger as (
            insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at,
                                  counted_at, receipt_id)
            select book, version, kind, on_hand, held, allocated, hold, \"order\", reason, at, counted_at, receipt
            from json_to_recordset($5::text::json) as new
                 (book bigint, version bigint, kind text, on_hand bigint, held bigint, allocated bigint,
                  hold bigint, \"order\" bigint, reason text, at bigint,
                  counted_at bigint, receipt bigint)
         ), answering as (
            insert into submission (shopper, key, fingerprint, answer, at)
            select decode(shopper, 'hex'), key, decode(fingerprint, 'hex'), answer, $7
            from json_to_recordset($6::text::json) as new
                 (shopper text, key text, fingerprint text, answer text)
            order by shopper, key
         ), counted as (
            insert into shopper (id, number)
            select decode(changed, 'hex'), 1 from json_array_elements_text($8::text::json) as changed
            order by changed
            on conflict (id) do update set number = shopper.number + 1
            returning id, number
         )
         select (select count(*) from holding) as holds, (select count(*) from ordering) as orders,
                array(select id from counted order by id) as shoppers,
                array(select number from counted order by id) as numbers",
    )
    .bind(stocks(changes, locked)?)
    .bind(holds(changes, locked)?)
    .bind(orders(changes))
    .bind(order_lines(changes, locked)?)
    .bind(movements(changes, locked)?)
    .bind(answers(changes)?)
    .bind(millis(now))
    .bind(shopper_ids_json(&changed_shoppers(changes)))
    .fetch_one(&mut *connection)
    .await?;
    if !changes.withdrawn.is_empty() {
        let (books, withdrawn): (Vec<&str>, Vec<i64>) = changes
            .withdrawn
            .iter()
            .map(|(book, is_withdrawn)| (book.as_str(), i64::from(*is_withdrawn)))
            .unzip();
        sqlx::query(
            "update book set withdrawn = new.so
             from unnest($1::text[], $2::bigint[]) as new (book, so) where slug = new.book",
        )
        .bind(books)
        .bind(withdrawn)
        .execute(&mut *connection)
        .await?;
    }
    if !changes.prices.is_empty() {
        let (books, prices): (Vec<&str>, Vec<i64>) = changes
            .prices
            .iter()
            .map(|(book, price)| (book.as_str(), i64::from(price.cents())))
            .unzip();
        sqlx::query(
            "update book set price_cents = new.price
             from unnest($1::text[], $2::bigint[]) as new (book, price) where slug = new.book",
        )
        .bind(books)
        .bind(prices)
        .execute(&mut *connection)
        .await?;
    }
    waits::save(connection, changes, locked).await?;
    receipts::save(connection, changes).await?;
    journal::save(connection, changes).await?;
    let wanted = (changes.holds.len(), changes.orders.len());
    if (large(saved.holds)?, large(saved.orders)?) != (wanted.0 as u64, wanted.1 as u64) {
        let what = "a hold or an order has the number of another".to_owned();
        return Err(StoreError::Inconsistent(what));
    }
    let numbers = saved.shoppers.into_iter().zip(saved.numbers);
    numbers
        .map(|(bits, number)| Ok((shopper(&bits)?, large(number)?)))
        .collect()
}

/// The result of the statement.
#[derive(FromRow)]
struct Saved {
    holds: i64,
    orders: i64,
    shoppers: Vec<Vec<u8>>,
    numbers: Vec<i64>,
}

fn stocks(changes: &Changes, locked: &Locked) -> Result<String, StoreError> {
    array(changes.stocks.iter().map(|(book, state)| {
        let stock = state.stock;
        Ok(json!({
            "book": locked.id(book)?,
            "on_hand": stock.on_hand,
            "held": stock.held,
            "allocated": stock.allocated,
            "version": stock.version,
            "page": stock.page,
        }))
    }))
}

fn holds(changes: &Changes, locked: &Locked) -> Result<String, StoreError> {
    // Ended holds come before active ones, because a cart can have only one active hold of a book.
    // Sorting by number is not enough: numbers are reserved in blocks, so a new hold may have the
    // lower one.
    let (active, over): (Vec<_>, Vec<_>) = changes
        .holds
        .values()
        .partition(|hold| hold.state == HoldState::Active);
    array(over.into_iter().chain(active).map(|hold| {
        Ok(json!({
            "id": hold.id.0,
            "shopper": hold.shopper.to_string(),
            "book": locked.id(&hold.book)?,
            "quantity": hold.quantity,
            "price": hold.price,
            "created_at": hold.created_at,
            "expires_at": hold.expires_at,
            "state": hold_state_word(hold.state),
            "offered": u8::from(hold.offered),
            "taken_back": u8::from(hold.taken_back),
        }))
    }))
}

fn orders(changes: &Changes) -> String {
    let orders = changes.orders.values().map(|order| {
        json!({
            "id": order.id.0,
            "code": order.code.bits().cast_signed(),
            "shopper": order.shopper.to_string(),
            "name": order.contact.as_ref().map(shop::Contact::name),
            "reach": order.contact.as_ref().map(shop::Contact::email_or_phone),
            "note": order.contact.as_ref().and_then(shop::Contact::note),
            "placed_at": order.placed_at,
            "collect_by": order.collect_by,
            "ready_at": order.ready_at,
            "mail_failed": u8::from(order.mail_failed),
            "language": order.contact.as_ref().map(shop::Contact::language),
            "closed_at": order.closed_at,
            "state": order_state_word(order.state),
            "version": order.version,
        })
    });
    Value::from_iter(orders).to_string()
}

fn order_lines(changes: &Changes, locked: &Locked) -> Result<String, StoreError> {
    let lines = changes.orders.values().flat_map(|order| {
        order.lines.iter().map(|line| {
            Ok(json!({
                "order": order.id.0,
                "book": locked.id(&line.book)?,
                "quantity": line.quantity,
                "price": line.price,
            }))
        })
    });
    array(lines)
}

fn movements(changes: &Changes, locked: &Locked) -> Result<String, StoreError> {
    array(changes.movements.iter().map(|movement| {
        Ok(json!({
            "book": locked.id(&movement.book)?,
            "version": movement.version,
            "kind": movement.kind.as_str(),
            "on_hand": movement.on_hand,
            "held": movement.held,
            "allocated": movement.allocated,
            "hold": movement.hold.map(|hold| hold.0),
            "order": movement.order.map(|order| order.0),
            "reason": movement.reason,
            "at": movement.at,
            "counted_at": movement.counted_at,
            "receipt": movement.receipt.map(ReceiptCode::bits),
        }))
    }))
}

fn answers(changes: &Changes) -> Result<String, StoreError> {
    array(changes.answers.iter().map(|((shopper, key), answer)| {
        let hash: String = fingerprint_hash(&answer.fingerprint)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(json!({
            "shopper": shopper.to_string(),
            "key": key,
            "fingerprint": hash,
            "answer": text_of(&answer.done)?,
        }))
    }))
}

fn text_of(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

fn array(rows: impl Iterator<Item = Result<Value, StoreError>>) -> Result<String, StoreError> {
    let rows: Vec<Value> = rows.collect::<Result<_, _>>()?;
    Ok(Value::from(rows).to_string())
}
