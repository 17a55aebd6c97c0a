//! The page behind a link, where somebody chooses a password. It needs no session: the secret in
//! its address is the key. No answer repeats the secret.

use app::{desk::notice::Notice, say, server::shop_error};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::{AccountError, LinkToken, OpenLink, StoreError};

use super::{
    forms::{DeskForm, back, page as answer_with_page},
    sign_in_limits::Familiarity,
    state::DeskState,
};
use crate::{
    admission::{client::Client, rate_limits::RateLimited},
    http::refusal::refuse,
};

/// The form for the password.
#[derive(Deserialize)]
pub(super) struct ChosenPassword {
    password: String,
    again: String,
}

/// The token by which a link's secret is looked up.
pub(super) fn link_token(secret: &str) -> LinkToken {
    LinkToken(Sha256::digest(secret).into())
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
    match directory.open_link(link_token(&secret)).await {
        Ok(Some(link)) => {
            parts.extensions.insert(link);
            answer_with_page(&desk, parts).await
        }
        Ok(None) => answer_with_page(&desk, parts).await,
        Err(error) => busy(error),
    }
}

/// Uses the link, and leads to the sign-in page.
pub(super) async fn accept(
    State(desk): State<DeskState>,
    client: Client,
    Path(secret): Path<String>,
    parts: Parts,
    DeskForm(typed): DeskForm<ChosenPassword>,
) -> Response {
    if let Err(limited) = desk.sign_in_limits.check_address(client) {
        return too_many(client, limited);
    }
    let (directory, token) = (desk.shop.0.store.staff_directory(), link_token(&secret));
    // Only for a link that works is a password worth hashing.
    let link = match directory.open_link(token).await {
        Ok(Some(link)) => link,
        Ok(None) => return answer_with_page(&desk, parts).await,
        Err(error) => return busy(error),
    };
    if typed.password != typed.again {
        return form_again(&desk, parts, link, Notice::PasswordsDiffer).await;
    }
    let hashed = desk
        .password_checks
        .hash(typed.password, Familiarity::Stranger);
    let hashed = match hashed.await {
        Some(Ok(hashed)) => hashed,
        Some(Err(_)) => return form_again(&desk, parts, link, Notice::BadPassword).await,
        None => return form_again(&desk, parts, link, Notice::Busy).await,
    };
    match directory.use_link(token, &hashed).await {
        Ok(used) => {
            desk.sessions.end_all(used.ended);
            tracing::info!(name = %used.name, "a password was chosen with a link");
            back("/desk/sign-in", Notice::PasswordChosen)
        }
        Err(AccountError::Store(error)) => busy(error),
        // Somebody else has used it meanwhile.
        Err(_) => answer_with_page(&desk, parts).await,
    }
}

/// Shows the form again, with a notice of what was wrong.
async fn form_again(
    desk: &DeskState,
    mut parts: Parts,
    link: OpenLink,
    notice: Notice,
) -> Response {
    parts.extensions.insert(link);
    parts.extensions.insert(notice);
    let mut answer = answer_with_page(desk, parts).await;
    *answer.status_mut() = match notice {
        Notice::Busy => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    answer
}

pub(super) fn too_many(client: Client, RateLimited(wait): RateLimited) -> Response {
    tracing::warn!(?client, "too many links were opened");
    let sentence = |language| say!(language, desk.too_many_attempts);
    let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, sentence).into_response();
    let seconds = HeaderValue::from(wait.as_secs() + 1);
    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    answer
}

/// The answer if the store cannot be read. It is logged here.
pub(super) fn busy(error: StoreError) -> Response {
    shop_error(error);
    refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
        say!(language, error.busy)
    })
    .into_response()
}
