//! Files that are refused as a whole.

use super::*;

#[test]
fn a_file_of_blank_lines_is_refused_as_empty_however_long_it_is() {
    for text in ["\n", "\r", "\r\n", "\u{feff}\r\n"] {
        let text = text.repeat(crate::imports::LARGEST_PIECE / text.len());
        for piece in [1_000, text.len()] {
            let read = read_in_pieces(text.as_bytes(), piece);
            assert_eq!(read, Err(NoList::Empty), "{:?}", &text[..2]);
        }
        let list = text[..text.len() / 2].to_owned() + "\ntitle\nA book\n";
        let whole = read_in_pieces(list.as_bytes(), list.len());
        assert_eq!(read_in_pieces(list.as_bytes(), 1_000), whole);
        assert_eq!(whole.unwrap().len(), 1);
    }
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
    assert_eq!(
        read_in_pieces(endless.as_bytes(), 100),
        Err(NoList::NoHeadings)
    );
}

#[test]
fn too_many_rows_are_refused() {
    let mut text = String::from("isbn\n");
    (0..=MOST_ROWS).for_each(|_| text.push_str("x\n"));
    let most = MOST_ROWS;
    assert_eq!(
        read_in_pieces(text.as_bytes(), 65_536),
        Err(NoList::TooManyRows { most })
    );
}
