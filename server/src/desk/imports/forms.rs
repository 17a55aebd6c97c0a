//! The forms of an import, and its progress for the page's script.

use app::desk::notice::Notice;
use axum::{
    Extension, Form, Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use protocol::{ImportStanding, ImportTally, UploadBegun};
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
    random::random_bytes,
    state::Shop,
};

/// The longest file name that is stored.
const LONGEST_NAME: usize = 200;

/// A file that is about to be uploaded.
#[derive(Deserialize)]
pub(crate) struct NewImportForm {
    name: String,
    size: u64,
    /// The default is a list of books.
    kind: Option<String>,
}

/// `POST /desk/imports`: creates an import, and tells the page's script where to upload the file.
pub(crate) async fn begin(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Form(announced): Form<NewImportForm>,
) -> Response {
    let kind = announced.kind.as_deref().and_then(ImportKind::of);
    let kind = kind.unwrap_or(ImportKind::Books);
    match new_import(&shop, &staff, kind, &announced.name, announced.size).await {
        Ok(import) => Json(UploadBegun {
            id: import.id,
            page: page_of(import.id),
            received: import.received,
        })
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

/// Creates an import, or returns the reason why that is not possible.
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
    let name = name.chars().filter(|c| !c.is_control());
    let new = NewImport {
        id: ImportId::from_bits(u128::from_ne_bytes(random_bytes())),
        kind,
        name: name.take(LONGEST_NAME).collect(),
        size,
        who: staff.name.clone(),
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

/// How an import counts copies that an earlier import has added.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Counted {
    /// They are already in stock.
    Once,
    /// They have arrived once more.
    Again,
}

#[derive(Deserialize)]
pub(crate) struct CheckForm {
    copies: Counted,
}

/// `POST /desk/imports/{id}/check`: checks the import again, counting copies as chosen.
pub(crate) async fn check(
    State(shop): State<Shop>,
    Path(id): Path<String>,
    headers: HeaderMap,
    DeskForm(form): DeskForm<CheckForm>,
) -> Response {
    let again = form.copies == Counted::Again;
    let (begun, refused) = (Notice::ImportChecking, Notice::ImportNotReady);
    change(&headers, &id, begun, refused, async |id| {
        imports(&shop).check_again(id, again).await
    })
    .await
}

/// `POST /desk/imports/{id}/apply`: applies the import.
pub(crate) async fn apply(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (begun, refused) = (Notice::ImportBegun, Notice::ImportNotReady);
    change(&headers, &id, begun, refused, async |id| {
        imports(&shop).apply(id, &staff.name).await
    })
    .await
}

/// `POST /desk/imports/{id}/cancel`: cancels the import.
pub(crate) async fn cancel(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (ended, refused) = (Notice::ImportCancelled, Notice::ImportOver);
    change(&headers, &id, ended, refused, async |id| {
        imports(&shop).cancel(id, &staff.name).await
    })
    .await
}

/// Changes an import. Answers with one notice if that was possible, and with another if not.
async fn change(
    headers: &HeaderMap,
    id: &str,
    done: Notice,
    refused: Notice,
    change: impl AsyncFnOnce(ImportId) -> Result<bool, StoreError>,
) -> Response {
    let Ok(id) = id.parse::<ImportId>() else {
        return answer(headers, "/desk/imports", Notice::NoSuchImport);
    };
    let notice = match change(id).await {
        Ok(true) => done,
        Ok(false) => refused,
        Err(error) => {
            report(&error);
            Notice::Busy
        }
    };
    answer(headers, &page_of(id), notice)
}

/// `GET /desk/imports/{id}/standing`: the progress of the import, for the page's script.
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
    let tally = |tally: Tally| ImportTally {
        added: tally.added,
        changed: tally.changed,
        unchanged: tally.unchanged,
        refused: tally.refused,
    };
    Json(ImportStanding {
        state: import.state.as_str().to_owned(),
        size: import.size,
        received: import.received,
        upto: import.upto,
        last_row: import.last_row,
        expected: tally(import.expected),
        done: tally(import.done),
    })
    .into_response()
}

pub(super) fn page_of(id: ImportId) -> String {
    format!("/desk/imports/{id}")
}

/// Redirects a browser back to the page; a program gets a status.
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
    tracing::error!(error, "cannot read or write an import");
}
