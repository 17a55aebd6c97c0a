//! The announcements that the shop shows now, and for owners the imports that wait for somebody.

use std::time::Duration;

use leptos::prelude::*;
use shop::{Language, Timestamp};
use store::{
    ActiveAnnouncements, Store, StoreError,
    imports::{Import, ImportState},
};

use super::part::{ToList, empty_part, part};
use crate::{
    desk::{
        frame::Section,
        imports::imports_page::{import_address, state},
        when::when,
    },
    i18n::lang_attribute::lang_attribute,
};

/// The newest imports that are looked through.
const NEWEST: u32 = 20;
/// An import that failed is shown for this long. One that is ready waits for a day at most.
const RECENTLY: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Announcements and imports.
pub(super) struct Notes {
    announcements: ActiveAnnouncements,
    imports: Vec<Import>,
}

/// Reads them; the imports for owners only.
pub(super) async fn read(
    store: &dyn Store,
    now: Timestamp,
    is_owner: bool,
) -> Result<Notes, StoreError> {
    let announcements = store.announcements().active().await?;
    let imports = match store.imports().filter(|_| is_owner) {
        Some(imports) => imports.imports(NEWEST).await?,
        None => Vec::new(),
    };
    let waits = |import: &Import| {
        let is_open = matches!(import.state, ImportState::Failed | ImportState::Ready);
        is_open && import.created_at + RECENTLY >= now
    };
    Ok(Notes {
        announcements,
        imports: imports.into_iter().filter(waits).collect(),
    })
}

/// The two parts. While there is nothing to show, only their places are on the page.
pub(super) fn note_parts(language: Language, notes: Notes) -> AnyView {
    view! {
        {announcements_part(language, notes.announcements)}
        {imports_part(language, notes.imports)}
    }
    .into_any()
}

fn announcements_part(language: Language, active: ActiveAnnouncements) -> AnyView {
    if active.items.is_empty() {
        return empty_part("announcements");
    }
    let items: Vec<_> = active
        .items
        .into_iter()
        .map(|item| {
            let until = when(language, item.announcement.until);
            let text = item.announcement.text.as_str().to_owned();
            let lang = lang_attribute(language, &text);
            view! { <li><span dir="auto" lang=lang>{text}</span> " " {until}</li> }
        })
        .collect();
    let list = view! { <ul class="desk-lines">{items}</ul> };
    let links = match Section::Announcements.is_open() {
        true => vec![ToList {
            address: "/desk/news".to_owned(),
            words: say!(language, today.all_announcements),
        }],
        false => Vec::new(),
    };
    let heading = say!(language, today.announcements).to_owned();
    part(
        "announcements",
        heading,
        String::new(),
        list.into_any(),
        links,
    )
}

fn imports_part(language: Language, imports: Vec<Import>) -> AnyView {
    if imports.is_empty() {
        return empty_part("imports");
    }
    let items: Vec<_> = imports
        .into_iter()
        .map(|import| {
            let address = import_address(&import);
            let state = state(language, import.state);
            view! { <li><a href=address>{import.name}</a> " " <span class="author">{state}</span></li> }
        })
        .collect();
    let list = view! { <ul class="desk-lines">{items}</ul> };
    let links = vec![ToList {
        address: "/desk/imports".to_owned(),
        words: say!(language, today.all_imports),
    }];
    let heading = say!(language, today.imports).to_owned();
    part("imports", heading, String::new(), list.into_any(), links)
}
