//! `/orders/{code}`: an order, for whoever holds its code: what to show at the counter.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};
use shop::OrderState;

use super::page;
use crate::{
    components::{alert, link, notice_line},
    islands,
    orders::{self, OrderLineView, OrderNow, OrderView},
    qr::QrCode,
};

/// The order that the address names.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let code = use_params_map().read_untracked().get("code");
    let gone = use_query_map().read_untracked().get("gone");
    let order = orders::view_order(code.unwrap_or_default(), gone);
    view! { <Meta name="robots" content="noindex"/> {page(order, one_order)} }
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
        qr,
        mailed,
    } = view;
    let now = OrderNow {
        code,
        collect_by,
        state,
        version,
    };
    // Once it is no longer placed, the style hides what is for as long as it is.
    let placed = state == OrderState::Placed;
    let calendar = placed.then(|| {
        let calendar = format!("/orders/{code}/collect.ics");
        view! {
            <p class="while-placed"><a href=calendar download="">"Add it to your calendar"</a></p>
        }
    });
    let code = code.to_string();
    view! {
        <Title text=format!("Order {code}")/>
        <section class="order">
            <h1>"Order " <span class="order-code">{code}</span></h1>
            {notice_line()}
            {without(&gone)}
            {islands::order_state(now.clone())}
            {placed.then(|| ticket(qr, mailed))}
            <ul class="order-lines">{lines.into_iter().map(one_line).collect::<Vec<_>>()}</ul>
            <p class="cart-total">"Together " <strong>{total.to_string()}</strong> ", paid in the shop."</p>
            <div class="order-actions">{calendar} {islands::order_cancel(now)}</div>
        </section>
    }
    .into_any()
}

/// What is shown at the counter, and how not to lose it.
fn ticket(qr: Option<QrCode>, mailed: bool) -> AnyView {
    let picture = qr.map(|QrCode { size, path }| {
        view! {
            <svg
                class="order-qr"
                viewBox=format!("0 0 {size} {size}")
                role="img"
                aria-label="QR code of this order’s address, to be scanned at the counter"
                shape-rendering="crispEdges"
            >
                <path d=path/>
            </svg>
        }
    });
    let kept = if mailed {
        "The code is on its way to your e-mail address too."
    } else {
        "Note the code or print this page: no mail is sent."
    };
    view! {
        <div class="order-ticket while-placed">
            {picture}
            <p>"Show the code at the counter. " <span class="order-kept">{kept}</span></p>
        </div>
    }
    .into_any()
}

fn one_line(line: OrderLineView) -> AnyView {
    let book = link(format!("/books/{}", line.book), line.title);
    view! { <li>{format!("{} × ", line.quantity)} {book} {format!(", {}", line.price)}</li> }
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
