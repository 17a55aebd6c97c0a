//! SQL for the sales figures.
//!
//! What a period sold is read from its closed orders and its receipts and not from the ledger, which
//! has no prices. The indexes `shop_order_by_end` and `receipt_by_time` find the orders and receipts of
//! the period, the primary keys of `order_line` and `receipt_line` their lines. So the time grows with
//! the orders and receipts of the period, not with the catalogue or the ledger.

use async_trait::async_trait;
use shop::{Timestamp, Zone};

use super::{
    IdleBook, Period, SalesFigures, SalesStep, SoldBook, SoldBooks, SoldColumn, SoldInStep,
    SoldOrder, UncollectedBook,
};
use crate::{
    StoreError,
    rows::{large, millis, slug, small, timestamp},
    sql::{Backend, Connection, query},
};

/// The sales figures, for both databases.
pub(crate) struct SqlSalesFigures<B>(pub(crate) B);

#[async_trait]
impl<B: Backend> SalesFigures for SqlSalesFigures<B> {
    async fn sold_over_time(
        &self,
        period: Period,
        step: SalesStep,
        zone: &Zone,
    ) -> Result<Vec<SoldInStep>, StoreError> {
        let reading = async {
            // All statements see the same data.
            let mut snapshot = self.0.snapshot().await?;
            sold_over_time(&mut *snapshot, period, step, zone).await
        };
        self.0.in_time(reading).await
    }

    async fn sold_by_book(
        &self,
        period: Period,
        order: SoldOrder,
        skip: u64,
        most: u32,
    ) -> Result<SoldBooks, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            sold_by_book(connection, period, order, skip, most).await
        };
        self.0.in_time(reading).await
    }

    async fn uncollected(
        &self,
        period: Period,
        most: u32,
    ) -> Result<Vec<UncollectedBook>, StoreError> {
        let reading = async { uncollected(&mut *self.0.reader().await?, period, most).await };
        self.0.in_time(reading).await
    }

    async fn idle(&self, since: Timestamp, most: u32) -> Result<Vec<IdleBook>, StoreError> {
        let reading = async { idle(&mut *self.0.reader().await?, since, most).await };
        self.0.in_time(reading).await
    }
}

/// The lines that were sold from `$1` on and before `$2`, with negative numbers for returns.
macro_rules! sold_lines {
    () => {
        "(select closed_at as sold_at, book_id, quantity as sold, quantity * price_cents as paid
          from shop_order join order_line on order_id = shop_order.id
          where state = 'collected' and closed_at >= $1 and closed_at < $2
          union all
          select at, book_id, case kind when 'sale' then quantity else - quantity end,
                 case kind when 'sale' then quantity else - quantity end * price_cents
          from receipt join receipt_line on receipt_id = receipt.id
          where at >= $1 and at < $2) as line"
    };
}

/// Between two changes of the clock, a step is as long as any other. So there is a query for each
/// offset of the zone: at most two for each year of the period.
async fn sold_over_time<C: Connection>(
    connection: &mut C,
    period: Period,
    step: SalesStep,
    zone: &Zone,
) -> Result<Vec<SoldInStep>, StoreError> {
    let offsets = zone.between(period.from, period.until);
    let offsets = offsets.offsets();
    let mut steps: Vec<SoldInStep> = Vec::new();
    for (place, offset) in offsets.iter().enumerate() {
        let ends = offsets
            .get(place + 1)
            .map_or(period.until, |next| next.from);
        let part = Period {
            from: period.from.max(offset.from),
            until: period.until.min(ends),
        };
        for (number, copies, cents) in
            sold_by_number(connection, part, step, offset.seconds).await?
        {
            let start = zone.instant(step.wall(number));
            // A step in which the clock is changed comes in two parts.
            match steps.last_mut().filter(|last| last.start == start) {
                Some(last) => {
                    last.copies += copies;
                    last.cents += cents;
                }
                None => steps.push(SoldInStep {
                    start,
                    copies,
                    cents,
                }),
            }
        }
    }
    Ok(steps)
}

/// The number of each step with its copies and their price, while clocks are ahead of UTC by these
/// seconds.
async fn sold_by_number<C: Connection>(
    connection: &mut C,
    period: Period,
    step: SalesStep,
    ahead: i64,
) -> Result<Vec<(u64, i64, i64)>, StoreError> {
    let integer = |millis: u64| i64::try_from(millis).unwrap_or(i64::MAX);
    let shift = integer(step.shift()) + ahead * 1_000;
    let length = integer(step.millis());
    let rows: Vec<(i64, i64, i64)> = query(concat!(
        "select (sold_at + $3) / $4 as step, cast(sum(sold) as bigint),
                cast(sum(paid) as bigint)
         from ",
        sold_lines!(),
        " group by step order by step",
    ))
    .bind(millis(period.from))
    .bind(millis(period.until))
    .bind(shift)
    .bind(length)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(number, copies, cents)| Ok((large(number)?, copies, cents)))
        .collect()
}

/// The statement that selects the sold books, in a literal order.
macro_rules! select_sold_books {
    ($order:literal) => {
        concat!(
            "select slug, title, copies, cents, titles, all_cents
             from (select book_id, copies, cents, count(*) over () as titles,
                          cast(sum(cents) over () as bigint) as all_cents
                   from (select book_id, cast(sum(sold) as bigint) as copies,
                                cast(sum(paid) as bigint) as cents
                         from ",
            sold_lines!(),
            " group by book_id
                         having sum(sold) <> 0 or sum(paid) <> 0) as lines) as totals
             join book on book.id = totals.book_id
             order by ",
            $order,
            " limit $3 offset $4"
        )
    };
}

async fn sold_by_book<C: Connection>(
    connection: &mut C,
    period: Period,
    order: SoldOrder,
    skip: u64,
    most: u32,
) -> Result<SoldBooks, StoreError> {
    let statement = match (order.column, order.is_descending) {
        (SoldColumn::Title, false) => select_sold_books!("title, slug"),
        (SoldColumn::Title, true) => select_sold_books!("title desc, slug"),
        (SoldColumn::Copies, false) => select_sold_books!("copies, slug"),
        (SoldColumn::Copies, true) => select_sold_books!("copies desc, slug"),
        (SoldColumn::Money, false) => select_sold_books!("cents, slug"),
        (SoldColumn::Money, true) => select_sold_books!("cents desc, slug"),
    };
    let rows: Vec<(String, String, i64, i64, i64, i64)> = query(statement)
        .bind(millis(period.from))
        .bind(millis(period.until))
        .bind(most)
        .bind(i64::try_from(skip).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    let mut sold = SoldBooks::default();
    for (book, title, copies, cents, titles, all_cents) in rows {
        (sold.titles, sold.cents) = (large(titles)?, all_cents);
        sold.books.push(SoldBook {
            book: slug(&book)?,
            title,
            copies,
            cents,
        });
    }
    Ok(sold)
}

async fn uncollected<C: Connection>(
    connection: &mut C,
    period: Period,
    most: u32,
) -> Result<Vec<UncollectedBook>, StoreError> {
    let rows: Vec<(String, String, i64, i64, i64)> = query(
        "select slug, title, orders, overdue, cancelled
         from (select book_id, count(*) as orders,
                      cast(sum(case when state = 'overdue' then quantity else 0 end) as bigint)
                          as overdue,
                      cast(sum(case when state = 'cancelled' then quantity else 0 end) as bigint)
                          as cancelled
               from shop_order join order_line on order_id = shop_order.id
               where state in ('overdue', 'cancelled') and closed_at >= $1 and closed_at < $2
               group by book_id) as ended
         join book on book.id = ended.book_id
         order by overdue + cancelled desc, slug
         limit $3",
    )
    .bind(millis(period.from))
    .bind(millis(period.until))
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, orders, overdue, cancelled)| {
            Ok(UncollectedBook {
                book: slug(&book)?,
                title,
                orders: large(orders)?,
                overdue: large(overdue)?,
                cancelled: large(cancelled)?,
            })
        })
        .collect()
}

/// Finds the books that lie idle. Of each book in stock, the index `movement_of_copies` finds the
/// first movement of copies, and the sales since; the last sale is looked up for the result only.
async fn idle<C: Connection>(
    connection: &mut C,
    since: Timestamp,
    most: u32,
) -> Result<Vec<IdleBook>, StoreError> {
    let rows: Vec<(String, String, i64, Option<i64>)> = query(
        "select slug, title, on_hand,
                (select max(at) from movement
                 where movement.book_id = lying.book_id and kind in ('collected', 'sold')
                   and movement.on_hand <> 0) as last_sold
         from (select stock.book_id, slug, title, stock.on_hand
               from stock join book on book.id = stock.book_id
               where stock.on_hand > 0 and withdrawn = 0
                 and not exists (select 1 from movement
                                 where movement.book_id = stock.book_id and at >= $1
                                   and kind in ('collected', 'sold') and movement.on_hand <> 0)
                 and exists (select 1 from movement
                             where movement.book_id = stock.book_id and at < $1
                               and movement.on_hand <> 0)
               order by stock.on_hand desc, slug
               limit $2) as lying
         order by on_hand desc, slug",
    )
    .bind(millis(since))
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, on_hand, last_sold)| {
            Ok(IdleBook {
                book: slug(&book)?,
                title,
                on_hand: small(on_hand)?,
                last_sold: last_sold.map(timestamp).transpose()?,
            })
        })
        .collect()
}
