//! Well-formed lists, malformed rows, and files that are not lists.

use std::time::Instant;

use proptest::prelude::*;
use shop::{Column, Copies, LineProblem};

use super::*;

/// Sniffs and parses a file in pieces of this size, as it would be received.
fn read_in(bytes: &[u8], piece: usize) -> Result<Vec<Row>, NoList> {
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

fn read(text: impl AsRef<[u8]>) -> Result<Vec<Row>, NoList> {
    let bytes = text.as_ref();
    let whole = read_in(bytes, bytes.len().max(1));
    for piece in [1, 3, 1_000] {
        assert_eq!(read_in(bytes, piece), whole, "in pieces of {piece}");
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

const FULL: &str = "slug,isbn,title,author,description,cover_alt,price,currency,stock\n\
    small-hours,979-9-999-00007-8,Small Hours,Ann Lee,\"Two\nlines, and a \"\"word\"\"\",A lamp,$1234.50,USD,+5\n";

#[test]
fn a_row_can_set_every_field_of_a_book() {
    let entry = entries(FULL).remove(0);
    assert_eq!(
        (entry.row, entry.slug.unwrap().as_str()),
        (2, "small-hours")
    );
    assert_eq!(entry.isbn.unwrap().as_str(), "9799999000078");
    assert_eq!(entry.title.as_deref(), Some("Small Hours"));
    let description = entry.description.as_deref();
    assert_eq!(description, Some("Two\nlines, and a \"word\""));
    assert_eq!(entry.price.unwrap().cents(), 123_450);
    assert_eq!(entry.copies, Some(Copies::Change(5.try_into().unwrap())));
}

#[test]
fn an_empty_cell_and_a_missing_column_set_nothing() {
    let entry = entries("Title;Price;Counted\nA book;;\n").remove(0);
    assert_eq!(
        (entry.author, entry.price, entry.copies),
        (None, None, None)
    );
    assert_eq!((entry.slug, entry.made.as_str()), (None, "a-book"));
}

#[test]
fn delimiters_and_line_endings_are_detected() {
    for text in [
        "title,price\nOne,1\nTwo,2",
        "title;price\r\nOne;1,00\r\nTwo;2,00\r\n",
        "title\tprice\rOne\t1\rTwo\t2\r",
        "\n\n\"title\",\"price\"\n\nOne,1\n\n\nTwo,2\n\n",
        "TITLE , Price\nOne,1\nTwo,2\n",
    ] {
        let entries = entries(text);
        let titles: Vec<_> = entries.iter().map(|e| e.title.clone().unwrap()).collect();
        assert_eq!(titles, ["One", "Two"], "{text:?}");
        let prices: Vec<_> = entries.iter().map(|e| e.price.unwrap().cents()).collect();
        assert_eq!(prices, [100, 200], "{text:?}");
    }
}

#[test]
fn rows_are_numbered_as_in_a_spreadsheet() {
    for (text, rows) in [
        ("title\nOne\nTwo\n", [2, 3]),
        ("\n\ntitle\nOne\n\n\nTwo\n\n\n", [4, 7]),
        ("\r\n\r\ntitle\r\nOne\r\n\r\n\r\nTwo", [4, 7]),
        ("\r\rtitle\rOne\r\r\rTwo\r", [4, 7]),
        ("\u{feff}\ntitle;price\nOne;1\n;\n ; \nTwo;2\n", [3, 6]),
        ("title\n\"One\n\nmore\"\n\nTwo\n", [2, 4]),
        ("title\n\"\"\nOne\n\"\n\"\nTwo\n", [3, 5]),
    ] {
        let found: Vec<u32> = read(text).unwrap().iter().map(Row::row).collect();
        assert_eq!(found, rows, "{text:?}");
    }
}

#[test]
fn a_file_of_blank_lines_is_empty_however_long_it_is() {
    for text in ["\n", "\r", "\r\n", "\u{feff}\r\n"] {
        let text = text.repeat(crate::imports::LARGEST_PIECE / text.len());
        for piece in [1_000, text.len()] {
            let read = read_in(text.as_bytes(), piece);
            assert_eq!(read, Err(NoList::Empty), "{:?}", &text[..2]);
        }
        let list = text[..text.len() / 2].to_owned() + "\ntitle\nA book\n";
        let whole = read_in(list.as_bytes(), list.len());
        assert_eq!(read_in(list.as_bytes(), 1_000), whole);
        assert_eq!(whole.unwrap().len(), 1);
    }
}

#[test]
fn a_text_is_read_in_the_encodings_that_spreadsheets_write() {
    let text = "title,author\nCafé,Ødegård\n";
    let wide = |bytes_of: fn(u16) -> [u8; 2]| {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(bytes_of).collect::<Vec<u8>>()
    };
    let latin = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    for bytes in [
        text.as_bytes().to_vec(),
        ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        latin,
    ] {
        let entry = entries(&bytes).remove(0);
        let read = (entry.title.unwrap(), entry.author.unwrap());
        assert_eq!(
            read,
            ("Café".to_owned(), "Ødegård".to_owned()),
            "{bytes:x?}"
        );
        assert_eq!(entry.made.as_str(), "cafe");
    }
}

#[test]
fn rows_in_another_encoding_than_the_file_are_refused() {
    let mut bytes = "title\nZürich\n".as_bytes().to_vec();
    bytes.extend(b"Z\xfcrich two\nBasel\n");
    assert_eq!(
        refusals(&bytes),
        [(3, Column::Title, LineProblem::Encoding)]
    );
    let broken: Vec<u8> = "\u{feff}title\n"
        .encode_utf16()
        .chain([0xd800])
        .chain("x\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        refusals(&broken),
        [(2, Column::Title, LineProblem::Encoding)]
    );
}

#[test]
fn a_formula_and_markup_are_text() {
    for title in [
        "=HYPERLINK(\"\"http://x\"\")",
        "<script>alert(1)</script>",
        "@SUM(A1)",
        "+1 good",
    ] {
        let entry = entries(format!("title\n\"{title}\"\n")).remove(0);
        assert_eq!(entry.title.unwrap(), title.replace("\"\"", "\""));
    }
    let formula = refusals("title,price,stock\nA,=1+1,=2\n");
    assert_eq!(formula, [(2, Column::Price, LineProblem::Invalid)]);
}

#[test]
fn a_malformed_cell_is_reported_with_its_row_and_column() {
    let long = "x".repeat(301);
    for (column, cell, why) in [
        ("slug", "No Spaces", LineProblem::Invalid),
        ("isbn", "978", LineProblem::Invalid),
        ("isbn", "9799999000079", LineProblem::WrongDigit),
        ("title", &*long, LineProblem::TooLong { most: 300 }),
        ("author", "a\u{7}b", LineProblem::Characters),
        ("author", "a\u{202e}b", LineProblem::Characters),
        ("price", "-1", LineProblem::Negative),
        ("price", "12.345", LineProblem::Invalid),
        ("price", "99999999999", LineProblem::Invalid),
        ("price", "free", LineProblem::Invalid),
        ("currency", "EUR", LineProblem::OtherMoney),
        ("stock", "5", LineProblem::NoSign),
        ("stock", "+x", LineProblem::Invalid),
        ("stock", "+1000001", LineProblem::TooManyCopies),
        ("counted", "-3", LineProblem::Negative),
        (
            "counted",
            "99999999999999999999",
            LineProblem::TooManyCopies,
        ),
        ("counted", "1.5", LineProblem::Invalid),
    ] {
        // The row also needs a cell that names the book, and a well-formed row comes before it.
        let (name, good) = match column {
            "title" => ("isbn", "9799999000078"),
            _ => ("title", "A book"),
        };
        let text = format!("{name},{column}\nGOOD,\n{good},\"{cell}\"\n").replace(
            "GOOD",
            match name {
                "isbn" => "9799999000146",
                _ => "Another",
            },
        );
        let column = Column::ALL.into_iter().find(|one| one.as_str() == column);
        assert_eq!(refusals(&text), [(3, column.unwrap(), why)], "{text}");
    }
}

#[test]
fn a_change_and_a_count_in_one_row_are_refused() {
    let both = refusals("title,stock,counted\nA,+1,5\nB,+1,\nC,,5\n");
    assert_eq!(both, [(2, Column::Counted, LineProblem::ChangeAndCount)]);
}

#[test]
fn a_row_with_more_or_fewer_cells_than_headings_is_refused() {
    let rows = refusals("title,author\nA,B\nC\nD,E,F\n");
    let cells = |found| LineProblem::Cells { expected: 2, found };
    assert_eq!(
        rows,
        [(3, Column::Line, cells(1)), (4, Column::Line, cells(3))]
    );
}

#[test]
fn a_book_may_appear_in_one_row_only() {
    let numbers = "isbn,title\n9799999000078,A\n979-9999000078,B\n";
    let twice = |row| LineProblem::Twice { row };
    assert_eq!(refusals(numbers), [(3, Column::Isbn, twice(2))]);
    let names = "slug,title\na-book,X\n,A Book\n,A-book!\n,\"Å bøok\"\n";
    assert_eq!(
        refusals(names),
        [
            (3, Column::Slug, twice(2)),
            (4, Column::Slug, twice(2)),
            (5, Column::Slug, twice(2)),
        ]
    );
    let same_title = "isbn,title\n9799999000078,A\n9799999000146,A\n";
    assert_eq!(
        refusals(same_title),
        [],
        "two books of one title are two slugs"
    );
}

#[test]
fn a_title_without_latin_letters_needs_an_isbn_or_a_slug() {
    assert_eq!(
        refusals("title\n紅樓夢\n"),
        [(2, Column::Slug, LineProblem::Missing)]
    );
    let numbered = entries("isbn,title\n9799999000078,紅樓夢\n").remove(0);
    assert_eq!(numbered.made.as_str(), "9799999000078");
    let long = "a ".repeat(100);
    let entry = entries(format!("isbn,title\n9799999000078,{long}\n")).remove(0);
    assert!(entry.made.as_str().len() <= 60);
    assert!(entry.made.as_str().ends_with("-9799999000078"));
}

#[test]
fn a_cell_of_ten_megabytes_is_refused_without_being_kept() {
    let mut text = b"title,description\nA,\"".to_vec();
    text.resize(text.len() + 10_000_000, b'x');
    text.extend(b"\"\nB,fine\n");
    let begun = Instant::now();
    let lines = read_in(&text, 256 * 1024).unwrap();
    let most = 10_000;
    let refused = matches!(&lines[0], Row::Refused { row: 2, column: Column::Description, why, .. }
        if *why == LineProblem::TooLong { most });
    assert!(refused, "{:?}", lines[0]);
    assert!(matches!(&lines[1], Row::Entry(entry) if entry.row == 3));
    assert!(
        begun.elapsed().as_secs() < 20,
        "the time is linear in the file's size"
    );
}

#[test]
fn a_file_that_is_not_a_list_is_refused_as_a_whole() {
    let heading = |heading: &str| heading.to_owned();
    for (bytes, why) in [
        (&b""[..], NoList::Empty),
        (b"\n\n\n", NoList::Empty),
        (b"PK\x03\x04\x14\0\0\0", NoList::Archive),
        (b"\x1f\x8b\x08\0", NoList::Archive),
        (b"%PDF-1.7", NoList::Binary),
        (b"title\nA\0B\n", NoList::Binary),
        (
            b"title,publisher\nA,B\n",
            NoList::UnknownHeading {
                heading: heading("publisher"),
            },
        ),
        (
            b"title,Title\nA,B\n",
            NoList::HeadingTwice {
                heading: heading("Title"),
            },
        ),
        (b"price,stock\n1,+1\n", NoList::Nameless),
        (b"title\nA\n\"B\nC\nD\n", NoList::CutOff { row: 3 }),
    ] {
        assert_eq!(read(bytes), Err(why), "{}", bytes.escape_ascii());
    }
    let endless = "x".repeat(10_000);
    assert_eq!(read_in(endless.as_bytes(), 100), Err(NoList::NoHeadings));
}

#[test]
fn a_list_of_headings_alone_has_no_rows() {
    for text in ["title", "title\n", "\u{feff}title\r\n"] {
        assert_eq!(read(text), Ok(Vec::new()), "{text:?}");
    }
}

#[test]
fn too_many_rows_are_refused() {
    let mut text = String::from("isbn\n");
    (0..=MOST_ROWS).for_each(|_| text.push_str("x\n"));
    let most = MOST_ROWS;
    assert_eq!(
        read_in(text.as_bytes(), 65_536),
        Err(NoList::TooManyRows { most })
    );
}

proptest! {
    /// Each row also comes once, and in order.
    #[test]
    fn the_result_does_not_depend_on_the_pieces(
        bytes in prop::collection::vec(
            prop_oneof![
                Just(b"title,isbn,price\n".to_vec()),
                Just(b"\"".to_vec()), Just(b",".to_vec()), Just(b"\n".to_vec()), Just(b"\r\n".to_vec()),
                Just("é".as_bytes().to_vec()), Just(b"\xff".to_vec()), Just(b"9799999000078".to_vec()),
                prop::collection::vec(any::<u8>(), 0..6),
            ],
            0..40,
        ),
        piece in 1_usize..20,
    ) {
        let bytes = bytes.concat();
        let whole = read_in(&bytes, bytes.len().max(1));
        prop_assert_eq!(&read_in(&bytes, piece), &whole);
        if let Ok(lines) = whole {
            let rows: Vec<u32> = lines.iter().map(Row::row).collect();
            prop_assert!(rows.iter().all(|row| *row >= 2));
            prop_assert!(rows.is_sorted_by(|one, next| one < next));
        }
    }

    #[test]
    fn quoted_cells_survive_a_round_trip(titles in prop::collection::vec("[ -~à-ž一-三]{1,40}", 1..20)) {
        let mut text = String::from("slug,title\n");
        for (i, title) in titles.iter().enumerate() {
            text.push_str(&format!("book-{i},\"{}\"\n", title.replace('"', "\"\"")));
        }
        let read: Vec<String> = entries(text)
            .into_iter()
            .map(|entry| entry.title.unwrap_or_default())
            .collect();
        let meant: Vec<String> = titles.iter().map(|title| title.trim().to_owned()).collect();
        prop_assert_eq!(read, meant);
    }
}
