//! The row of an order in a list, and the button for what is to do next.

use std::collections::HashMap;

use leptos::prelude::*;
use shop::{Language, Order, OrderState, Slug};

use crate::i18n::{Slot, around_slot, lang_attribute::lang_attribute, number};

/// The anchor of an order's row.
pub(in crate::desk) fn anchor(order: &Order) -> String {
    format!("order-{}", order.code)
}

/// The cells that every list of orders begins with: the code, the name, and the books.
pub(in crate::desk) fn first_cells(
    language: Language,
    order: &Order,
    titles: &HashMap<Slug, String>,
) -> AnyView {
    let code = order.code.to_string();
    let address = format!("/desk/orders/{code}");
    let lines: Vec<_> = order
        .lines
        .iter()
        .map(|line| {
            let (before, after) = around_slot(&say!(
                language,
                order.copies,
                count = number(language, line.quantity.get()),
                title = Slot
            ));
            let title = titles.get(&line.book).cloned().unwrap_or_default();
            let lang = lang_attribute(language, &title);
            view! { <li>{before} <span lang=lang>{title}</span> {after}</li> }
        })
        .collect();
    view! {
        <th scope="row"><a class="order-code" href=address>{code}</a></th>
        <td>{name(language, order)}</td>
        <td><ul class="desk-lines">{lines}</ul></td>
    }
    .into_any()
}

/// Who has ordered, or that it was deleted.
pub(in crate::desk) fn name(language: Language, order: &Order) -> String {
    match &order.contact {
        Some(contact) => contact.name().to_owned(),
        None => say!(language, desk.erased).to_owned(),
    }
}

/// What is to do next for an open order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum NextStep {
    /// It is put together.
    MakeReady,
    /// It is handed over.
    HandOver,
}

impl NextStep {
    /// `None` for an order that is closed.
    pub(in crate::desk) fn of(order: &Order) -> Option<Self> {
        match (order.state, order.ready_at) {
            (OrderState::Placed, None) => Some(Self::MakeReady),
            (OrderState::Placed, Some(_)) => Some(Self::HandOver),
            (OrderState::Collected | OrderState::Cancelled | OrderState::Overdue, _) => None,
        }
    }
}

/// The form that does a step. `next` is the address that it leads back to.
pub(in crate::desk) fn step_form(
    language: Language,
    order: &Order,
    step: NextStep,
    next: String,
) -> AnyView {
    let code = order.code.to_string();
    let (action, words, which) = match step {
        NextStep::MakeReady => (
            "ready",
            say!(language, desk.make_ready),
            say!(language, desk.make_ready_this, code = code.clone()),
        ),
        NextStep::HandOver => (
            "collect",
            say!(language, desk.hand_over),
            say!(language, desk.hand_over_this, code = code.clone()),
        ),
    };
    let action = format!("/desk/orders/{code}/{action}");
    view! {
        <form method="post" action=action>
            <input type="hidden" name="next" value=next/>
            <button class="button button-small button-quiet" aria-label=which>{words}</button>
        </form>
    }
    .into_any()
}
