//! Writes the reminders of orders that end soon.

use std::time::Duration;

use shop::{OrderCode, OrderId, OrderMail, Timestamp};

use super::{
    MailContent,
    new_mails::{NewMail, write},
};
use crate::{
    StoreError,
    rows::{duration_millis, large, millis},
    sql::{Connection, query},
};

/// How long before its end a customer is reminded of an order.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);
/// An order that is kept for less than this has no reminder, because its confirmation is as recent.
const SHORTEST: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// The most reminders that are written in one transaction.
const AT_ONCE: u32 = 100;

/// The statement that selects open orders with an address that end soon and have no reminder. The
/// reminder's row is deleted only when the order has long ended.
macro_rules! select_due {
    ($columns:literal) => {
        concat!(
            "select ",
            $columns,
            " from shop_order
              where state = 'placed' and collect_by > $1 and collect_by <= $2
                and collect_by - placed_at >= $3 and reach like '%@%'
                and not exists (select 1 from mail
                                where mail.order_id = shop_order.id and mail.about = 'reminder')
              order by collect_by, id limit $4"
        )
    };
}

/// Whether any reminder is to be written.
pub(super) async fn is_any_due<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let first: Option<i64> = query(select_due!("id"))
        .bind(millis(now))
        .bind(millis(now + AHEAD))
        .bind(duration_millis(SHORTEST))
        .bind(1_u32)
        .fetch_optional_scalar(connection)
        .await?;
    Ok(first.is_some())
}

/// Writes the reminders that are due, the most urgent first. Returns how many were written.
///
/// Instances that do so at the same time write each reminder once: an index of the table refuses the
/// second.
pub(super) async fn write_due<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut transaction = connection.begin_write().await?;
    let rows: Vec<(i64, i64, String, Option<String>)> =
        query(select_due!("id, code, reach, language"))
            .bind(millis(now))
            .bind(millis(now + AHEAD))
            .bind(duration_millis(SHORTEST))
            .bind(AT_ONCE)
            .fetch_all(&mut *transaction)
            .await?;
    let mut mails = Vec::with_capacity(rows.len());
    for (id, code, address, language) in rows {
        let code = OrderCode::from_bits(code.cast_unsigned());
        let content = MailContent::of_order(OrderMail::Reminder, code);
        let language = language
            .and_then(|tag| tag.parse().ok())
            .unwrap_or_default();
        let order = OrderId(large(id)?);
        mails.push(NewMail::of_order(address, &content, language, order)?);
    }
    let written = write(&mut *transaction, &mails, now).await?;
    transaction.commit().await?;
    Ok(written)
}
