//! Reads what a batch of commands touches, in the transaction that will change it.
//!
//! Most statements take their keys as one JSON array and find the rows by index, so their number
//! does not depend on the number of commands.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shop::{
    BookState, Changes, Command, Hold, Key, Order, Sale, ShopperId, Slug, Stock, StoredResult,
    Terms, Timestamp, World,
};
use sqlx::{FromRow, SqliteConnection};

use super::waits;
use crate::{
    StoreError,
    batch::{Ends, shopper_ids_json, shoppers, stored_result, submissions},
    imports::sql::deliveries,
    outbox::load_failed,
    reads::order_lines,
    rows::{HoldRow, OrderRow, SaleRow, StockRow, millis, price, shopper, slug},
    waits::{books_to_offer, concerns_waits},
};

/// The most holds, and the most orders, that one batch ends; the next batch ends the rest.
const MOST_ENDS: i64 = 1_000;

/// The next free numbers. Only the writer assigns numbers, so it need not read them again.
#[derive(Debug, Clone, Copy)]
pub(super) struct NextNumbers {
    hold: u64,
    order: u64,
}

impl NextNumbers {
    pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let (hold, order) = sqlx::query_as(
            "select (select coalesce(max(id), 0) + 1 from hold),
                    (select coalesce(max(id), 0) + 1 from shop_order)",
        )
        .fetch_one(connection)
        .await?;
        Ok(Self { hold, order })
    }

    /// The next numbers after these changes.
    pub(super) fn after(self, changes: &Changes) -> Self {
        let holds = changes.holds.keys().map(|id| id.0 + 1);
        let orders = changes.orders.values().map(|order| order.id.0 + 1);
        Self {
            hold: holds.fold(self.hold, u64::max),
            order: orders.fold(self.order, u64::max),
        }
    }
}

/// Reads the world of these commands. Holds and orders that are due are read only if `ends` says
/// so, and waits only if `anybody_waits` or a command is about them.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    batch: &[Command],
    terms: Terms,
    now: Timestamp,
    ends: Ends,
    anybody_waits: bool,
    next: NextNumbers,
) -> Result<World, StoreError> {
    let shoppers = shoppers(batch);
    let most = |ends| if ends { MOST_ENDS } else { 0 };
    let holds = holds(connection, &shoppers, now, most(ends.holds)).await?;
    let orders = if ends.orders || batch.iter().any(|command| command.order().is_some()) {
        orders(connection, batch, now, most(ends.orders)).await?
    } else {
        Vec::new()
    };
    let named = batch.iter().flat_map(Command::books);
    let held = holds.iter().map(|hold| &hold.book);
    let ordered = orders
        .iter()
        .flat_map(|order| order.lines.iter().map(|line| &line.book));
    let books = named
        .chain(held)
        .chain(ordered)
        .chain(books_to_offer(batch));
    let books: BTreeSet<Slug> = books.cloned().collect();
    let waited_for = anybody_waits || concerns_waits(batch);
    let mut world = World {
        now,
        terms,
        books: book_states(connection, &books).await?,
        holds: holds.into_iter().map(|hold| (hold.id, hold)).collect(),
        orders: orders
            .into_iter()
            .map(|order| (order.code, order))
            .collect(),
        allocated: allocated(connection, &shoppers).await?,
        answers: answers(connection, batch).await?,
        next_hold: next.hold,
        next_order: next.order,
        ..World::default()
    };
    deliveries::load(connection, &mut world, batch).await?;
    load_failed(connection, &mut world, batch).await?;
    if waited_for {
        waits::load(connection, &mut world, batch).await?;
    }
    Ok(world)
}

/// The holds in these shoppers' carts, and at most `most_ends` holds that are due.
async fn holds(
    connection: &mut SqliteConnection,
    shoppers: &BTreeSet<ShopperId>,
    now: Timestamp,
    most_ends: i64,
) -> Result<Vec<Hold>, StoreError> {
    let rows: Vec<HoldRow> = sqlx::query_as(
        "select hold.id, shopper, slug, quantity, hold.price_cents, created_at, expires_at, state, offered, taken_back
         from (
            select hold.* from json_each(?1) as wanted
            cross join hold on hold.shopper = unhex(wanted.value) and hold.state = 'active'
            union
            select hold.* from json_each(?1) as wanted
            cross join hold on hold.shopper = unhex(wanted.value)
                           and hold.state = 'lapsed' and hold.expires_at > ?2
            union
            select * from (
                select * from hold where state = 'active' and expires_at <= ?3
                order by expires_at limit ?4
            )
         ) as hold
         cross join book on book.id = hold.book_id",
    )
    .bind(shopper_ids_json(shoppers))
    .bind(millis(now - Terms::LAPSED_FOR))
    .bind(millis(now))
    .bind(most_ends)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Hold::try_from).collect()
}

async fn book_states(
    connection: &mut SqliteConnection,
    books: &BTreeSet<Slug>,
) -> Result<BTreeMap<Slug, BookState>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        slug: String,
        price_cents: i64,
        #[sqlx(flatten)]
        stock: StockRow,
        #[sqlx(flatten)]
        sale: SaleRow,
    }
    let wanted = Value::from_iter(books.iter().map(Slug::as_str));
    let rows: Vec<Row> = sqlx::query_as(
        "select slug, price_cents, on_hand, held, allocated, version, page, opens_at, limit_per_shopper, withdrawn
         from json_each(?) as wanted
         cross join book on book.slug = wanted.value
         cross join stock on stock.book_id = book.id",
    )
    .bind(wanted.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let price = price(row.price_cents)?;
            let stock = Stock::try_from(row.stock)?;
            let withdrawn = row.sale.withdrawn == 1;
            let sale = Sale::try_from(row.sale)?;
            Ok((
                slug(&row.slug)?,
                BookState {
                    stock,
                    price,
                    sale,
                    withdrawn,
                },
            ))
        })
        .collect()
}

/// The orders that commands name, and at most `most_ends` orders that are due.
async fn orders(
    connection: &mut SqliteConnection,
    batch: &[Command],
    now: Timestamp,
    most_ends: i64,
) -> Result<Vec<Order>, StoreError> {
    let codes: Vec<i64> = batch
        .iter()
        .filter_map(Command::order)
        .map(|code| code.bits().cast_signed())
        .collect();
    let rows: Vec<OrderRow> = sqlx::query_as(
        "select shop_order.* from json_each(?1) as wanted
         cross join shop_order on shop_order.code = wanted.value
         union
         select * from (
            select * from shop_order where state = 'placed' and collect_by <= ?2
            order by collect_by limit ?3
         )",
    )
    .bind(json!(codes).to_string())
    .bind(millis(now))
    .bind(most_ends)
    .fetch_all(&mut *connection)
    .await?;
    let mut orders = Vec::with_capacity(rows.len());
    for row in rows {
        let lines = order_lines(connection, row.id).await?;
        orders.push(row.with_lines(lines)?);
    }
    Ok(orders)
}

/// The copies in these shoppers' open orders.
async fn allocated(
    connection: &mut SqliteConnection,
    shoppers: &BTreeSet<ShopperId>,
) -> Result<BTreeMap<(ShopperId, Slug), u32>, StoreError> {
    let rows: Vec<(Vec<u8>, String, u32)> = sqlx::query_as(
        "select shopper, slug, sum(quantity)
         from json_each(?) as wanted
         cross join shop_order on shop_order.shopper = unhex(wanted.value) and state = 'placed'
         cross join order_line on order_line.order_id = shop_order.id
         cross join book on book.id = order_line.book_id
         group by shopper, slug",
    )
    .bind(shopper_ids_json(shoppers))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(bits, book, copies)| Ok(((shopper(&bits)?, slug(&book)?), copies)))
        .collect()
}

/// The stored results of submissions that this batch repeats.
async fn answers(
    connection: &mut SqliteConnection,
    batch: &[Command],
) -> Result<BTreeMap<(ShopperId, Key), StoredResult>, StoreError> {
    let mut answers = BTreeMap::new();
    let keys: Vec<Value> = submissions(batch)
        .map(|(_, shopper, key)| json!([shopper.to_string(), key]))
        .collect();
    if keys.is_empty() {
        return Ok(answers);
    }
    let rows: Vec<(Vec<u8>, String, Vec<u8>, String)> = sqlx::query_as(
        "select submission.shopper, submission.key, fingerprint, answer
         from json_each(?) as wanted
         cross join submission on submission.shopper = unhex(wanted.value ->> 0)
                              and submission.key = wanted.value ->> 1",
    )
    .bind(Value::from(keys).to_string())
    .fetch_all(connection)
    .await?;
    for (bits, key, hash, answer) in rows {
        let (submission, answer) = stored_result(batch, &bits, &key, &hash, &answer)?;
        answers.insert(submission, answer);
    }
    Ok(answers)
}
