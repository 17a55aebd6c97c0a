//! Reads the ledger, which many instances write.

use async_trait::async_trait;
use sqlx::{Connection, PgConnection};

use super::backend::PostgresBackend;
use crate::{
    Cursor, Filter, Ledger, LedgerGrowth, LedgerHead, LedgerPage, PageLimits, StoreError,
    ledger::{EntryRow, GrowthNotifier},
    rows::large,
    sql::Backend,
};

/// Reads the ledger through an instance's pool.
///
/// Numbers are assigned before commits, so a movement with a lower number may become visible after
/// one with a higher. Movements are therefore ordered by their transactions' ids, and no reader
/// goes past the oldest transaction that still runs: before it the ledger is complete. A long
/// writing transaction anywhere in the cluster holds back newer movements from readers, and nothing
/// else.
pub(super) struct Reader {
    pub(super) backend: PostgresBackend,
    pub(super) growth_notifier: GrowthNotifier,
}

/// The next movements from a position, up to a limit, in the order of the index.
macro_rules! span {
    ($way:literal, $direction:literal) => {
        concat!(
            "with span as materialized (
                select coalesce(written_by, '0'::xid8) as xact, movement.* from movement
                where (coalesce(written_by, '0'::xid8), id) ",
            $way,
            " ($1::text::xid8, $2)
                  and coalesce(written_by, '0'::xid8) < pg_snapshot_xmin(pg_current_snapshot())
                order by coalesce(written_by, '0'::xid8) ",
            $direction,
            ", id ",
            $direction,
            " limit $3
             )"
        )
    };
}

/// The number of movements in the span, and the last of them.
macro_rules! edge {
    ($way:literal, $direction:literal, $back:literal) => {
        concat!(
            span!($way, $direction),
            " select (select count(*) from span), xact::text::bigint, id from span
              order by span.xact ",
            $back,
            ", id ",
            $back,
            " limit 1"
        )
    };
}

/// The movements of the span that pass a filter. They are scanned in order: an index on the book
/// would make each page sort all movements of the book.
macro_rules! rows {
    ($way:literal, $direction:literal, $up_to:literal) => {
        concat!(
            span!($way, $direction),
            " select span.xact::text::bigint as xact, span.id, code, slug, span.version, kind, on_hand,
                     held, allocated, hold_id, order_id, reason, at, counted_at, receipt_id
              from span join book on book.id = span.book_id
                   left join shop_order on shop_order.id = span.order_id
              where (span.xact, span.id) ",
            $up_to,
            " ($4::text::xid8, $5)
                and ($6::text is null or span.book_id = (select id from book where slug = $6))
                and ($7::text is null or kind in (select json_array_elements_text($7::json)))
                and ($8::bigint is null
                     or span.order_id = (select id from shop_order where code = $8))
                and at >= $9 and at < $10
              order by span.xact ",
            $direction,
            ", span.id ",
            $direction,
            " limit $11"
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
        let (edge, rows) = (edge!(">", "asc", "desc"), rows!(">", "asc", "<="));
        self.backend
            .in_time(self.page(place, filter, limits, edge, rows))
            .await
    }

    async fn before(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
    ) -> Result<LedgerPage, StoreError> {
        let (edge, rows) = (edge!("<", "desc", "asc"), rows!("<", "desc", ">="));
        self.backend
            .in_time(self.page(place, filter, limits, edge, rows))
            .await
    }

    async fn head(&self) -> Result<LedgerHead, StoreError> {
        let reading = async {
            let (place, last): (Option<(i64, i64)>, i64) = {
                let place = sqlx::query_as(
                    "select coalesce(written_by, '0'::xid8)::text::bigint, id from movement
                     where coalesce(written_by, '0'::xid8) < pg_snapshot_xmin(pg_current_snapshot())
                     order by coalesce(written_by, '0'::xid8) desc, id desc limit 1",
                );
                let last = sqlx::query_scalar("select coalesce(max(id), 0) from movement");
                (
                    place.fetch_optional(&self.backend.0).await?,
                    last.fetch_one(&self.backend.0).await?,
                )
            };
            let (transaction, movement) = place.unwrap_or_default();
            Ok(LedgerHead {
                place: Cursor::of_columns(transaction, movement)?,
                last: large(last)?,
            })
        };
        self.backend.in_time(reading).await
    }

    fn growth(&self) -> LedgerGrowth {
        self.growth_notifier.growth()
    }
}

impl Reader {
    /// Reads a page in two queries. They need no common snapshot, because nothing changes below a
    /// position that was once reached.
    async fn page(
        &self,
        place: Cursor,
        filter: &Filter,
        limits: PageLimits,
        edge: &'static str,
        rows: &'static str,
    ) -> Result<LedgerPage, StoreError> {
        let (transaction, movement) = place.columns();
        let span = limits.span(filter);
        let reached: Option<(i64, i64, i64)> = sqlx::query_as(edge)
            .bind(transaction.to_string())
            .bind(movement)
            .bind(i64::from(span))
            .fetch_optional(&self.backend.0)
            .await?;
        let Some((seen, last_transaction, last_movement)) = reached else {
            return LedgerPage::of(Vec::new(), limits, (0, span), place);
        };
        let (since, until) = filter.times();
        let rows: Vec<EntryRow> = sqlx::query_as(rows)
            .bind(transaction.to_string())
            .bind(movement)
            .bind(i64::from(span))
            .bind(last_transaction.to_string())
            .bind(last_movement)
            .bind(filter.book.as_ref().map(shop::Slug::as_str))
            .bind(filter.kinds_as_json())
            .bind(filter.order_bits())
            .bind(since)
            .bind(until)
            .bind(i64::from(limits.most))
            .fetch_all(&self.backend.0)
            .await?;
        let edge = Cursor::of_columns(last_transaction, last_movement)?;
        LedgerPage::of(rows, limits, (seen, span), edge)
    }
}

/// Resets the ledger's order if a movement names a transaction that this cluster has not assigned
/// yet, as after restoring a dump. New movements would sort before the restored ones, which would
/// stay unread until the cluster reached their transaction ids.
///
/// Existing movements keep their numbers and lose their transactions, so they sort before all new
/// ones.
pub(super) async fn reset_order_if_restored(
    connection: &mut PgConnection,
) -> Result<(), sqlx::Error> {
    const FROM_ELSEWHERE: &str = "select exists (
        select from movement
        where coalesce(written_by, '0'::xid8) >= pg_snapshot_xmax(pg_current_snapshot()))";
    let from_elsewhere: bool = sqlx::query_scalar(FROM_ELSEWHERE)
        .fetch_one(&mut *connection)
        .await?;
    if !from_elsewhere {
        return Ok(());
    }
    let mut transaction = connection.begin().await?;
    sqlx::query("lock table movement in access exclusive mode")
        .execute(&mut *transaction)
        .await?;
    // Another instance that starts at the same time may have done it.
    let still: bool = sqlx::query_scalar(FROM_ELSEWHERE)
        .fetch_one(&mut *transaction)
        .await?;
    if still {
        // Movements cannot be updated, so the column is dropped and added again.
        sqlx::raw_sql(
            "alter table movement drop column written_by;
             alter table movement add column written_by xid8;
             alter table movement alter column written_by set default pg_current_xact_id();
             create index movement_in_order on movement (coalesce(written_by, '0'::xid8), id);",
        )
        .execute(&mut *transaction)
        .await?;
        tracing::info!("the shop was restored from another cluster: the ledger's order was reset");
    }
    transaction.commit().await
}
