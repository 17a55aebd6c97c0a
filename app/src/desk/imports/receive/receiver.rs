//! Takes the files that were chosen or dropped, announces them to the shop, and uploads them.

use std::rc::Rc;

use from_json::FromJson;
use leptos::{ev::DragEvent, html::Input, prelude::*, task::spawn_local};
use protocol::UploadBegun;
use web_sys::File;

use super::{
    picked::{self, Picked},
    screen::{ReceiveProps, Screen},
    upload::Upload,
};
use crate::{
    browser::{answer::Answer, platform::fetch::post},
    i18n::current_language,
};

/// An announcement that has not been answered after this time is given up.
const ANNOUNCE_WITHIN_MS: u32 = 15_000;

/// Receives the files of one area. Clones share its state.
#[derive(Clone, Copy)]
pub(super) struct Receiver {
    props: StoredValue<ReceiveProps>,
    screen: Screen,
    /// Whether the shop is being asked to take a file.
    announcing: StoredValue<bool>,
    upload: StoredValue<Option<Rc<Upload>>, LocalStorage>,
}

/// The shop's reason for refusing a file.
#[derive(FromJson)]
struct Refusal {
    error: String,
}

impl Receiver {
    pub(super) fn new(props: ReceiveProps, screen: Screen) -> Self {
        Self {
            props: StoredValue::new(props),
            screen,
            announcing: StoredValue::new(false),
            upload: StoredValue::new_local(None),
        }
    }

    /// Takes the files in the field of the form.
    pub(super) fn take_chosen(self, input: NodeRef<Input>) {
        let files = input.get_untracked().map(|input| picked::chosen(&input));
        if let Some(files) = files.filter(|files| !files.is_empty()) {
            self.take(files);
        }
    }

    /// Takes the files that were dropped.
    pub(super) fn take_dropped(self, event: &DragEvent) {
        let dropped = event.data_transfer();
        let dropped = dropped.map(|transfer| picked::dropped(&transfer));
        spawn_local(async move {
            match picked::files(dropped.unwrap_or_default()).await {
                Some(files) => self.take(files),
                None => self.refuse(say!(current_language(), import.unreadable)),
            }
        });
    }

    pub(super) fn pause_or_resume(self) {
        if let Some(upload) = self.upload.get_value() {
            upload.pause_or_resume();
        }
    }

    fn take(self, files: Vec<Picked>) {
        let file = match self.props.with_value(|props| props.covers) {
            true => match picked::packed(files) {
                Some(pack) => pack,
                None => return self.refuse(say!(current_language(), import.no_pictures)),
            },
            false => match files.into_iter().next() {
                Some(first) => first.file,
                None => return,
            },
        };
        match self.is_expected(&file) {
            true => self.announce(file),
            false => self.refuse(say!(current_language(), import.other_file)),
        }
    }

    /// Whether the area takes this file: any file, or only the one whose upload is unfinished.
    fn is_expected(self, file: &File) -> bool {
        self.props.with_value(|props| {
            let unfinished = props.unfinished.as_ref();
            unfinished.is_none_or(|known| known.name == file.name() && known.size == size(file))
        })
    }

    /// Shows why the files are refused, unless an upload is under way.
    fn refuse(self, why: &str) {
        if self.is_free() {
            self.screen.tell(why);
        }
    }

    fn is_free(self) -> bool {
        !self.announcing.get_value() && self.screen.size.get_untracked().is_none()
    }

    fn announce(self, file: File) {
        if !self.is_free() {
            return;
        }
        self.announcing.set_value(true);
        self.screen.told.set(None);
        let covers = self.props.with_value(|props| props.covers);
        let kind = if covers { "covers" } else { "books" };
        spawn_local(async move {
            let fields = [
                ("name", file.name()),
                ("size", size(&file).to_string()),
                ("kind", kind.to_owned()),
            ];
            let answer = post("/desk/imports", &fields, ANNOUNCE_WITHIN_MS).await;
            self.announcing.set_value(false);
            match page(answer) {
                Ok(page) => {
                    let upload = Upload::begin(file, page, self.screen);
                    self.upload.set_value(Some(upload));
                }
                Err(why) => self.screen.tell(why),
            }
        });
    }
}

/// The page of the import, or the reason why there is none.
fn page(answer: Option<Answer>) -> Result<String, String> {
    let language = current_language();
    let unreachable = || say!(language, error.unreachable).to_owned();
    let answer = answer.ok_or_else(unreachable)?;
    if answer.status == 401 {
        return Err(say!(language, import.signed_out).to_owned());
    }
    if answer.is_ok() {
        let begun = UploadBegun::from_text(&answer.body);
        return begun.map(|begun| begun.page).ok_or_else(unreachable);
    }
    let refusal = Refusal::from_text(&answer.body);
    Err(refusal.map_or_else(unreachable, |refusal| refusal.error))
}

/// The size of a file in bytes.
pub(super) fn size(file: &File) -> u64 {
    file.size() as u64
}
