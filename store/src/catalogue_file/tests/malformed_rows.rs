//! Malformed rows, which are refused one by one.

use std::time::Instant;

use super::*;

#[test]
fn rows_that_are_not_in_the_encoding_of_the_file_are_refused() {
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
        ("price", "12.345", LineProblem::TooManyDecimals),
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
        "two books with the same title get different slugs"
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
    let lines = read_in_pieces(&text, 256 * 1024).unwrap();
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
