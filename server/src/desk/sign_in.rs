//! Signing in and out.

use std::time::Duration;

use app::{desk::notice::Notice, say};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use serde::Deserialize;
use shop::StaffName;
use store::{Credential, StoreError};

use super::{
    forms::{DeskForm, is_desk_page},
    gate::{StaffSession, cookie_name, session_of, token_of},
    sign_in_limits::Familiarity,
    state::DeskState,
};
use crate::{
    admission::{client::Client, rate_limits::RateLimited},
    http::{error_pages::wants_html, refusal::refuse},
    random::{hex, random_bytes},
    state::Shop,
};

/// How long a session lasts: longer than a working day, but not until the shop opens again.
const SESSION_LASTS: Duration = Duration::from_secs(12 * 60 * 60);

#[derive(Deserialize)]
pub(super) struct Credentials {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs a member of staff in, and sets a new session cookie.
pub(super) async fn sign_in(
    State(desk): State<DeskState>,
    client: Client,
    headers: HeaderMap,
    DeskForm(typed): DeskForm<Credentials>,
) -> Response {
    let refused = |notice| not_signed_in(&headers, notice, &typed.next);
    let browser = desk.known_browsers.browser(&headers);
    let limits = &desk.sign_in_limits;
    let familiarity = match limits.check(client, &typed.name, browser.as_ref()) {
        Ok(familiarity) => familiarity,
        Err(RateLimited(wait)) => {
            tracing::warn!(?client, "too many sign-in attempts");
            let mut refusal = refused(Notice::TooManyAttempts);
            let seconds = HeaderValue::from(wait.as_secs() + 1);
            refusal.headers_mut().insert(header::RETRY_AFTER, seconds);
            return refusal;
        }
    };
    match authenticate(&desk, &headers, &typed, familiarity).await {
        Ok(SignIn::Accepted(name, cookie)) => {
            limits.note_signed_in(client, &name);
            let session = CookieJar::new().add(cookie);
            let known = desk.known_browsers.signed_in(browser, &name);
            (session, known, Redirect::to(desk_page(&typed.next))).into_response()
        }
        Ok(SignIn::Rejected) => {
            tracing::info!(?client, "a sign-in attempt failed");
            refused(Notice::WrongPassword)
        }
        Ok(SignIn::Busy) => refused(Notice::Busy),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "cannot sign in");
            refused(Notice::Busy)
        }
    }
}

/// The outcome of a sign-in attempt.
enum SignIn {
    /// The member of staff, and the cookie of their new session.
    Accepted(StaffName, Cookie<'static>),
    /// The name or the password is wrong. The check takes as long for a name that does not exist.
    Rejected,
    /// Too many comparisons are waiting.
    Busy,
}

async fn authenticate(
    desk: &DeskState,
    headers: &HeaderMap,
    typed: &Credentials,
    familiarity: Familiarity,
) -> Result<SignIn, StoreError> {
    let staff = desk.shop.0.store.staff_directory();
    let name = typed.name.parse::<StaffName>().ok();
    let credential = match &name {
        Some(name) => staff.credential(name).await?,
        None => None,
    };
    let hashed = credential.as_ref().map(|known| known.password.clone());
    let right = desk
        .password_checks
        .is_right(typed.password.clone(), hashed, familiarity);
    let Some(right) = right.await else {
        return Ok(SignIn::Busy);
    };
    let (true, Some(name), Some(credential)) = (right, name, credential) else {
        return Ok(SignIn::Rejected);
    };
    Ok(
        match open_session(desk, headers, &name, &credential).await? {
            Some(cookie) => SignIn::Accepted(name, cookie),
            None => SignIn::Rejected,
        },
    )
}

/// Begins a session, in place of the one that the browser has. Returns its cookie; `None` if the
/// account was removed or its password changed meanwhile.
pub(super) async fn open_session(
    desk: &DeskState,
    headers: &HeaderMap,
    name: &StaffName,
    credential: &Credential,
) -> Result<Option<Cookie<'static>>, StoreError> {
    let shop = &desk.shop;
    let staff = shop.0.store.staff_directory();
    let value = hex(&random_bytes::<32>());
    let before = session_of(shop, headers);
    let opened = staff
        .sign_in(name, credential, token_of(&value), before, SESSION_LASTS)
        .await?;
    if !opened {
        return Ok(None);
    }
    if let Some(before) = before {
        desk.sessions.end(before);
    }
    tracing::info!(%name, "a member of staff has signed in");
    Ok(Some(cookie(shop, value)))
}

/// Signs a member of staff out, and ends the open connections of their session.
pub(super) async fn sign_out(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
) -> Response {
    let shop = &desk.shop;
    if let Err(error) = shop.0.store.staff_directory().sign_out(staff.session).await {
        let error = &error as &dyn std::error::Error;
        tracing::error!(error, "cannot sign out");
        return refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
            say!(language, error.busy)
        })
        .into_response();
    }
    desk.sessions.end(staff.session);
    let mut gone = cookie(shop, String::new());
    gone.make_removal();
    let onward = Redirect::to(&format!(
        "/desk/sign-in?notice={}",
        Notice::SignedOut.code()
    ));
    (CookieJar::new().add(gone), onward).into_response()
}

fn not_signed_in(headers: &HeaderMap, notice: Notice, next: &str) -> Response {
    if wants_html(headers) {
        let asked = form_urlencoded::Serializer::new(String::new())
            .append_pair("notice", notice.code())
            .append_pair("next", desk_page(next))
            .finish();
        return Redirect::to(&format!("/desk/sign-in?{asked}")).into_response();
    }
    match notice {
        Notice::TooManyAttempts => refuse(StatusCode::TOO_MANY_REQUESTS, |language| {
            say!(language, desk.too_many_attempts)
        })
        .into_response(),
        Notice::Busy => refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
            say!(language, error.busy)
        })
        .into_response(),
        _ => refuse(StatusCode::UNAUTHORIZED, |language| {
            say!(language, desk.wrong_password)
        })
        .into_response(),
    }
}

/// The page to show after signing in: `next` if it belongs to the desk, or else `/desk`.
fn desk_page(next: &str) -> &str {
    if is_desk_page(next) && !next.starts_with("/desk/sign-in") {
        next
    } else {
        "/desk"
    }
}

fn cookie(shop: &Shop, value: String) -> Cookie<'static> {
    let lasts = time::Duration::try_from(SESSION_LASTS).unwrap_or(time::Duration::HOUR);
    Cookie::build((cookie_name(shop.public_url()), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(shop.public_url().is_secure())
        .max_age(lasts)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_redirects_only_to_pages_of_the_desk() {
        for page in ["/desk", "/desk/orders?q=a%20b", "/desk?x=1"] {
            assert_eq!(desk_page(page), page);
        }
        for elsewhere in [
            "",
            "/",
            "//evil.example/desk",
            "https://evil.example/desk/",
            "/desk.evil",
            "/deskx",
            "/desk/\r\nset-cookie: a=b",
            "/desk/\\evil.example",
            "/desk/sign-in?next=/desk/sign-in",
        ] {
            assert_eq!(desk_page(elsewhere), "/desk", "{elsewhere:?}");
        }
    }
}
