//! A file for each page.

mod about_book;
mod book;
mod cart;
mod not_found;
mod order;
mod shop;
mod view;

pub(crate) use book::BookPage;
pub(crate) use cart::CartPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use order::OrderPage;
pub(crate) use shop::ShopPage;
