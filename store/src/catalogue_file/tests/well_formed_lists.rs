//! Well-formed lists: what each cell sets, and the delimiters, line endings and encodings.

use shop::Copies;

use super::*;

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
fn formulas_and_markup_are_read_as_text() {
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
fn a_list_of_headings_alone_has_no_rows() {
    for text in ["title", "title\n", "\u{feff}title\r\n"] {
        assert_eq!(read(text), Ok(Vec::new()), "{text:?}");
    }
}

#[test]
fn prices_are_read_with_the_decimals_of_the_shops_currency() {
    for (code, cell, expected) in [
        ("USD", "20.5", Ok(2_050)),
        ("EUR", "1.234,50", Err(LineProblem::Invalid)),
        ("EUR", "19,95 €", Ok(1_995)),
        ("EUR", "$19.95", Err(LineProblem::Invalid)),
        ("JPY", "¥1,980", Ok(1_980)),
        ("JPY", "1980.00", Err(LineProblem::TooManyDecimals)),
        ("KWD", "KWD 1.250", Ok(1_250)),
        ("KWD", "1.5", Ok(1_500)),
        ("KWD", "1,250", Ok(1_250_000)),
        ("KWD", "1.2505", Err(LineProblem::TooManyDecimals)),
    ] {
        let currency: Currency = code.parse().unwrap();
        let file = format!("title,price,currency\nA book,\"{cell}\",{code}\n");
        let rows = read_in(currency, file.as_bytes(), 1_000).unwrap();
        let found = match &rows[0] {
            Row::Entry(entry) => Ok(entry.price.unwrap().cents()),
            Row::Refused { why, .. } => Err(why.clone()),
        };
        assert_eq!(found, expected, "{code} {cell}");
    }
    let rows = read_in(Currency::USD, b"title,currency\nA book,EUR\n", 9).unwrap();
    assert!(matches!(&rows[0], Row::Refused { why, .. } if *why == LineProblem::OtherMoney));
}
