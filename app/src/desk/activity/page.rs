//! `/desk/activity`: the movements of the ledger, newest first. With JavaScript, the newest page is
//! live (`public/scripts/activity.js`).

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::{LedgerRow, ShopError};
use serde_json::json;
use shop::MovementKind;
use store::Cursor;

use super::{
    LedgerQuery, movement_name,
    results::{ActivityView, read_activity},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::current_language,
    layout::query::to_query,
    server::{current_store, http_status, shop_error},
};

/// The movements that match the query in the address.
#[component]
pub(crate) fn ActivityPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let query = LedgerQuery::parse(query.into_iter().map(|(name, value)| (name, value.into())));
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
    let empty = (wrong.is_none() && view.rows.is_empty()).then(|| {
        let words = match view.older {
            Some(_) => say!(language, activity.looked_through),
            None => say!(language, activity.none),
        };
        view! { <p class="desk-more movements-none">{words}</p> }
    });
    let content = view! {
        <p class="desk-more">{say!(language, activity.lead)}</p>
        {filter_form(&view.query)}
        {wrong}
        {movements_table(&view)}
        {empty}
        {pagination(&view)}
        {export_links(&view.query)}
    };
    desk_frame(
        Section::Activity,
        say!(language, activity.title),
        content.into_any(),
    )
}

/// The form that filters the movements.
fn filter_form(query: &LedgerQuery) -> AnyView {
    let language = current_language();
    let filter = &query.filter;
    let book = filter.book.as_ref().map(ToString::to_string);
    let order = filter.order.map(|code| code.to_string());
    let [from, until] = query.typed.clone();
    let kinds: Vec<_> = MovementKind::ALL
        .into_iter()
        .map(|kind| {
            view! {
                <label>
                    <input type="checkbox" name="kind" value=kind.as_str() checked=filter.kinds.contains(&kind)/>
                    <span>{movement_name(language, kind)}</span>
                </label>
            }
        })
        .collect();
    let reset = (*query != LedgerQuery::default())
        .then(|| view! { <a href="/desk/activity">{say!(language, activity.everything)}</a> });
    view! {
        <form class="movements-filter" method="get" action="/desk/activity">
            <label><span>{say!(language, activity.book)}</span>
                <input name="book" value=book.unwrap_or_default() pattern="[a-z0-9\\-]{1,60}" title=say!(language, activity.bad_book) placeholder="small-hours" autocapitalize="none" spellcheck="false"/>
            </label>
            <label><span>{say!(language, activity.order)}</span>
                <input name="order" value=order.unwrap_or_default() title=say!(language, activity.bad_order) placeholder="4KX9-QD2M-7HTB" spellcheck="false"/>
            </label>
            <label><span>{say!(language, activity.from)}</span><input type="date" name="from" value=from/></label>
            <label><span>{say!(language, activity.until)}</span><input type="date" name="until" value=until/></label>
            <fieldset><legend>{say!(language, activity.kind)}</legend>{kinds}</fieldset>
            <p class="movements-show">
                <button class="button button-small button-quiet" type="submit">{say!(language, activity.show)}</button>
                {reset}
            </p>
        </form>
    }
    .into_any()
}

/// The table of movements, with the data that its script needs to continue it.
fn movements_table(view: &ActivityView) -> AnyView {
    let language = current_language();
    let live = view.live.map(|place| {
        let words = json!({
            "live": say!(language, activity.live),
            "behind": say!(language, activity.behind, number = "{number}"),
            "catching": say!(language, activity.catching_up),
            "paused": say!(language, activity.paused),
            "lost": say!(language, activity.reconnecting),
            "over": say!(language, activity.over),
            "pause": say!(language, activity.pause),
            "goOn": say!(language, activity.go_on),
            "kinds": MovementKind::ALL
                .into_iter()
                .map(|kind| (kind.as_str(), movement_name(language, kind)))
                .collect::<std::collections::BTreeMap<_, _>>(),
        });
        let query = to_query(view.query.pairs());
        view! {
            <p class="movements-live" id="movements-live" hidden=true data-after=place.to_string() data-query=query data-words=words.to_string()>
                <span role="status"></span>
                <span class="movements-behind"></span>
                <button class="button button-small button-quiet" type="button"></button>
            </p>
            <script type="module" src="/scripts/activity.js"></script>
        }
    });
    let rows: Vec<AnyView> = view.rows.iter().map(one_row).collect();
    view! {
        {live}
        <table class="movements">
            <thead><tr>
                <th scope="col">{say!(language, activity.at)}</th>
                <th scope="col">{say!(language, activity.book)}</th>
                <th scope="col">{say!(language, activity.kind)}</th>
                <th scope="col" class="number">{say!(language, activity.on_hand)}</th>
                <th scope="col" class="number">{say!(language, activity.in_carts)}</th>
                <th scope="col" class="number">{say!(language, activity.in_orders)}</th>
                <th scope="col" class="number">{say!(language, activity.version)}</th>
                <th scope="col">{say!(language, activity.why)}</th>
            </tr></thead>
            <tbody id="movements">{rows}</tbody>
        </table>
    }
    .into_any()
}

/// A movement as a row. The page's script makes the same row from the live stream.
fn one_row(row: &LedgerRow) -> AnyView {
    let language = current_language();
    let kind = MovementKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == row.kind)
        .map_or(row.kind, |kind| movement_name(language, kind));
    let moment = format!("{} {}", &row.at[..10], &row.at[11..19]);
    let order = row.order.clone().map(|code| {
        let address = format!("/desk/orders/{code}");
        view! { <a href=address>{code}</a>" " }
    });
    let book = format!("/desk/stock/{}", row.book);
    view! {
        <tr data-place=row.place.clone()>
            <td><time datetime=row.at.clone()>{moment}</time></td>
            <td><a href=book>{row.book.clone()}</a></td>
            <td>{kind}</td>
            <td class="number" data-label=say!(language, activity.on_hand)>{signed(row.on_hand)}</td>
            <td class="number" data-label=say!(language, activity.in_carts)>{signed(row.held)}</td>
            <td class="number" data-label=say!(language, activity.in_orders)>{signed(row.allocated)}</td>
            <td class="number" data-label=say!(language, activity.version)>{row.version}</td>
            <td>{order}{row.reason.clone()}</td>
        </tr>
    }
    .into_any()
}

/// A change in copies with its sign. `None` for 0.
fn signed(by: i64) -> Option<String> {
    match by {
        0 => None,
        1.. => Some(format!("+{by}")),
        _ => Some(format!("\u{2212}{}", by.unsigned_abs())),
    }
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
