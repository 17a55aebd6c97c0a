//! The messages about the rows of an import, and about files that cannot be imported.

use shop::{Column, Language, LineProblem};
use store::{
    catalogue_file::NoList,
    imports::{ImportTrouble, RowFound},
};

use crate::{i18n::number, server::current_settings};

/// The texts for a row: the column at fault, the reason, and the value in the file.
pub(super) fn finding(language: Language, found: RowFound) -> (String, String, String) {
    match found {
        RowFound::Added(book) => (String::new(), String::new(), book.to_string()),
        RowFound::Changed(book, columns) => {
            let columns: Vec<&str> = columns.into_iter().map(Column::as_str).collect();
            (
                columns.join(say!(language, format.between)),
                String::new(),
                book.to_string(),
            )
        }
        RowFound::Refused { column, why, said } => {
            let reason = reason(language, column, why);
            let column = match column {
                Column::Line => say!(language, import.whole_row),
                column => column.as_str(),
            };
            (column.to_owned(), reason, said)
        }
    }
}

fn reason(language: Language, column: Column, why: LineProblem) -> String {
    let words = match why {
        LineProblem::Cells { expected, found } => {
            return say!(language, import.cells, expected = expected, found = found);
        }
        LineProblem::TooLong { most } => return say!(language, import.too_long, count = most),
        LineProblem::Twice { row } => return say!(language, import.twice, row = row),
        LineProblem::AnotherBook { book } => {
            return say!(language, import.another_book, book = book.to_string());
        }
        LineProblem::Promised { promised } => {
            return say!(language, import.promised, count = promised);
        }
        LineProblem::TooLarge { most } => return say!(language, import.too_large, most = most),
        LineProblem::TooManyPixels { most } => {
            return say!(language, import.too_many_pixels, most = most);
        }
        LineProblem::NoSuchBook => say!(language, import.no_such_book),
        LineProblem::Withdrawn => say!(language, import.withdrawn),
        LineProblem::NoPicture => say!(language, import.no_picture),
        LineProblem::Encoding => say!(language, import.encoding),
        LineProblem::Characters => say!(language, import.characters),
        LineProblem::Missing if column == Column::Slug => say!(language, import.missing_name),
        LineProblem::Missing => say!(language, import.missing),
        LineProblem::Invalid => say!(language, import.invalid),
        LineProblem::WrongDigit => say!(language, import.wrong_digit),
        LineProblem::NoSign => say!(language, import.no_sign),
        LineProblem::Negative => say!(language, import.negative),
        LineProblem::ChangeAndCount => say!(language, import.change_and_count),
        LineProblem::OtherMoney => {
            let currency = current_settings().profile.currency().code();
            return say!(language, import.other_money, currency = currency);
        }
        LineProblem::TooManyDecimals => {
            let currency = current_settings().profile.currency().code();
            return say!(language, import.too_many_decimals, currency = currency);
        }
        LineProblem::TooManyCopies => say!(language, import.too_many),
    };
    words.to_owned()
}

/// The message for a file that cannot be imported.
pub(super) fn file_problem(language: Language, trouble: &ImportTrouble) -> String {
    let why = match trouble {
        ImportTrouble::NoList(why) => why,
        ImportTrouble::Digest => return say!(language, import.digest).to_owned(),
        ImportTrouble::GivenUp => return say!(language, import.given_up).to_owned(),
    };
    let words = match why {
        NoList::UnknownHeading { heading } => {
            return say!(language, import.unknown_heading, heading = heading.clone());
        }
        NoList::HeadingTwice { heading } => {
            return say!(language, import.heading_twice, heading = heading.clone());
        }
        NoList::CutOff { row } => return say!(language, import.cut_off, row = *row),
        NoList::TooManyRows { most } => {
            return say!(
                language,
                import.too_many_rows,
                count = number(language, *most)
            );
        }
        NoList::NoPack => say!(language, import.no_pack),
        NoList::Empty => say!(language, import.empty),
        NoList::Archive => say!(language, import.archive),
        NoList::Binary => say!(language, import.binary),
        NoList::NoHeadings => say!(language, import.no_headings),
        NoList::Nameless => say!(language, import.nameless),
    };
    words.to_owned()
}
