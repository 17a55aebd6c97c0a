//! `/desk/orders/{code}`: one order, its contact, and the buttons to handle it.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Order, OrderState, Price, Slug};

use super::{
    frame::{Section, desk_frame, desk_page},
    orders::{state_words, titles},
};
use crate::{
    i18n::{current_language, lang_attribute, moment, price},
    order::lookup::find_order,
    server::current_store,
};

type Read = (Order, HashMap<Slug, String>);

/// The order that the address names.
#[component]
pub(crate) fn DeskOrderPage() -> impl IntoView {
    let code = use_params_map()
        .read_untracked()
        .get("code")
        .unwrap_or_default();
    desk_page(Section::Orders, read(code), one_order)
}

async fn read(code: String) -> Result<Read, ShopError> {
    let store = current_store();
    let order = find_order(&*store, &code).await?;
    let titles = titles(&*store, std::slice::from_ref(&order)).await?;
    Ok((order, titles))
}

fn one_order((order, titles): Read) -> AnyView {
    let here = current_language();
    let code = order.code.to_string();
    let total = Price::total(order.lines.iter().map(|line| (line.price, line.quantity)));
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|line| {
            let copies = say!(here, order.line, copies = line.quantity.get());
            let title = titles.get(&line.book).cloned().unwrap_or_default();
            let each = say!(here, order.line_price, price = price(here, line.price));
            let stock = format!("/desk/stock/{}", line.book);
            let lang = lang_attribute(here, &title);
            view! { <li>{copies} " " <a href=stock lang=lang>{title}</a> {each}</li> }
        })
        .collect();
    let fact = |name: &'static str, value: String| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let contact = match &order.contact {
        Some(contact) => vec![
            Some(fact(say!(here, desk.who), contact.name().to_owned())),
            Some(fact(say!(here, desk.reach), contact.reach().to_owned())),
            contact
                .note()
                .map(|note| fact(say!(here, desk.note), note.to_owned())),
        ],
        None => vec![Some(fact(
            say!(here, desk.who),
            say!(here, desk.erased).to_owned(),
        ))],
    };
    let closed = order
        .closed_at
        .map(|at| fact(say!(here, desk.closed_at), moment(here, at)));
    let act = |action: &str, words: &'static str, class: &'static str| {
        let action = format!("/desk/orders/{code}/{action}");
        view! {
            <form method="post" action=action><button class=class>{words}</button></form>
        }
    };
    let actions = (order.state == OrderState::Placed).then(|| {
        let ready = order
            .ready_at
            .is_none()
            .then(|| act("ready", say!(here, desk.make_ready), "button"));
        let class = if order.ready_at.is_some() {
            "button"
        } else {
            "button button-quiet"
        };
        view! {
            <div class="order-actions">
                {ready}
                {act("collect", say!(here, desk.hand_over), class)}
                {act("cancel", say!(here, desk.call_off), "button button-quiet")}
            </div>
        }
    });
    let seen = format!("@order.{}:{}", order.code, order.version);
    let content = view! {
        <div id="order" data-fresh=seen>
            <p class="desk-state">{state_words(&order)}</p>
            <dl class="desk-facts">
                {contact}
                {fact(say!(here, desk.placed_at), moment(here, order.placed_at))}
                {fact(say!(here, desk.collect_by), moment(here, order.collect_by))}
                {closed}
            </dl>
            <ul class="order-lines">{lines}</ul>
            <p class="cart-total">{say!(here, order.together)} " " <strong>{price(here, total)}</strong></p>
            {actions}
        </div>
        <p><a href=format!("/orders/{code}")>{say!(here, desk.in_shop)}</a></p>
        <script type="module" src="/scripts/desk.js"></script>
    };
    desk_frame(
        Section::Orders,
        say!(here, desk.order_of, code = code.clone()),
        content.into_any(),
    )
}
