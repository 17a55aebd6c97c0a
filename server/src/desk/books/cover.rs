//! Gives a book the cover that a form sends.

use app::{desk::notice::Notice, server::shop_error};
use axum::{
    Extension,
    extract::{Multipart, State, multipart::MultipartRejection},
    response::Response,
};
use shop::LineProblem;
use store::imports::NewCover;
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    desk::{
        forms::{back, refused},
        gate::StaffSession,
        imports::{LARGEST, file_of},
        state::DeskState,
        stock::Named,
    },
    http::deadlines::BODY_WITHIN,
    jobs::import::cover_of,
};

/// `POST /desk/stock/{book}/cover`: a picture. What it is, its content says and not its name.
pub(in crate::desk) async fn set(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Named { book, page }: Named,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let read = match form {
        Ok(form) => tokio::select! {
            biased;
            // What has arrived is discarded, and the redirect ends at the sign-in page.
            () = staff.ended(&desk) => Err(Notice::Busy),
            read = timeout(BODY_WITHIN, read(&desk, form)) => read.unwrap_or(Err(Notice::Busy)),
        },
        Err(_) => Err(Notice::EmptyFile),
    };
    let cover = match read {
        Ok(cover) => cover,
        Err(notice) => return back(&page, notice),
    };
    let books = desk.shop.0.store.book_desk();
    match books.set_cover(&book, cover, &staff.name).await {
        Ok(()) => back(&page, Notice::CoverSet),
        Err(error) => refused(&page, &shop_error(error)),
    }
}

/// Reads the picture and makes the cover. One picture at a time is in memory.
async fn read(desk: &DeskState, form: Multipart) -> Result<NewCover, Notice> {
    let turn = desk.reading_file.acquire().await;
    let _turn = turn.map_err(|_| Notice::Busy)?;
    let (_, bytes) = file_of(form, LARGEST).await?;
    if bytes.is_empty() {
        return Err(Notice::EmptyFile);
    }
    // Decoding uses one core for a while, and may panic.
    match spawn_blocking(move || cover_of(&bytes)).await {
        Ok(Ok(cover)) => Ok(cover),
        Ok(Err(LineProblem::TooManyPixels { .. })) => Err(Notice::LargePicture),
        Ok(Err(_)) | Err(_) => Err(Notice::NoPicture),
    }
}
