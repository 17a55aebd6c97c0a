//! Files uploaded by a plain form, without script: a list of books, or a folder of covers.
//!
//! A file is held in memory before any of it is stored, so its size is limited, and files are read
//! one at a time.

use std::time::Duration;

use app::desk::notice::Notice;
use axum::{
    Extension,
    extract::{
        Multipart, State,
        multipart::{Field, MultipartError, MultipartRejection},
    },
    http::HeaderMap,
    response::Response,
};
use sha2::{Digest, Sha256};
use store::{
    StoreError,
    imports::{Appended, Import, ImportKind, LARGEST_PIECE},
};
use tokio::time::timeout;

use super::{
    forms::{answer, new_import, page_of},
    imports, random_sender,
};
use crate::{
    desk::{gate::StaffSession, state::DeskState},
    http::deadlines::{BODY_WITHIN, is_too_slow},
    jobs::import::{Packing, digest},
    state::Shop,
};

/// The largest upload by a form, all files together, without the multipart framing.
pub(in crate::desk) const LARGEST: usize = 8 * 1024 * 1024;
/// How long an upload may take, including the wait for its turn, because others wait behind it.
const UPLOAD_WITHIN: Duration = BODY_WITHIN;
pub(crate) const LARGEST_BODY: usize = LARGEST + 64 * 1024;

/// `POST /desk/imports/file`: a list of books.
pub(crate) async fn send_file(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    send(&desk, &staff, &headers, form, ImportKind::Books).await
}

/// `POST /desk/imports/covers`: pictures, each with its file name.
pub(crate) async fn send_covers(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    send(&desk, &staff, &headers, form, ImportKind::Covers).await
}

async fn send(
    desk: &DeskState,
    staff: &StaffSession,
    headers: &HeaderMap,
    form: Result<Multipart, MultipartRejection>,
    kind: ImportKind,
) -> Response {
    let taken = match form {
        Ok(form) => tokio::select! {
            biased;
            // What has arrived is discarded, and the redirect ends at the sign-in page.
            () = staff.ended(desk) => Err(Notice::Busy),
            taken = timeout(UPLOAD_WITHIN, take(desk, staff, form, kind)) => taken.unwrap_or(Err(Notice::Busy)),
        },
        Err(_) => Err(Notice::EmptyFile),
    };
    match taken {
        Ok(import) => answer(headers, &page_of(import.id), Notice::FileReceived),
        Err(notice) => answer(headers, "/desk/imports", notice),
    }
}

async fn take(
    desk: &DeskState,
    staff: &StaffSession,
    form: Multipart,
    kind: ImportKind,
) -> Result<Import, Notice> {
    let shop = &desk.shop;
    let turn = desk.reading_file.acquire().await;
    let _turn = turn.map_err(|_| Notice::Busy)?;
    let (name, bytes) = match kind {
        ImportKind::Books => file_of(form, LARGEST).await?,
        ImportKind::Covers => covers(form).await?,
    };
    let import = new_import(shop, staff, kind, &name, bytes.len() as u64).await?;
    match keep(shop, &import, &bytes).await {
        Ok(true) => Ok(import),
        Ok(false) => Err(Notice::ImportOver),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "cannot store an uploaded file");
            Err(Notice::Busy)
        }
    }
}

/// Reads the file of a form, of at most this many bytes. Returns its name and its content.
pub(in crate::desk) async fn file_of(
    mut form: Multipart,
    most: usize,
) -> Result<(String, Vec<u8>), Notice> {
    while let Some(mut field) = next_field(&mut form, Notice::EmptyFile).await? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = read(&mut field, most).await?;
            return Ok((name, bytes));
        }
    }
    Err(Notice::EmptyFile)
}

/// Reads the pictures of the form. Returns the name of their folder, and the pictures packed as the
/// page's script packs them.
async fn covers(mut form: Multipart) -> Result<(String, Vec<u8>), Notice> {
    let (mut packing, mut left) = (Packing::default(), LARGEST);
    // A form that is cut off is refused, because its folder is incomplete.
    while let Some(mut field) = next_field(&mut form, Notice::LargeFile).await? {
        let name = field.file_name().unwrap_or_default().to_owned();
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        let bytes = read(&mut field, left).await?;
        left -= bytes.len();
        packing.add(name, bytes);
    }
    packing.packed().ok_or(Notice::NoPictures)
}

async fn read(field: &mut Field<'_>, most: usize) -> Result<Vec<u8>, Notice> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field
        .chunk()
        .await
        .map_err(|error| broken_off(&error, Notice::LargeFile))?
    {
        if bytes.len() + chunk.len() > most {
            return Err(Notice::LargeFile);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn next_field(form: &mut Multipart, broken: Notice) -> Result<Option<Field<'_>>, Notice> {
    let field = form.next_field().await;
    field.map_err(|error| broken_off(&error, broken))
}

/// The notice for a form that could not be read to its end.
fn broken_off(error: &MultipartError, otherwise: Notice) -> Notice {
    match is_too_slow(error) {
        true => Notice::Busy,
        false => otherwise,
    }
}

async fn keep(shop: &Shop, import: &Import, bytes: &[u8]) -> Result<bool, StoreError> {
    let (imports, sender) = (imports(shop), random_sender());
    let Some(received) = imports.take_over(import.id, sender).await? else {
        return Ok(false);
    };
    let received = usize::try_from(received).unwrap_or(usize::MAX);
    let mut start = received;
    for piece in bytes
        .get(received..)
        .unwrap_or_default()
        .chunks(LARGEST_PIECE)
    {
        let kept = imports.append(import.id, sender, start as u64, piece.to_vec());
        if !matches!(kept.await?, Appended::Kept(_)) {
            return Ok(false);
        }
        start += piece.len();
    }
    // Earlier pieces may have come from another file.
    let whole = digest(&*imports, import).await?;
    if whole != <[u8; 32]>::from(Sha256::digest(bytes)) {
        imports.spoilt(import.id).await?;
        return Ok(false);
    }
    imports.received(import.id, whole).await
}
