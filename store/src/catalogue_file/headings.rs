//! The first row of a list: the headings of its columns.

use shop::Column;

use super::NoList;

/// The delimiters. If several fit equally well, the first of them is taken.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The columns, in the file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Headings(Vec<Column>);

impl Headings {
    /// Parses the headings. Case does not matter, and spaces or hyphens may replace underscores.
    pub(super) fn parse<'a>(cells: impl Iterator<Item = &'a str>) -> Result<Self, NoList> {
        let mut columns = Vec::new();
        for cell in cells {
            let heading = shortened(cell.trim());
            let column = column(cell).ok_or_else(|| NoList::UnknownHeading {
                heading: heading.clone(),
            })?;
            if columns.contains(&column) {
                return Err(NoList::HeadingTwice { heading });
            }
            columns.push(column);
        }
        let names = [Column::Slug, Column::Isbn, Column::Title];
        if !names.iter().any(|name| columns.contains(name)) {
            return Err(NoList::Nameless);
        }
        Ok(Self(columns))
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.0
    }
}

/// Guesses a file's delimiter from its first line: the one that yields the most known headings.
pub(super) fn delimiter(line: &str) -> u8 {
    let known = |delimiter: &u8| {
        line.split(char::from(*delimiter))
            .filter(|cell| column(cell.trim().trim_matches('"')).is_some())
            .count()
    };
    // Reversed, because `max_by_key` returns the last of several maxima.
    let best = DELIMITERS.iter().rev().max_by_key(|one| known(one));
    best.copied().unwrap_or(b',')
}

fn column(cell: &str) -> Option<Column> {
    let name = cell.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    Column::ALL
        .into_iter()
        .find(|column| column.as_str() == name)
}

/// A text shortened for an error message.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
