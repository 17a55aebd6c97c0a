//! `/desk/imports/{id}`: the progress of one import, what it would change or has changed, and the
//! buttons to apply or cancel it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use protocol::ShopError;
use shop::{ImportId, Language, Timestamp};
use store::imports::{FoundKind, Import, ImportKind, ImportState, Phase, RowFinding};

use super::{
    follow::{FollowProps, Rows, Work, follow_import},
    imports_page::{import_address, state},
    messages::{file_problem, finding},
    receive::{
        island::receive_file,
        screen::{ReceiveProps, UnfinishedFile},
    },
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, moment},
    server::{current_store, shop_error},
};

/// The most refused rows on one page. An import can have tens of thousands.
const MAX_REFUSED: u32 = 500;
/// The most added rows, and the most changed rows, on the page.
const MAX_EXAMPLES: u32 = 50;

struct ImportDetails {
    import: Import,
    before: Option<Timestamp>,
    /// The row from which refused rows are shown.
    from: u32,
    refused: Vec<RowFinding>,
    late: Vec<RowFinding>,
    added: Vec<RowFinding>,
    changed: Vec<RowFinding>,
}

/// The import that the address names.
#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id");
    let id = id.and_then(|id| id.parse::<ImportId>().ok());
    let from = use_query_map().read_untracked().get("from");
    let from = from.and_then(|from| from.parse().ok()).unwrap_or(0);
    let imports = current_store().imports();
    let read = async move {
        let imports = imports.ok_or(ShopError::Busy)?;
        let id = id.ok_or(ShopError::NoSuchOrder)?;
        let import = imports
            .import(id)
            .await
            .map_err(shop_error)?
            .ok_or(ShopError::NoSuchOrder)?;
        let found = async |phase, kind, from, most| {
            let found = imports.findings(id, phase, kind, from, most).await;
            found.map_err(shop_error)
        };
        let before = match (import.kind, import.state) {
            (ImportKind::Books, ImportState::Ready) => {
                imports.applied_before(&import).await.map_err(shop_error)?
            }
            _ => None,
        };
        Ok(ImportDetails {
            before,
            from,
            refused: found(Phase::Check, FoundKind::Refused, from, MAX_REFUSED).await?,
            late: found(Phase::Apply, FoundKind::Refused, from, MAX_REFUSED).await?,
            added: found(Phase::Check, FoundKind::Added, 0, MAX_EXAMPLES).await?,
            changed: found(Phase::Check, FoundKind::Changed, 0, MAX_EXAMPLES).await?,
            import,
        })
    };
    desk_page(Section::Imports, read, import_content)
}

fn import_content(shown: ImportDetails) -> AnyView {
    let language = current_language();
    let ImportDetails {
        import,
        before,
        from,
        refused,
        late,
        added,
        changed,
    } = shown;
    let now = import.state;
    let trouble = import.trouble.as_ref();
    let trouble = trouble.map(|trouble| {
        view! { <p class="desk-refused" role="alert">{file_problem(language, trouble)}</p> }
    });
    let again = before.map(|at| {
        let when = moment(language, at);
        let sentence = match import.counts_again {
            true => say!(language, import.counted_again, when = when),
            false => say!(language, import.again, when = when),
        };
        view! { <p class="desk-refused">{sentence}</p> }
    });
    let earlier = (from > 0).then(
        || view! { <p><a href=import_address(&import)>{say!(language, import.from_the_first)}</a></p> },
    );
    let sending = (now == ImportState::Uploading).then(|| {
        view! {
            <p class="desk-more">{say!(language, import.go_on)}</p>
            {receiving(&import)}
        }
    });
    let following = progress(&import);
    let counted = matches!(
        now,
        ImportState::Ready | ImportState::Applying | ImportState::Applied | ImportState::Cancelled
    ) || import.done.rows() > 0;
    let counts = (counted && import.last_row.is_some()).then(|| counts(language, &import));
    let content = view! {
        <p class="import-state">{state(language, now)}</p>
        {trouble}
        {sending}
        {following}
        {counts}
        {again}
        {buttons(language, &import, before.is_some())}
        {earlier}
        {table(language, say!(language, import.late_refusals), late, Some((&import, from)))}
        {table(language, say!(language, import.refusals), refused, Some((&import, from)))}
        {table(language, say!(language, import.first_added), added, None)}
        {table(language, say!(language, import.first_changed), changed, None)}
        <p><a href="/desk/imports">{say!(language, import.back)}</a></p>
    };
    let title: &'static str = say!(language, import.title);
    desk_frame(
        Section::Imports,
        title,
        view! { <h2>{import.name.clone()}</h2> {content} }.into_any(),
    )
}

/// The area for the rest of an unfinished upload.
fn receiving(import: &Import) -> AnyView {
    receive_file(ReceiveProps {
        covers: import.kind == ImportKind::Covers,
        unfinished: Some(UnfinishedFile {
            name: import.name.clone(),
            size: import.size,
        }),
    })
}

/// The progress of the worker. `None` if the import is not waiting for one.
fn progress(import: &Import) -> Option<AnyView> {
    let work = match import.state {
        ImportState::Checking => Work::Checking,
        ImportState::Applying => Work::Applying,
        _ => return None,
    };
    Some(follow_import(FollowProps {
        page: import_address(import),
        work,
        rows: Rows {
            upto: import.upto,
            last: import.last_row,
        },
    }))
}

fn counts(language: Language, import: &Import) -> AnyView {
    let done = matches!(import.state, ImportState::Applied | ImportState::Applying)
        || import.done.rows() > 0;
    let words: [&'static str; 4] = match done {
        false => [
            say!(language, import.would_add),
            say!(language, import.would_change),
            say!(language, import.would_leave),
            say!(language, import.would_refuse),
        ],
        true => [
            say!(language, import.was_added),
            say!(language, import.was_changed),
            say!(language, import.was_left),
            say!(language, import.was_refused),
        ],
    };
    let (tally, refused) = match done {
        false => (import.expected, import.expected.refused),
        true => (import.done, import.left_out()),
    };
    let numbers = [tally.added, tally.changed, tally.unchanged, refused];
    let counts: Vec<_> = words
        .into_iter()
        .zip(numbers)
        .map(|(words, number)| view! { <div><dt>{words}</dt><dd>{number}</dd></div> })
        .collect();
    view! { <dl class="import-counts">{counts}</dl> }.into_any()
}

/// The buttons for the import's state. If the same file was applied before (`came_before`), one
/// button decides whether its copies count again.
fn buttons(language: Language, import: &Import, came_before: bool) -> AnyView {
    let form = |action_name: &str, words: &'static str, class: &'static str| {
        let action = format!("{}/{action_name}", import_address(import));
        view! { <form method="post" action=action><button class=class>{words}</button></form> }
            .into_any()
    };
    let something = import.expected.added + import.expected.changed > 0;
    let apply = (import.state == ImportState::Ready && something)
        .then(|| form("apply", say!(language, import.apply), "button"));
    let again = (import.state == ImportState::Ready && came_before).then(|| {
        let action = format!("{}/check", import_address(import));
        let (copies, words) = match import.counts_again {
            true => ("once", say!(language, import.count_once)),
            false => ("again", say!(language, import.count_again)),
        };
        view! {
            <form method="post" action=action>
                <button class="button button-quiet" name="copies" value=copies>{words}</button>
            </form>
        }
    });
    let nothing = (import.state == ImportState::Ready && !something)
        .then(|| view! { <p class="desk-more">{say!(language, import.nothing)}</p> });
    let open = !matches!(
        import.state,
        ImportState::Applied | ImportState::Cancelled | ImportState::Failed
    );
    let cancel = open.then(|| {
        form(
            "cancel",
            say!(language, import.cancel),
            "button button-quiet",
        )
    });
    view! { {nothing} <div class="import-deeds">{apply} {again} {cancel}</div> }.into_any()
}

/// A table of rows, each with its finding. `None` if there are no rows.
///
/// `of` is the import and the first row shown. With it, a full table ends with a link to more rows.
fn table(
    language: Language,
    heading: &'static str,
    rows: Vec<RowFinding>,
    of: Option<(&Import, u32)>,
) -> Option<AnyView> {
    let last = rows.last()?.row;
    let full = rows.len() == MAX_REFUSED as usize;
    let from = of.filter(|(_, from)| *from > 0);
    let from = from.map(|(_, from)| {
        view! { <p class="desk-more">{say!(language, import.rows_from, row = from)}</p> }
    });
    let further = of.filter(|_| full).map(|(import, _)| {
        let next = format!("{}?from={}", import_address(import), u64::from(last) + 1);
        view! { <p><a href=next>{say!(language, import.further_rows)}</a></p> }
    });
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let (column, reason, said) = finding(language, row.found);
            view! {
                <tr>
                    <td>{row.row}</td>
                    <td>{column}</td>
                    <td>{reason}</td>
                    <td class="import-said">{said}</td>
                </tr>
            }
        })
        .collect();
    let table = view! {
        <h3>{heading}</h3>
        {from}
        <section class="desk-scroll" tabindex="0" aria-label=heading>
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">{say!(language, import.row)}</th>
                        <th scope="col">{say!(language, import.column)}</th>
                        <th scope="col">{say!(language, import.reason)}</th>
                        <th scope="col">{say!(language, import.said)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {further}
    };
    Some(table.into_any())
}
