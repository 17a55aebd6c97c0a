//! `audit`: checks every rule of the data.

use anyhow::{Context, bail};

use crate::{config::data_source::DataSource, ops::console::say};

/// Prints a line for each violation.
///
/// # Errors
/// If there is a violation, or the data cannot be read.
pub(super) async fn audit(data: &DataSource) -> anyhow::Result<()> {
    let findings = data
        .inspect()
        .await?
        .audit()
        .await
        .context("the audit did not finish")?;
    for finding in &findings {
        say(format_args!("{}: {}", finding.subject, finding.what))?;
    }
    match findings.len() {
        0 => say(format_args!("every rule holds")),
        count => bail!("{count} violations"),
    }
}
