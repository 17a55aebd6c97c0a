//! Marks orders as ready, collected or cancelled.

use app::{desk::notice::Notice, server::shop_error};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use protocol::ShopError;
use serde::Deserialize;
use shop::{Closing, Command, OrderCode, Reason};

use super::{
    forms::{DeskForm, back, refused},
    gate::StaffSession,
    submit::submit,
};
use crate::state::Shop;

/// Marks an order as ready at the counter.
pub(super) async fn ready(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
) -> Response {
    change(
        (shop, by),
        code,
        None,
        |code| Command::ReadyOrder { code },
        Notice::OrderReady,
    )
    .await
}

/// Marks an order as collected.
pub(super) async fn collect(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
) -> Response {
    let closing = Closing::Collected;
    change(
        (shop, by),
        code,
        None,
        |code| Command::CloseOrder { code, closing },
        Notice::OrderCollected,
    )
    .await
}

/// The form that cancels an order.
#[derive(Deserialize)]
pub(super) struct Cancelling {
    reason: String,
}

/// Cancels an order, for a reason.
pub(super) async fn cancel(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
    DeskForm(typed): DeskForm<Cancelling>,
) -> Response {
    let Ok(reason) = typed.reason.parse() else {
        return back(&format!("/desk/orders/{}", *code), Notice::WrongReason);
    };
    let closing = Closing::Cancelled;
    change(
        (shop, by),
        code,
        Some(reason),
        |code| Command::CloseOrder { code, closing },
        Notice::OrderCancelled,
    )
    .await
}

async fn change(
    (State(shop), Extension(staff)): (State<Shop>, Extension<StaffSession>),
    Path(code): Path<String>,
    reason: Option<Reason>,
    command: impl FnOnce(OrderCode) -> Command,
    done: Notice,
) -> Response {
    let Ok(code) = code.parse() else {
        return refused("/desk/orders", &ShopError::NoSuchOrder);
    };
    let page = format!("/desk/orders/{code}");
    match submit(&shop, &staff, reason, command(code)).await {
        Ok(_) => {
            tracing::info!(by = %staff.name, order = %code, what = done.code(), "an order has changed");
            back(&page, done)
        }
        Err(error) => refused(&page, &shop_error(error)),
    }
}
