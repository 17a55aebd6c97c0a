//! Marks orders as ready, collected or cancelled, and erases their contacts.

use app::{desk::notice::Notice, server::shop_error};
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use protocol::ShopError;
use serde::Deserialize;
use shop::{Closing, Command, Done, OrderCode, OrderMail, Reason};

use super::{
    forms::{DeskForm, SentFrom, back, refused},
    gate::StaffSession,
    submit::submit,
};
use crate::state::Shop;

/// Marks an order as ready at the counter.
pub(super) async fn ready(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
    sent: Result<DeskForm<SentFrom>, Response>,
) -> Response {
    change(
        (shop, by),
        code,
        sent_from(sent),
        None,
        |code| Command::ReadyOrder { code },
        Notice::OrderReady,
    )
    .await
}

/// Takes back that an order is ready.
pub(super) async fn not_ready(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
    sent: Result<DeskForm<SentFrom>, Response>,
) -> Response {
    change(
        (shop, by),
        code,
        sent_from(sent),
        None,
        |code| Command::NotReadyOrder { code },
        Notice::OrderNotReady,
    )
    .await
}

/// Marks an order as collected.
pub(super) async fn collect(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
    sent: Result<DeskForm<SentFrom>, Response>,
) -> Response {
    let closing = Closing::Collected;
    change(
        (shop, by),
        code,
        sent_from(sent),
        None,
        |code| Command::CloseOrder { code, closing },
        Notice::OrderCollected,
    )
    .await
}

/// The form that cancels an order.
#[derive(Deserialize)]
pub(super) struct Cancelling {
    reason: String,
}

/// Cancels an order, for a reason.
pub(super) async fn cancel(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
    DeskForm(typed): DeskForm<Cancelling>,
) -> Response {
    let Ok(reason) = typed.reason.parse() else {
        return back(&format!("/desk/orders/{}", *code), Notice::WrongReason);
    };
    let closing = Closing::Cancelled;
    change(
        (shop, by),
        code,
        SentFrom::default(),
        Some(reason),
        |code| Command::CloseOrder { code, closing },
        Notice::OrderCancelled,
    )
    .await
}

/// The form that erases a contact.
#[derive(Deserialize)]
pub(super) struct Erasing {
    reason: String,
}

/// Erases the contact of an order, for a reason.
pub(super) async fn erase_contact(
    shop: State<Shop>,
    by: Extension<StaffSession>,
    code: Path<String>,
    DeskForm(typed): DeskForm<Erasing>,
) -> Response {
    let Ok(reason) = typed.reason.parse() else {
        return back(&format!("/desk/orders/{}", *code), Notice::WrongReason);
    };
    change(
        (shop, by),
        code,
        SentFrom::default(),
        Some(reason),
        |code| Command::EraseContact { code },
        Notice::ContactErased,
    )
    .await
}

/// The form that sends a mail again.
#[derive(Deserialize)]
pub(super) struct SendingAgain {
    mail: String,
}

/// Sends a mail about an order again that could not be sent.
pub(super) async fn send_mail_again(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Path(code): Path<String>,
    DeskForm(typed): DeskForm<SendingAgain>,
) -> Response {
    let Ok(code) = code.parse() else {
        return refused("/desk/orders", &ShopError::NoSuchOrder);
    };
    let page = page_of(code);
    let Some(mail) = OrderMail::named(&typed.mail) else {
        return back(&page, Notice::NothingToSend);
    };
    let enabled = match shop.0.store.outbox() {
        Some(outbox) => outbox.setting(mail).await.map(|setting| setting.enabled),
        None => Ok(false),
    };
    match enabled {
        Ok(true) => {}
        Ok(false) => return back(&page, Notice::NothingToSend),
        Err(error) => return refused(&page, &shop_error(error)),
    }
    let command = Command::SendMailAgain { code, mail };
    match submit(&shop, &staff, None, command).await {
        Ok(Done::MailSentAgain) => order_changed(&staff, &page, code, Notice::MailSentAgain),
        Ok(_) => back(&page, Notice::NothingToSend),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

/// The page that a form was sent from. The buttons of the order's own page send no fields.
fn sent_from(sent: Result<DeskForm<SentFrom>, Response>) -> SentFrom {
    sent.map_or_else(|_| SentFrom::default(), |DeskForm(sent)| sent)
}

async fn change(
    (State(shop), Extension(staff)): (State<Shop>, Extension<StaffSession>),
    Path(code): Path<String>,
    sent: SentFrom,
    reason: Option<Reason>,
    command: impl FnOnce(OrderCode) -> Command,
    done: Notice,
) -> Response {
    let Ok(code) = code.parse() else {
        return refused("/desk/orders", &ShopError::NoSuchOrder);
    };
    let page = page_of(code);
    match submit(&shop, &staff, reason, command(code)).await {
        Ok(_) => order_changed(&staff, sent.or(&page), code, done),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

fn page_of(code: OrderCode) -> String {
    format!("/desk/orders/{code}")
}

/// Logs what was done to an order, and leads back to a page.
fn order_changed(staff: &StaffSession, page: &str, code: OrderCode, done: Notice) -> Response {
    tracing::info!(by = %staff.name, order = %code, what = done.code(), "an order has changed");
    back(page, done)
}
