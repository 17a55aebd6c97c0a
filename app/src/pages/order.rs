//! `/orders/{code}`: an order, for whoever holds its code.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::page;
use crate::{
    ShopError,
    components::{alert, link, notice_line},
    islands,
    orders::{self, OrderNow, OrderView},
};

/// The order that the address names.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let code = use_params_map().read_untracked().get("code");
    let gone = use_query_map().read_untracked().get("gone");
    let order = page(
        async move {
            let code = code.unwrap_or_default().parse();
            orders::view_order(code.map_err(|_| ShopError::NoSuchOrder)?, gone).await
        },
        one_order,
    );
    view! { <Meta name="robots" content="noindex"/> {order} }
}

fn one_order(view: OrderView) -> AnyView {
    let OrderView {
        code,
        lines,
        total,
        collect_by,
        state,
        version,
        gone,
    } = view;
    let now = OrderNow {
        code,
        collect_by,
        state,
        version,
    };
    let lines: Vec<AnyView> = lines
        .into_iter()
        .map(|line| {
            let book = link(format!("/books/{}", line.book), line.title);
            view! { <li>{format!("{} × ", line.quantity)} {book} {format!(", {}", line.price)}</li> }.into_any()
        })
        .collect();
    view! {
        <Title text=format!("Order {code}")/>
        <section class="order">
            <h1>"Order " <span class="order-code">{code.to_string()}</span></h1>
            {notice_line()}
            {without(&gone)}
            {islands::order_state(now.clone())}
            <ul>{lines}</ul>
            <p class="cart-total">"Together " <strong>{total.to_string()}</strong> ", paid in the shop."</p>
            {islands::order_cancel(now)}
        </section>
    }
    .into_any()
}

fn without(gone: &[String]) -> Option<AnyView> {
    (!gone.is_empty()).then(|| {
        alert(format!(
            "Not in this order, because its time ran out and others have taken it: {}",
            gone.join(", ")
        ))
    })
}
