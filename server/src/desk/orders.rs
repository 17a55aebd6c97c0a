//! Marks orders as ready, collected or cancelled.

use app::{desk::notice::Notice, server::shop_error};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use protocol::ShopError;
use shop::{Closing, Command, OrderCode};

use super::{
    forms::{back, refused},
    gate::StaffSession,
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
        |code| Command::CloseOrder { code, closing },
        Notice::OrderCollected,
    )
    .await
}

/// Cancels an order.
pub(super) async fn cancel(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
) -> Response {
    let closing = Closing::Cancelled;
    change(
        (shop, by),
        code,
        |code| Command::CloseOrder { code, closing },
        Notice::OrderCancelled,
    )
    .await
}

async fn change(
    (State(shop), Extension(staff)): (State<Shop>, Extension<StaffSession>),
    Path(code): Path<String>,
    command: impl FnOnce(OrderCode) -> Command,
    done: Notice,
) -> Response {
    let Ok(code) = code.parse() else {
        return refused("/desk/orders", &ShopError::NoSuchOrder);
    };
    let page = format!("/desk/orders/{code}");
    match shop.0.store.submit(command(code)).await {
        Ok(_) => {
            tracing::info!(by = %staff.name, order = %code, what = done.code(), "an order has changed");
            back(&page, done)
        }
        Err(error) => refused(&page, &shop_error(error)),
    }
}
