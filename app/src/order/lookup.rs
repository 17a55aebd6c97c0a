//! Finds an order by its code, and makes its view.

use protocol::ShopError;
use shop::{Contact, Order, OrderCode, OrderMail, Price, Refusal};
use store::Store;

use super::{ContactView, OrderLineView, OrderView, qr::QrCode};
use crate::{
    i18n::{current_language, moment},
    server::{shop_error, shop_url},
};

/// The most missing books that a page names.
const MOST_GONE: usize = 20;

/// The order with this code.
///
/// A text that is not a code causes the same query as an unknown code, so that the response time
/// reveals nothing.
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

impl From<&Contact> for ContactView {
    fn from(contact: &Contact) -> Self {
        Self {
            name: contact.name().to_owned(),
            reach: contact.email_or_phone().to_owned(),
            note: contact.note().unwrap_or_default().to_owned(),
        }
    }
}

/// Whether an order with an address is confirmed by mail.
async fn are_orders_confirmed(store: &dyn Store) -> Result<bool, ShopError> {
    let Some(outbox) = store.outbox() else {
        return Ok(false);
    };
    let setting = outbox.setting(OrderMail::Placed).await;
    Ok(setting.map_err(shop_error)?.enabled)
}

/// The view of an order. The contact is included only if this browser may see it. `gone` is the
/// part of the address that names the books that could not be included.
pub(super) async fn order_view(
    store: &dyn Store,
    order: Order,
    shows_contact: bool,
    gone: &str,
) -> Result<OrderView, ShopError> {
    let total = Price::total(order.lines.iter().map(|line| (line.price, line.quantity)));
    let address = order.contact.as_ref().and_then(Contact::email);
    let mailed = address.is_some() && are_orders_confirmed(store).await?;
    let contact = order
        .contact
        .as_ref()
        .filter(|_| shows_contact)
        .map(ContactView::from);
    let contact_hidden = order.contact.is_some() && contact.is_none();
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
        // Anybody can make up an address, so only the titles of real books are shown.
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
        contact,
        contact_hidden,
        collect_by: order.collect_by,
        collect_by_words: moment(current_language(), order.collect_by),
        state: order.state,
        ready: order.ready_at.is_some(),
        mailed,
        mail_failed: order.mail_failed,
    })
}
