//! The shop's activity: the ledger as a live stream (`stream`) and as a file (`export`).

mod export;
mod stream;

use std::{borrow::Cow, sync::Arc};

use app::{desk::activity::query::LedgerQuery, say};
use axum::{
    Extension,
    extract::{RawQuery, Request, State},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use shop::{Epoch, Language, Refusal};
use store::{Cursor, StoreError};

use super::{gate::StaffSession, state::DeskState};
use crate::{
    admission::connection::Connection,
    http::refusal::refuse,
    state::Shop,
    websocket::{frame::Rules, handshake::Handshake},
};
use export::{Export, Format};
use stream::{End, StartingPlace, serve};

/// The rules for a reader's frames. An acknowledgement is a few dozen bytes.
static RULES: Rules = Rules {
    largest: 1_024,
    binary: false,
};

/// `GET /desk/activity/stream`.
pub(crate) async fn stream(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Extension(connection): Extension<Connection>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let shop = &desk.shop;
    // Read before anything else: if the epoch changes later, `epoch_over` ends the stream.
    let epoch = shop.0.store.feed().epoch();
    let question = match parse_query(shop, query.as_deref()).await {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    let is_other = question.epoch.is_some_and(|told| told != epoch);
    let question = question.ledger;
    let (mut parts, _) = request.into_parts();
    let handshake = match Handshake::of(&mut parts) {
        Ok(handshake) => handshake,
        Err(wrong) => {
            let sentence = |language| say!(language, activity.no_socket);
            return wrong.refuse(|status| refuse(status, sentence).into_response());
        }
    };
    let Ok(visit) = desk.streams.acquire(staff.session) else {
        return refuse(StatusCode::TOO_MANY_REQUESTS, |language| {
            say!(language, activity.too_many)
        })
        .into_response();
    };
    // The connection occupies its places under the limits until the stream ends.
    let kept = (visit, connection, shop.0.connections.token());
    handshake.serve(&RULES, async move |socket| {
        let shop = &desk.shop;
        let end = async {
            tokio::select! {
                () = staff.ended(&desk) => End::SessionOver,
                () = shop.0.closing.cancelled() => End::Closing(rejoin_after()),
                // Positions from the old epoch mean nothing in the new one.
                () = shop.0.store.feed().epoch_over(&epoch) => End::Closing(rejoin_after()),
            }
        };
        let from = StartingPlace {
            after: question.after.unwrap_or(Cursor::START),
            is_of_other_epoch: is_other,
        };
        let ledger = Arc::clone(shop.0.store.ledger());
        serve(socket, ledger, from, question.filter, end).await;
        drop(kept);
    })
}

/// `GET /desk/activity/export`.
pub(crate) async fn export(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    RawQuery(query): RawQuery,
) -> Response {
    let shop = &desk.shop;
    let Asked {
        ledger: question,
        format,
        epoch: told,
    } = match parse_query(shop, query.as_deref()).await {
        Ok(asked) => asked,
        Err(refusal) => return *refusal,
    };
    // The store is asked, because the feed may be some seconds behind.
    let epoch = match shop.0.store.epoch().await {
        Ok(epoch) => epoch,
        Err(error) => return *unreadable(&error),
    };
    if told.is_some_and(|told| told != epoch) {
        return refuse(StatusCode::CONFLICT, |language| {
            say!(language, activity.other_epoch)
        })
        .into_response();
    }
    let Some(format) = Format::named(format.as_deref().unwrap_or("csv")) else {
        return refuse(StatusCode::BAD_REQUEST, |language| {
            say!(language, activity.bad_format)
        })
        .into_response();
    };
    let ledger = Arc::clone(shop.0.store.ledger());
    let head = match ledger.head().await {
        Ok(head) => head,
        Err(error) => return *unreadable(&error),
    };
    let book = question.filter.book.as_ref();
    let of_book = book.map_or(String::new(), |book| format!("-{book}"));
    let name = format!("ledger{of_book}.{}", format.ending());
    let headers = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        // Otherwise nginx would buffer the export on disk.
        (
            HeaderName::from_static("x-accel-buffering"),
            "no".to_owned(),
        ),
    ];
    let body = Export {
        ledger,
        filter: question.filter,
        place: question.after.unwrap_or(Cursor::START),
        until: head.place,
        format,
        end: Box::pin(async move {
            tokio::select! {
                () = staff.ended(&desk) => "the session has ended",
                () = desk.shop.0.store.feed().epoch_over(&epoch) => "the data has another history",
            }
        }),
    };
    (headers, body.into_body()).into_response()
}

/// What a reader asks for.
struct Asked {
    ledger: LedgerQuery,
    /// The format of the file.
    format: Option<String>,
    /// The epoch of the position after which to continue.
    epoch: Option<Epoch>,
}

/// The parameters that may be given at most once.
const SINGLE: [&str; 7] = ["after", "epoch", "format", "book", "order", "from", "until"];

/// Parses the query. Unknown parameters are refused, so that a misspelt one does not go unnoticed.
async fn parse_query(shop: &Shop, query: Option<&str>) -> Result<Asked, Box<Response>> {
    let parts: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).collect();
    let known = |name: &str| name == "kind" || SINGLE.contains(&name);
    let count = |wanted: &str| parts.iter().filter(|(name, _)| name == wanted).count();
    if !parts.iter().all(|(name, _)| known(name)) || SINGLE.iter().any(|name| count(name) > 1) {
        return Err(bad_request(|language| {
            say!(language, activity.bad_parameters)
        }));
    }
    let value = |wanted: &str| {
        let field = parts.iter().find(|(name, _)| name == wanted);
        field.map(|(_, value)| value.to_string())
    };
    let (format, epoch) = (value("format"), value("epoch"));
    let epoch = epoch.map(Epoch::try_from).transpose();
    let epoch = epoch.map_err(|_| bad_request(|language| say!(language, activity.bad_epoch)))?;
    let settings = shop.0.store.owner_settings().current();
    let question = LedgerQuery::parse(parts, settings.profile.zone());
    let question = question.map_err(|wrong| bad_request(wrong.sentence()))?;
    if let Some(book) = &question.filter.book {
        match shop.0.store.book(book).await {
            Ok(_) => {}
            Err(StoreError::Refused(Refusal::NoSuchBook(_))) => {
                let refusal = refuse(StatusCode::NOT_FOUND, |language| {
                    say!(language, error.no_such_book)
                });
                return Err(Box::new(refusal.into_response()));
            }
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(Asked {
        ledger: question,
        format,
        epoch,
    })
}

fn bad_request(sentence: fn(Language) -> &'static str) -> Box<Response> {
    Box::new(refuse(StatusCode::BAD_REQUEST, sentence).into_response())
}

fn unreadable(error: &StoreError) -> Box<Response> {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "cannot read the ledger");
    let refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
        say!(language, page.cannot_read)
    });
    Box::new(refusal.into_response())
}

/// A random delay in milliseconds before a reader reconnects. Otherwise the readers of a closing
/// instance would all reconnect at once.
fn rejoin_after() -> u32 {
    let spread = getrandom::u32().map_or(0, |random| random % 2_000);
    500 + spread
}
