//! `/desk/activity`: the movements of the ledger, newest first. With JavaScript, the newest page is
//! live.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::{LedgerRow, ShopError};
use shop::{Timestamp, Zone};
use store::Cursor;

use super::{
    filter::filter_form,
    island::{ActivityProps, activity},
    query::LedgerQuery,
    results::{ActivityView, read_activity},
    table::{movement_row, movements_table, no_movements},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::current_language,
    layout::query::to_query,
    server::{current_settings, current_store, http_status, shop_error, wall_clock},
};

/// How long a page may stay open and show the right times: over the next changes of the clock.
const AHEAD: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The movements that match the query in the address.
#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let settings = current_settings();
    let parts = query.into_iter().map(|(name, value)| (name, value.into()));
    let query = LedgerQuery::parse(parts, settings.profile.zone());
    desk_page(
        Section::Activity,
        async move {
            let store = current_store();
            let view = match query {
                Ok(query) => read_activity(&*store, query).await.map_err(shop_error)?,
                Err(wrong) => ActivityView::refused(wrong),
            };
            Ok::<_, ShopError>(view)
        },
        activity_content,
    )
}

fn activity_content(view: ActivityView) -> AnyView {
    let language = current_language();
    let wrong = view.wrong.map(|wrong| {
        http_status::set_bad_request();
        let sentence = wrong.sentence();
        view! { <p class="desk-refused" role="alert">{sentence(language)}</p> }
    });
    let content = view! {
        <p class="desk-more">{say!(language, activity.lead)}</p>
        {filter_form(&view.query)}
        {wrong}
        {movements(&view)}
        {pagination(&view)}
        {export_links(&view.query)}
    };
    desk_frame(
        Section::Activity,
        say!(language, activity.title),
        content.into_any(),
    )
}

/// The movements. On the newest page they are an island, which adds new ones.
fn movements(view: &ActivityView) -> AnyView {
    let language = current_language();
    let older = view.older.is_some();
    let settings = current_settings();
    let zone = settings.profile.zone();
    if let Some(place) = view.live {
        return activity(ActivityProps {
            after: place.to_string(),
            filter: to_query(view.query.pairs()),
            rows: view.rows.clone(),
            older,
            zone: since_the_oldest(zone, &view.rows),
        });
    }
    let rows: Vec<_> = view
        .rows
        .iter()
        .map(|row| movement_row(language, zone, row))
        .collect();
    let is_empty = view.wrong.is_none() && view.rows.is_empty();
    let empty = is_empty.then(|| no_movements(language, older));
    view! {
        {movements_table(rows)}
        {empty}
    }
    .into_any()
}

/// The zone as the live page needs it: from its oldest movement on.
fn since_the_oldest(zone: &Zone, rows: &[LedgerRow]) -> Zone {
    let at = rows.last().and_then(|row| row.at.get(..19));
    let at = at.and_then(|at| format!("{at}Z").parse::<Timestamp>().ok());
    let from = at.unwrap_or_else(wall_clock);
    zone.between(from, wall_clock() + AHEAD)
}

fn pagination(view: &ActivityView) -> AnyView {
    let language = current_language();
    let to = |name: &'static str, place: Cursor| {
        let mut parts = view.query.pairs();
        parts.push((name, place.to_string()));
        format!("/desk/activity?{}", to_query(parts))
    };
    let newer = view.newer.map(
        |place| view! { <a rel="prev" href=to("after", place)>{say!(language, activity.newer)}</a> },
    );
    let older = view.older.map(
        |place| view! { <a rel="next" href=to("before", place)>{say!(language, activity.older)}</a> },
    );
    let is_elsewhere = view.query.before.or(view.query.after).is_some();
    let newest = is_elsewhere.then(|| {
        let address = format!("/desk/activity?{}", to_query(view.query.pairs()));
        view! { <a href=address>{say!(language, activity.newest)}</a> }
    });
    view! { <p class="movements-ways">{newest}{newer}{older}</p> }.into_any()
}

fn export_links(query: &LedgerQuery) -> AnyView {
    let language = current_language();
    let to = |format: &str| {
        let mut parts = query.pairs();
        parts.push(("format", format.to_owned()));
        format!("/desk/activity/export?{}", to_query(parts))
    };
    view! {
        <p class="movements-ways">
            <span>{say!(language, activity.export)}</span>
            <a href=to("csv") download="">{say!(language, activity.csv)}</a>
            <a href=to("ndjson") download="">{say!(language, activity.ndjson)}</a>
        </p>
    }
    .into_any()
}
