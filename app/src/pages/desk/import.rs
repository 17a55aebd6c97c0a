//! `/desk/imports/{id}`: how far one import is, what would become of its rows, and what to
//! do with it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shop::{ImportId, Language, Timestamp};
use store::imports::{FoundKind, Import, ImportState, Phase, RowFinding, Tally};

use super::{
    Tab, desk_frame, desk_page,
    import_words::{finding, no_list},
    imports::{address, receiver, state},
};
use crate::{ShopError, date::moment, language::spoken, ssr::current_store};

/// Of refused rows, so many are shown: a page of ten thousand serves nobody. The rest shows
/// when the first are mended.
const SHOWN: u32 = 500;
/// Of the others.
const EXAMPLES: u32 = 50;

struct Shown {
    import: Import,
    before: Option<Timestamp>,
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
    let imports = current_store().imports();
    let read = async move {
        let imports = imports.ok_or(ShopError::Busy)?;
        let id = id.ok_or(ShopError::NoSuchOrder)?;
        let import = imports.import(id).await?.ok_or(ShopError::NoSuchOrder)?;
        let found = |phase, kind, most| imports.findings(id, phase, kind, 0, most);
        let before = match import.state {
            ImportState::Ready => imports.applied_before(&import).await?,
            _ => None,
        };
        Ok(Shown {
            before,
            refused: found(Phase::Check, FoundKind::Refused, SHOWN).await?,
            late: found(Phase::Apply, FoundKind::Refused, SHOWN).await?,
            added: found(Phase::Check, FoundKind::Added, EXAMPLES).await?,
            changed: found(Phase::Check, FoundKind::Changed, EXAMPLES).await?,
            import,
        })
    };
    desk_page(Tab::Imports, read, one)
}

fn one(shown: Shown) -> AnyView {
    let here = spoken();
    let Shown {
        import,
        before,
        refused,
        late,
        added,
        changed,
    } = shown;
    let now = import.state;
    let trouble = import.trouble.as_ref();
    let trouble = trouble.map(|trouble| {
        view! { <p class="desk-refused" role="alert">{no_list(here, trouble)}</p> }
    });
    let again = before.map(|at| {
        let sentence = say!(here, import.again, when = moment(here, at));
        view! { <p class="desk-refused">{sentence}</p> }
    });
    let sending = (now == ImportState::Uploading).then(|| {
        view! {
            <p class="desk-more">{say!(here, import.go_on)}</p>
            {receiver(here, import.kind, Some(&import))}
        }
    });
    let following = matches!(now, ImportState::Checking | ImportState::Applying)
        .then(|| followed(here, &import));
    let counted = matches!(
        now,
        ImportState::Ready | ImportState::Applying | ImportState::Applied | ImportState::Cancelled
    );
    let counts = (counted && import.last_row.is_some()).then(|| counts(here, &import));
    let content = view! {
        <p class="import-state">{state(here, now)}</p>
        {trouble}
        {sending}
        {following}
        {counts}
        {again}
        {deeds(here, &import)}
        {table(here, say!(here, import.late_refusals), late, import.done.refused)}
        {table(here, say!(here, import.refusals), refused, import.expected.refused)}
        {table(here, say!(here, import.first_added), added, 0)}
        {table(here, say!(here, import.first_changed), changed, 0)}
        <p><a href="/desk/imports">{say!(here, import.back)}</a></p>
        <script type="module" src="/scripts/import.js"></script>
    };
    let title: &'static str = say!(here, import.title);
    desk_frame(
        Tab::Imports,
        title,
        view! { <h2>{import.name.clone()}</h2> {content} }.into_any(),
    )
}

/// How far the worker is. The script keeps it up to date.
fn followed(here: Language, import: &Import) -> AnyView {
    let braces = |part: &str| format!("{{{part}}}");
    let rows_done = say!(here, import.rows_done, row = braces("row"));
    let rows_of = say!(
        here,
        import.rows_of,
        row = braces("row"),
        all = braces("all")
    );
    let (max, value) = match import.last_row {
        Some(last) => (Some(last), Some(import.upto)),
        None => (None, None),
    };
    let words = match import.last_row {
        Some(last) => say!(here, import.rows_of, row = import.upto, all = last),
        None => say!(here, import.rows_done, row = import.upto),
    };
    view! {
        <section
            class="import-receive"
            data-follow=import.state.as_str()
            data-rows-done=rows_done
            data-rows-of=rows_of
        >
            <progress max=max value=value aria-label=state(here, import.state)></progress>
            <p class="import-words" data-words="">{words}</p>
        </section>
    }
    .into_any()
}

fn counts(here: Language, import: &Import) -> AnyView {
    let done = matches!(import.state, ImportState::Applied | ImportState::Applying)
        || import.done.rows() > 0;
    let words: [&'static str; 4] = match done {
        false => [
            say!(here, import.would_add),
            say!(here, import.would_change),
            say!(here, import.would_leave),
            say!(here, import.would_refuse),
        ],
        true => [
            say!(here, import.was_added),
            say!(here, import.was_changed),
            say!(here, import.was_left),
            say!(here, import.was_refused),
        ],
    };
    let tally = match done {
        false => import.expected,
        true => Tally {
            // Of the rows that were looked at, those that were not taken in for whatever
            // reason.
            refused: u64::from(import.upto.saturating_sub(1))
                .saturating_sub(import.done.added + import.done.changed + import.done.unchanged),
            ..import.done
        },
    };
    let numbers = [tally.added, tally.changed, tally.unchanged, tally.refused];
    let counts: Vec<_> = words
        .into_iter()
        .zip(numbers)
        .map(|(words, number)| view! { <div><dt>{words}</dt><dd>{number}</dd></div> })
        .collect();
    view! { <dl class="import-counts">{counts}</dl> }.into_any()
}

/// What can be done with it now.
fn deeds(here: Language, import: &Import) -> AnyView {
    let form = |deed: &str, words: &'static str, class: &'static str| {
        let action = format!("{}/{deed}", address(import));
        view! { <form method="post" action=action><button class=class>{words}</button></form> }
            .into_any()
    };
    let something = import.expected.added + import.expected.changed > 0;
    let apply = (import.state == ImportState::Ready && something)
        .then(|| form("apply", say!(here, import.apply), "button"));
    let nothing = (import.state == ImportState::Ready && !something)
        .then(|| view! { <p class="desk-more">{say!(here, import.nothing)}</p> });
    let open = !matches!(
        import.state,
        ImportState::Applied | ImportState::Cancelled | ImportState::Failed
    );
    let cancel = open.then(|| form("cancel", say!(here, import.cancel), "button button-quiet"));
    view! { {nothing} <div class="import-deeds">{apply} {cancel}</div> }.into_any()
}

/// Rows with what was found about them; nothing where there are none. `all` is how many
/// there are, where it is worth saying.
fn table(
    here: Language,
    heading: &'static str,
    rows: Vec<RowFinding>,
    all: u64,
) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let shown = rows.len();
    let first = (all > shown as u64).then(
        || view! { <p class="desk-more">{say!(here, import.first_refusals, count = shown)}</p> },
    );
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let (column, reason, said) = finding(here, row.found);
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
        {first}
        <div class="desk-scroll">
            <table class="desk-table">
                <thead>
                    <tr>
                        <th scope="col">{say!(here, import.row)}</th>
                        <th scope="col">{say!(here, import.column)}</th>
                        <th scope="col">{say!(here, import.reason)}</th>
                        <th scope="col">{say!(here, import.said)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    Some(table.into_any())
}
