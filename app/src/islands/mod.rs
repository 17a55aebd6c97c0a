//! What lives on a page while it is open: browsers are sent this as code, and what it uses.
//!
//! An island is rendered with its page, and told what it starts from; it goes on from there
//! in the browser (`island` says how). All islands of a page share one
//! [`Live`](crate::live::Live), which each finds in the context: on the server `App` provides
//! it, in the browser [`live::provide`](crate::live::provide).
//!
//! A new one is a function in a file of its own, from a start that is `Serialize` and
//! [`FromJson`](crate::json::FromJson) to a view, and a line in the list below. Islands do
//! not stand in one another, and nothing in them is `AnyView` or read by serde: see
//! `docs/decisions/0011-islands.md` for what that weighs.

mod answer;
mod book;
mod buy;
mod cart;
mod cart_forms;
mod clock;
mod connection;
mod countdown;
mod island;
mod kept;
mod news;
mod offer;
mod order;
mod order_form;
mod search;
mod standing;
mod stock;

use shop::Level;

#[cfg(feature = "ssr")]
pub(crate) use {book::BookStart, island::Nothing, search::SearchStart};

pub(crate) use news::NewsStart;

use crate::{cart::CartView, orders::OrderNow};

island::islands! {
    /// How the page is connected.
    connection_badge(island::Nothing) => connection::connection_badge,
    /// What the shop says to everybody.
    announcements(NewsStart) => news::announcements,
    /// The count on the shelf.
    stock_note(Level) => stock::stock_note,
    /// The field in which one looks for books.
    search_field(search::SearchStart) => search::search_field,
    /// The count and the button on a book's page.
    live_book(book::BookStart) => book::live_book,
    /// The lines of the cart, and the way to an order.
    live_cart(CartView) => cart::live_cart,
    /// Where an order stands.
    order_state(OrderNow) => order::order_state,
    /// The button that calls an order off.
    order_cancel(OrderNow) => order::order_cancel,
}
