//! Sets the number of available copies at which a book is to be ordered again.

use app::{desk::notice::Notice, server::shop_error};
use axum::{Extension, extract::State, response::Response};
use serde::Deserialize;

use crate::{
    desk::{
        forms::{DeskForm, back, refused},
        gate::StaffSession,
        stock::Named,
    },
    state::Shop,
};

/// The largest reorder point. A larger number must be a mistake.
const MOST: u32 = 1_000_000;

#[derive(Deserialize)]
pub(in crate::desk) struct Typed {
    /// Empty for none.
    copies: String,
}

/// `POST /desk/stock/{book}/reorder`.
pub(in crate::desk) async fn set(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<Typed>,
) -> Response {
    let copies = match typed.copies.trim() {
        "" => None,
        number => match number.parse::<u32>().ok().filter(|copies| *copies <= MOST) {
            Some(copies) => Some(copies),
            None => return back(&page, Notice::WrongReorderPoint),
        },
    };
    let books = shop.0.store.book_desk();
    match books.set_reorder_point(&book, copies, &staff.name).await {
        Ok(()) => back(&page, Notice::ReorderPointSet),
        Err(error) => refused(&page, &shop_error(error)),
    }
}
