//! The commands that place and cancel an order.

use protocol::ShopError;
use shop::{Closing, Command, Contact, Done, Key, OrderCode, PlacedOrder, Price, ShopperId};

use super::OrderConfirmation;
use crate::server::{current_store, new_order_code, shop_error};

/// Places an order for this shopper's cart.
pub(super) async fn place(
    shopper: ShopperId,
    contact: Contact,
    total: Option<Price>,
    key: Option<Key>,
) -> Result<PlacedOrder, ShopError> {
    let command = Command::PlaceOrder {
        shopper,
        code: new_order_code(),
        contact,
        total,
        key,
    };
    match current_store().submit(command).await.map_err(shop_error)? {
        Done::Placed(placed) => Ok(placed),
        _ => Err(ShopError::Busy),
    }
}

/// Redirects a browser without JavaScript to the order's page.
pub(super) fn redirect_to(placed: &PlacedOrder) {
    let placed = OrderConfirmation {
        code: placed.code,
        gone: placed.gone.clone(),
    };
    leptos_axum::redirect(&placed.address());
}

/// Cancels an order.
pub(super) async fn cancel(code: OrderCode) -> Result<(), ShopError> {
    let closing = Closing::Cancelled;
    let command = Command::CloseOrder { code, closing };
    let done = current_store().submit(command).await;
    done.map(|_| ()).map_err(shop_error)
}
