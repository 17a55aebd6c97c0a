//! The format in which the pictures of a folder are sent as one file (`docs/import.md`).

/// Whether a file is a picture by its name.
pub(super) fn is_picture(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        let known = ["png", "jpg", "jpeg", "webp"];
        known.iter().any(|one| ending.eq_ignore_ascii_case(one))
    })
}

/// The heading of a picture: the length of its path, the path, and the picture's size.
///
/// A size that does not fit into four bytes is written as the largest number that does. Such a pack
/// is far over the limit of an upload, so the shop refuses it anyway.
pub(super) fn heading(path: &str, size: u64) -> Vec<u8> {
    let four = |size: u64| u32::try_from(size).unwrap_or(u32::MAX).to_be_bytes();
    [
        &four(path.len() as u64)[..],
        path.as_bytes(),
        &four(size)[..],
    ]
    .concat()
}

/// The name of a pack: the top folder in the path of its first picture, or `covers` without one.
pub(super) fn name(first: &str) -> &str {
    let folder = first.split_once('/').map(|(folder, _)| folder);
    folder
        .filter(|folder| !folder.is_empty())
        .unwrap_or("covers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_recognised_by_their_names() {
        for path in ["a.png", "new/b.JPG", "c.d.jpeg", ".webp"] {
            assert!(is_picture(path), "{path}");
        }
        for path in ["readme.txt", "png", "new.png/readme", "a.png.txt", ""] {
            assert!(!is_picture(path), "{path}");
        }
    }

    #[test]
    fn a_heading_has_its_lengths_in_four_bytes() {
        assert_eq!(heading("é.png", 258), b"\0\0\0\x06\xc3\xa9.png\0\0\x01\x02");
        assert_eq!(heading("a", 1 << 40)[5..], [255; 4]);
    }

    #[test]
    fn a_pack_has_the_name_of_its_folder() {
        assert_eq!(name("new covers/more/a.png"), "new covers");
        assert_eq!(name("a.png"), "covers");
        assert_eq!(name("/a.png"), "covers");
    }
}
