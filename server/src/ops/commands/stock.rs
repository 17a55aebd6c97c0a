//! `restock` and `drop`: change a book's stock and sale while the shop is stopped.

use std::num::NonZeroI32;

use anyhow::Context;
use shop::{Command, Reason, Sale, Slug, StaffCommand, Timestamp};
use store::Options;

use crate::{config::data_source::DataSource, ops::console::say};

/// Adds copies, or subtracts them.
pub(super) async fn restock(
    data: &DataSource,
    book: Slug,
    copies: NonZeroI32,
    reason: Reason,
) -> anyhow::Result<()> {
    // Opening would create a shop where there is none, so check first.
    drop(data.inspect().await?);
    let shop = data.open(&[], Options::default()).await?;
    let command = Command::Restock {
        book: book.clone(),
        change: copies,
        reason: reason.clone(),
        submission: None,
    };
    let outcome = shop.submit(on_this_machine(command, Some(reason))).await;
    shop.close().await;
    outcome.with_context(|| format!("cannot restock {book}"))?;
    say(format_args!("{book}: {copies:+}"))
}

/// Sets when a book is sold, and how many copies one shopper may have.
pub(super) async fn set_sale(
    data: &DataSource,
    book: Slug,
    opens_at: Option<Timestamp>,
    limit: Option<u32>,
) -> anyhow::Result<()> {
    // As above: do not create a shop.
    drop(data.inspect().await?);
    let shop = data.open(&[], Options::default()).await?;
    let sale = Sale { opens_at, limit };
    let command = Command::SetSale {
        book: book.clone(),
        sale,
        seen: None,
    };
    let outcome = shop.submit(on_this_machine(command, None)).await;
    shop.close().await;
    outcome.with_context(|| format!("cannot set the sale of {book}"))?;
    let from = opens_at.map_or("at any time".to_owned(), |at| format!("from {at} on"));
    let most = limit.map_or("as many as of other books".to_owned(), |n| n.to_string());
    say(format_args!(
        "{book}: on sale {from}; for each shopper {most}"
    ))
}

/// The command as the journal records it: without a member of staff.
fn on_this_machine(command: Command, reason: Option<Reason>) -> Command {
    Command::ByStaff(Box::new(StaffCommand {
        by: None,
        reason,
        command,
    }))
}
