//! `backup` and `restore`: copies a shop into a file, and back.

use std::path::Path;

use anyhow::Context;
use store::sqlite::{Inspection, restore};

use crate::{config::data_source::DataSource, ops::console::say};

/// Makes a backup, even while the shop is running.
pub(super) async fn backup(data: &DataSource, file: &Path) -> anyhow::Result<()> {
    let mut inspection = Inspection::open(data.directory()?)
        .await
        .context("cannot read the shop (--data-dir)")?;
    inspection
        .backup(file)
        .await
        .with_context(|| format!("cannot make the backup {}", file.display()))?;
    say(format_args!("{} is a backup of the shop", file.display()))
}

/// Replaces a stopped shop with a backup, and keeps the old data.
pub(super) async fn restore_from(data: &DataSource, file: &Path) -> anyhow::Result<()> {
    let kept = restore(data.directory()?, file)
        .await
        .with_context(|| format!("cannot restore {}", file.display()))?;
    say(format_args!(
        "the shop was restored from {}",
        file.display()
    ))?;
    match kept {
        Some(kept) => say(format_args!("the old data is kept in {}", kept.display())),
        None => Ok(()),
    }
}
