//! SQL for the list of orders: which of them, in which order, and those of one contact.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use shop::{Order, OrderLine};
use sqlx::FromRow;

use super::{OrderColumn, OrderFilter, OrderSearch, OrderSort};
use crate::{
    StoreError,
    catalogue::fold,
    rows::{LineRow, OrderRow, millis},
    sql::{Connection, Dialect, query},
};

/// The statement that selects orders. The condition is a literal, so that an index can be used. An
/// order whose contact was erased is not found by its contact.
macro_rules! select_orders {
    ($condition:literal, $order:literal) => {
        concat!(
            "select id, code, shopper, name, reach, note, language, placed_at, collect_by, ready_at,
                    closed_at, state, version, mail_failed
             from shop_order where ",
            $condition,
            " and ($2 = 0 or name is not null) order by ",
            $order,
            " limit $1 offset $3"
        )
    };
}

/// The statement that selects orders by a column, or in the filter's own order.
macro_rules! select_sorted_orders {
    ($sort:expr, $condition:literal, $own_order:literal) => {
        match $sort.map(|OrderSort { column, is_descending }| (column, is_descending)) {
            None => select_orders!($condition, $own_order),
            Some((OrderColumn::Name, false)) => {
                select_orders!($condition, "name is null, name, id")
            }
            Some((OrderColumn::Name, true)) => {
                select_orders!($condition, "name is null, name desc, id desc")
            }
            Some((OrderColumn::Placed, false)) => select_orders!($condition, "placed_at, id"),
            Some((OrderColumn::Placed, true)) => {
                select_orders!($condition, "placed_at desc, id desc")
            }
            Some((OrderColumn::CollectBy, false)) => select_orders!($condition, "collect_by, id"),
            Some((OrderColumn::CollectBy, true)) => {
                select_orders!($condition, "collect_by desc, id desc")
            }
            Some((OrderColumn::State, false)) => select_orders!(
                $condition,
                "case when state = 'placed' and ready_at is null then 0
                      when state = 'placed' then 1 when state = 'collected' then 2
                      when state = 'cancelled' then 3 else 4 end, collect_by, id"
            ),
            Some((OrderColumn::State, true)) => select_orders!(
                $condition,
                "case when state = 'placed' and ready_at is null then 0
                      when state = 'placed' then 1 when state = 'collected' then 2
                      when state = 'cancelled' then 3 else 4 end desc, collect_by desc, id desc"
            ),
        }
    };
}

/// The statement of a search.
fn statement(filter: OrderFilter, sort: Option<OrderSort>) -> &'static str {
    match filter {
        OrderFilter::Open => select_sorted_orders!(
            sort,
            "state = 'placed'",
            "collect_by, placed_at desc, id desc"
        ),
        OrderFilter::ToPrepare => select_sorted_orders!(
            sort,
            "state = 'placed' and ready_at is null",
            "collect_by, placed_at desc, id desc"
        ),
        OrderFilter::Ready => select_sorted_orders!(
            sort,
            "state = 'placed' and ready_at is not null",
            "collect_by, placed_at desc, id desc"
        ),
        OrderFilter::EndingBefore(_) => select_sorted_orders!(
            sort,
            "state = 'placed' and collect_by < $4",
            "collect_by, placed_at desc, id desc"
        ),
        OrderFilter::Since(_) => select_sorted_orders!(
            sort,
            "(placed_at >= $4 or closed_at >= $4)",
            "placed_at desc, id desc"
        ),
        OrderFilter::Overdue => {
            select_sorted_orders!(sort, "state = 'overdue'", "placed_at desc, id desc")
        }
        OrderFilter::All => select_sorted_orders!(sort, "true", "placed_at desc, id desc"),
    }
}

/// The orders that a search finds, each with its lines.
pub(super) async fn orders<C: Connection>(
    connection: &mut C,
    search: &OrderSearch,
) -> Result<Vec<Order>, StoreError> {
    // The databases lower-case differently, so contacts are compared here, and the orders to leave
    // out are counted here, too.
    let (limit, offset, mut skip) = match search.contact {
        None => (i64::from(search.limit), search.skip, 0),
        Some(_) => (i64::MAX, 0, search.skip),
    };
    let mut query = query(statement(search.filter, search.sort))
        .bind(limit)
        .bind(search.contact.is_some())
        .bind(offset);
    if let OrderFilter::Since(time) | OrderFilter::EndingBefore(time) = search.filter {
        query = query.bind(millis(time));
    }
    let mut rows: Vec<OrderRow> = Vec::new();
    let mut found = query.fetch(connection);
    while rows.len() < search.limit as usize
        && let Some(row) = found.try_next().await?
    {
        let contact = search.contact.as_deref();
        if contact.is_none_or(|part| contact_contains(&row, part)) {
            match skip {
                0 => rows.push(row),
                _ => skip -= 1,
            }
        }
    }
    drop(found);
    let mut lines = lines(connection, &rows).await?;
    rows.into_iter()
        .map(|row| {
            let lines = lines.remove(&row.id).unwrap_or_default();
            row.with_lines(lines)
        })
        .collect()
}

/// Whether an order's name or contact contains a text, regardless of case and accents.
fn contact_contains(order: &OrderRow, part: &str) -> bool {
    let part = fold(part.trim());
    let contact = [&order.name, &order.reach].into_iter().flatten();
    contact.into_iter().any(|text| fold(text).contains(&part))
}

/// The lines of these orders, by order id.
async fn lines<C: Connection>(
    connection: &mut C,
    orders: &[OrderRow],
) -> Result<HashMap<i64, Vec<OrderLine>>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        order_id: i64,
        #[sqlx(flatten)]
        line: LineRow,
    }
    let ids: Vec<i64> = orders.iter().map(|order| order.id).collect();
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select order_id, slug, quantity, order_line.price_cents
             from json_each($1) as wanted
             cross join order_line on order_id = wanted.value
             cross join book on book.id = order_line.book_id
             order by order_id, slug"
        }
        Dialect::Postgres => {
            "select order_id, slug, quantity, order_line.price_cents
             from order_line join book on book.id = order_line.book_id
             where order_id = any($1)
             order by order_id, slug"
        }
    };
    let rows: Vec<Row> = query(statement).bind(ids).fetch_all(connection).await?;
    let mut lines: HashMap<i64, Vec<OrderLine>> = HashMap::new();
    for row in rows {
        let of_order = lines.entry(row.order_id).or_default();
        of_order.push(row.line.try_into()?);
    }
    Ok(lines)
}
