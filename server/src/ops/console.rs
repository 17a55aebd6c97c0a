//! Prints the output of commands.

use std::io::{Write, stdout};

/// Prints a line to standard output, which may be closed.
pub(crate) fn say(words: std::fmt::Arguments<'_>) -> anyhow::Result<()> {
    Ok(writeln!(stdout(), "{words}")?)
}
