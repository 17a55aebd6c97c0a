//! `/orders/{code}`: an order, for whoever holds its code: what to show at the counter.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};
use shop::OrderState;

use super::view::{View, page};
use crate::{
    components::{alert, button, link, notice_line, post_form},
    date::moment,
    orders::{self, CancelOrder, OrderLineView, OrderView},
    qr::QrCode,
};

/// The order that the address names.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let gone = use_query_map().read_untracked().get("gone");
    page(
        move || params.read().get("code").unwrap_or_default(),
        move |code| {
            let gone = gone.clone();
            Box::pin(async move { orders::view_order(code, gone).await.map(View::Order) })
        },
        |shown| {
            view! { <Meta name="robots" content="noindex"/> {move || one_order(shown.get())} }
                .into_any()
        },
    )
}

fn one_order(view: View) -> AnyView {
    let View::Order(view) = view else {
        return ().into_any();
    };
    let placed = view.state == OrderState::Placed;
    let (state, words) = standing(&view);
    let OrderView {
        code,
        lines,
        total,
        gone,
        qr,
        mailed,
        ..
    } = view;
    let code = code.to_string();
    let actions = placed.then(|| {
        let calendar = format!("/orders/{code}/collect.ics");
        let hidden = vec![("code", code.clone())];
        let cancel = post_form(
            CancelOrder::url(),
            hidden,
            vec![button("Cancel this order", "button button-quiet")],
        );
        view! {
            <div class="order-actions">
                // A file: the router must not take the click.
                <p><a href=calendar rel="external" download="">"Add it to your calendar"</a></p>
                {cancel}
            </div>
        }
        .into_any()
    });
    view! {
        <Title text=format!("Order {code}")/>
        <section class="order">
            <h1>"Order " <span class="order-code">{code.clone()}</span></h1>
            {notice_line()}
            {without(&gone)}
            <p class="order-state" role="status"><strong>{state}</strong> " " {words}</p>
            {placed.then(|| ticket(qr, mailed))}
            <ul class="order-lines">{lines.into_iter().map(one_line).collect::<Vec<_>>()}</ul>
            <p class="cart-total">"Together " <strong>{total.to_string()}</strong> ", paid in the shop."</p>
            {actions}
        </section>
    }
    .into_any()
}

/// Where it stands, in a word and in a sentence.
fn standing(order: &OrderView) -> (&'static str, String) {
    match order.state {
        OrderState::Placed => (
            "Placed.",
            format!("Set aside for you until {}.", moment(order.collect_by)),
        ),
        OrderState::Collected => ("Collected.", "Enjoy it!".to_owned()),
        OrderState::Cancelled => ("Cancelled.", "The copies are back on the shelf.".to_owned()),
        OrderState::Overdue => (
            "Overdue.",
            "Not collected in time. The copies are back on the shelf.".to_owned(),
        ),
    }
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
        <div class="order-ticket">
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
