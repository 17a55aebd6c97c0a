//! `copy`: moves a shop from SQLite to PostgreSQL.

use std::io::{Write, stderr};

use anyhow::{Context, bail};
use store::postgres::{Progress, copy_shop};

use super::audit::audit;
use crate::{config::data_source::DataSource, ops::console::say};

/// Copies a shop, prints the progress, and audits the result.
pub(super) async fn copy(from: &str, to: &str) -> anyhow::Result<()> {
    let (from, to) = (
        DataSource::parse(from).context("--from"),
        DataSource::parse(to).context("--to"),
    );
    let (DataSource::Directory(directory), DataSource::Postgres(url)) = (from?, to?) else {
        bail!("use --from sqlite:DIRECTORY and --to postgres://…");
    };
    let progress = |Progress { table, rows, of }: Progress| {
        let end = if rows == of { "\n" } else { "" };
        // The copy continues even if standard error is closed.
        let _ = write!(stderr(), "\r{table}: {rows} of {of}{end}");
    };
    copy_shop(&directory, &url, progress)
        .await
        .context("the shop was not copied, and the database is unchanged")?;
    say(format_args!("{} was copied to {url}", directory.display()))?;
    audit(&DataSource::Postgres(url)).await
}
