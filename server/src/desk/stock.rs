//! Changes to a book at the desk: stock, price, withdrawal, and copies taken back from carts.

use std::num::NonZeroI32;

use app::{desk::notice::Notice, server::shop_error};
use axum::{
    Extension,
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::Response,
};
use protocol::ShopError;
use serde::Deserialize;
use shop::{Command, HoldId, Key, Reason, Refusal, ShopperId, Slug};
use store::StoreError;

use super::{
    forms::{DeskForm, back, refused},
    gate::StaffSession,
    submit::submit,
};
use crate::state::Shop;

/// The number of holds that are searched for the one to take back.
const MOST_HOLDS: u32 = 10_000;

#[derive(Deserialize)]
pub(super) struct Restock {
    change: String,
    reason: String,
    key: String,
}

#[derive(Deserialize)]
pub(super) struct Counted {
    on_hand: String,
    reason: String,
}

#[derive(Deserialize)]
pub(super) struct Pricing {
    price: String,
}

#[derive(Deserialize)]
pub(super) struct Withdrawing {
    withdrawn: Withdrawn,
    reason: String,
}

/// Whether to withdraw a book. Any other word is refused, so that a typing error does not put a
/// book on sale again.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Withdrawn {
    Yes,
    No,
}

#[derive(Deserialize)]
pub(super) struct TakingBack {
    hold: u64,
    reason: String,
}

/// The book in the path, and its page at the desk.
pub(super) struct Named {
    pub(super) book: Slug,
    pub(super) page: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        let book = named.ok().and_then(|Path(name)| name.parse::<Slug>().ok());
        let book = book.ok_or_else(|| refused("/desk/stock", &ShopError::NoSuchBook))?;
        let page = format!("/desk/stock/{book}");
        Ok(Self { book, page })
    }
}

/// Adds copies, or corrects the count. The same form sent twice counts once.
pub(super) async fn restock(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<Restock>,
) -> Response {
    // Accept a typographic minus sign.
    let change = typed.change.trim().replace('\u{2212}', "-");
    let Some(change) = change.parse().ok().and_then(NonZeroI32::new) else {
        return back(&page, Notice::WrongChange);
    };
    let (Some(reasons), Ok(key)) = (reasons(&typed.reason, &staff), typed.key.parse::<Key>())
    else {
        return back(&page, Notice::WrongReason);
    };
    let command = Command::Restock {
        book,
        change,
        reason: reasons.ledger,
        submission: Some((sender(&staff), key)),
    };
    match submit(&shop, &staff, Some(reasons.typed), command).await {
        Ok(_) => back(&page, Notice::StockChanged),
        Err(error) => not_counted(&page, error),
    }
}

/// Sets the number of copies to what was counted in the shop. If two people submit the same count,
/// nothing is subtracted twice.
pub(super) async fn count(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<Counted>,
) -> Response {
    let Ok(on_hand) = typed.on_hand.trim().parse() else {
        return back(&page, Notice::WrongCount);
    };
    let Some(reasons) = reasons(&typed.reason, &staff) else {
        return back(&page, Notice::WrongReason);
    };
    let command = Command::Count {
        book,
        on_hand,
        reason: reasons.ledger,
    };
    match submit(&shop, &staff, Some(reasons.typed), command).await {
        Ok(_) => back(&page, Notice::StockChanged),
        Err(error) => not_counted(&page, error),
    }
}

fn not_counted(page: &str, error: StoreError) -> Response {
    match error {
        StoreError::Refused(Refusal::Promised { .. }) => back(page, Notice::Promised),
        StoreError::Refused(Refusal::TooManyCopies) => back(page, Notice::TooManyCopies),
        error => refused(page, &shop_error(error)),
    }
}

/// Sets the price of a copy.
pub(super) async fn set_price(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<Pricing>,
) -> Response {
    let currency = shop.0.store.owner_settings().current().profile.currency();
    let Ok(price) = currency.parse(&typed.price) else {
        return back(&page, Notice::WrongPrice);
    };
    let command = Command::SetPrice {
        book: book.clone(),
        price,
    };
    match submit(&shop, &staff, None, command).await {
        Ok(_) => {
            let price = currency.plain(price.cents());
            tracing::info!(by = %staff.name, %book, price, %currency, "a price has changed");
            back(&page, Notice::PriceSet)
        }
        Err(error) => refused(&page, &shop_error(error)),
    }
}

/// Sets the price to that of the catalogue file, which imports may change again.
pub(super) async fn take_file_price(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
) -> Response {
    let command = Command::TakeFilePrice { book };
    match submit(&shop, &staff, None, command).await {
        Ok(_) => back(&page, Notice::PriceSet),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

/// Withdraws a book from sale, or puts it back.
pub(super) async fn withdraw(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<Withdrawing>,
) -> Response {
    let Some(reasons) = reasons(&typed.reason, &staff) else {
        return back(&page, Notice::WrongReason);
    };
    let withdrawn = typed.withdrawn == Withdrawn::Yes;
    let command = Command::Withdraw {
        book,
        withdrawn,
        reason: reasons.ledger,
    };
    match submit(&shop, &staff, Some(reasons.typed), command).await {
        Ok(_) if withdrawn => back(&page, Notice::BookWithdrawn),
        Ok(_) => back(&page, Notice::BookSoldAgain),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

/// Takes back a hold or an offer.
pub(super) async fn take_back(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    DeskForm(typed): DeskForm<TakingBack>,
) -> Response {
    let Some(reasons) = reasons(&typed.reason, &staff) else {
        return back(&page, Notice::WrongReason);
    };
    let outcome = async {
        let claims = shop
            .0
            .store
            .desk_reads()
            .commitments(&book, MOST_HOLDS)
            .await?;
        let hold = claims
            .holds
            .into_iter()
            .find(|hold| hold.id == HoldId(typed.hold));
        let Some(hold) = hold else {
            return Err(Refusal::NotInCart.into());
        };
        let command = Command::TakeBack {
            shopper: hold.shopper,
            book,
            hold: Some(hold.id),
            reason: reasons.ledger,
        };
        let taken_back = submit(&shop, &staff, Some(reasons.typed), command);
        taken_back.await.map(drop)
    };
    match outcome.await {
        Ok(()) => back(&page, Notice::TakenBack),
        Err(StoreError::Refused(Refusal::NotInCart)) => back(&page, Notice::HoldOver),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

/// A reason, as it goes to the journal and to the ledger.
pub(super) struct Reasons {
    pub(super) typed: Reason,
    /// With the member of staff, whom the ledger does not name otherwise.
    pub(super) ledger: Reason,
}

pub(super) fn reasons(typed: &str, staff: &StaffSession) -> Option<Reasons> {
    let typed: Reason = typed.parse().ok()?;
    let ledger = format!("{typed} ({})", staff.name).parse().ok()?;
    Some(Reasons { typed, ledger })
}

/// The sender of a session's submissions: an id that no shopper has.
pub(super) fn sender(staff: &StaffSession) -> ShopperId {
    let mut bits = [0; 16];
    bits.copy_from_slice(&staff.session.0[..16]);
    ShopperId::from_bytes(bits)
}
