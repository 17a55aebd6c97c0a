//! Makes a pack as the page's script does: the same folder gives the same pack.

use super::pack::MARK;

/// The files to pack.
#[derive(Debug, Default)]
pub(crate) struct Packing {
    pictures: Vec<(String, Vec<u8>)>,
}

impl Packing {
    /// Adds a file with its path in the folder. Files without the extension of a picture are left
    /// out.
    pub(crate) fn add(&mut self, path: String, bytes: Vec<u8>) {
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        let is_picture = ending.is_some_and(|ending| {
            let known = ["png", "jpg", "jpeg", "webp"];
            known.iter().any(|one| ending.eq_ignore_ascii_case(one))
        });
        if is_picture {
            self.pictures.push((path, bytes));
        }
    }

    /// The name of the folder and the pack. `None` if there are no pictures.
    pub(crate) fn packed(mut self) -> Option<(String, Vec<u8>)> {
        self.pictures.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (first, _) = self.pictures.first()?;
        let folder = first.split_once('/').map(|(folder, _)| folder);
        let folder = folder.filter(|folder| !folder.is_empty());
        let folder = folder.unwrap_or("covers").to_owned();
        let mut pack = MARK.to_vec();
        for (path, bytes) in &self.pictures {
            for part in [path.as_bytes(), bytes] {
                pack.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
                pack.extend_from_slice(part);
            }
        }
        Some((folder, pack))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pack::Unpacking, *};

    #[test]
    fn a_pack_has_the_pictures_in_order_and_no_other_files() {
        let files = [
            ("new/b.PNG", "two"),
            ("new/readme.txt", "no picture"),
            ("new/a.webp", "one"),
            ("new/png", "no picture either"),
        ];
        let mut packing = Packing::default();
        for (path, bytes) in files {
            packing.add(path.to_owned(), bytes.into());
        }
        let (folder, pack) = packing.packed().unwrap();
        assert_eq!(folder, "new");
        let mut unpacking = Unpacking::default();
        let pictures = unpacking.push(&pack).unwrap();
        let pictures = pictures.into_iter();
        let pictures: Vec<_> = pictures.map(|one| (one.name, one.bytes.unwrap())).collect();
        let one = ("new/a.webp".to_owned(), b"one".to_vec());
        let two = ("new/b.PNG".to_owned(), b"two".to_vec());
        assert_eq!(pictures, [one, two]);
        assert_eq!(unpacking.finish(), Ok(2));
    }

    #[test]
    fn files_without_a_folder_are_named_covers_and_an_empty_pack_is_not_made() {
        let mut packing = Packing::default();
        packing.add("a.jpg".to_owned(), vec![1]);
        assert_eq!(packing.packed().unwrap().0, "covers");
        assert_eq!(Packing::default().packed(), None);
    }
}
