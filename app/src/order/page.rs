//! `/orders/{code}`: an order, to show at the counter. Anybody with the code may see it.

use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::{use_params_map, use_query_map};
use shop::{OrderState, Price};

use super::{
    OrderLineView, OrderStatus, OrderView,
    contact::{contact_lines, contact_question},
    island::{order_cancel, order_state},
    qr::QrCode,
    view_order,
};
use crate::{
    i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute, number, price},
    layout::{
        form::link,
        notice::{alert, notice_line},
        page::load_page,
        price_label::price_label,
    },
};

/// The order that the address names.
#[component]
pub(crate) fn OrderPage() -> impl IntoView {
    let code = use_params_map().read_untracked().get("code");
    let gone = use_query_map().read_untracked().get("gone");
    let order = view_order(code.unwrap_or_default(), gone);
    view! { <Meta name="robots" content="noindex"/> {load_page(order, order_section)} }
}

fn order_section(view: OrderView) -> AnyView {
    let OrderView {
        code,
        lines,
        total,
        contact,
        contact_hidden,
        collect_by: _,
        collect_by_words,
        state,
        ready,
        version,
        gone,
        qr,
        mailed,
        mail_failed,
    } = view;
    let language = current_language();
    let now = OrderStatus {
        code,
        collect_by_words,
        state,
        ready,
        mail_failed,
        version,
    };
    // When the order's state changes later, the style sheet shows and hides the parts that only
    // placed or only closed orders have (`while-placed`, `while-closed`).
    let placed = state == OrderState::Placed;
    let calendar = placed.then(|| {
        let calendar = format!("/orders/{code}/collect.ics");
        view! {
            <p class="while-placed"><a href=calendar download="">{say!(language, order.calendar)}</a></p>
        }
    });
    let code = code.to_string();
    let question = contact_hidden.then(|| contact_question(language, &code));
    let (before, after) = around_slot(&say!(language, order.title, code = Slot));
    view! {
        <Title text=say!(language, order.title, code = code.clone())/>
        <section class="order">
            // After *Place order*, the focus is on the result.
            <h1 tabindex="-1" autofocus=true>{before} <span class="order-code" translate="no">{code}</span> {after}</h1>
            {notice_line()}
            {gone_alert(&gone)}
            {order_state(now.clone())}
            {placed.then(|| ticket(qr, (!mail_failed).then_some(mailed)))}
            <ul class="order-lines">{lines.into_iter().map(order_line).collect::<Vec<_>>()}</ul>
            <div class="while-placed">{total_line(total, true)}</div>
            <div class="while-closed">{total_line(total, false)}</div>
            {contact.map(contact_lines)}
            {question}
            <div class="order-actions">
                {calendar}
                {order_cancel(now)}
                <p><a href="/orders">{say!(language, order.yours)}</a></p>
            </div>
        </section>
    }
    .into_any()
}

/// The total, which is due as long as the order can be collected.
fn total_line(total: Price, due: bool) -> AnyView {
    let language = current_language();
    let message = match due {
        true => say!(language, order.total_due, total = Slot),
        false => say!(language, order.total, total = Slot),
    };
    let (before, after) = around_slot(&message);
    view! {
        <p class="cart-total">{before} <strong translate="no">{price(language, total)}</strong> {after}</p>
        {price_label()}
    }
    .into_any()
}

/// The QR code to show at the counter, and a hint whether to expect a mail, unless it has failed.
fn ticket(qr: Option<QrCode>, mailed: Option<bool>) -> AnyView {
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
    let hint = mailed.map(|mailed| match mailed {
        true => say!(language, order.mailed),
        false => say!(language, order.not_mailed),
    });
    view! {
        <div class="order-ticket while-placed">
            {picture}
            <p>{say!(language, order.show)} " " <span class="order-kept">{hint}</span></p>
        </div>
    }
    .into_any()
}

fn order_line(line: OrderLineView) -> AnyView {
    let language = current_language();
    let lang = lang_attribute(language, &line.title);
    let book = link(format!("/books/{}", line.book), line.title);
    let (before, after) = around_slot(&say!(
        language,
        order.line,
        count = number(language, line.quantity.get()),
        title = Slot,
        price = price(language, line.price)
    ));
    view! { <li>{before} <span translate="no" lang=lang>{book}</span> {after}</li> }.into_any()
}

fn gone_alert(gone: &[String]) -> Option<AnyView> {
    (!gone.is_empty()).then(|| {
        let language = current_language();
        let titles = gone.join(say!(language, format.between_titles));
        alert(say!(language, order.without, titles = titles))
    })
}
