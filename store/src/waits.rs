//! The waitlist logic of both stores: the waits that a batch needs, and the shoppers present.

use std::{collections::BTreeMap, time::Duration};

use shop::{Command, Copies, HoldState, ShopperId, Slug, Wait, World};

use crate::{
    Feed, StoreError,
    rows::{WaitRow, millis, shopper},
    sql::{Backend, Connection, Dialect, query},
    store::ATTEND_EVERY,
    writer::Writer,
};

/// The most shoppers in one command.
const AT_ONCE: usize = 256;

/// Whether any command is about a waitlist.
pub(crate) fn concerns_waits(batch: &[Command]) -> bool {
    batch.iter().any(|command| {
        matches!(
            command,
            Command::Wait { .. } | Command::Leave { .. } | Command::RecordPresence { .. }
        )
    })
}

/// The shoppers whom commands record as present.
pub(crate) fn present_shoppers(batch: &[Command]) -> impl Iterator<Item = ShopperId> {
    let named = batch.iter().filter_map(|command| match command {
        Command::RecordPresence { shoppers } => Some(shoppers),
        _ => None,
    });
    named.flatten().copied()
}

/// The waits that shoppers ask for.
pub(crate) fn wait_requests(batch: &[Command]) -> impl Iterator<Item = (ShopperId, &Slug)> {
    batch.iter().filter_map(|command| match command {
        Command::Wait { shopper, book, .. } => Some((*shopper, book)),
        _ => None,
    })
}

/// For each book, the most copies that this batch could offer: those available, those that may come
/// back, and each again if its offer is declined.
pub(crate) fn offerable_copies(world: &World, batch: &[Command]) -> BTreeMap<Slug, i64> {
    let mut copies: BTreeMap<Slug, i64> = BTreeMap::new();
    let mut count = |book: &Slug, more: i64| *copies.entry(book.clone()).or_default() += more;
    for (book, shelf) in &world.books {
        count(book, shelf.stock.available().into());
    }
    let active = |hold: &&shop::Hold| hold.state == HoldState::Active;
    for hold in world.holds.values().filter(active) {
        count(&hold.book, hold.quantity.get().into());
    }
    for line in world.orders.values().flat_map(|order| &order.lines) {
        count(&line.book, line.quantity.get().into());
    }
    for command in batch {
        match command {
            Command::Restock { book, change, .. } => count(book, change.get().max(0).into()),
            Command::Count { book, on_hand, .. } => count(book, (*on_hand).into()),
            Command::ImportLines(delivery) => {
                for entry in &delivery.entries {
                    let book = &world.meant_by(entry);
                    match entry.copies {
                        Some(Copies::Change(change)) => count(book, change.get().max(0).into()),
                        Some(Copies::Counted(copies)) => {
                            let since = world.moved_since(delivery.import, book);
                            count(book, i64::from(copies) + since.unwrap_or_default().max(0));
                        }
                        None => {}
                    }
                }
            }
            Command::SetQuantity { book, .. } | Command::Leave { book, .. } => count(book, 1),
            _ => {}
        }
    }
    copies.retain(|_, copies| *copies > 0);
    copies
}

/// The most copies of a book that one shopper may have; unlimited if a command may change that.
pub(crate) fn limit(world: &World, batch: &[Command], book: &Slug) -> u32 {
    let changes =
        |command: &Command| matches!(command, Command::SetSale { book: of, .. } if of == book);
    if batch.iter().any(changes) {
        return u32::MAX;
    }
    let own = world.books.get(book).and_then(|shelf| shelf.sale.limit);
    own.unwrap_or(world.terms.limit_per_shopper)
}

/// Adds waits to the world.
pub(crate) fn add_waits(world: &mut World, rows: Vec<WaitRow>) -> Result<(), StoreError> {
    for row in rows {
        let (wait, ordered) = row.with_ordered()?;
        let (shopper, book) = (wait.shopper, wait.book.clone());
        world.allocated.insert((shopper, book.clone()), ordered);
        let line = world.waits.entry(book).or_default();
        line.insert(wait.place, wait);
    }
    Ok(())
}

/// Records which shoppers on a waitlist have a page open on this instance.
pub(crate) async fn attend<B: Backend>(
    backend: &B,
    feed: &Feed,
    writer: &Writer,
) -> Result<(), StoreError> {
    if !backend.in_time(anybody_waits(backend)).await? {
        return Ok(());
    }
    // Shoppers whose presence lasts well beyond the next call are skipped until then.
    let within = Wait::PRESENCE_TTL - ATTEND_EVERY / 2;
    for some in feed.present().chunks(AT_ONCE) {
        let shoppers = backend
            .in_time(without_presence(backend, some, within))
            .await?;
        if !shoppers.is_empty() {
            writer.submit(Command::RecordPresence { shoppers }).await?;
        }
    }
    Ok(())
}

async fn anybody_waits<B: Backend>(backend: &B) -> Result<bool, StoreError> {
    query("select exists (select 1 from wait)")
        .fetch_scalar(&mut *backend.reader().await?)
        .await
}

/// The waiting shoppers whose recorded presence does not last this long.
async fn without_presence<B: Backend>(
    backend: &B,
    shoppers: &[ShopperId],
    within: Duration,
) -> Result<Vec<ShopperId>, StoreError> {
    let statement = match B::Connection::DIALECT {
        Dialect::Sqlite => {
            "select distinct wait.shopper from json_each($1) as wanted
             cross join wait on wait.shopper = unhex(wanted.value) and reachable_until < $2"
        }
        Dialect::Postgres => {
            "select distinct shopper from wait
             where shopper = any($1) and reachable_until < $2"
        }
    };
    let ids = shoppers.iter().map(|shopper| shopper.as_bytes().to_vec());
    let connection = &mut *backend.reader().await?;
    let now = backend.now(connection).await?;
    let rows: Vec<Vec<u8>> = query(statement)
        .bind(ids.collect::<Vec<_>>())
        .bind(millis(now + within))
        .fetch_scalars(connection)
        .await?;
    rows.iter().map(|bits| shopper(bits)).collect()
}
