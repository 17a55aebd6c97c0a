//! Sales and returns at the counter.

use std::borrow::Cow;

use app::{
    desk::{
        counter::{query::CounterQuery, return_form::ReturnForm, scanned::scanned_books},
        notice::Notice,
    },
    say,
    server::{new_receipt_code, shop_error},
};
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use shop::{Command, Done, InvalidScan, Quantity, Refusal, Scan, Slug};
use store::{Store, StoreError};

use super::{
    forms::{DeskForm, back, refused},
    gate::StaffSession,
    stock::{reasons, sender},
    submit::submit,
};
use crate::{http::refusal::refuse, state::Shop};

/// The fields of a form, in their order.
type Fields = Vec<(String, String)>;

/// Sells everything on the list, or nothing. The same form sent twice sells once.
pub(super) async fn sell(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    DeskForm(fields): DeskForm<Fields>,
) -> Response {
    let mut query = CounterQuery::parse(parts(&fields));
    let Some(key) = query.key.clone() else {
        return no_form();
    };
    query.take_off();
    let address = query.address();
    // Something was scanned and not added yet, so the total was not shown.
    if !query.scan.is_empty() {
        return Redirect::to(&address).into_response();
    }
    if query.lines.is_empty() {
        return back(&address, Notice::NothingToSell);
    }
    let Some(basket) = query.basket() else {
        return back(&address, Notice::WrongCopies);
    };
    let command = Command::SellAtCounter {
        receipt: new_receipt_code(),
        basket,
        submission: Some((sender(&staff), key)),
    };
    match submit(&shop, &staff, None, command).await {
        Ok(Done::Receipt(code)) => {
            back(&format!("/desk/counter?receipt={code}"), Notice::CopiesSold)
        }
        Ok(_) => back("/desk/counter", Notice::CopiesSold),
        Err(StoreError::Refused(Refusal::PriceChanged { .. })) => {
            back(&address, Notice::OtherPrice)
        }
        Err(StoreError::Refused(Refusal::KeyReused)) => {
            query.key = None;
            back(&query.address(), Notice::SoldBefore)
        }
        // The page says which of the books, and why.
        Err(StoreError::Refused(_)) => back(&address, Notice::NotSold),
        Err(error) => refused(&address, &shop_error(error)),
    }
}

/// Takes copies back. The same form sent twice takes them back once.
pub(super) async fn take_return(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    DeskForm(fields): DeskForm<Fields>,
) -> Response {
    let form = ReturnForm::parse(parts(&fields));
    let Some(key) = form.key.clone() else {
        return no_form();
    };
    let address = form.address();
    let book = match book_of(&*shop.0.store, &form.book).await {
        Ok(Ok(book)) => book,
        Ok(Err(notice)) => return back(&address, notice),
        Err(error) => return refused(&address, &shop_error(error)),
    };
    let Ok(quantity) = form.copies.parse::<Quantity>() else {
        return back(&address, Notice::WrongCopies);
    };
    let currency = shop.0.store.owner_settings().current().profile.currency();
    let refund = match form.refund.is_empty() {
        true => None,
        false => match currency.parse(&form.refund) {
            Ok(price) => Some(price),
            Err(_) => return back(&address, Notice::WrongPrice),
        },
    };
    let Some(reasons) = reasons(&form.reason, &staff) else {
        return back(&address, Notice::WrongReason);
    };
    let command = Command::TakeReturn {
        receipt: new_receipt_code(),
        book,
        quantity,
        refund,
        damaged: form.damaged,
        reason: reasons.ledger,
        submission: Some((sender(&staff), key)),
    };
    match submit(&shop, &staff, Some(reasons.typed), command).await {
        Ok(Done::Receipt(code)) => back(
            &format!("/desk/counter/receipts/{code}"),
            Notice::CopiesReturned,
        ),
        Ok(_) => back("/desk/counter", Notice::CopiesReturned),
        Err(StoreError::Refused(Refusal::TooManyCopies)) => back(&address, Notice::TooManyCopies),
        Err(StoreError::Refused(Refusal::KeyReused)) => {
            let form = ReturnForm { key: None, ..form };
            refused(&form.address(), &protocol::ShopError::KeyReused)
        }
        Err(error) => refused(&address, &shop_error(error)),
    }
}

/// The one book that a scanned or typed text names, or what is said of a text that names none, or
/// several.
async fn book_of(store: &dyn Store, text: &str) -> Result<Result<Slug, Notice>, StoreError> {
    let scan = match text.parse::<Scan>() {
        Ok(scan) => scan,
        Err(InvalidScan::Check) => return Ok(Err(Notice::WrongDigit)),
        Err(InvalidScan::Twice) => return Ok(Err(Notice::ScannedTwice)),
        Err(InvalidScan::Shape) => return Ok(Err(Notice::NoBookScanned)),
    };
    let Some(mut books) = scanned_books(store, &scan).await? else {
        return Ok(Err(Notice::UnknownBook));
    };
    let only = books.pop().filter(|_| books.is_empty());
    Ok(only.ok_or(Notice::NoBookScanned))
}

fn parts(fields: &[(String, String)]) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let fields = fields.iter();
    fields.map(|(name, value)| (Cow::from(name), Cow::from(value)))
}

/// Refuses a form without a valid key, which no page has sent.
fn no_form() -> Response {
    let sentence = |language| say!(language, desk.no_form);
    refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response()
}
