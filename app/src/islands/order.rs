//! What lives on an order's page: where it stands, and whether it can be cancelled.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::OrderState;

use super::kept::keep_new;
use crate::{
    components::{button, post_form},
    orders::{CancelOrder, OrderNow},
    wire::Topic,
};

/// Where an order stands; around its lines, which stay what they are.
#[island]
pub(crate) fn LiveOrder(now: OrderNow, children: Children) -> impl IntoView {
    let code = now.code;
    let (topic, address) = (Topic::Order(code), format!("/api/order?code={code}"));
    let (version, collect_by) = (now.version, now.collect_by);
    let state = RwSignal::new(now.state);
    keep_new(topic, version, address, move |answer| {
        let now: OrderNow = serde_json::from_str(answer).ok()?;
        state.set(now.state);
        Some(now.version)
    });

    let words = move || match state.get() {
        OrderState::Placed => format!("Set aside for you until {collect_by}."),
        OrderState::Collected => "Collected. Enjoy it!".to_owned(),
        OrderState::Cancelled => "Cancelled. The copies are back on the shelf.".to_owned(),
        OrderState::Overdue => {
            "Not collected in time. The copies are back on the shelf.".to_owned()
        }
    };
    let cancel = move || {
        (state.get() == OrderState::Placed).then(|| {
            post_form(
                CancelOrder::url(),
                vec![("code", code.to_string())],
                vec![button("Cancel this order", "button button-quiet")],
            )
        })
    };
    view! {
        <p>{words}</p>
        {children()}
        {cancel}
    }
}
