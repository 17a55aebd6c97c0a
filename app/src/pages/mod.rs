//! A file for each page.

mod book;
mod not_found;
mod shop;

pub(crate) use book::BookPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use shop::ShopPage;
