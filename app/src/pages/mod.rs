//! A file for each page. They are rendered and sent, and are no code in the browser: what
//! lives on them is an island.

mod about_book;
mod book;
mod buzz;
mod cart;
mod connection;
pub(crate) mod desk;
mod not_found;
mod order;
mod shop;

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};

pub(crate) use book::BookPage;
pub(crate) use buzz::BuzzPage;
pub(crate) use cart::CartPage;
pub(crate) use connection::ConnectionPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use order::OrderPage;
pub(crate) use shop::ShopPage;

use crate::{ShopError, components::Trouble};

/// A page that is read from the shop, and shown whole or not at all.
fn page<T: Send + 'static>(
    read: impl Future<Output = Result<T, ShopError>> + Send + 'static,
    show: fn(T) -> AnyView,
) -> AnyView {
    Suspend::new(async move {
        match read.await {
            Ok(read) => owned(show(read)),
            Err(error) => owned(view! { <Trouble error/> }.into_any()),
        }
    })
    .into_any()
}

/// A page's head is told of when the page is written, and wherever that goes on after waiting
/// it has to know whose head it is.
fn owned(page: AnyView) -> AnyView {
    OwnedView::new(page).into_any()
}
