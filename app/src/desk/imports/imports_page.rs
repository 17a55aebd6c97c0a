//! `/desk/imports`: the form to upload a list of books, and the imports so far.

use leptos::{attr::custom::custom_attribute, prelude::*};
use protocol::ShopError;
use shop::Language;
use store::imports::{Import, ImportKind, ImportState};

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
    let content = view! {
        <p class="desk-more">{say!(language, import.more)}</p>
        {upload_area(language, ImportKind::Books, None)}
        <details class="import-more">
            <summary>{say!(language, import.covers)}</summary>
            <p class="desk-more">{say!(language, import.covers_more)}</p>
            {upload_area(language, ImportKind::Covers, None)}
        </details>
        {list}
        <script type="module" src="/scripts/import.js"></script>
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

/// The area to choose or drop a file; for an unfinished upload, the same file again.
///
/// With JavaScript the file is uploaded over a WebSocket, without by a form.
pub(super) fn upload_area(language: Language, kind: ImportKind, of: Option<&Import>) -> AnyView {
    let braces = |part: &str| format!("{{{part}}}");
    let of_bytes = say!(
        language,
        import.of_bytes,
        got = braces("got"),
        all = braces("all")
    );
    let of_bytes_at_speed = say!(
        language,
        import.of_bytes_at_speed,
        got = braces("got"),
        all = braces("all"),
        speed = braces("speed"),
        left = braces("left")
    );
    let (name, size) = of.map(|import| (import.name.clone(), import.size)).unzip();
    let received = of.map(|import| import.received.to_string());
    view! {
        <section
            class="import-receive"
            data-receive=""
            data-kind=kind.as_str()
            data-no-pictures=say!(language, import.no_pictures)
            data-name=name
            data-size=size.map(|size| size.to_string())
            data-received=received
            data-of-bytes=of_bytes
            data-of-bytes-at-speed=of_bytes_at_speed
            data-paused=say!(language, import.paused)
            data-goes-on=say!(language, import.goes_on)
            data-lost=say!(language, import.lost)
            data-elsewhere=say!(language, import.elsewhere)
            data-signed-out=say!(language, import.signed_out)
            data-other-file=say!(language, import.other_file)
            data-pause=say!(language, import.pause)
            data-resume=say!(language, import.resume)
        >
            {file_form(language, kind)}
            <progress hidden=true aria-label=say!(language, import.uploading)></progress>
            <p class="import-words" data-words=""></p>
            <p class="import-told" data-told="" role="status"></p>
            <button type="button" class="button button-quiet" data-pause="" hidden=true>
                {say!(language, import.pause)}
            </button>
        </section>
    }
    .into_any()
}

fn file_form(language: Language, kind: ImportKind) -> AnyView {
    match kind {
        ImportKind::Books => view! {
            <form
                method="post"
                action="/desk/imports/file"
                enctype="multipart/form-data"
                class="import-file"
            >
                <label>
                    <span>{say!(language, import.drop)}</span>
                    <input
                        type="file"
                        name="file"
                        accept=".csv,.tsv,.txt,text/csv,text/plain"
                        required=true
                    />
                </label>
                <button class="button">{say!(language, import.send)}</button>
                <noscript><p class="desk-more">{say!(language, import.small_files)}</p></noscript>
            </form>
        }
        .into_any(),
        ImportKind::Covers => view! {
            <form
                method="post"
                action="/desk/imports/covers"
                enctype="multipart/form-data"
                class="import-file"
            >
                <label>
                    <span>{say!(language, import.choose_folder)}</span>
                    <input
                        type="file"
                        name="file"
                        multiple=true
                        required=true
                        {..custom_attribute("webkitdirectory", "")}
                    />
                </label>
                <button class="button">{say!(language, import.send)}</button>
                <noscript><p class="desk-more">{say!(language, import.small_files)}</p></noscript>
            </form>
        }
        .into_any(),
    }
}

/// The address of an import's page.
pub(super) fn import_address(import: &Import) -> String {
    format!("/desk/imports/{}", import.id)
}

/// The name of an import's state.
pub(super) fn state(language: Language, state: ImportState) -> &'static str {
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
