//! The first row: which column is where.

use shop::Column;

use super::NoList;

/// What separates cells, in the order in which ties are decided.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Which column is where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Headings(Vec<Column>);

impl Headings {
    /// Reads them: in any case, with spaces for underscores.
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

/// What separates the cells of a file whose first line this is: that which makes the most
/// headings of it.
pub(super) fn delimiter(line: &str) -> u8 {
    let known = |delimiter: &u8| {
        line.split(char::from(*delimiter))
            .filter(|cell| column(cell.trim().trim_matches('"')).is_some())
            .count()
    };
    // The first of several that are alike: `max_by_key` has the last.
    let best = DELIMITERS.iter().rev().max_by_key(|one| known(one));
    best.copied().unwrap_or(b',')
}

fn column(cell: &str) -> Option<Column> {
    let name = cell.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    Column::ALL
        .into_iter()
        .find(|column| column.as_str() == name)
}

/// As much of a text as is said again.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
