//! Properties of the parser, tested with random files.

use proptest::prelude::*;

use super::*;

proptest! {
    /// The row numbers are also in order, without duplicates.
    #[test]
    fn the_result_does_not_depend_on_the_size_of_the_pieces(
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
        let whole = read_in_pieces(&bytes, bytes.len().max(1));
        prop_assert_eq!(&read_in_pieces(&bytes, piece), &whole);
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
        let expected: Vec<String> = titles.iter().map(|title| title.trim().to_owned()).collect();
        prop_assert_eq!(read, expected);
    }
}
