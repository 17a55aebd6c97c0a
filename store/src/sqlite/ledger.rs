//! The ledger of the embedded store. Only one task writes, so movements are in the order of their
//! numbers.

use async_trait::async_trait;
use sqlx::SqlitePool;

use crate::{
    Cursor, Filter, Ledger, LedgerGrowth, LedgerHead, LedgerPage, PageLimits, StoreError,
    ledger::{EntryRow, GrowthNotifier},
    rows::large,
};

/// Reads the ledger through the store's pool.
pub(super) struct Reader {
    pub(super) reads: SqlitePool,
    pub(super) growth_notifier: GrowthNotifier,
}

/// The movements between two numbers that pass a filter. They are scanned in order: an index on the
/// book would make each page sort all movements of the book.
macro_rules! between {
    ($range:literal, $order:literal) => {
        concat!(
            "select movement.id, 0 as xact, code, slug, movement.version, kind, on_hand, held, allocated,
                    hold_id, order_id, reason, at, counted_at, receipt_id
             from movement cross join book on book.id = movement.book_id
                  left join shop_order on shop_order.id = movement.order_id
             where ",
            $range,
            " and (?3 is null or +movement.book_id = (select id from book where slug = ?3))
              and (?4 is null or kind in (select value from json_each(?4)))
              and (?5 is null or +movement.order_id = (select id from shop_order where code = ?5))
              and at >= ?6 and at < ?7
             order by movement.id ",
            $order,
            " limit ?8"
        )
    };
}

#[async_trait]
impl Ledger for Reader {
    async fn after(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError> {
        let edge = "select count(*), max(id) from
                    (select id from movement where id > ? order by id limit ?)";
        let rows = between!("movement.id > ?1 and movement.id <= ?2", "");
        self.page(place, filter, limits, edge, rows).await
    }

    async fn before(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError> {
        let edge = "select count(*), min(id) from
                    (select id from movement where id < ? order by id desc limit ?)";
        let rows = between!("movement.id < ?1 and movement.id >= ?2", "desc");
        self.page(place, filter, limits, edge, rows).await
    }

    async fn head(&self) -> Result<LedgerHead, StoreError> {
        let last: Option<i64> = sqlx::query_scalar("select max(id) from movement")
            .fetch_one(&self.reads)
            .await?;
        let last = last.unwrap_or(0);
        Ok(LedgerHead {
            place: Cursor::of_columns(0, last)?,
            last: large(last)?,
        })
    }

    fn growth(&self) -> LedgerGrowth {
        self.growth_notifier.growth()
    }
}

impl Reader {
    /// Reads a page in two queries. They need no common snapshot, because the movements between two
    /// existing numbers never change.
    async fn page(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
        edge: &'static str,
        rows: &'static str,
    ) -> Result<LedgerPage, StoreError> {
        let (_, from) = place.columns();
        let span = limits.span(filter);
        let (seen, to): (i64, Option<i64>) = sqlx::query_as(edge)
            .bind(from)
            .bind(span)
            .fetch_one(&self.reads)
            .await?;
        let Some(to) = to else {
            return LedgerPage::of(Vec::new(), limits, (seen, span), place);
        };
        let (since, until) = filter.times();
        let rows: Vec<EntryRow> = sqlx::query_as(rows)
            .bind(from)
            .bind(to)
            .bind(filter.book.as_ref().map(shop::Slug::as_str))
            .bind(filter.kinds_as_json())
            .bind(filter.order_bits())
            .bind(since)
            .bind(until)
            .bind(limits.most)
            .fetch_all(&self.reads)
            .await?;
        LedgerPage::of(rows, limits, (seen, span), Cursor::of_columns(0, to)?)
    }
}
