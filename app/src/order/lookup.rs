//! Finds an order by its code, and makes the view for anybody who has the code.

use protocol::ShopError;
use shop::{Order, OrderCode, Price, Refusal};
use store::Store;

use super::{OrderLineView, OrderView, qr::QrCode};
use crate::server::{shop_error, shop_url};

/// As many missing books as a page names.
const MOST_GONE: usize = 20;

/// The order with this code, if it is one and there is one.
///
/// What is no code at all costs the same reading as one that nobody has, so that how long
/// an answer takes tells nothing.
///
/// # Errors
/// [`ShopError::NoSuchOrder`], [`ShopError::Busy`].
pub async fn find_order(store: &dyn Store, code: &str) -> Result<Order, ShopError> {
    let parsed = code.parse::<OrderCode>().ok();
    let wanted = parsed.unwrap_or(OrderCode::from_bits(0));
    let found = store.order(wanted).await.map_err(shop_error)?;
    match parsed {
        Some(_) => Ok(found),
        None => Err(Refusal::NoSuchOrder(wanted).into()),
    }
}

/// As the page shows it. `gone` are books that it could not have, as the address has them.
pub(super) async fn order_view(
    store: &dyn Store,
    order: Order,
    gone: &str,
) -> Result<OrderView, ShopError> {
    let total = Price::total(order.lines.iter().map(|line| (line.price, line.quantity)));
    let reached = order.contact.as_ref().and_then(|contact| contact.email());
    let mailed = store.outbox().is_some() && reached.is_some();
    let mut lines = Vec::with_capacity(order.lines.len());
    for line in order.lines {
        let book = store.book(&line.book).await.map_err(shop_error)?.book;
        lines.push(OrderLineView {
            book: line.book,
            title: book.title,
            quantity: line.quantity,
            price: line.price,
        });
    }
    let mut titles = Vec::new();
    for book in gone
        .split(',')
        .filter_map(|slug| slug.parse().ok())
        .take(MOST_GONE)
    {
        // An address can be made up: what is no book of ours is not named.
        if let Ok(known) = store.book(&book).await {
            titles.push(known.book.title);
        }
    }
    Ok(OrderView {
        gone: titles,
        version: order.version,
        qr: QrCode::of(&format!("{}/orders/{}", shop_url(), order.code)),
        code: order.code,
        lines,
        total,
        collect_by: order.collect_by,
        state: order.state,
        ready: order.ready_at.is_some(),
        mailed,
    })
}
