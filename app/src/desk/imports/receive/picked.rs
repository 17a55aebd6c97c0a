//! The files that were chosen in a form or dropped on the page.

use std::collections::VecDeque;

use js_sys::{Array, Function, JsString, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry, HtmlInputElement,
};

use super::{pack, reading::settled};

/// The first line of a pack of pictures.
const PACK_MARK: &str = "BURTS COVERS 1\n";

/// A file, with its path in the folder that was picked.
pub(super) struct Picked {
    path: String,
    pub(super) file: File,
}

/// Takes the files out of a form's field.
pub(super) fn chosen(input: &HtmlInputElement) -> Vec<Picked> {
    let Some(files) = input.files() else {
        return Vec::new();
    };
    let files = (0..files.length()).filter_map(|at| files.get(at));
    let files = files.map(|file| Picked {
        path: path_in_folder(&file).unwrap_or_else(|| file.name()),
        file,
    });
    let files = files.collect();
    // Allows the same file to be chosen again.
    input.set_value("");
    files
}

/// The path in the folder that was chosen. web-sys has no getter for it.
fn path_in_folder(file: &File) -> Option<String> {
    let path = Reflect::get(file, &"webkitRelativePath".into()).ok()?;
    path.as_string().filter(|path| !path.is_empty())
}

/// Something that was dropped.
pub(super) enum Dropped {
    /// A file or a folder of the disk.
    Entry(FileSystemEntry),
    /// A file from another program, for example an attachment of a mail. It is in no folder.
    File(File),
}

/// Takes the dropped items out of an event. The browser forgets them once the event is over.
pub(super) fn dropped(transfer: &DataTransfer) -> Vec<Dropped> {
    let items = transfer.items();
    let items = (0..items.length()).filter_map(|at| items.get(at));
    let dropped = items.filter_map(|item| match item.webkit_get_as_entry() {
        Ok(Some(entry)) => Some(Dropped::Entry(entry)),
        _ => item.get_as_file().ok().flatten().map(Dropped::File),
    });
    dropped.collect()
}

/// The dropped files, and those in dropped folders. `None` if one cannot be read.
pub(super) async fn files(dropped: Vec<Dropped>) -> Option<Vec<Picked>> {
    let (mut pending, mut found) = (VecDeque::from(dropped), Vec::new());
    while let Some(next) = pending.pop_front() {
        match next {
            Dropped::File(file) => found.push(Picked {
                path: file.name(),
                file,
            }),
            Dropped::Entry(entry) if entry.is_file() => {
                let path = entry.full_path();
                let file = file(entry.unchecked_ref()).await?;
                let path = path.trim_start_matches('/').to_owned();
                found.push(Picked { path, file });
            }
            Dropped::Entry(folder) => {
                let entries = entries(folder.unchecked_ref()).await?;
                pending.extend(entries.into_iter().map(Dropped::Entry));
            }
        }
    }
    Some(found)
}

async fn file(entry: &FileSystemFileEntry) -> Option<File> {
    let file = Promise::new(&mut |got, failed| {
        entry.file_with_callback_and_callback(&got, &failed);
    });
    settled(file).await?.dyn_into().ok()
}

async fn entries(folder: &FileSystemDirectoryEntry) -> Option<Vec<FileSystemEntry>> {
    let (reader, mut found) = (folder.create_reader(), Vec::new());
    loop {
        // The reader returns some of the entries at a time, and none at the end.
        let part = Promise::new(&mut |got, failed| read_part(&reader, &got, &failed));
        let part = Array::from(&settled(part).await?);
        if part.length() == 0 {
            return Some(found);
        }
        found.extend(part.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

fn read_part(reader: &FileSystemDirectoryReader, got: &Function, failed: &Function) {
    let reading = reader.read_entries_with_callback_and_callback(got, failed);
    if let Err(error) = reading {
        // Rejecting a promise does not fail.
        let _ = failed.call1(&JsValue::UNDEFINED, &error);
    }
}

/// Packs the pictures among the files into one file. `None` if there are none.
///
/// The browser joins the files when they are read, so nothing is read here. They are sorted, so
/// that the same folder makes the same pack.
pub(super) fn packed(mut files: Vec<Picked>) -> Option<File> {
    files.retain(|picked| pack::is_picture(&picked.path));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    let name = pack::name(&files.first()?.path).to_owned();
    let parts = Array::of1(&JsString::from(PACK_MARK));
    for Picked { path, file } in &files {
        let heading = pack::heading(path, file.size() as u64);
        parts.push(&Uint8Array::from(heading.as_slice()));
        parts.push(file);
    }
    File::new_with_blob_sequence(&parts, &name).ok()
}
