//! `/orders/{code}`: an order, for whoever holds its code.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};
use shop::OrderState;

use super::view::{View, page};
use crate::{
    ShopError,
    components::{alert, button, link, notice_line, post_form},
    orders::{self, CancelOrder, OrderView},
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
            Box::pin(async move {
                let code = code.parse().map_err(|_| ShopError::NoSuchOrder)?;
                orders::view_order(code, gone).await.map(View::Order)
            })
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
    let OrderView {
        code,
        lines,
        total,
        collect_by,
        state,
        gone,
        ..
    } = view;
    let words = match state {
        OrderState::Placed => format!("Set aside for you until {collect_by}."),
        OrderState::Collected => "Collected. Enjoy it!".to_owned(),
        OrderState::Cancelled => "Cancelled. The copies are back on the shelf.".to_owned(),
        OrderState::Overdue => {
            "Not collected in time. The copies are back on the shelf.".to_owned()
        }
    };
    let lines: Vec<AnyView> = lines
        .into_iter()
        .map(|line| {
            let book = link(format!("/books/{}", line.book), line.title);
            view! { <li>{format!("{} × ", line.quantity)} {book} {format!(", {}", line.price)}</li> }.into_any()
        })
        .collect();
    let cancel = (state == OrderState::Placed).then(|| {
        let hidden = vec![("code", code.to_string())];
        post_form(
            CancelOrder::url(),
            hidden,
            vec![button("Cancel this order", "button button-quiet")],
        )
    });
    view! {
        <Title text=format!("Order {code}")/>
        <section class="order">
            <h1>"Order " <span class="order-code">{code.to_string()}</span></h1>
            {notice_line()}
            {without(&gone)}
            <p>{words}</p>
            <ul>{lines}</ul>
            <p class="cart-total">"Together " <strong>{total.to_string()}</strong> ", paid in the shop."</p>
            {cancel}
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
