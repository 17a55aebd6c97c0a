//! `ledger`: a book's movements as tab-separated values.

use std::io::{BufWriter, Write, stdout};

use anyhow::{Context, bail};
use futures::StreamExt;
use shop::Slug;

use crate::config::data_source::DataArgs;

/// Prints the movements, oldest first.
pub(super) async fn ledger(data: &DataArgs, book: &Slug) -> anyhow::Result<()> {
    let mut inspection = data.data()?.inspect().await?;
    let mut movements = inspection.ledger(book);
    let mut out = BufWriter::new(stdout().lock());
    writeln!(
        out,
        "version\tat\tkind\ton hand\theld\tallocated\thold\torder\treceipt\treason"
    )?;
    let mut count = 0_u64;
    while let Some(movement) = movements.next().await {
        let row = movement.context("cannot read the whole ledger")?;
        let number =
            |number: Option<u64>| number.map_or_else(String::new, |number| number.to_string());
        writeln!(
            out,
            "{}\t{}\t{}\t{:+}\t{:+}\t{:+}\t{}\t{}\t{}\t{}",
            row.version,
            row.at,
            row.kind,
            row.on_hand,
            row.held,
            row.allocated,
            number(row.hold.map(|hold| hold.0)),
            number(row.order.map(|order| order.0)),
            row.receipt.map(|code| code.to_string()).unwrap_or_default(),
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

/// Replaces control characters, which older data may contain, so that they cannot control the
/// terminal.
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
    fn control_characters_are_replaced() {
        assert_eq!(on_one_line("gezählt"), "gezählt");
        let shown = on_one_line("\u{1b}[31mred\n\tend\u{9b}1m");
        assert_eq!(shown, r"\u{1b}[31mred\n\tend\u{9b}1m");
    }
}
