//! SQL for the receipts of sales and returns at the counter.

use shop::{Changes, OrderLine, Receipt, ReceiptCode, ReceiptKind};

use crate::{
    StoreError,
    rows::{LineRow, millis, timestamp},
    sql::{Connection, query},
};

/// Writes the receipts of a batch, in the batch's transaction.
pub(crate) async fn save<C: Connection>(
    connection: &mut C,
    changes: &Changes,
) -> Result<(), StoreError> {
    for receipt in &changes.receipts {
        query("insert into receipt (id, kind, at) values ($1, $2, $3)")
            .bind(number(receipt.code))
            .bind(receipt.kind.as_str())
            .bind(millis(receipt.at))
            .execute(connection)
            .await?;
        for line in &receipt.lines {
            query(
                "insert into receipt_line (receipt_id, book_id, quantity, price_cents)
                 select $1, id, $3, $4 from book where slug = $2",
            )
            .bind(number(receipt.code))
            .bind(line.book.as_str())
            .bind(line.quantity.get())
            .bind(line.price.cents())
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}

/// Reads a receipt. `None` if there is none with this code.
pub(crate) async fn read<C: Connection>(
    connection: &mut C,
    code: ReceiptCode,
) -> Result<Option<Receipt>, StoreError> {
    let head: Option<(String, i64)> = query("select kind, at from receipt where id = $1")
        .bind(number(code))
        .fetch_optional(connection)
        .await?;
    let Some((kind, at)) = head else {
        return Ok(None);
    };
    let kind = ReceiptKind::named(&kind)
        .ok_or_else(|| StoreError::Inconsistent(format!("receipt {code} is a {kind:?}")))?;
    let lines: Vec<LineRow> = query(
        "select slug, quantity, receipt_line.price_cents
         from receipt_line join book on book.id = receipt_line.book_id
         where receipt_id = $1 order by title, slug",
    )
    .bind(number(code))
    .fetch_all(connection)
    .await?;
    Ok(Some(Receipt {
        code,
        kind,
        lines: lines
            .into_iter()
            .map(OrderLine::try_from)
            .collect::<Result<_, _>>()?,
        at: timestamp(at)?,
    }))
}

/// A code as SQL stores it. Its sixty bits fit.
fn number(code: ReceiptCode) -> i64 {
    code.bits().cast_signed()
}
