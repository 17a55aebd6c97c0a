//! The command that puts a shopper on the waitlist.

use protocol::ShopError;
use shop::{Command, Done, Email, Key, ShopperId, Slug, WaitState};
use store::Topic;

use super::WaitAnswer;
use crate::server::{current_store, is_plain_form, new_key, shop_error};

/// Puts this shopper on a book's waitlist.
pub(super) async fn wait(
    shopper: ShopperId,
    book: Slug,
    email: Option<Email>,
    key: Option<Key>,
) -> Result<WaitAnswer, ShopError> {
    let command = Command::Wait {
        shopper,
        book,
        live: has_open_page(shopper),
        email,
        key,
    };
    match current_store().submit(command).await.map_err(shop_error)? {
        Done::Waiting(WaitState {
            until,
            offered_until,
            level,
        }) => Ok(WaitAnswer {
            until,
            offered_until,
            level,
            next_key: new_key(),
        }),
        _ => Err(ShopError::Busy),
    }
}

/// Whether this shopper has a page open that would show an offer.
///
/// A request by script comes from such a page. For a plain form, one of the shopper's pages must be
/// connected to this instance.
fn has_open_page(shopper: ShopperId) -> bool {
    !is_plain_form() || current_store().feed().watchers(Topic::Mine(shopper)) > 0
}
