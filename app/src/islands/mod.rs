//! What lives on a page while it is open: browsers are sent this as code, and what it uses.
//!
//! An island is rendered with its page, and told in a few props what it starts from. All
//! islands of a page share one [`Live`](crate::live::Live), which each finds in the context:
//! on the server `App` provides it, in the browser [`live::provide`](crate::live::provide).

mod book;
mod buy;
mod cart;
mod connection;
mod kept;
mod order;
mod stock;

// The pages name them; a browser finds them by what stands in the page.
#[cfg(feature = "ssr")]
pub(crate) use {
    book::LiveBook, cart::LiveCart, connection::ConnectionBadge, order::LiveOrder, stock::StockNote,
};
