//! `/desk/orders/{code}`: one order, its contact, and the buttons to handle it.

pub(crate) mod receipt;

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Order, OrderMail, OrderState, Price, Slug};
use store::OrderMailRecord;

use super::{
    erase_contact::erase_contact,
    frame::{Section, desk_frame, desk_page},
    live_parts::live_parts,
    order_mails::{are_mails_waiting, has_address, order_mails},
    orders::{state_words, titles},
};
use crate::{
    browser::NoProps,
    i18n::{
        Slot, around_slot, current_language, lang_attribute::lang_attribute, moment, number, price,
    },
    layout::price_label::price_label,
    order::lookup::find_order,
    server::{current_store, shop_error},
};

/// The page's data.
struct OrderShown {
    order: Order,
    /// The titles of its books.
    titles: HashMap<Slug, String>,
    /// The mails about it.
    mails: Vec<OrderMailRecord>,
    /// Whether the customer is told why the shop cancels it.
    tells_why: bool,
}

/// An order, with the titles of its books.
type OrderWithTitles = (Order, HashMap<Slug, String>);

/// The order that the address names.
#[component]
pub(crate) fn DeskOrderPage() -> impl IntoView {
    let code = use_params_map()
        .read_untracked()
        .get("code")
        .unwrap_or_default();
    desk_page(Section::Orders, read(code), order_content)
}

async fn read(code: String) -> Result<OrderShown, ShopError> {
    let store = current_store();
    let (order, titles) = read_order(code).await?;
    let (mut mails, mut tells_why) = (Vec::new(), false);
    if let Some(outbox) = store.outbox() {
        mails = outbox.of_order(order.code).await.map_err(shop_error)?;
        let told = outbox.setting(OrderMail::Cancelled).await;
        tells_why = has_address(&order) && told.map_err(shop_error)?.enabled;
    }
    Ok(OrderShown {
        order,
        titles,
        mails,
        tells_why,
    })
}

async fn read_order(code: String) -> Result<OrderWithTitles, ShopError> {
    let store = current_store();
    let order = find_order(&*store, &code).await?;
    let titles = titles(&*store, std::slice::from_ref(&order))
        .await
        .map_err(shop_error)?;
    Ok((order, titles))
}

fn order_content(shown: OrderShown) -> AnyView {
    let OrderShown {
        order,
        titles,
        mails,
        tells_why,
    } = shown;
    let language = current_language();
    let code = order.code.to_string();
    let total = Price::total(order.lines.iter().map(|line| (line.price, line.quantity)));
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|line| {
            let title = titles.get(&line.book).cloned().unwrap_or_default();
            let (before, after) = around_slot(&say!(
                language,
                order.line,
                count = number(language, line.quantity.get()),
                title = Slot,
                price = price(language, line.price)
            ));
            let stock = format!("/desk/stock/{}", line.book);
            let lang = lang_attribute(language, &title);
            view! { <li>{before} <a href=stock lang=lang>{title}</a> {after}</li> }
        })
        .collect();
    let fact = |name: &'static str, value: String| {
        view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
    };
    let contact = match &order.contact {
        Some(contact) => vec![
            Some(fact(say!(language, desk.who), contact.name().to_owned())),
            Some(fact(
                say!(language, desk.reach),
                contact.email_or_phone().to_owned(),
            )),
            contact
                .note()
                .map(|note| fact(say!(language, desk.note), note.to_owned())),
        ],
        None => vec![Some(fact(
            say!(language, desk.who),
            say!(language, desk.erased).to_owned(),
        ))],
    };
    let mail_failed = order.mail_failed.then(|| {
        fact(
            say!(language, desk.mail),
            say!(language, desk.mail_failed).to_owned(),
        )
    });
    let closed = order
        .closed_at
        .map(|at| fact(say!(language, desk.closed_at), moment(language, at)));
    let action_form = |action: &str, words: &'static str, class: &'static str| {
        let action = format!("/desk/orders/{code}/{action}");
        view! {
            <form method="post" action=action><button class=class>{words}</button></form>
        }
    };
    let actions = (order.state == OrderState::Placed).then(|| {
        let ready = order
            .ready_at
            .is_none()
            .then(|| action_form("ready", say!(language, desk.make_ready), "button"));
        let not_ready = order.ready_at.is_some().then(|| {
            let words = say!(language, desk.make_not_ready);
            action_form("not-ready", words, "button button-quiet")
        });
        let class = if order.ready_at.is_some() {
            "button"
        } else {
            "button button-quiet"
        };
        view! {
            <div class="order-actions">
                {ready}
                {action_form("collect", say!(language, desk.hand_over), class)}
                {not_ready}
            </div>
        }
    });
    let told = tells_why.then(|| {
        view! { <p class="desk-more">{say!(language, order_mail.told_why)}</p> }
    });
    let cancelling = (order.state == OrderState::Placed).then(|| {
        view! {
            <h2>{say!(language, desk.call_off)}</h2>
            <form class="desk-form" method="post" action=format!("/desk/orders/{code}/cancel")>
                <label>
                    <span>{say!(language, desk.reason)}</span>
                    <input name="reason" required=true maxlength="200" autocomplete="off"/>
                </label>
                <p class="desk-more">{say!(language, desk.call_off_more)}</p>
                {told}
                <button class="button button-quiet">{say!(language, desk.call_off)}</button>
            </form>
        }
    });
    let seen = format!("@order.{}:{}", order.code, order.version);
    // A mail that is refused gives the order no new version.
    let polls =
        are_mails_waiting(&mails) || (order.state == OrderState::Placed && has_address(&order));
    let content = view! {
        <div id="order" data-fresh=seen.clone()>
            <p class="desk-state">{state_words(&order)}</p>
            <dl class="desk-facts">
                {contact}
                {mail_failed}
                {fact(say!(language, desk.placed_at), moment(language, order.placed_at))}
                {fact(say!(language, desk.collect_by), moment(language, order.collect_by))}
                {closed}
            </dl>
            <ul class="order-lines">{lines}</ul>
            <p class="cart-total">{say!(language, cart.total)} " " <strong>{price(language, total)}</strong></p>
            {price_label()}
            {actions}
        </div>
        <div id="mails" data-fresh=seen.clone() data-every=polls.then_some("5")>
            {order_mails(&order, &mails)}
        </div>
        <div id="cancelling" data-fresh=seen.clone()>{cancelling}</div>
        <div id="erasing" data-fresh=seen>{erase_contact(&order)}</div>
        <p class="desk-links">
            <a href=format!("/desk/orders/{code}/receipt")>{receipt::link_words(&order)}</a>
            <a href=format!("/orders/{code}")>{say!(language, desk.in_shop)}</a>
        </p>
        {live_parts(NoProps)}
    };
    desk_frame(
        Section::Orders,
        say!(language, desk.order_of, code = code.clone()),
        content.into_any(),
    )
}
