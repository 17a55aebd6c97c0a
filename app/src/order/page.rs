//! `/orders/{code}`: an order, for anybody who has its code, to show at the counter.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};
use shop::OrderState;

use super::{
    OrderLineView, OrderStatus, OrderView,
    island::{order_cancel, order_state},
    qr::QrCode,
    view_order,
};
use crate::{
    i18n::{current_language, price},
    layout::{
        form::link,
        notice::{alert, notice_line},
        page::load_page,
    },
};

/// The order that the address names.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let code = use_params_map().read_untracked().get("code");
    let gone = use_query_map().read_untracked().get("gone");
    let order = view_order(code.unwrap_or_default(), gone);
    view! { <Meta name="robots" content="noindex"/> {load_page(order, one_order)} }
}

fn one_order(view: OrderView) -> AnyView {
    let OrderView {
        code,
        lines,
        total,
        collect_by,
        state,
        ready,
        version,
        gone,
        qr,
        mailed,
    } = view;
    let language = current_language();
    let now = OrderStatus {
        code,
        collect_by,
        state,
        ready,
        version,
    };
    // Once it is no longer placed, the style hides what is for as long as it is.
    let placed = state == OrderState::Placed;
    let calendar = placed.then(|| {
        let calendar = format!("/orders/{code}/collect.ics");
        view! {
            <p class="while-placed"><a href=calendar download="">{say!(language, order.calendar)}</a></p>
        }
    });
    let code = code.to_string();
    view! {
        <Title text=say!(language, order.title, code = code.clone())/>
        <section class="order">
            <h1>{say!(language, order.heading)} " " <span class="order-code">{code}</span></h1>
            {notice_line()}
            {without(&gone)}
            {order_state(now.clone())}
            {placed.then(|| ticket(qr, mailed))}
            <ul class="order-lines">{lines.into_iter().map(one_line).collect::<Vec<_>>()}</ul>
            <p class="cart-total">{say!(language, order.together)} " " <strong>{price(language, total)}</strong> {say!(language, order.paid)}</p>
            <div class="order-actions">{calendar} {order_cancel(now)}</div>
        </section>
    }
    .into_any()
}

/// What is shown at the counter, and how not to lose it.
fn ticket(qr: Option<QrCode>, mailed: bool) -> AnyView {
    let language = current_language();
    let picture = qr.map(|QrCode { size, path }| {
        view! {
            <svg
                class="order-qr"
                viewBox=format!("0 0 {size} {size}")
                role="img"
                aria-label=say!(language, order.qr)
                shape-rendering="crispEdges"
            >
                <path d=path/>
            </svg>
        }
    });
    let kept = if mailed {
        say!(language, order.mailed)
    } else {
        say!(language, order.not_mailed)
    };
    view! {
        <div class="order-ticket while-placed">
            {picture}
            <p>{say!(language, order.show)} " " <span class="order-kept">{kept}</span></p>
        </div>
    }
    .into_any()
}

fn one_line(line: OrderLineView) -> AnyView {
    let book = link(format!("/books/{}", line.book), line.title);
    let language = current_language();
    let copies = say!(language, order.line, copies = line.quantity.get());
    let each = say!(
        language,
        order.line_price,
        price = price(language, line.price)
    );
    view! { <li>{copies} " " {book} {each}</li> }.into_any()
}

fn without(gone: &[String]) -> Option<AnyView> {
    (!gone.is_empty()).then(|| {
        let language = current_language();
        let titles = gone.join(say!(language, order.between));
        alert(say!(language, order.without, titles = titles))
    })
}
