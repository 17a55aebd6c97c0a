//! Makes a pack, as the page's script does: the same folder gives the same pack either way.

use super::pack::MARK;

/// Files that are being collected.
#[derive(Debug, Default)]
pub(crate) struct Packing {
    pictures: Vec<(String, Vec<u8>)>,
}

impl Packing {
    /// One more file, by its path in the folder. What is no picture by its name is left out.
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

    /// What their folder is called, and all of them in one; nothing where there is none.
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
    fn what_is_packed_is_unpacked_in_one_order_and_without_the_rest() {
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
    fn single_files_are_in_no_folder_and_none_are_no_pack() {
        let mut packing = Packing::default();
        packing.add("a.jpg".to_owned(), vec![1]);
        assert_eq!(packing.packed().unwrap().0, "covers");
        assert_eq!(Packing::default().packed(), None);
    }
}
