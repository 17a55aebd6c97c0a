//! What can be done to a shop without serving it: audit, ledger, restock, drop, backup,
//! restore.

use std::{
    io::{BufWriter, Write, stdout},
    num::NonZeroI32,
};

use anyhow::{Context, bail};
use futures::StreamExt;
use shop::{Command, Reason, Sale, Slug, Timestamp};
use store::{
    Options,
    postgres::{Progress, copy_shop},
    sqlite::{Inspection, restore},
};

use crate::{
    config::Task,
    place::{Data, Place},
    staff,
};

/// Carries out a task that is not serving.
///
/// # Errors
/// A sentence for whoever asked: what is wrong, and where.
pub async fn carry_out(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Serve(_) => bail!("serving is another matter"),
        Task::Audit(place) => audit(&place.data()?).await,
        Task::Migrate(place) => {
            place.data()?.migrate().await?;
            println!("the shop is up to date");
            Ok(())
        }
        Task::Copy { from, to } => copy(&from, &to).await,
        Task::Ledger { data, book } => ledger(&data, &book).await,
        Task::Restock {
            data,
            book,
            copies,
            reason,
        } => restock(&data.data()?, book, copies, reason).await,
        Task::Drop {
            data,
            book,
            opens,
            limit,
        } => set_sale(&data.data()?, book, opens, limit).await,
        Task::Staff(task) => staff::carry_out(task).await,
        Task::Backup { data, file } => {
            let data = data.data()?;
            let mut inspection = Inspection::open(data.directory()?)
                .await
                .context("cannot read the shop (--data-dir)")?;
            inspection
                .backup(&file)
                .await
                .with_context(|| format!("cannot make the backup {}", file.display()))?;
            say(format_args!(
                "{} is a copy of the shop as it was just now",
                file.display()
            ))
        }
        Task::Restore { data, file } => {
            let kept = restore(data.data()?.directory()?, &file)
                .await
                .with_context(|| format!("cannot restore {}", file.display()))?;
            say(format_args!("{} is the shop now", file.display()))?;
            match kept {
                Some(kept) => say(format_args!("what was there is kept in {}", kept.display())),
                None => Ok(()),
            }
        }
    }
}

/// A line on the standard output, which may have been closed.
pub(crate) fn say(words: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    Ok(writeln!(stdout(), "{words}")?)
}

async fn audit(data: &Data) -> anyhow::Result<()> {
    let findings = data
        .inspect()
        .await?
        .audit()
        .await
        .context("the audit was cut off")?;
    for finding in &findings {
        say(format_args!("{}: {}", finding.subject, finding.what))?;
    }
    match findings.len() {
        0 => say(format_args!("every rule holds")),
        count => bail!("{count} findings"),
    }
}

async fn restock(
    data: &Data,
    book: Slug,
    copies: NonZeroI32,
    reason: Reason,
) -> anyhow::Result<()> {
    // Opening makes a shop where there is none, which nobody wants to restock.
    drop(data.inspect().await?);
    let shop = data.open(&[], Options::default()).await?;
    let command = Command::Restock {
        book: book.clone(),
        change: copies,
        reason,
        submission: None,
    };
    let outcome = shop.submit(command).await;
    shop.close().await;
    outcome.with_context(|| format!("cannot restock {book}"))?;
    say(format_args!("{book}: {copies:+}"))
}

async fn set_sale(
    data: &Data,
    book: Slug,
    opens_at: Option<Timestamp>,
    limit: Option<u32>,
) -> anyhow::Result<()> {
    // As above: nobody wants a new shop here.
    drop(data.inspect().await?);
    let shop = data.open(&[], Options::default()).await?;
    let sale = Sale { opens_at, limit };
    let command = Command::SetSale {
        book: book.clone(),
        sale,
    };
    let outcome = shop.submit(command).await;
    shop.close().await;
    outcome.with_context(|| format!("cannot set the sale of {book}"))?;
    let from = opens_at.map_or("at any time".to_owned(), |at| format!("from {at} on"));
    let most = limit.map_or("as many as of other books".to_owned(), |n| n.to_string());
    say(format_args!("{book}: sold {from}, to each shopper {most}"))
}

async fn ledger(data: &Place, book: &Slug) -> anyhow::Result<()> {
    let mut inspection = data.data()?.inspect().await?;
    let mut movements = inspection.ledger(book);
    let mut out = BufWriter::new(stdout().lock());
    writeln!(
        out,
        "version\tat\tkind\ton hand\theld\tallocated\thold\torder\treason"
    )?;
    let mut count = 0_u64;
    while let Some(movement) = movements.next().await {
        let row = movement.context("the ledger was cut off")?;
        let number =
            |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        writeln!(
            out,
            "{}\t{}\t{}\t{:+}\t{:+}\t{:+}\t{}\t{}\t{}",
            row.version,
            row.at,
            row.kind,
            row.on_hand,
            row.held,
            row.allocated,
            number(row.hold.map(|hold| hold.0)),
            number(row.order.map(|order| order.0)),
            on_one_line(&row.reason.unwrap_or_default()),
        )?;
        count += 1;
    }
    out.flush()?;
    if count == 0 {
        bail!("there is no book “{book}”");
    }
    Ok(())
}

/// Moves a shop, saying how far it is, and audits what has come.
async fn copy(from: &str, to: &str) -> anyhow::Result<()> {
    let (from, to) = (
        Data::parse(from).context("--from"),
        Data::parse(to).context("--to"),
    );
    let (Data::Directory(directory), Data::Postgres(url)) = (from?, to?) else {
        bail!("a shop is copied --from sqlite:DIRECTORY --to postgres://…");
    };
    let progress = |Progress { table, rows, of }: Progress| {
        eprint!("\r{table}: {rows} of {of}");
        if rows == of {
            eprintln!();
        }
    };
    copy_shop(&directory, &url, progress)
        .await
        .context("the shop was not copied, and the database is as it was")?;
    say(format_args!("{} is in {url} now", directory.display()))?;
    audit(&Data::Postgres(url)).await
}

/// What is kept may be older than the rules for it: no terminal is told what to do.
fn on_one_line(text: &str) -> String {
    let shown = text.chars().map(|c| match c.is_control() {
        true => c.escape_default().to_string(),
        false => c.to_string(),
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_does_nothing_to_the_terminal() {
        assert_eq!(on_one_line("gezählt"), "gezählt");
        let shown = on_one_line("\u{1b}[31mred\n\tend\u{9b}1m");
        assert_eq!(shown, r"\u{1b}[31mred\n\tend\u{9b}1m");
    }
}
