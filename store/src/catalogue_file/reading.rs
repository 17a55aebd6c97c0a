//! Parses a list piece by piece.

use std::collections::HashMap;

use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE, UTF_16LE};
use sha2::{Digest, Sha256};
use shop::{Column, Currency, Entry, Isbn, LineProblem, Slug};

use super::{
    MOST_ROWS, Nature, NoList, Row,
    headings::{Headings, delimiter, shortened},
    records::{BlankLines, Record, Records},
    row::{CellProblem, entry},
};

/// The most bytes of the first line; a longer one is not taken for headings.
const LONGEST_HEAD: usize = 4_096;
/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A list that is being parsed. It keeps the current row, and the books seen so far.
#[derive(Debug)]
pub struct Reading {
    nature: Nature,
    /// The shop's currency, in which all prices are.
    currency: Currency,
    /// Converts UTF-16 to UTF-8.
    utf16: Option<Decoder>,
    /// Blank lines before the headings.
    blank: BlankLines,
    /// The first line, until it is complete.
    head: Vec<u8>,
    records: Option<Records>,
    headings: Option<Headings>,
    /// The last row that was read.
    row: u32,
    seen_slugs: HashMap<u128, u32>,
    seen_isbns: HashMap<u64, u32>,
}

impl Reading {
    /// Starts parsing a text whose prices are in this currency.
    #[must_use]
    pub fn new(nature: Nature, currency: Currency) -> Self {
        Self {
            nature,
            currency,
            utf16: is_utf16(nature).then(|| nature.encoding.new_decoder_with_bom_removal()),
            blank: BlankLines::default(),
            head: Vec::new(),
            records: None,
            headings: None,
            row: 0,
            seen_slugs: HashMap::new(),
            seen_isbns: HashMap::new(),
        }
    }

    /// The last row that was read completely.
    #[must_use]
    pub fn row(&self) -> u32 {
        self.row
    }

    /// Parses the next piece, and appends the rows that end in it.
    ///
    /// # Errors
    /// [`NoList`] if the file must be refused as a whole.
    pub fn push(&mut self, bytes: &[u8], lines: &mut Vec<Row>) -> Result<(), NoList> {
        match self.utf16.take() {
            None => self.read(bytes, lines),
            Some(mut wide) => {
                let read = self.decode_utf16(&mut wide, bytes, false, lines);
                self.utf16 = Some(wide);
                read
            }
        }
    }

    /// Parses the rest at the end of the file.
    ///
    /// # Errors
    /// [`NoList`] if the file must be refused as a whole, or is cut off.
    pub fn finish(&mut self, lines: &mut Vec<Row>) -> Result<(), NoList> {
        if let Some(mut wide) = self.utf16.take() {
            self.decode_utf16(&mut wide, &[], true, lines)?;
        }
        if self.records.is_none() {
            self.begin(lines)?;
        }
        let records = self.records.as_mut().ok_or(NoList::Empty)?;
        let row = self.row + records.blank_lines() + 1;
        if records.is_open() {
            return Err(NoList::CutOff { row });
        }
        if records.has_begun() {
            self.end_of_record(lines)?;
        }
        match self.headings {
            Some(_) => Ok(()),
            None => Err(NoList::Empty),
        }
    }

    fn decode_utf16(
        &mut self,
        wide: &mut Decoder,
        mut bytes: &[u8],
        last: bool,
        lines: &mut Vec<Row>,
    ) -> Result<(), NoList> {
        let mut room = [0; 8_192];
        loop {
            let (result, used, written, _) = wide.decode_to_utf8(bytes, &mut room, last);
            bytes = &bytes[used..];
            self.read(&room[..written], lines)?;
            if result == CoderResult::InputEmpty {
                return Ok(());
            }
        }
    }

    fn read(&mut self, bytes: &[u8], lines: &mut Vec<Row>) -> Result<(), NoList> {
        if self.records.is_some() {
            return self.parse_records(bytes, lines);
        }
        self.head.extend(bytes);
        let mut blank = 0;
        loop {
            let rest = &self.head[blank..];
            let mark = rest.len() - rest.strip_prefix(BOM).unwrap_or(rest).len();
            match self.blank.skip(&rest[mark..]) {
                0 => break,
                skipped => blank += mark + skipped,
            }
        }
        self.head.drain(..blank);
        match self.head.iter().position(|b| matches!(b, b'\n' | b'\r')) {
            Some(_) => self.begin(lines),
            None if self.head.len() > LONGEST_HEAD => Err(NoList::NoHeadings),
            None => Ok(()),
        }
    }

    fn begin(&mut self, lines: &mut Vec<Row>) -> Result<(), NoList> {
        let head = std::mem::take(&mut self.head);
        let head = head.strip_prefix(BOM).unwrap_or(&head);
        let first = head.split(|b| matches!(b, b'\n' | b'\r')).next();
        let first = first.unwrap_or_default();
        if first.len() > LONGEST_HEAD {
            return Err(NoList::NoHeadings);
        }
        let delimiter = delimiter(&String::from_utf8_lossy(first));
        self.records = Some(Records::new(delimiter, self.blank));
        self.parse_records(head, lines)
    }

    fn parse_records(&mut self, mut bytes: &[u8], lines: &mut Vec<Row>) -> Result<(), NoList> {
        while !bytes.is_empty() {
            let records = self.records.as_mut().ok_or(NoList::Empty)?;
            let (used, ended) = records.read(bytes);
            bytes = &bytes[used..];
            if ended {
                self.end_of_record(lines)?;
            }
        }
        Ok(())
    }

    fn end_of_record(&mut self, lines: &mut Vec<Row>) -> Result<(), NoList> {
        let Some(records) = &self.records else {
            return Ok(());
        };
        let row = self.row + records.blank_lines() + 1;
        let record = records.record();
        match &self.headings {
            None => {
                let cells = self.cells(record).map_err(|_| NoList::NoHeadings)?;
                self.headings = Some(Headings::parse(cells.iter().map(|cell| &**cell))?);
            }
            Some(_) if row > MOST_ROWS + 1 => {
                let most = MOST_ROWS;
                return Err(NoList::TooManyRows { most });
            }
            Some(_) if record.is_empty() => {}
            Some(headings) => {
                let line = self.line(row, record, headings);
                let line = line.and_then(|entry| self.refuse_duplicate(entry));
                lines.push(line.map_or_else(|wrong| refused(row, wrong), Row::Entry));
            }
        }
        self.row = row;
        if let Some(records) = &mut self.records {
            records.next();
        }
        Ok(())
    }

    fn line(
        &self,
        row: u32,
        record: Record<'_>,
        headings: &Headings,
    ) -> Result<Entry, CellProblem> {
        let expected = headings.columns().len();
        if record.cells != expected {
            let count = |cells: usize| u32::try_from(cells).unwrap_or(u32::MAX);
            let (expected, found) = (count(expected), count(record.cells));
            let why = LineProblem::Cells { expected, found };
            return Err((Column::Line, why, String::new()));
        }
        if let Some(at) = record.too_long {
            let column = headings.columns().get(at);
            let most = super::cells::LONGEST_DESCRIPTION;
            let column = column.copied().unwrap_or(Column::Line);
            return Err((column, LineProblem::TooLong { most }, String::new()));
        }
        let cells = self.cells(record).map_err(|at| {
            let column = headings.columns().get(at).copied();
            let column = column.unwrap_or(Column::Line);
            let bytes = record.iter().nth(at).unwrap_or_default();
            let said = String::from_utf8_lossy(bytes).into_owned();
            (column, LineProblem::Encoding, said)
        })?;
        let cells: Vec<&str> = cells.iter().map(|cell| &**cell).collect();
        entry(row, headings, &cells, self.currency)
    }

    /// The cells as text, or the index of the first that is not valid.
    fn cells<'a>(&self, record: Record<'a>) -> Result<Vec<std::borrow::Cow<'a, str>>, usize> {
        let decoded = record.iter().enumerate().map(|(at, bytes)| {
            let wide = is_utf16(self.nature);
            if wide || self.nature.encoding == UTF_8 {
                let text = std::str::from_utf8(bytes).map_err(|_| at)?;
                // The UTF-16 decoder replaces invalid input with U+FFFD.
                let unread = wide && text.contains('\u{fffd}');
                return if unread { Err(at) } else { Ok(text.into()) };
            }
            Ok(self.nature.encoding.decode_without_bom_handling(bytes).0)
        });
        decoded.collect()
    }

    /// Returns the earlier row with this book, or remembers this row if there is none. The slug of
    /// a row that has only an ISBN must come from the catalogue.
    pub fn meant_before(&mut self, row: u32, book: &Slug) -> Option<u32> {
        let first = *self.seen_slugs.entry(slug_hash(book)).or_insert(row);
        (first != row).then_some(first)
    }

    /// Refuses a book that an earlier row named.
    fn refuse_duplicate(&mut self, entry: Entry) -> Result<Entry, CellProblem> {
        if let Some(isbn) = &entry.isbn {
            let row = *self
                .seen_isbns
                .entry(isbn_number(isbn))
                .or_insert(entry.row);
            if row != entry.row {
                let why = LineProblem::Twice { row };
                return Err((Column::Isbn, why, isbn.to_string()));
            }
        }
        let name = slug_hash(entry.slug.as_ref().unwrap_or(&entry.made));
        let row = *self.seen_slugs.entry(name).or_insert(entry.row);
        if row != entry.row {
            let why = LineProblem::Twice { row };
            let said = entry.slug.as_ref().unwrap_or(&entry.made).to_string();
            return Err((Column::Slug, why, said));
        }
        Ok(entry)
    }
}

fn refused(row: u32, (column, why, said): CellProblem) -> Row {
    let said = shortened(said.trim());
    Row::Refused {
        row,
        column,
        why,
        said,
    }
}

/// Whether the text is UTF-16, which is decoded before it is parsed.
fn is_utf16(nature: Nature) -> bool {
    [UTF_16LE, UTF_16BE].contains(&nature.encoding)
}

/// The thirteen digits as a number.
fn isbn_number(isbn: &Isbn) -> u64 {
    isbn.as_str().parse().unwrap_or_default()
}

/// Half of the slug's SHA-256, which takes less memory than the slug.
fn slug_hash(slug: &Slug) -> u128 {
    let hash = Sha256::digest(slug.as_str());
    let half = hash.first_chunk().copied().unwrap_or_default();
    u128::from_le_bytes(half)
}
