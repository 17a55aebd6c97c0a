//! `/desk/orders`: the list of orders, and the search for one.

pub(crate) mod pick_list;
pub(super) mod query;
pub(super) mod row;

use std::collections::{BTreeSet, HashMap};

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Language, Order, OrderCode, OrderState, Slug};
use store::{OrderColumn, OrderSearch, Store, StoreError};

use self::{
    query::{OrdersQuery, Which, column_word},
    row::{NextStep, anchor, first_cells, step_form},
};
use super::{
    frame::{Section, desk_frame, desk_page},
    live_parts::live_parts,
    search_label::{SEARCH_KEY, search_label},
    sort_heading::{direction, sort_heading},
    when::when,
};
use crate::{
    browser::NoProps,
    i18n::current_language,
    layout::query::encode,
    server::{current_settings, current_store, shop_error},
};

/// The most orders on a page.
const PAGE: u32 = 100;

/// The page's data: the query, and the orders found.
struct OrdersFound {
    query: OrdersQuery,
    orders: Vec<Order>,
    has_more: bool,
    titles: HashMap<Slug, String>,
}

/// The orders that match a filter and a search text. A scanned code opens its order.
#[component]
pub(crate) fn DeskOrdersPage() -> impl IntoView {
    let query = use_query_map().read_untracked();
    let query = OrdersQuery::read(|name| query.get(name).unwrap_or_default());
    desk_page(Section::Orders, find(query), orders_content)
}

async fn find(mut query: OrdersQuery) -> Result<OrdersFound, ShopError> {
    let store = current_store();
    // A scanner types the whole address in the order's QR code, and then Enter.
    if let Some(code) = parse_scanned(&query.search_text)
        && store.order(code).await.is_ok()
    {
        leptos_axum::redirect(&format!("/desk/orders/{code}"));
    }
    let mut orders = page_of(&*store, &query).await.map_err(shop_error)?;
    // An address may name a page that the list no longer has.
    for page in [query.page.saturating_sub(1), 0] {
        if orders.is_empty() && query.page > 0 {
            query.page = page;
            orders = page_of(&*store, &query).await.map_err(shop_error)?;
        }
    }
    let has_more = orders.len() > PAGE as usize;
    orders.truncate(PAGE as usize);
    let titles = titles(&*store, &orders).await.map_err(shop_error)?;
    Ok(OrdersFound {
        query,
        orders,
        has_more,
        titles,
    })
}

/// The orders of a page, and one more to know whether there is a next page.
async fn page_of(store: &dyn Store, query: &OrdersQuery) -> Result<Vec<Order>, StoreError> {
    let now = store.desk_reads().now().await?;
    let settings = store.owner_settings().current();
    let text = &query.search_text;
    let search = OrderSearch {
        filter: query.which.filter(now, settings.profile.zone()),
        contact: (!text.is_empty()).then(|| text.clone()),
        sort: query.sort,
        skip: query.page.saturating_mul(PAGE),
        limit: PAGE + 1,
    };
    store.desk_reads().orders(&search).await
}

/// The order code in typed or scanned text, alone or at the end of an address.
fn parse_scanned(text: &str) -> Option<OrderCode> {
    let (_, last) = text
        .trim_end_matches('/')
        .rsplit_once('/')
        .unwrap_or(("", text));
    last.parse().ok()
}

/// The titles of the books in these orders.
pub(super) async fn titles(
    store: &dyn Store,
    orders: &[Order],
) -> Result<HashMap<Slug, String>, StoreError> {
    let lines = orders.iter().flat_map(|order| &order.lines);
    let books: BTreeSet<Slug> = lines.map(|line| line.book.clone()).collect();
    let books: Vec<Slug> = books.into_iter().collect();
    let names = store.desk_reads().names(&books).await?.into_iter();
    Ok(names.map(|(book, name)| (book, name.title)).collect())
}

fn orders_content(shown: OrdersFound) -> AnyView {
    let language = current_language();
    let OrdersFound {
        query,
        orders,
        has_more,
        titles,
    } = shown;
    let before = query.page.checked_sub(1).map(|page| query.on_page(page));
    let after = has_more.then(|| query.on_page(query.page.saturating_add(1)));
    let count = orders.len();
    let words = match count {
        0 => say!(language, desk.no_orders).to_owned(),
        all if before.is_some() || has_more => {
            let first = u64::from(query.page) * u64::from(PAGE) + 1;
            let last = first + all as u64 - 1;
            say!(language, desk.part_found, first = first, last = last)
        }
        some => say!(language, desk.found, count = some),
    };
    // The form always sends a filter, so a search finds only orders that pass it.
    let among_all = (count == 0 && !query.search_text.is_empty() && query.which != Which::All)
        .then(|| {
            let address = format!("/desk/orders?of=all&q={}", encode(&query.search_text));
            view! { <p><a href=address>{say!(language, desk.among_all)}</a></p> }
        });
    let table = (count > 0).then(|| table(language, &query, &orders, &titles));
    let pages = (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label=say!(language, shelf.pages)>
                {before.map(|page| view! { <a rel="prev" href=page.address()>{say!(language, desk.before)}</a> })}
                {after.map(|page| view! { <a rel="next" href=page.address()>{say!(language, desk.after)}</a> })}
            </nav>
        }
    });
    let content = view! {
        {search_form(language, &query)}
        <div id="orders" data-fresh="" data-every="5">
            <div class="desk-line">
                <p role="status">{words}</p>
                <p><a href="/desk/orders/pick-list">{say!(language, packing.pick_list)}</a></p>
            </div>
            {among_all}
            {table}
            {pages}
        </div>
        {live_parts(NoProps)}
    };
    desk_frame(
        Section::Orders,
        say!(language, desk.orders),
        content.into_any(),
    )
}

fn search_form(language: Language, query: &OrdersQuery) -> AnyView {
    let settings = current_settings();
    let options: Vec<_> = Which::ALL
        .into_iter()
        .map(|which| {
            let (word, words) = (which.word(), which.words(language, settings.profile.zone()));
            view! { <option value=word selected=which == query.which>{words}</option> }
        })
        .collect();
    // Another search is sorted as this one.
    let sort = query.sort.map(|sort| {
        view! {
            <input type="hidden" name="sort" value=column_word(sort.column)/>
            <input type="hidden" name="dir" value=direction(sort.is_descending)/>
        }
    });
    let text = query.search_text.clone();
    view! {
        <form class="desk-find" method="get" action="/desk/orders" role="search">
            <label>
                {search_label(say!(language, desk.find_order))}
                <input type="search" name="q" value=text maxlength="200" autofocus=true autocomplete="off" accesskey=SEARCH_KEY/>
            </label>
            <label>
                <span>{say!(language, desk.which)}</span>
                <select name="of">{options}</select>
            </label>
            {sort}
            <button class="button button-small button-quiet">{say!(language, desk.find)}</button>
        </form>
    }
    .into_any()
}

fn table(
    language: Language,
    query: &OrdersQuery,
    orders: &[Order],
    titles: &HashMap<Slug, String>,
) -> AnyView {
    let head = |column, words| {
        let (sorted, address) = (query.sorted_by(column), query.by(column).address());
        sort_heading(words, None, sorted, address)
    };
    let here = query.address();
    let rows: Vec<_> = orders
        .iter()
        .enumerate()
        .map(|(at, order)| {
            let form = NextStep::of(order).map(|step| {
                let row = row_after(query.which, step, orders, at);
                step_form(language, order, step, format!("{here}#{}", anchor(row)))
            });
            view! {
                <tr id=anchor(order)>
                    {first_cells(language, order, titles)}
                    <td>{when(language, order.placed_at)}</td>
                    <td>{when(language, order.collect_by)}</td>
                    <td>{state_words(order)}</td>
                    <td class="desk-actions">{form}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <section class="desk-wide" tabindex="0" aria-label=say!(language, desk.orders)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.code)}</th>
                        {head(OrderColumn::Name, say!(language, desk.who))}
                        <th scope="col">{say!(language, desk.copies_of)}</th>
                        {head(OrderColumn::Placed, say!(language, desk.placed_at))}
                        {head(OrderColumn::CollectBy, say!(language, desk.collect_by))}
                        {head(OrderColumn::State, say!(language, desk.state))}
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// The row to show once a step is done: the same one if it stays in the list, or else the next.
fn row_after(which: Which, step: NextStep, orders: &[Order], at: usize) -> &Order {
    let stays = match step {
        NextStep::MakeReady => which.keeps_ready(),
        NextStep::HandOver => which.keeps_collected(),
    };
    let row = if stays {
        orders.get(at)
    } else {
        let before = at.checked_sub(1).and_then(|before| orders.get(before));
        orders.get(at + 1).or(before)
    };
    row.unwrap_or(&orders[at])
}

pub(super) fn state_words(order: &Order) -> &'static str {
    let language = current_language();
    match order.state {
        OrderState::Placed if order.ready_at.is_some() => say!(language, desk.is_ready),
        OrderState::Placed => say!(language, desk.is_placed),
        OrderState::Collected => say!(language, desk.is_collected),
        OrderState::Cancelled => say!(language, desk.is_cancelled),
        OrderState::Overdue => say!(language, desk.is_overdue),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_or_scanned_code_is_recognised() {
        let code: OrderCode = "4KX9-QD2M-7HTB".parse().unwrap();
        for text in [
            "4KX9-QD2M-7HTB",
            "4kx9 qd2m 7htb",
            "https://books.example/orders/4KX9-QD2M-7HTB",
            "http://127.0.0.1:3000/orders/4KX9-QD2M-7HTB/",
        ] {
            assert_eq!(parse_scanned(text), Some(code), "{text}");
        }
        for text in ["", "Ann", "https://books.example/", "4KX9-QD2M"] {
            assert_eq!(parse_scanned(text), None, "{text}");
        }
    }
}
