//! Commands to the store that more than one feature needs.

use protocol::{LineAnswer, ShopError};
use shop::{Command, Done};

use super::{current_store, keys::new_key, shop_error};

/// Executes a command on a line of a cart.
pub(crate) async fn change_line(command: Command) -> Result<LineAnswer, ShopError> {
    match current_store().submit(command).await.map_err(shop_error)? {
        Done::Line(line) => Ok(LineAnswer {
            line,
            next_key: new_key(),
        }),
        _ => Err(ShopError::Busy),
    }
}
