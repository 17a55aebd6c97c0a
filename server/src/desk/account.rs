//! The forms of `/desk/account`: one's own password and sessions.

use app::{desk::notice::Notice, server::shop_error};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde::Deserialize;
use store::StoreError;

use super::{
    forms::{DeskForm, back, refused},
    gate::StaffSession,
    people::answer,
    sign_in_limits::Familiarity,
    state::DeskState,
};
use crate::admission::{client::Client, rate_limits::RateLimited};

const PAGE: &str = "/desk/account";

/// The form for a new password.
#[derive(Deserialize)]
pub(super) struct PasswordChange {
    current: String,
    password: String,
    again: String,
}

/// Changes the signed-in person's password, and ends their other sessions. Attempts are
/// limited as for signing in.
pub(super) async fn change_password(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    client: Client,
    headers: HeaderMap,
    DeskForm(typed): DeskForm<PasswordChange>,
) -> Response {
    if typed.password != typed.again {
        return back(PAGE, Notice::PasswordsDiffer);
    }
    let (name, browser) = (&staff.name, desk.known_browsers.browser(&headers));
    let limits = &desk.sign_in_limits;
    let familiarity = match limits.check(client, name.as_str(), browser.as_ref()) {
        Ok(familiarity) => familiarity,
        Err(RateLimited(wait)) => {
            tracing::warn!(?client, %name, "too many attempts to change a password");
            let mut refusal = back(PAGE, Notice::TooManyAttempts);
            let seconds = HeaderValue::from(wait.as_secs() + 1);
            refusal.headers_mut().insert(header::RETRY_AFTER, seconds);
            return refusal;
        }
    };
    match change(&desk, &staff, typed, familiarity).await {
        Ok(notice) => back(PAGE, notice),
        Err(error) => refused(PAGE, &shop_error(error)),
    }
}

async fn change(
    desk: &DeskState,
    staff: &StaffSession,
    typed: PasswordChange,
    familiarity: Familiarity,
) -> Result<Notice, StoreError> {
    let (directory, checks) = (desk.shop.0.store.staff_directory(), &desk.password_checks);
    let Some(credential) = directory.credential(&staff.name).await? else {
        return Ok(Notice::WrongCurrentPassword);
    };
    let known = Some(credential.password.clone());
    match checks.is_right(typed.current, known, familiarity).await {
        Some(true) => {}
        Some(false) => return Ok(Notice::WrongCurrentPassword),
        None => return Ok(Notice::Busy),
    }
    let hashed = match checks.hash(typed.password, familiarity).await {
        Some(Ok(hashed)) => hashed,
        Some(Err(_)) => return Ok(Notice::BadPassword),
        None => return Ok(Notice::Busy),
    };
    let changed = directory.change_password(&staff.name, &credential, &hashed, staff.session);
    let Some(ended) = changed.await? else {
        return Ok(Notice::WrongCurrentPassword);
    };
    desk.sessions.end_all(ended);
    tracing::info!(name = %staff.name, "a member of staff has changed their password");
    Ok(Notice::PasswordChanged)
}

/// Ends the signed-in person's other sessions.
pub(super) async fn sign_out_others(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
) -> Response {
    let directory = desk.shop.0.store.staff_directory();
    let (name, session) = (&staff.name, Some(staff.session));
    match directory.end_sessions(name, session, name).await {
        Ok(ended) => {
            let count = ended.len();
            desk.sessions.end_all(ended);
            tracing::info!(%name, count, "a member of staff has ended their other sessions");
            back(PAGE, Notice::SessionsEnded)
        }
        Err(error) => answer(PAGE, error),
    }
}
