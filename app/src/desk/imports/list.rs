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

/// So many are listed.
const LISTED: u32 = 50;

/// Where to send a list, and what was sent.
#[component]
pub(crate) fn ImportsPage() -> impl IntoView {
    let imports = current_store().imports();
    let read = async move {
        let imports = imports.ok_or(ShopError::Busy)?;
        imports.imports(LISTED).await.map_err(shop_error)
    };
    desk_page(Section::Imports, read, all)
}

fn all(imports: Vec<Import>) -> AnyView {
    let here = current_language();
    let rows: Vec<_> = imports
        .into_iter()
        .map(|import| row(here, import))
        .collect();
    let list = match rows.is_empty() {
        true => view! { <p class="desk-more">{say!(here, import.none)}</p> }.into_any(),
        false => view! {
            <h2>{say!(here, import.before)}</h2>
            <div class="desk-scroll">
                <table class="desk-table">
                    <thead>
                        <tr>
                            <th scope="col">{say!(here, import.file)}</th>
                            <th scope="col">{say!(here, import.state)}</th>
                            <th scope="col">{say!(here, import.by)}</th>
                            <th scope="col">{say!(here, import.began)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any(),
    };
    let content = view! {
        <p class="desk-more">{say!(here, import.more)}</p>
        {receiver(here, ImportKind::Books, None)}
        <details class="import-more">
            <summary>{say!(here, import.covers)}</summary>
            <p class="desk-more">{say!(here, import.covers_more)}</p>
            {receiver(here, ImportKind::Covers, None)}
        </details>
        {list}
        <script type="module" src="/scripts/import.js"></script>
    };
    desk_frame(
        Section::Imports,
        say!(here, import.title),
        content.into_any(),
    )
}

fn row(here: Language, import: Import) -> AnyView {
    let address = address(&import);
    view! {
        <tr>
            <td><a href=address>{import.name}</a></td>
            <td>{state(here, import.state)}</td>
            <td>{import.who}</td>
            <td>{moment(here, import.created_at)}</td>
        </tr>
    }
    .into_any()
}

/// Where a file can be chosen or dropped; where one is being received, the same one again.
/// With script it goes over a socket; without, a list goes by the form.
pub(super) fn receiver(here: Language, kind: ImportKind, of: Option<&Import>) -> AnyView {
    let braces = |part: &str| format!("{{{part}}}");
    let of_bytes = say!(
        here,
        import.of_bytes,
        got = braces("got"),
        all = braces("all")
    );
    let speed = say!(
        here,
        import.speed,
        speed = braces("speed"),
        left = braces("left")
    );
    let counted = braces("count");
    let seconds = say!(here, import.seconds, count = counted.clone());
    let minutes = say!(here, import.minutes, count = counted);
    let (name, size) = of.map(|import| (import.name.clone(), import.size)).unzip();
    let received = of.map(|import| import.received.to_string());
    view! {
        <section
            class="import-receive"
            data-receive=""
            data-kind=kind.as_str()
            data-no-pictures=say!(here, import.no_pictures)
            data-name=name
            data-size=size.map(|size| size.to_string())
            data-received=received
            data-of-bytes=of_bytes
            data-speed=speed
            data-seconds=seconds
            data-minutes=minutes
            data-paused=say!(here, import.paused)
            data-goes-on=say!(here, import.goes_on)
            data-lost=say!(here, import.lost)
            data-elsewhere=say!(here, import.elsewhere)
            data-signed-out=say!(here, import.signed_out)
            data-other-file=say!(here, import.other_file)
            data-pause=say!(here, import.pause)
            data-resume=say!(here, import.resume)
        >
            {file_form(here, kind)}
            <progress hidden=true aria-label=say!(here, import.uploading)></progress>
            <p class="import-words" data-words=""></p>
            <p class="import-told" data-told="" role="status"></p>
            <button type="button" class="button button-quiet" data-pause="" hidden=true>
                {say!(here, import.pause)}
            </button>
        </section>
    }
    .into_any()
}

fn file_form(here: Language, kind: ImportKind) -> AnyView {
    match kind {
        ImportKind::Books => view! {
            <form
                method="post"
                action="/desk/imports/file"
                enctype="multipart/form-data"
                class="import-file"
            >
                <label>
                    <span>{say!(here, import.drop)}</span>
                    <input
                        type="file"
                        name="file"
                        accept=".csv,.tsv,.txt,text/csv,text/plain"
                        required=true
                    />
                </label>
                <button class="button">{say!(here, import.send)}</button>
                <noscript><p class="desk-more">{say!(here, import.small_files)}</p></noscript>
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
                    <span>{say!(here, import.choose_folder)}</span>
                    <input
                        type="file"
                        name="file"
                        multiple=true
                        required=true
                        {..custom_attribute("webkitdirectory", "")}
                    />
                </label>
                <button class="button">{say!(here, import.send)}</button>
                <noscript><p class="desk-more">{say!(here, import.small_files)}</p></noscript>
            </form>
        }
        .into_any(),
    }
}

/// The page of one.
pub(super) fn address(import: &Import) -> String {
    format!("/desk/imports/{}", import.id)
}

/// How far it is, in words.
pub(super) fn state(here: Language, state: ImportState) -> &'static str {
    match state {
        ImportState::Uploading => say!(here, import.uploading),
        ImportState::Checking => say!(here, import.checking),
        ImportState::Ready => say!(here, import.ready),
        ImportState::Applying => say!(here, import.applying),
        ImportState::Applied => say!(here, import.applied),
        ImportState::Cancelled => say!(here, import.cancelled),
        ImportState::Failed => say!(here, import.failed),
    }
}
