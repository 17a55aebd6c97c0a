//! Turns the cells of a row into an entry.

use shop::{Column, Copies, Currency, Entry, Isbn, LineProblem, Slug};

use super::{cells, headings::Headings};
use crate::catalogue::fold;

/// The column, the problem, and the cell's content.
pub(super) type CellProblem = (Column, LineProblem, String);

/// Parses a row with as many cells as there are headings. An empty cell leaves the book's field
/// unchanged.
pub(super) fn entry(
    row: u32,
    headings: &Headings,
    said: &[&str],
    currency: Currency,
) -> Result<Entry, CellProblem> {
    let columns = headings.columns();
    let line = Cells { columns, said };
    let slug = line.read(Column::Slug, |cell| {
        Slug::parse(cell.trim()).map_err(|_| LineProblem::Invalid)
    })?;
    let isbn = line.read(Column::Isbn, cells::isbn)?;
    let phrase = |column, most| line.read(column, |cell| cells::single_line(cell, most));
    let title = phrase(Column::Title, cells::LONGEST_TITLE)?;
    let author = phrase(Column::Author, cells::LONGEST_AUTHOR)?;
    let cover_alt = phrase(Column::CoverAlt, cells::LONGEST_ALT)?;
    let description = line.read(Column::Description, |cell| {
        cells::multi_line(cell, cells::LONGEST_DESCRIPTION)
    })?;
    let price = line.read(Column::Price, |cell| cells::price(cell, currency))?;
    line.read(Column::Currency, |cell| cells::currency(cell, currency))?;
    let change = line.read(Column::Stock, cells::change)?.flatten();
    let counted = line.read(Column::Counted, cells::counted)?;
    let copies = match (change, counted) {
        (Some(_), Some(_)) => {
            let said = line.cell(Column::Counted).unwrap_or_default();
            return Err((
                Column::Counted,
                LineProblem::ChangeAndCount,
                said.to_owned(),
            ));
        }
        (change, counted) => change.map(Copies::Change).or(counted.map(Copies::Counted)),
    };
    let made = match &slug {
        Some(slug) => slug.clone(),
        None => slug_for(title.as_deref(), isbn.as_ref()).ok_or((
            Column::Slug,
            LineProblem::Missing,
            String::new(),
        ))?,
    };
    Ok(Entry {
        row,
        slug,
        made,
        isbn,
        title,
        author,
        description,
        cover_alt,
        price,
        copies,
    })
}

struct Cells<'a> {
    columns: &'a [Column],
    said: &'a [&'a str],
}

impl<'a> Cells<'a> {
    fn cell(&self, column: Column) -> Option<&'a str> {
        let at = self.columns.iter().position(|other| *other == column)?;
        self.said.get(at).copied()
    }

    fn read<T>(
        &self,
        column: Column,
        read: impl FnOnce(&str) -> Result<T, LineProblem>,
    ) -> Result<Option<T>, CellProblem> {
        let Some(cell) = self.cell(column).filter(|cell| !cell.trim().is_empty()) else {
            return Ok(None);
        };
        let wrong = |why| (column, why, cell.to_owned());
        read(cell).map(Some).map_err(wrong)
    }
}

/// Makes a slug for a new book from its title and ISBN, so that two books with the same title
/// differ. `None` if the title has no letter or digit that can be in a slug, and there is no ISBN.
#[must_use]
pub fn slug_for(title: Option<&str>, isbn: Option<&Isbn>) -> Option<Slug> {
    let number = isbn.map(Isbn::as_str).unwrap_or_default();
    let room = Slug::MAX_LEN
        - if number.is_empty() {
            0
        } else {
            number.len() + 1
        };
    let mut name = String::new();
    for c in fold(title.unwrap_or_default()).chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            // Apostrophes are part of a word.
            '\'' | '’' => {}
            _ if name.ends_with('-') || name.is_empty() => {}
            _ => name.push('-'),
        }
        if name.len() >= room {
            break;
        }
    }
    let parts = [name.trim_matches('-'), number];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Slug::parse(&parts.join("-")).ok()
}
