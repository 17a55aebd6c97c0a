//! Catalogue files: chunks of any size give the same rows, and no input causes a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use shop::Currency;
use store::catalogue_file::{NoList, Reading, Row, Sniff};

/// Detects the format and parses the file, in chunks of this size.
fn parse_in_chunks(bytes: &[u8], chunk: usize) -> Result<Vec<Row>, NoList> {
    let mut sniff = Sniff::default();
    bytes.chunks(chunk).for_each(|bytes| sniff.push(bytes));
    let mut reading = Reading::new(sniff.finish()?, Currency::USD);
    let mut rows = Vec::new();
    for bytes in bytes.chunks(chunk) {
        reading.push(bytes, &mut rows)?;
    }
    reading.finish(&mut rows)?;
    Ok(rows)
}

fuzz_target!(|input: (u8, &[u8])| {
    let (chunk, bytes) = input;
    let whole = parse_in_chunks(bytes, bytes.len().max(1));
    assert_eq!(parse_in_chunks(bytes, usize::from(chunk).max(1)), whole);
    let rows = whole.unwrap_or_default();
    assert!(rows.is_sorted_by_key(Row::row), "rows are in order");
});
