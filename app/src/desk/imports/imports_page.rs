//! `/desk/imports`: the form to upload a list of books, and the imports so far.

use leptos::prelude::*;
use protocol::ShopError;
use shop::Language;
use store::imports::{Import, ImportState};

use super::receive::{island::receive_file, screen::ReceiveProps};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, moment},
    server::{current_store, shop_error},
};

/// The most imports in the list.
const MAX_LISTED: u32 = 50;

/// The form to upload a list, and the latest imports.
#[component]
pub(crate) fn ImportsPage() -> impl IntoView {
    let imports = current_store().imports();
    let read = async move {
        let imports = imports.ok_or(ShopError::Busy)?;
        imports.imports(MAX_LISTED).await.map_err(shop_error)
    };
    desk_page(Section::Imports, read, imports_content)
}

fn imports_content(imports: Vec<Import>) -> AnyView {
    let language = current_language();
    let rows: Vec<_> = imports
        .into_iter()
        .map(|import| row(language, import))
        .collect();
    let list = match rows.is_empty() {
        true => view! { <p class="desk-more">{say!(language, import.none)}</p> }.into_any(),
        false => view! {
            <h2>{say!(language, import.before)}</h2>
            <div class="desk-scroll">
                <table class="desk-table">
                    <thead>
                        <tr>
                            <th scope="col">{say!(language, import.file)}</th>
                            <th scope="col">{say!(language, import.state)}</th>
                            <th scope="col">{say!(language, import.by)}</th>
                            <th scope="col">{say!(language, import.began)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    let area = |covers| {
        receive_file(ReceiveProps {
            covers,
            unfinished: None,
        })
    };
    let content = view! {
        <p class="desk-more">{say!(language, import.more)}</p>
        {area(false)}
        <details class="import-more">
            <summary>{say!(language, import.covers)}</summary>
            <p class="desk-more">{say!(language, import.covers_more)}</p>
            {area(true)}
        </details>
        {list}
    };
    desk_frame(
        Section::Imports,
        say!(language, import.title),
        content.into_any(),
    )
}

fn row(language: Language, import: Import) -> AnyView {
    let address = import_address(&import);
    view! {
        <tr>
            <td><a href=address>{import.name}</a></td>
            <td>{state(language, import.state)}</td>
            <td>{import.who}</td>
            <td>{moment(language, import.created_at)}</td>
        </tr>
    }
    .into_any()
}

/// The address of an import's page.
pub(in crate::desk) fn import_address(import: &Import) -> String {
    format!("/desk/imports/{}", import.id)
}

/// The name of an import's state.
pub(in crate::desk) fn state(language: Language, state: ImportState) -> &'static str {
    match state {
        ImportState::Uploading => say!(language, import.uploading),
        ImportState::Checking => say!(language, import.checking),
        ImportState::Ready => say!(language, import.ready),
        ImportState::Applying => say!(language, import.applying),
        ImportState::Applied => say!(language, import.applied),
        ImportState::Cancelled => say!(language, import.cancelled),
        ImportState::Failed => say!(language, import.failed),
    }
}
