//! `/desk/orders/{code}/receipt`: an order on paper. It goes with the books until they are collected,
//! and is the shopper's receipt afterwards.

use std::iter;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shop::{Language, Order, OrderState, Price};

use super::{OrderWithTitles, read_order};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, lang_attribute::lang_attribute, moment, number, price},
    layout::{price_label::price_label, shop_details::contact},
    server::current_settings,
};

/// The order that the address names, to be printed.
#[component]
pub(crate) fn ReceiptPage() -> impl IntoView {
    let code = use_params_map()
        .read_untracked()
        .get("code")
        .unwrap_or_default();
    desk_page(Section::Orders, read_order(code), receipt_content)
}

/// The words of the link to an order's paper.
pub(super) fn link_words(order: &Order) -> &'static str {
    let language = current_language();
    match order.state {
        OrderState::Collected => say!(language, packing.print_receipt),
        OrderState::Placed | OrderState::Cancelled | OrderState::Overdue => {
            say!(language, packing.print_slip)
        }
    }
}

fn receipt_content((order, titles): OrderWithTitles) -> AnyView {
    let language = current_language();
    let settings = current_settings();
    let profile = &settings.profile;
    let shop_name = profile.name().to_owned();
    let shop_lang = lang_attribute(language, &shop_name);
    let rows: Vec<_> = order
        .lines
        .iter()
        .map(|line| {
            let title = titles.get(&line.book).cloned().unwrap_or_default();
            let lang = lang_attribute(language, &title);
            let sum = Price::total(iter::once((line.price, line.quantity)));
            view! {
                <tr>
                    <th scope="row" lang=lang>{title}</th>
                    <td class="desk-number">{number(language, line.quantity.get()).to_string()}</td>
                    <td class="desk-number">{price(language, line.price)}</td>
                    <td class="desk-number">{price(language, sum)}</td>
                </tr>
            }
        })
        .collect();
    let total = Price::total(order.lines.iter().map(|line| (line.price, line.quantity)));
    let title = match order.state {
        OrderState::Collected => say!(language, packing.receipt),
        OrderState::Placed | OrderState::Cancelled | OrderState::Overdue => {
            say!(language, packing.slip)
        }
    };
    let content = view! {
        <p class="desk-more desk-unprinted">{say!(language, packing.paper_more)}</p>
        <div class="desk-paper">
            <p class="desk-state" lang=shop_lang translate="no">{shop_name}</p>
            {contact(language, profile)}
            {facts(language, &order)}
            <table class="desk-slip">
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.book)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.copies_of)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.price)}</th>
                        <th scope="col" class="desk-number">{say!(language, packing.sum)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="3">{say!(language, cart.total)}</th>
                        <td class="desk-number"><strong>{price(language, total)}</strong></td>
                    </tr>
                </tfoot>
            </table>
            {price_label()}
        </div>
        <p class="desk-unprinted"><a href=format!("/desk/orders/{}", order.code)>{say!(language, packing.back_to_order)}</a></p>
    };
    desk_frame(Section::Orders, title, content.into_any())
}

/// The code, the name, and what has become of the order.
fn facts(language: Language, order: &Order) -> AnyView {
    let fact = |name: &'static str, value: String| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let who = order.contact.as_ref();
    let who = who.map(|contact| fact(say!(language, desk.who), contact.name().to_owned()));
    let note = order.contact.as_ref().and_then(|contact| contact.note());
    let note = note.map(|note| fact(say!(language, desk.note), note.to_owned()));
    let (name, value) = match (order.state, order.closed_at) {
        (OrderState::Placed, _) | (_, None) => (
            say!(language, desk.collect_by),
            moment(language, order.collect_by),
        ),
        (OrderState::Collected, Some(at)) => {
            (say!(language, desk.is_collected), moment(language, at))
        }
        (OrderState::Cancelled, Some(at)) => {
            (say!(language, desk.is_cancelled), moment(language, at))
        }
        (OrderState::Overdue, Some(at)) => (say!(language, desk.is_overdue), moment(language, at)),
    };
    view! {
        <dl class="desk-facts">
            <div><dt>{say!(language, desk.code)}</dt><dd class="order-code">{order.code.to_string()}</dd></div>
            {who}
            {note}
            {fact(say!(language, desk.placed_at), moment(language, order.placed_at))}
            {fact(name, value)}
        </dl>
    }
    .into_any()
}
