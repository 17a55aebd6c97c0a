//! Tests of the parser. Most lists are parsed both whole and in pieces.

mod malformed_rows;
mod properties;
mod refused_files;
mod well_formed_lists;

use shop::{Column, Currency, LineProblem};

use super::*;

/// Sniffs and parses a file in pieces of this size, as it would be received.
fn read_in_pieces(bytes: &[u8], piece: usize) -> Result<Vec<Row>, NoList> {
    read_in(Currency::USD, bytes, piece)
}

/// The same for a shop with this currency.
fn read_in(currency: Currency, bytes: &[u8], piece: usize) -> Result<Vec<Row>, NoList> {
    let mut sniff = Sniff::default();
    bytes.chunks(piece).for_each(|bytes| sniff.push(bytes));
    let mut reading = Reading::new(sniff.finish()?, currency);
    let mut lines = Vec::new();
    for bytes in bytes.chunks(piece) {
        reading.push(bytes, &mut lines)?;
    }
    reading.finish(&mut lines)?;
    Ok(lines)
}

fn read(text: impl AsRef<[u8]>) -> Result<Vec<Row>, NoList> {
    let bytes = text.as_ref();
    let whole = read_in_pieces(bytes, bytes.len().max(1));
    for piece in [1, 3, 1_000] {
        assert_eq!(read_in_pieces(bytes, piece), whole, "in pieces of {piece}");
    }
    whole
}

fn entries(text: impl AsRef<[u8]>) -> Vec<shop::Entry> {
    let lines = read(text).unwrap().into_iter();
    lines
        .map(|line| match line {
            Row::Entry(entry) => entry,
            refused => panic!("{refused:?}"),
        })
        .collect()
}

/// The refused rows with their columns and problems.
fn refusals(text: impl AsRef<[u8]>) -> Vec<(u32, Column, LineProblem)> {
    let lines = read(text).unwrap().into_iter();
    lines
        .filter_map(|line| match line {
            Row::Refused {
                row, column, why, ..
            } => Some((row, column, why)),
            Row::Entry(_) => None,
        })
        .collect()
}
