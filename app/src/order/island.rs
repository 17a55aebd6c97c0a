//! The islands of an order's page: its state, and the button that cancels it.

use from_json::FromJson;
use leptos::{prelude::*, server_fn::ServerFn};
use protocol::Topic;
use shop::OrderState;

use super::{CancelOrder, OrderStatus};
use crate::{
    browser::{
        changing_text::{changing_html, html_text},
        islands,
    },
    i18n::current_language,
    layout::form::{button, post_form},
    live::refetch::refetch_on_change,
};

islands! {
    /// The state of an order.
    order_state(OrderStatus) => state,
    /// The button that cancels an order.
    order_cancel(OrderStatus) => cancel,
}

/// The state of an order, as a word and a sentence.
fn state(now: OrderStatus) -> impl IntoView {
    let (language, collect_by) = (current_language(), now.collect_by_words.clone());
    let followed = follow_order(now);
    let state = move || followed.get().state;
    let standing = move || match state() {
        OrderState::Placed if followed.get().ready => (
            say!(language, order.ready),
            say!(language, order.ready_more, until = collect_by.clone()),
        ),
        OrderState::Placed => (
            say!(language, order.placed),
            say!(language, order.placed_more, until = collect_by.clone()),
        ),
        OrderState::Collected => (
            say!(language, order.collected),
            say!(language, order.collected_more).to_owned(),
        ),
        OrderState::Cancelled => (
            say!(language, order.cancelled),
            say!(language, order.cancelled_more).to_owned(),
        ),
        OrderState::Overdue => (
            say!(language, order.overdue),
            say!(language, order.overdue_more).to_owned(),
        ),
    };
    let placed = move || (state() == OrderState::Placed).then_some("placed");
    // If the mail has failed, the style sheet hides the promise of a mail (`order-kept`).
    let mail = move || followed.get().mail_failed.then_some("failed");
    let words = move || {
        let ((word, sentence), now) = (standing(), followed.get());
        let mail = match now.mail_failed && now.state == OrderState::Placed {
            true => html_text(say!(language, order.mail_failed)),
            false => String::new(),
        };
        format!(
            "<strong>{}</strong> <span>{}</span> <span class=\"order-mail-failed\">{mail}</span>",
            html_text(word),
            html_text(sentence)
        )
    };
    view! {
        <p
            class="order-state"
            role="status"
            data-state=placed
            data-mail=mail
            inner_html=changing_html(words)
        ></p>
    }
}

/// The button that cancels the order, behind a question, for as long as the order is open.
fn cancel(now: OrderStatus) -> impl IntoView {
    let (language, code) = (current_language(), now.code);
    let followed = follow_order(now);
    let form = post_form(
        CancelOrder::url(),
        vec![("code", code.to_string())],
        button(say!(language, order.cancel_yes), "button"),
    );
    view! {
        <details class="order-cancel" hidden=move || followed.get().state != OrderState::Placed>
            <summary class="button button-quiet">{say!(language, order.cancel)}</summary>
            <p>{say!(language, order.cancel_ask)}</p>
            {form}
        </details>
    }
}

/// The part of the order that changes, kept up to date.
///
/// Each island reads the order by itself, because an order changes only once or twice.
fn follow_order(now: OrderStatus) -> RwSignal<OrderStatus> {
    let (topic, address) = (
        Topic::Order(now.code),
        format!("/api/order?code={}", now.code),
    );
    let version = now.version;
    let order = RwSignal::new(now);
    refetch_on_change(topic, version, address, move |answer| {
        let now = OrderStatus::from_text(answer)?;
        let version = now.version;
        order.set(now);
        Some(version)
    });
    order
}
