//! The forms of an import, and the progress that the page's script asks for.

use app::desk::Notice;
use axum::{
    Extension, Form, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::json;
use shop::ImportId;
use store::{
    StoreError,
    imports::{Import, ImportKind, LARGEST_IMPORT, NewImport, Tally},
};

use super::imports;
use crate::{
    desk::{forms::DeskForm, gate::StaffSession},
    http::{error_pages::wants_html, refusal::refuse},
    state::Shop,
};

/// The longest name of a file that is remembered.
const LONGEST_NAME: usize = 200;

/// A file that somebody is about to send.
#[derive(Deserialize)]
pub(crate) struct Announced {
    name: String,
    size: u64,
    /// A list of books, where nothing is said.
    kind: Option<String>,
}

/// `POST /desk/imports`: makes ready for a file, and tells a script where to send it.
pub(crate) async fn begin(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Form(announced): Form<Announced>,
) -> Response {
    let kind = announced.kind.as_deref().and_then(ImportKind::of);
    let kind = kind.unwrap_or(ImportKind::Books);
    match new_import(&shop, &staff, kind, &announced.name, announced.size).await {
        Ok(import) => Json(json!({
            "id": import.id,
            "page": page_of(import.id),
            "received": import.received,
        }))
        .into_response(),
        Err(refusal) => {
            let status = match refusal {
                Notice::Busy => StatusCode::SERVICE_UNAVAILABLE,
                Notice::TooManyImports => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            refuse(status, move |language| refusal.sentence(language)).into_response()
        }
    }
}

/// Makes ready for a file, or says why not.
pub(super) async fn new_import(
    shop: &Shop,
    staff: &StaffSession,
    kind: ImportKind,
    name: &str,
    size: u64,
) -> Result<Import, Notice> {
    if size == 0 {
        return Err(Notice::EmptyFile);
    }
    if size > LARGEST_IMPORT {
        return Err(Notice::LargeFile);
    }
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the system has random numbers");
    let name = name.chars().filter(|c| !c.is_control());
    let new = NewImport {
        id: ImportId::from_bits(u128::from_ne_bytes(bits)),
        kind,
        name: name.take(LONGEST_NAME).collect(),
        size,
        who: staff.name.to_string(),
    };
    match imports(shop).begin(new).await {
        Ok(Some(import)) => Ok(import),
        Ok(None) => Err(Notice::TooManyImports),
        Err(error) => {
            report(&error);
            Err(Notice::Busy)
        }
    }
}

/// How an import's copies count.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Counted {
    /// Those that were taken in before are in.
    Once,
    /// Those that were taken in before have come once more.
    Again,
}

#[derive(Deserialize)]
pub(crate) struct Checked {
    copies: Counted,
}

/// `POST /desk/imports/{id}/check`: it is to be checked once more, its copies counted so.
pub(crate) async fn check(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    headers: HeaderMap,
    DeskForm(form): DeskForm<Checked>,
) -> Response {
    let Ok(id) = id.parse::<ImportId>() else {
        return answer(&headers, "/desk/imports", Notice::NoSuchImport);
    };
    let again = form.copies == Counted::Again;
    let notice = match imports(&shop).check_again(id, again).await {
        Ok(true) => Notice::ImportChecking,
        Ok(false) => Notice::ImportNotReady,
        Err(error) => {
            report(&error);
            Notice::Busy
        }
    };
    answer(&headers, &page_of(id), notice)
}

/// `POST /desk/imports/{id}/apply`: it is to be taken in.
pub(crate) async fn apply(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<ImportId>() else {
        return answer(&headers, "/desk/imports", Notice::NoSuchImport);
    };
    let begun = imports(&shop).apply(id).await;
    let notice = match begun {
        Ok(true) => Notice::ImportBegun,
        Ok(false) => Notice::ImportNotReady,
        Err(error) => {
            report(&error);
            Notice::Busy
        }
    };
    answer(&headers, &page_of(id), notice)
}

/// `POST /desk/imports/{id}/cancel`: it is called off.
pub(crate) async fn cancel(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<ImportId>() else {
        return answer(&headers, "/desk/imports", Notice::NoSuchImport);
    };
    let ended = imports(&shop).cancel(id).await;
    let notice = match ended {
        Ok(true) => Notice::ImportCancelled,
        Ok(false) => Notice::ImportOver,
        Err(error) => {
            report(&error);
            Notice::Busy
        }
    };
    answer(&headers, &page_of(id), notice)
}

/// `GET /desk/imports/{id}/standing`: how far it is, for the page's script.
pub(crate) async fn standing(State(shop): State<Shop>, Path(id): Path<String>) -> Response {
    let known = match id.parse::<ImportId>() {
        Ok(id) => imports(&shop).import(id).await,
        Err(_) => Ok(None),
    };
    let import = match known {
        Ok(Some(import)) => import,
        Ok(None) => {
            return refuse(StatusCode::NOT_FOUND, |language| {
                app::say!(language, page.not_found_more)
            })
            .into_response();
        }
        Err(error) => {
            report(&error);
            return refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
                app::say!(language, error.busy)
            })
            .into_response();
        }
    };
    let tally = |tally: Tally| {
        json!({
            "added": tally.added,
            "changed": tally.changed,
            "unchanged": tally.unchanged,
            "refused": tally.refused,
        })
    };
    Json(json!({
        "state": import.state.as_str(),
        "size": import.size,
        "received": import.received,
        "upto": import.upto,
        "last_row": import.last_row,
        "expected": tally(import.expected),
        "done": tally(import.done),
    }))
    .into_response()
}

pub(super) fn page_of(id: ImportId) -> String {
    format!("/desk/imports/{id}")
}

/// A person goes back to the page; a program is told by a status.
pub(super) fn answer(headers: &HeaderMap, page: &str, notice: Notice) -> Response {
    if wants_html(headers) {
        let onward = format!("{page}?notice={}", notice.code());
        return Redirect::to(&onward).into_response();
    }
    let status = match notice {
        notice if notice.is_good() => StatusCode::OK,
        Notice::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Notice::NoSuchImport => StatusCode::NOT_FOUND,
        Notice::LargeFile => StatusCode::PAYLOAD_TOO_LARGE,
        Notice::EmptyFile => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    };
    if status == StatusCode::OK {
        return Json(json!({})).into_response();
    }
    refuse(status, move |language| notice.sentence(language)).into_response()
}

fn report(error: &StoreError) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "an import cannot be read or written");
}
