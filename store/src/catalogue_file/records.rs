//! Splits a text into records of cells. A cell that is too long is measured but not kept, so that
//! memory is bounded.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

/// The most bytes of a cell that is kept: ten thousand characters of four bytes.
pub(super) const LONGEST_CELL: usize = 40_000;
/// The most cells of a record that are kept. There are fewer headings than this.
const MOST_CELLS: usize = 64;

/// Counts blank lines. They are not records, but a spreadsheet counts them as rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BlankLines {
    /// Blank lines since the last record.
    pub(super) lines: u32,
    /// Whether the last line ended with `\r`; a `\n` that follows is then not another line.
    after_return: bool,
}

impl BlankLines {
    /// Skips the blank lines at the start of the input. Returns the number of bytes skipped.
    pub(super) fn skip(&mut self, input: &[u8]) -> usize {
        for (at, byte) in input.iter().enumerate() {
            match byte {
                b'\n' if self.after_return => self.after_return = false,
                b'\n' | b'\r' => {
                    self.lines = self.lines.saturating_add(1);
                    self.after_return = *byte == b'\r';
                }
                _ => return at,
            }
        }
        input.len()
    }
}

/// Reads records from a text.
#[derive(Debug)]
pub(super) struct Records {
    core: Reader,
    blank: BlankLines,
    /// The content of the cells, concatenated, and the end of each.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// The index of the first cell that was too long.
    too_long: Option<usize>,
    cells: usize,
    /// Whether any of the current record has been read.
    begun: bool,
    room: Box<[u8; 8_192]>,
}

/// A complete record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    /// The number of cells, including those not kept.
    pub(super) cells: usize,
    pub(super) too_long: Option<usize>,
}

impl<'a> Record<'a> {
    pub(super) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts
            .zip(self.ends.iter().copied())
            .map(|(start, end)| &self.bytes[start..end])
    }

    /// Whether all cells are blank, which is how a spreadsheet writes an empty row.
    pub(super) fn is_empty(self) -> bool {
        self.too_long.is_none() && self.iter().all(|cell| cell.trim_ascii().is_empty())
    }
}

impl Records {
    /// Starts reading a text, after these blank lines.
    pub(super) fn new(delimiter: u8, blank: BlankLines) -> Self {
        Self {
            blank,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            bytes: Vec::new(),
            ends: Vec::new(),
            too_long: None,
            cells: 0,
            begun: false,
            room: Box::new([0; 8_192]),
        }
    }

    /// Reads until a record ends. Returns the number of bytes used, and whether a record has ended.
    /// The parser takes an empty input for the end of the file, so it is never given one.
    pub(super) fn read(&mut self, mut input: &[u8]) -> (usize, bool) {
        let all = input.len();
        if !self.begun {
            input = &input[self.blank.skip(input)..];
        }
        while !input.is_empty() {
            let (result, used, written) = self.core.read_field(input, &mut self.room[..]);
            self.begun = true;
            let last = input[..used].last();
            let after_return = last == Some(&b'\r');
            input = &input[used..];
            let start = self.ends.last().copied().unwrap_or(0);
            let fits = self.cells < MOST_CELLS
                && self.bytes.len() - start + written <= LONGEST_CELL
                && self.too_long != Some(self.cells);
            if fits {
                self.bytes.extend(&self.room[..written]);
            } else if written > 0 {
                self.too_long.get_or_insert(self.cells);
                self.bytes.truncate(start);
            }
            match result {
                ReadFieldResult::InputEmpty
                | ReadFieldResult::OutputFull
                | ReadFieldResult::End => {}
                ReadFieldResult::Field { record_end } => {
                    if self.cells < MOST_CELLS {
                        self.ends.push(self.bytes.len());
                    }
                    self.cells += 1;
                    if record_end {
                        self.blank.after_return = after_return;
                        return (all - input.len(), true);
                    }
                }
            }
        }
        (all, false)
    }

    /// The record that has just ended.
    pub(super) fn record(&self) -> Record<'_> {
        Record {
            bytes: &self.bytes,
            ends: &self.ends,
            cells: self.cells,
            too_long: self.too_long,
        }
    }

    /// Blank lines before the current record.
    pub(super) fn blank_lines(&self) -> u32 {
        self.blank.lines
    }

    /// Prepares for the next record.
    pub(super) fn next(&mut self) {
        self.blank.lines = 0;
        self.bytes.clear();
        self.ends.clear();
        self.too_long = None;
        self.cells = 0;
        self.begun = false;
    }

    /// Whether the file ends inside a quoted cell. Gives the parser a line break, which ends the
    /// last record unless a quoted cell is open, so call this once, at the end.
    pub(super) fn is_open(&mut self) -> bool {
        let (result, _, written) = self.core.read_field(b"\n", &mut self.room[..]);
        match result {
            ReadFieldResult::Field { .. } => {
                if self.cells < MOST_CELLS {
                    self.ends.push(self.bytes.len());
                }
                self.cells += 1;
                self.begun = true;
                false
            }
            _ => written > 0,
        }
    }

    /// Whether any of the current record has been read.
    pub(super) fn has_begun(&self) -> bool {
        self.begun
    }
}
