//! `/desk/orders`: the list of orders, and the search for one.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Order, OrderCode, OrderState, Slug, Timestamp};
use store::{OrderFilter, OrderSearch, Store};

use super::{
    frame::{Section, desk_frame, desk_page},
    live_parts::live_parts,
};
use crate::{
    browser::NoProps,
    i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute, moment, number},
    layout::query::encode,
    server::{current_store, shop_error},
};

/// The most orders on the page.
const MAX_ORDERS: u32 = 100;
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// The page's data: the filter, the search text, and the orders found.
struct OrdersFound {
    of: &'static str,
    search_text: String,
    orders: Vec<Order>,
    titles: HashMap<Slug, String>,
}

/// The orders that match a filter and a search text. A scanned code opens its order.
#[component]
pub(crate) fn DeskOrdersPage() -> impl IntoView {
    let query = use_query_map().read_untracked();
    let part = |name| query.get(name).unwrap_or_default();
    desk_page(Section::Orders, find(part("of"), part("q")), orders_content)
}

async fn find(of: String, search_text: String) -> Result<OrdersFound, ShopError> {
    let store = current_store();
    let search_text = search_text.trim().to_owned();
    // A scanner types the whole address in the order's QR code, and then Enter.
    if let Some(code) = parse_scanned(&search_text)
        && store.order(code).await.is_ok()
    {
        leptos_axum::redirect(&format!("/desk/orders/{code}"));
    }
    let of = if of.is_empty() && !search_text.is_empty() {
        "all".to_owned()
    } else {
        of
    };
    let (of, wanted) = match of.as_str() {
        "today" => {
            let now = store.desk_reads().now().await.map_err(shop_error)?;
            let midnight = now.millis() - now.millis() % DAY;
            (
                "today",
                OrderFilter::Since(Timestamp::from_millis(midnight)),
            )
        }
        "overdue" => ("overdue", OrderFilter::Overdue),
        "all" => ("all", OrderFilter::All),
        _ => ("open", OrderFilter::Open),
    };
    let search = OrderSearch {
        filter: wanted,
        contact: (!search_text.is_empty()).then(|| search_text.clone()),
        limit: MAX_ORDERS,
    };
    let orders = store
        .desk_reads()
        .orders(&search)
        .await
        .map_err(shop_error)?;
    let titles = titles(&*store, &orders).await?;
    Ok(OrdersFound {
        of,
        search_text,
        orders,
        titles,
    })
}

/// The order code in typed or scanned text, alone or at the end of an address.
fn parse_scanned(text: &str) -> Option<OrderCode> {
    let (_, last) = text
        .trim_end_matches('/')
        .rsplit_once('/')
        .unwrap_or(("", text));
    last.parse().ok()
}

pub(super) async fn titles(
    store: &dyn Store,
    orders: &[Order],
) -> Result<HashMap<Slug, String>, ShopError> {
    let mut titles = HashMap::new();
    for line in orders.iter().flat_map(|order| &order.lines) {
        if !titles.contains_key(&line.book) {
            let title = store.book(&line.book).await.map_err(shop_error)?.book.title;
            titles.insert(line.book.clone(), title);
        }
    }
    Ok(titles)
}

fn orders_content(shown: OrdersFound) -> AnyView {
    let language = current_language();
    let OrdersFound {
        of,
        search_text,
        orders,
        titles,
    } = shown;
    let options = [
        ("open", say!(language, desk.of_open)),
        ("today", say!(language, desk.of_today)),
        ("overdue", say!(language, desk.of_overdue)),
        ("all", say!(language, desk.of_all)),
    ];
    let options: Vec<_> = options
        .into_iter()
        .map(|(word, words)| view! { <option value=word selected=word == of>{words}</option> })
        .collect();
    let count = orders.len();
    let words = match count {
        0 => say!(language, desk.no_orders).to_owned(),
        all if all == MAX_ORDERS as usize => say!(language, desk.first_found, count = all),
        some => say!(language, desk.found, count = some),
    };
    // The form always sends a filter, so a search finds only orders that pass it.
    let among_all = (count == 0 && !search_text.is_empty() && of != "all").then(|| {
        let address = format!("/desk/orders?of=all&q={}", encode(&search_text));
        view! { <p><a href=address>{say!(language, desk.among_all)}</a></p> }
    });
    // The list to which the buttons lead back.
    let list = format!("of={of}&q={}", encode(&search_text));
    let rows: Vec<_> = orders
        .into_iter()
        .map(|order| row(order, &titles, &list))
        .collect();
    let table = (count > 0).then(|| {
        view! {
            <section class="desk-wide" tabindex="0" aria-label=say!(language, desk.orders)>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{say!(language, desk.code)}</th>
                            <th scope="col">{say!(language, desk.who)}</th>
                            <th scope="col">{say!(language, desk.copies_of)}</th>
                            <th scope="col">{say!(language, desk.collect_by)}</th>
                            <th scope="col">{say!(language, desk.state)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        }
    });
    let content = view! {
        <form class="desk-find" method="get" action="/desk/orders" role="search">
            <label>
                <span>{say!(language, desk.find_order)}</span>
                <input type="search" name="q" value=search_text maxlength="200" autofocus=true autocomplete="off"/>
            </label>
            <label>
                <span>{say!(language, desk.which)}</span>
                <select name="of">{options}</select>
            </label>
            <button class="button button-small button-quiet">{say!(language, desk.find)}</button>
        </form>
        <div id="orders" data-fresh="" data-every="5">
            <p role="status">{words}</p>
            {among_all}
            {table}
        </div>
        {live_parts(NoProps)}
    };
    desk_frame(
        Section::Orders,
        say!(language, desk.orders),
        content.into_any(),
    )
}

fn row(order: Order, titles: &HashMap<Slug, String>, list: &str) -> AnyView {
    let language = current_language();
    let code = order.code.to_string();
    let name = order
        .contact
        .as_ref()
        .map_or(say!(language, desk.erased).to_owned(), |contact| {
            contact.name().to_owned()
        });
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|line| {
            let (before, after) = around_slot(&say!(
                language,
                order.copies,
                count = number(language, line.quantity.get()),
                title = Slot
            ));
            let title = titles.get(&line.book).cloned().unwrap_or_default();
            let lang = lang_attribute(language, &title);
            view! { <li>{before} <span lang=lang>{title}</span> {after}</li> }
        })
        .collect();
    let is_to_prepare = order.state == OrderState::Placed && order.ready_at.is_none();
    let ready = is_to_prepare.then(|| {
        view! {
            <form method="post" action=format!("/desk/orders/{code}/ready?{list}")>
                <button
                    class="button button-small button-quiet"
                    aria-label=say!(language, desk.make_ready_of, code = code.clone())
                >
                    {say!(language, desk.make_ready)}
                </button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row"><a class="order-code" href=format!("/desk/orders/{code}")>{code.clone()}</a></th>
            <td>{name}</td>
            <td><ul class="desk-lines">{lines}</ul></td>
            <td>{moment(language, order.collect_by)}</td>
            <td>{state_words(&order)} {ready}</td>
        </tr>
    }
    .into_any()
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
