//! `backup` and `restore`: copies a shop into a file, and puts it back.

use std::path::Path;

use anyhow::Context;
use store::sqlite::{Inspection, restore};

use crate::{config::data_source::DataSource, ops::console::say};

/// Makes a backup beside a running shop or without one.
pub(super) async fn backup(data: &DataSource, file: &Path) -> anyhow::Result<()> {
    let mut inspection = Inspection::open(data.directory()?)
        .await
        .context("cannot read the shop (--data-dir)")?;
    inspection
        .backup(file)
        .await
        .with_context(|| format!("cannot make the backup {}", file.display()))?;
    say(format_args!(
        "{} is a copy of the shop as it was just now",
        file.display()
    ))
}

/// Puts a backup in the place of a shop that is not running, and keeps what was there.
pub(super) async fn restore_from(data: &DataSource, file: &Path) -> anyhow::Result<()> {
    let kept = restore(data.directory()?, file)
        .await
        .with_context(|| format!("cannot restore {}", file.display()))?;
    say(format_args!("{} is the shop now", file.display()))?;
    match kept {
        Some(kept) => say(format_args!("what was there is kept in {}", kept.display())),
        None => Ok(()),
    }
}
