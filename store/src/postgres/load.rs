//! Reads what a batch of commands touches, in one statement after its books are locked.
//!
//! This is not part of the locking statement, because a statement sees the data as of its start:
//! after waiting for a lock, it would return the data from before the wait.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};
use shop::{
    BookState, Command, Hold, Key, Order, OrderLine, ShopperId, Slug, StoredResult, Terms,
    Timestamp, World,
};
use sqlx::{FromRow, PgConnection};

use super::{
    lock::{Locked, MOST_ENDS},
    waits,
};
use crate::{
    StoreError,
    batch::{Ends, shoppers, stored_result, submissions},
    clock_guard::{ClockRecord, parse},
    imports::sql::deliveries,
    outbox::load_failed,
    rows::{HoldRow, OrderRow, SaleRow, duration_millis, price, quantity, small, timestamp},
    waits::concerns_waits,
};

/// The result of the statement, with each kind of row as a JSON array.
#[derive(FromRow)]
struct Loaded {
    now: i64,
    books: String,
    holds: String,
    orders: String,
    allocated: String,
    answers: String,
    waited_for: bool,
}

/// `[book, price, opens, limit, withdrawn]`.
type BookTuple = (i64, i64, Option<i64>, Option<i64>, i64);
/// `[id, shopper, book, quantity, price, created, expires, state, offered, taken back]`.
type HoldTuple = (i64, Hex, i64, i64, i64, i64, i64, String, i64, i64);
/// `[shopper, book, copies]`.
type AllocatedTuple = (Hex, i64, i64);
/// `[shopper, key, fingerprint, answer]`.
type AnswerTuple = (Hex, String, Hex, String);

#[derive(Deserialize)]
struct OrderObject {
    id: i64,
    code: i64,
    shopper: Hex,
    name: Option<String>,
    reach: Option<String>,
    note: Option<String>,
    language: Option<String>,
    placed_at: i64,
    collect_by: i64,
    ready_at: Option<i64>,
    closed_at: Option<i64>,
    state: String,
    version: i64,
    mail_failed: i64,
    /// `[book, quantity, price]`.
    lines: Vec<(i64, i64, i64)>,
}

/// Bytes as hexadecimal digits.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Hex(Vec<u8>);

impl TryFrom<String> for Hex {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let pairs = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes = pairs.map(byte).collect::<Option<_>>();
        bytes.map(Self).ok_or(text)
    }
}

/// Reads the world of these commands, except for new numbers. Holds and orders that are due are
/// included only if `ends` says so.
pub(super) async fn load(
    connection: &mut PgConnection,
    batch: &[Command],
    locked: &Locked,
    terms: Terms,
    ends: Ends,
) -> Result<World, StoreError> {
    let shoppers: Vec<Vec<u8>> = shoppers(batch)
        .iter()
        .map(|shopper| shopper.as_bytes().to_vec())
        .collect();
    let codes: Vec<i64> = batch
        .iter()
        .filter_map(Command::order)
        .map(|code| code.bits().cast_signed())
        .collect();
    let (owners, keys): (Vec<Vec<u8>>, Vec<String>) = submissions(batch)
        .map(|(_, shopper, key)| (shopper.as_bytes().to_vec(), key.as_str().to_owned()))
        .unzip();
    let loaded: Loaded = sqlx::query_as(
        "with moment as materialized (select shop_now() as now),
         held as (
            select hold.* from hold
            where shopper = any($1) and state = 'active' and book_id = any($2)
            union
            select hold.* from hold, moment
            where shopper = any($1) and state = 'lapsed' and expires_at > now - $6 and book_id = any($2)
            union
            (select hold.* from hold, moment
             where state = 'active' and expires_at <= now and book_id = any($2)
             order by expires_at limit $7)
         ),
         ordered as (
            select shop_order.* from shop_order where code = any($3)
            union
            (select shop_order.* from shop_order, moment
             where state = 'placed' and collect_by <= now order by collect_by limit $8)
         )
         select now,
            (select coalesce(json_agg(json_build_array(id, price_cents, opens_at,
                    limit_per_shopper, withdrawn)), '[]')::text
             from book where id = any($2)) as books,
            (select coalesce(json_agg(json_build_array(id, encode(shopper, 'hex'), book_id,
                    quantity, price_cents, created_at, expires_at, state, offered, taken_back)), '[]')::text
             from held) as holds,
            -- An order with a book that is not locked has become due since: the next batch ends it.
            (select coalesce(json_agg(json_build_object('id', id, 'code', code,
                    'shopper', encode(shopper, 'hex'), 'name', name, 'reach', reach, 'note', note,
                    'language', language,
                    'placed_at', placed_at, 'collect_by', collect_by, 'ready_at', ready_at, 'closed_at', closed_at,
                    'state', state, 'version', version, 'mail_failed', mail_failed, 'lines', lines)), '[]')::text
             from ordered cross join lateral (
                select json_agg(json_build_array(book_id, quantity, price_cents)) as lines,
                       bool_and(book_id = any($2)) as all_locked
                from order_line where order_id = ordered.id) as its
             where all_locked) as orders,
            (select coalesce(json_agg(json_build_array(encode(shopper, 'hex'), book_id, copies)), '[]')::text
             from (select shopper, book_id, sum(quantity) as copies
                   from shop_order join order_line on order_id = shop_order.id
                   where shopper = any($1) and state = 'placed' and book_id = any($2)
                   group by shopper, book_id) as open) as allocated,
            (select coalesce(json_agg(json_build_array(encode(submission.shopper, 'hex'), submission.key,
                    encode(fingerprint, 'hex'), answer)), '[]')::text
             from unnest($4::bytea[], $5::text[]) as wanted (shopper, key)
             join submission using (shopper, key)) as answers,
            exists (select from unnest($2) as its (book)
                    where exists (select from wait where book_id = its.book)) as waited_for
         from moment",
    )
    .bind(shoppers)
    .bind(locked.book_ids())
    .bind(codes)
    .bind(owners)
    .bind(keys)
    .bind(duration_millis(Terms::LAPSED_FOR))
    .bind(if ends.holds { MOST_ENDS } else { 0 })
    .bind(if ends.orders { MOST_ENDS } else { 0 })
    .fetch_one(&mut *connection)
    .await?;
    let mut world = World {
        now: timestamp(loaded.now)?,
        terms,
        books: book_states(&loaded.books, locked)?,
        holds: holds(&loaded.holds, locked)?,
        orders: orders(&loaded.orders, locked)?,
        allocated: allocated(&loaded.allocated, locked)?,
        answers: answers(&loaded.answers, batch)?,
        ..World::default()
    };
    deliveries::load(connection, &mut world, batch).await?;
    load_failed(connection, &mut world, batch).await?;
    if loaded.waited_for || concerns_waits(batch) {
        waits::load(connection, &mut world, batch, locked).await?;
    }
    Ok(world)
}

fn book_states(text: &str, locked: &Locked) -> Result<BTreeMap<Slug, BookState>, StoreError> {
    let rows: Vec<BookTuple> = read(text)?;
    rows.into_iter()
        .map(
            |(book, price_cents, opens_at, limit_per_shopper, withdrawn)| {
                let book = locked.name(book)?;
                let sale = SaleRow {
                    opens_at,
                    limit_per_shopper,
                    withdrawn,
                };
                let shelf = BookState {
                    stock: locked.stock(&book)?,
                    price: price(price_cents)?,
                    sale: sale.try_into()?,
                    withdrawn: withdrawn == 1,
                };
                Ok((book, shelf))
            },
        )
        .collect()
}

fn holds(text: &str, locked: &Locked) -> Result<BTreeMap<shop::HoldId, Hold>, StoreError> {
    let rows: Vec<HoldTuple> = read(text)?;
    rows.into_iter()
        .map(
            |(
                id,
                Hex(shopper),
                book,
                quantity,
                price_cents,
                created_at,
                expires_at,
                state,
                offered,
                taken_back,
            )| {
                let hold = Hold::try_from(HoldRow {
                    id,
                    shopper,
                    slug: locked.name(book)?.to_string(),
                    quantity,
                    price_cents,
                    created_at,
                    expires_at,
                    state,
                    offered,
                    taken_back,
                })?;
                Ok((hold.id, hold))
            },
        )
        .collect()
}

fn orders(text: &str, locked: &Locked) -> Result<BTreeMap<shop::OrderCode, Order>, StoreError> {
    let rows: Vec<OrderObject> = read(text)?;
    rows.into_iter()
        .map(|order| {
            let line = |(book, copies, cents)| {
                Ok::<_, StoreError>(OrderLine {
                    book: locked.name(book)?,
                    quantity: quantity(copies)?,
                    price: price(cents)?,
                })
            };
            let lines = order.lines.into_iter().map(line);
            let mut lines = lines.collect::<Result<Vec<_>, _>>()?;
            lines.sort_by(|one, other| one.book.cmp(&other.book));
            let row = OrderRow {
                id: order.id,
                code: order.code,
                shopper: order.shopper.0,
                name: order.name,
                reach: order.reach,
                note: order.note,
                language: order.language,
                placed_at: order.placed_at,
                collect_by: order.collect_by,
                ready_at: order.ready_at,
                closed_at: order.closed_at,
                state: order.state,
                version: order.version,
                mail_failed: order.mail_failed,
            };
            let order = row.with_lines(lines)?;
            Ok((order.code, order))
        })
        .collect()
}

fn allocated(text: &str, locked: &Locked) -> Result<BTreeMap<(ShopperId, Slug), u32>, StoreError> {
    let rows: Vec<AllocatedTuple> = read(text)?;
    rows.into_iter()
        .map(|(Hex(owner), book, copies)| {
            let owner = crate::rows::shopper(&owner)?;
            Ok(((owner, locked.name(book)?), small(copies)?))
        })
        .collect()
}

fn answers(
    text: &str,
    batch: &[Command],
) -> Result<BTreeMap<(ShopperId, Key), StoredResult>, StoreError> {
    let rows: Vec<AnswerTuple> = read(text)?;
    rows.into_iter()
        .map(|(Hex(owner), key, Hex(hash), answer)| {
            stored_result(batch, &owner, &key, &hash, &answer)
        })
        .collect()
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

/// The database's time, and what is due to end by it.
pub(super) struct Due {
    pub(super) now: Timestamp,
    pub(super) holds: bool,
    pub(super) orders: bool,
    /// The clock's record, if there is one.
    pub(super) clock: Option<ClockRecord>,
}

/// Reads what is due to end.
pub(super) async fn read_due(connection: &mut PgConnection) -> Result<Due, StoreError> {
    let (now, holds, orders, clock): (i64, bool, bool, Option<Vec<u8>>) = sqlx::query_as(
        "with moment as materialized (select shop_now() as now)
         select now, exists (select from hold where state = 'active' and expires_at <= now),
                exists (select from shop_order where state = 'placed' and collect_by <= now),
                (select value from setting where name = 'clock')
         from moment",
    )
    .fetch_one(connection)
    .await?;
    Ok(Due {
        now: timestamp(now)?,
        holds,
        orders,
        clock: clock.as_deref().and_then(parse),
    })
}
