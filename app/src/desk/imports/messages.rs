//! The messages about the rows of an import, and about files that cannot be imported.

use shop::{Column, Language, Trouble};
use store::{
    imports::{ImportTrouble, RowFound},
    list::NoList,
};

/// Of a row: in which column, why, and what stands there.
pub(super) fn finding(here: Language, found: RowFound) -> (String, String, String) {
    match found {
        RowFound::Added(book) => (String::new(), String::new(), book.to_string()),
        RowFound::Changed(book, columns) => {
            let columns: Vec<&str> = columns.into_iter().map(Column::as_str).collect();
            (columns.join(", "), String::new(), book.to_string())
        }
        RowFound::Refused { column, why, said } => {
            let reason = reason(here, column, why);
            let column = match column {
                Column::Line => say!(here, import.whole_row),
                column => column.as_str(),
            };
            (column.to_owned(), reason, said)
        }
    }
}

fn reason(here: Language, column: Column, why: Trouble) -> String {
    let words = match why {
        Trouble::Cells { expected, found } => {
            return say!(here, import.cells, expected = expected, found = found);
        }
        Trouble::TooLong { most } => return say!(here, import.too_long, most = most),
        Trouble::Twice { row } => return say!(here, import.twice, row = row),
        Trouble::AnotherBook { book } => {
            return say!(here, import.another_book, book = book.to_string());
        }
        Trouble::Promised { promised: 1 } => say!(here, import.one_promised),
        Trouble::Promised { promised } => return say!(here, import.promised, count = promised),
        Trouble::TooLarge { most } => return say!(here, import.too_large, most = most),
        Trouble::TooManyPixels { most } => {
            return say!(here, import.too_many_pixels, most = most);
        }
        Trouble::NoSuchBook => say!(here, import.no_such_book),
        Trouble::Withdrawn => say!(here, import.withdrawn),
        Trouble::NoPicture => say!(here, import.no_picture),
        Trouble::Encoding => say!(here, import.encoding),
        Trouble::Characters => say!(here, import.characters),
        Trouble::Missing if column == Column::Slug => say!(here, import.missing_name),
        Trouble::Missing => say!(here, import.missing),
        Trouble::Invalid => say!(here, import.invalid),
        Trouble::WrongDigit => say!(here, import.wrong_digit),
        Trouble::NoSign => say!(here, import.no_sign),
        Trouble::Negative => say!(here, import.negative),
        Trouble::ChangeAndCount => say!(here, import.change_and_count),
        Trouble::OtherMoney => say!(here, import.other_money),
        Trouble::TooManyCopies => say!(here, import.too_many),
    };
    words.to_owned()
}

/// Why a file is none that can be taken in.
pub(super) fn no_list(here: Language, trouble: &ImportTrouble) -> String {
    let why = match trouble {
        ImportTrouble::NoList(why) => why,
        ImportTrouble::Digest => return say!(here, import.digest).to_owned(),
        ImportTrouble::GivenUp => return say!(here, import.given_up).to_owned(),
    };
    let words = match why {
        NoList::UnknownHeading { heading } => {
            return say!(here, import.unknown_heading, heading = heading.clone());
        }
        NoList::HeadingTwice { heading } => {
            return say!(here, import.heading_twice, heading = heading.clone());
        }
        NoList::CutOff { row } => return say!(here, import.cut_off, row = *row),
        NoList::TooManyRows { most } => return say!(here, import.too_many_rows, most = *most),
        NoList::NoPack => say!(here, import.no_pack),
        NoList::Empty => say!(here, import.empty),
        NoList::Archive => say!(here, import.archive),
        NoList::Binary => say!(here, import.binary),
        NoList::NoHeadings => say!(here, import.no_headings),
        NoList::Nameless => say!(here, import.nameless),
    };
    words.to_owned()
}
