//! A catalogue file: any bytes, in pieces of any size, are read alike and never panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use store::list::{Line, NoList, Reading, Sniff};

/// Reads a file as it would be received: sniffed, then taken apart, in pieces of this size.
fn read_in(bytes: &[u8], piece: usize) -> Result<Vec<Line>, NoList> {
    let mut sniff = Sniff::default();
    bytes.chunks(piece).for_each(|bytes| sniff.push(bytes));
    let mut reading = Reading::new(sniff.finish()?);
    let mut lines = Vec::new();
    for bytes in bytes.chunks(piece) {
        reading.push(bytes, &mut lines)?;
    }
    reading.finish(&mut lines)?;
    Ok(lines)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let whole = read_in(bytes, bytes.len().max(1));
    assert_eq!(read_in(bytes, usize::from(piece).max(1)), whole);
    let rows = whole.unwrap_or_default();
    assert!(rows.is_sorted_by_key(Line::row), "rows come in their order");
});
