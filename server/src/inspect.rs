//! What can be done to a shop without serving it: audit, ledger, restock, backup, restore.

use std::io::{BufWriter, Write, stdout};

use anyhow::{Context, bail};
use futures::StreamExt;
use shop::Command;
use store::{
    Options, Store,
    sqlite::{Inspection, SqliteStore, restore},
};

use crate::config::{DataDir, Task};

/// Carries out a task that is not serving.
///
/// # Errors
/// A sentence for whoever asked: what is wrong, and where.
pub async fn carry_out(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Serve(_) => bail!("serving is another matter"),
        Task::Audit(data) => audit(&data).await,
        Task::Ledger { data, book } => ledger(&data, &book).await,
        Task::Restock {
            data,
            book,
            copies,
            reason,
        } => {
            let DataDir { data_dir } = data;
            let shop = SqliteStore::open(&data_dir, &[], Options::default())
                .await
                .with_context(|| {
                    format!("cannot open the shop (--data-dir {})", data_dir.display())
                })?;
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
            open(&data).await?.backup(&file).await.with_context(|| {
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
            let kept = restore(&data.data_dir, &file)
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

async fn open(data: &DataDir) -> anyhow::Result<Inspection> {
    Inspection::open(&data.data_dir).await.with_context(|| {
        format!(
            "cannot read the shop (--data-dir {})",
            data.data_dir.display()
        )
    })
}

async fn audit(data: &DataDir) -> anyhow::Result<()> {
    let findings = open(data)
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

async fn ledger(data: &DataDir, book: &shop::Slug) -> anyhow::Result<()> {
    let mut inspection = open(data).await?;
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
