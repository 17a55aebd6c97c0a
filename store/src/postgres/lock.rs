//! Locks the rows of the books that a batch touches, in sorted order, for its transaction.

use std::collections::BTreeMap;

use shop::{Command, Slug, Stock};
use sqlx::{FromRow, PgConnection};

use crate::{
    StoreError,
    batch::Ends,
    imports::rows::slugs_and_isbns_of_batch,
    rows::{StockRow, slug},
    waits::books_to_offer,
};

/// The most holds, and the most orders, that one batch ends; the next batch ends the rest.
pub(super) const MOST_ENDS: i64 = 1_000;

/// The locked books of a batch.
///
/// A book's row in `stock` guards everything about its copies: its holds and the orders that
/// contain it. Once it is locked, they do not change until the commit, whatever other instances do.
#[derive(Debug, Default)]
pub(super) struct Locked {
    pub(super) stocks: BTreeMap<Slug, Stock>,
    pub(super) names: BTreeMap<i64, Slug>,
    pub(super) ids: BTreeMap<Slug, i64>,
}

impl Locked {
    pub(super) fn book_ids(&self) -> Vec<i64> {
        self.names.keys().copied().collect()
    }

    pub(super) fn name(&self, book: i64) -> Result<Slug, StoreError> {
        let name = self.names.get(&book).cloned();
        name.ok_or_else(|| StoreError::Inconsistent(format!("book {book} was not locked")))
    }

    pub(super) fn stock(&self, book: &Slug) -> Result<Stock, StoreError> {
        let stock = self.stocks.get(book).copied();
        stock.ok_or_else(|| StoreError::Inconsistent(format!("{book} was not locked")))
    }

    pub(super) fn id(&self, book: &Slug) -> Result<i64, StoreError> {
        let id = self.ids.get(book).copied();
        id.ok_or_else(|| StoreError::Inconsistent(format!("{book} was not locked")))
    }
}

/// Locks the books that commands name, and those in a cart to be ordered or in an order.
///
/// Also locks the books to be offered and, if `ends` says so, those of holds and orders that are
/// due. Of these, books that another instance has locked are skipped, so that no click waits for
/// them.
///
/// Only the locked rows are read here. Other rows would be seen as they were before the wait, so
/// `load` reads them.
pub(super) async fn lock(
    connection: &mut PgConnection,
    batch: &[Command],
    ends: Ends,
) -> Result<Locked, StoreError> {
    #[derive(FromRow)]
    struct Row {
        book_id: i64,
        slug: String,
        #[sqlx(flatten)]
        stock: StockRow,
    }
    let (slugs, isbns) = slugs_and_isbns_of_batch(batch);
    let named = batch.iter().flat_map(Command::books).map(Slug::as_str);
    let named: Vec<&str> = named.chain(slugs).collect();
    let ordering: Vec<&[u8]> = batch
        .iter()
        .filter_map(|command| match command {
            Command::PlaceOrder { shopper, .. } => Some(shopper.as_bytes().as_slice()),
            _ => None,
        })
        .collect();
    let codes: Vec<i64> = batch
        .iter()
        .filter_map(Command::order)
        .map(|code| code.bits().cast_signed())
        .collect();
    let rows: Vec<Row> = sqlx::query_as(
        "with touched as (
            select id from book where slug = any($1) or isbn = any($6)
            union all
            select book_id from hold where shopper = any($2) and state = 'active'
            union all
            select book_id from hold where shopper = any($2) and state = 'lapsed'
            union all
            select book_id from order_line join shop_order on shop_order.id = order_id
            where code = any($3)
         ),
         due as (
            (select book_id from hold where state = 'active' and expires_at <= shop_now()
             order by expires_at limit $4)
            union all
            select book_id from order_line where order_id in (
                select id from shop_order where state = 'placed' and collect_by <= shop_now()
                order by collect_by limit $7)
            union all
            select id from book where slug = any($5)
         ),
         waited_for as materialized (
            select stock.* from stock where book_id in (select id from touched)
            order by book_id for no key update
         ),
         free as materialized (
            select stock.* from stock
            where book_id in (select book_id from due) and book_id not in (select id from touched)
            for no key update skip locked
         )
         select book_id, slug, on_hand, held, allocated, version, page
         from (select * from waited_for union all select * from free) as locked
         join book on book.id = book_id",
    )
    .bind(named)
    .bind(ordering)
    .bind(codes)
    .bind(if ends.holds { MOST_ENDS } else { 0 })
    .bind(books_to_offer(batch).map(Slug::as_str).collect::<Vec<_>>())
    .bind(isbns)
    .bind(if ends.orders { MOST_ENDS } else { 0 })
    .fetch_all(connection)
    .await?;
    let mut locked = Locked::default();
    for row in rows {
        let book = slug(&row.slug)?;
        locked.stocks.insert(book.clone(), row.stock.try_into()?);
        locked.ids.insert(book.clone(), row.book_id);
        locked.names.insert(row.book_id, book);
    }
    Ok(locked)
}
