//! What lives on an order's page: where it stands, and whether it can be cancelled.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::OrderState;

use super::kept::keep_new;
use crate::{
    components::{button, post_form},
    date::moment,
    json::FromJson,
    orders::{CancelOrder, OrderNow},
    wire::Topic,
};

/// Where an order stands, in a word and in a sentence.
pub(super) fn order_state(now: OrderNow) -> impl IntoView {
    let collect_by = now.collect_by;
    let state = followed(now);
    let standing = move || match state.get() {
        OrderState::Placed => (
            "Placed.",
            format!("Set aside for you until {}.", moment(collect_by)),
        ),
        OrderState::Collected => ("Collected.", "Enjoy it!".to_owned()),
        OrderState::Cancelled => ("Cancelled.", "The copies are back on the shelf.".to_owned()),
        OrderState::Overdue => (
            "Overdue.",
            "Not collected in time. The copies are back on the shelf.".to_owned(),
        ),
    };
    let placed = move || (state.get() == OrderState::Placed).then_some("placed");
    view! {
        <p class="order-state" role="status" data-state=placed>
            <strong>{move || standing().0}</strong>
            " "
            {move || standing().1}
        </p>
    }
}

/// The button that calls it off, for as long as that can be done.
pub(super) fn order_cancel(now: OrderNow) -> impl IntoView {
    let code = now.code;
    let state = followed(now);
    move || {
        (state.get() == OrderState::Placed).then(|| {
            post_form(
                CancelOrder::url(),
                vec![("code", code.to_string())],
                button("Cancel this order", "button button-quiet"),
            )
        })
    }
}

/// The order's state, whatever becomes of it. Each island asks for itself: an order changes
/// once or twice in its life.
fn followed(now: OrderNow) -> RwSignal<OrderState> {
    let (topic, address) = (
        Topic::Order(now.code),
        format!("/api/order?code={}", now.code),
    );
    let state = RwSignal::new(now.state);
    keep_new(topic, now.version, address, move |answer| {
        let now = OrderNow::from_text(answer)?;
        state.set(now.state);
        Some(now.version)
    });
    state
}
