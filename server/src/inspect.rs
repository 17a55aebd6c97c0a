//! What can be done to a shop without serving it: audit, ledger, restock, backup, restore.

use std::io::{BufWriter, Write, stdout};

use anyhow::{Context, bail};
use futures::StreamExt;
use shop::Command;
use store::{
    Options,
    postgres::{Progress, copy_shop},
    sqlite::{Inspection, restore},
};

use crate::{
    config::Task,
    place::{Data, Place},
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
        } => {
            let data = data.data()?;
            // There must be a shop, and it is not made by mistake.
            data.inspect().await?;
            let shop = data.open(&[], Options::default()).await?;
            let command = Command::Restock {
                book: book.clone(),
                change: copies,
                reason,
            };
            let outcome = shop.submit(command).await;
            shop.close().await;
            outcome.with_context(|| format!("cannot restock {book}"))?;
            println!("{book}: {copies:+}");
            Ok(())
        }
        Task::Backup { data, file } => {
            let data = data.data()?;
            let mut inspection = Inspection::open(data.directory()?)
                .await
                .context("cannot read the shop (--data-dir)")?;
            inspection.backup(&file).await.with_context(|| {
                format!(
                    "cannot make the backup {} (it must not exist yet)",
                    file.display()
                )
            })?;
            println!(
                "{} is a copy of the shop as it was just now",
                file.display()
            );
            Ok(())
        }
        Task::Restore { data, file } => {
            let kept = restore(data.data()?.directory()?, &file)
                .await
                .with_context(|| format!("cannot restore {}", file.display()))?;
            println!("{} is the shop now", file.display());
            if let Some(kept) = kept {
                println!("what was there is kept in {}", kept.display());
            }
            Ok(())
        }
    }
}

async fn audit(data: &Data) -> anyhow::Result<()> {
    let findings = data
        .inspect()
        .await?
        .audit()
        .await
        .context("the audit was cut off")?;
    for finding in &findings {
        println!("{}: {}", finding.subject, finding.what);
    }
    match findings.len() {
        0 => {
            println!("every rule holds");
            Ok(())
        }
        count => bail!("{count} findings"),
    }
}

async fn ledger(data: &Place, book: &shop::Slug) -> anyhow::Result<()> {
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
            row.reason
                .unwrap_or_default()
                .replace(['\t', '\n', '\r'], " "),
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
    println!("{} is in {url} now", directory.display());
    audit(&Data::Postgres(url)).await
}
