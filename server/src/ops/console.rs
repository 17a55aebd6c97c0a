//! What a command prints.

use std::io::{Write, stdout};

/// A line on the standard output, which may have been closed.
pub(crate) fn say(words: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    Ok(writeln!(stdout(), "{words}")?)
}
