//! `/orders`: the orders that were placed in this browser, and a form that finds one by its code.

use leptos::prelude::*;
use leptos_meta::{Meta, Stylesheet, Title};
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Language, OrderState};
use store::OrderSummary;

use crate::{
    i18n::{current_language, moment, number},
    layout::{notice::alert, page::load_page},
    server::{current_shopper, current_store, extension, http_status, shop_error},
};

/// The most orders on one page.
const PAGE_SIZE: u32 = 20;
/// The last page. Nobody has so many orders, and the database counts to it.
const LAST_PAGE: u32 = 10_000;

/// A code that was typed and belongs to no order, as an extension of the request.
#[derive(Debug, Clone)]
pub struct UnknownCode(pub String);

/// A page of the list.
struct OrderList {
    page: u32,
    orders: Vec<OrderSummary>,
    has_more: bool,
}

/// This browser's orders, newest first.
#[component]
pub(crate) fn OrdersPage() -> impl IntoView {
    let page = use_query_map().read_untracked().get("page");
    let page = page.and_then(|page| page.parse::<u32>().ok()).unwrap_or(1);
    let list = read(page.clamp(1, LAST_PAGE));
    view! {
        <Meta name="robots" content="noindex"/>
        <Stylesheet href="/styles/orders.css"/>
        {load_page(list, orders_section)}
    }
}

async fn read(page: u32) -> Result<OrderList, ShopError> {
    let store = current_store();
    let skip = (page - 1) * PAGE_SIZE;
    // One more than is shown tells whether there is another page.
    let orders = store.orders_of(current_shopper()?, skip, PAGE_SIZE + 1);
    let mut orders = orders.await.map_err(shop_error)?;
    let shown = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let has_more = orders.len() > shown;
    orders.truncate(shown);
    Ok(OrderList {
        page,
        orders,
        has_more,
    })
}

fn orders_section(list: OrderList) -> AnyView {
    let language = current_language();
    let OrderList {
        page,
        orders,
        has_more,
    } = list;
    let content = match orders.is_empty() {
        true => view! { <p>{say!(language, order.none_here)}</p> }.into_any(),
        false => {
            let lines: Vec<_> = orders
                .into_iter()
                .map(|order| order_line(language, order))
                .collect();
            view! {
                <p>{say!(language, order.yours_more)}</p>
                <ul class="order-lines">{lines}</ul>
            }
            .into_any()
        }
    };
    let step = |to: u32, words: &'static str| {
        view! { <a href=format!("/orders?page={to}")>{words}</a> " " }
    };
    let newer = (page > 1).then(|| step(page - 1, say!(language, order.newer)));
    let older = has_more.then(|| step(page + 1, say!(language, order.older)));
    let steps = (newer.is_some() || older.is_some()).then(|| view! { <p>{newer}{older}</p> });
    view! {
        <Title text=say!(language, order.yours)/>
        <section class="orders">
            <h1>{say!(language, order.yours)}</h1>
            {content}
            {steps}
            <h2>{say!(language, order.find)}</h2>
            {find_form(language)}
        </section>
    }
    .into_any()
}

/// An order's code, its state, and until when it can be collected.
fn order_line(language: Language, order: OrderSummary) -> AnyView {
    let code = order.code.to_string();
    let until = moment(language, order.collect_by);
    let (word, more) = match order.state {
        OrderState::Placed if order.ready => (
            say!(language, order.ready),
            Some(say!(language, order.ready_more, until = until)),
        ),
        OrderState::Placed => (
            say!(language, order.placed),
            Some(say!(language, order.placed_more, until = until)),
        ),
        OrderState::Collected => (say!(language, order.collected), None),
        OrderState::Cancelled => (say!(language, order.cancelled), None),
        OrderState::Overdue => (say!(language, order.overdue), None),
    };
    let placed = say!(
        language,
        order.placed_at,
        at = moment(language, order.placed_at),
        count = number(language, order.copies)
    );
    let address = format!("/orders/{code}");
    view! {
        <li>
            <p><a href=address translate="no">{code}</a></p>
            <p><strong>{word}</strong> " " {more}</p>
            <p class="order-kept">{placed}</p>
        </li>
    }
    .into_any()
}

/// The form that finds an order by its code. A code that was not found is kept.
fn find_form(language: Language) -> AnyView {
    let unknown = extension::<UnknownCode>();
    let is_wrong = unknown.is_some().then_some("true");
    let problem = unknown.is_some().then(|| {
        http_status::set_not_found();
        alert(say!(language, error.no_such_order).to_owned())
    });
    let typed = unknown.map_or_else(String::new, |UnknownCode(typed)| typed);
    view! {
        <form method="get" action="/orders" class="order-ask">
            {problem}
            <p id="code-hint">{say!(language, order.find_more)}</p>
            <label>
                {say!(language, order.find_code)} " "
                <input
                    name="code"
                    value=typed
                    required=true
                    maxlength="60"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    aria-describedby="code-hint"
                    aria-invalid=is_wrong
                />
            </label>
            <button class="button button-small">{say!(language, order.find_button)}</button>
        </form>
    }
    .into_any()
}
