//! The set-up link of a shop without staff: made when the shop starts, and the page behind it, where
//! the first owner chooses a name and a password. No answer repeats the link's secret.

use std::time::Duration;

use app::desk::{notice::Notice, set_up::SetUpForm};
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use serde::Deserialize;
use shop::{Role, StaffName};
use store::{AccountError, Credential, SetUpLink, StoreError};

use super::{
    forms::{DeskForm, page as answer_with_page},
    invitation::{busy, link_token, too_many},
    sign_in::open_session,
    sign_in_limits::Familiarity,
    state::DeskState,
};
use crate::{
    admission::client::Client,
    random::{hex, random_bytes},
    state::Shop,
};

/// How long a set-up link works.
const LINK_LASTS: Duration = Duration::from_secs(60 * 60);

/// The form for the first account.
#[derive(Deserialize)]
pub(super) struct FirstAccount {
    name: String,
    password: String,
    again: String,
}

/// Makes the set-up link of a shop without staff, and returns its address.
pub(crate) async fn new_link(shop: &Shop) -> Result<Option<String>, StoreError> {
    let secret = hex(&random_bytes::<32>());
    let directory = shop.0.store.staff_directory();
    match directory
        .make_set_up_link(link_token(&secret), LINK_LASTS)
        .await?
    {
        SetUpLink::NotNeeded => return Ok(None),
        SetUpLink::Made => {}
        SetUpLink::Replaced => {
            tracing::warn!("an earlier set-up link has ended: only the one printed now works");
        }
    }
    Ok(Some(format!("{}/desk/set-up/{secret}", shop.public_url())))
}

/// Shows the form, or that the link does not work.
pub(super) async fn page(
    State(desk): State<DeskState>,
    client: Client,
    Path(secret): Path<String>,
    mut parts: Parts,
) -> Response {
    if let Err(limited) = desk.sign_in_limits.check_address(client) {
        return too_many(client, limited);
    }
    let directory = desk.shop.0.store.staff_directory();
    match directory.is_set_up_link(link_token(&secret)).await {
        Ok(true) => {
            parts.extensions.insert(SetUpForm::default());
            answer_with_page(&desk, parts).await
        }
        Ok(false) => answer_with_page(&desk, parts).await,
        Err(error) => busy(error),
    }
}

/// Makes the first owner's account, and signs that person in.
pub(super) async fn accept(
    State(desk): State<DeskState>,
    client: Client,
    Path(secret): Path<String>,
    parts: Parts,
    DeskForm(typed): DeskForm<FirstAccount>,
) -> Response {
    if let Err(limited) = desk.sign_in_limits.check_address(client) {
        return too_many(client, limited);
    }
    let (directory, token) = (desk.shop.0.store.staff_directory(), link_token(&secret));
    // Only for a link that works is a password worth hashing.
    match directory.is_set_up_link(token).await {
        Ok(true) => {}
        Ok(false) => return answer_with_page(&desk, parts).await,
        Err(error) => return busy(error),
    }
    let FirstAccount {
        name: typed_name,
        password,
        again,
    } = typed;
    let refuse_with = |notice| form_again(&desk, parts.clone(), typed_name.clone(), notice);
    let Ok(name) = typed_name.trim().parse::<StaffName>() else {
        return refuse_with(Notice::WrongName).await;
    };
    if password != again {
        return refuse_with(Notice::PasswordsDiffer).await;
    }
    let hashing = desk.password_checks.hash(password, Familiarity::Stranger);
    let hashed = match hashing.await {
        Some(Ok(hashed)) => hashed,
        Some(Err(_)) => return refuse_with(Notice::BadPassword).await,
        None => return refuse_with(Notice::Busy).await,
    };
    match directory.set_up(token, &name, &hashed).await {
        Ok(()) => {
            tracing::info!(%name, "the shop has its first owner");
            signed_in(&desk, client, &parts.headers, name, hashed).await
        }
        Err(AccountError::Store(error)) => busy(error),
        // Somebody else has used it meanwhile.
        Err(_) => answer_with_page(&desk, parts).await,
    }
}

/// Signs the first owner in. If that fails, the account exists, and the sign-in page is next.
async fn signed_in(
    desk: &DeskState,
    client: Client,
    headers: &HeaderMap,
    name: StaffName,
    password: String,
) -> Response {
    let role = Role::Owner;
    let credential = Credential { password, role };
    match open_session(desk, headers, &name, &credential).await {
        Ok(Some(cookie)) => {
            desk.sign_in_limits.note_signed_in(client, &name);
            let browser = desk.known_browsers.browser(headers);
            let known = desk.known_browsers.signed_in(browser, &name);
            let session = CookieJar::new().add(cookie);
            (session, known, Redirect::to("/desk")).into_response()
        }
        Ok(None) => Redirect::to("/desk/sign-in").into_response(),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "cannot sign the first owner in");
            Redirect::to("/desk/sign-in").into_response()
        }
    }
}

/// Shows the form again, with the name as it was typed and a notice of what was wrong.
async fn form_again(desk: &DeskState, mut parts: Parts, name: String, notice: Notice) -> Response {
    parts.extensions.insert(SetUpForm { name });
    parts.extensions.insert(notice);
    let mut answer = answer_with_page(desk, parts).await;
    *answer.status_mut() = match notice {
        Notice::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    answer
}
