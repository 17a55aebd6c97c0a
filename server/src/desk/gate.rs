//! The gate before every route of the desk: a request needs a session, the role, and an origin of
//! our own.

use app::{say, server::StaffMember};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::cookie::CookieJar;
use sha2::{Digest, Sha256};
use shop::{Role, StaffName};
use store::SessionToken;

use crate::{
    config::PublicUrl,
    http::{error_pages::wants_html, origin, refusal::refuse},
    state::Shop,
};

/// Who is at the desk, as every handler behind the gate is told.
#[derive(Debug, Clone)]
pub(crate) struct StaffSession {
    /// Who it is.
    pub(crate) name: StaffName,
    /// What they may do.
    pub(crate) role: Role,
    /// By which session.
    pub(crate) session: SessionToken,
}

/// Lets those through who are signed in, and tells the handlers who they are.
pub(crate) async fn gate(State(shop): State<Shop>, mut request: Request, next: Next) -> Response {
    // A form is also looked at by the layer against cross-site requests. A socket is a GET,
    // and a browser opens it from any page, with the cookie.
    if !origin::is_same_origin(request.headers(), shop.public_url()) {
        return refuse(StatusCode::FORBIDDEN, |language| {
            say!(language, page.cross_site)
        })
        .into_response();
    }
    let Some(session) = session_of(&shop, request.headers()) else {
        return sign_in_first(&request);
    };
    match shop.0.store.staff_directory().session(session).await {
        Ok(Some(known)) => {
            let (name, role) = (known.name, known.role);
            request.extensions_mut().insert(StaffMember {
                name: name.clone(),
                role,
            });
            request.extensions_mut().insert(StaffSession {
                name,
                role,
                session,
            });
            next.run(request).await
        }
        Ok(None) => sign_in_first(&request),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "a session cannot be read");
            refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
                say!(language, error.busy)
            })
            .into_response()
        }
    }
}

/// Lets those through who have the role.
pub(crate) async fn permit(State(needed): State<Role>, request: Request, next: Next) -> Response {
    let staff = request.extensions().get::<StaffSession>();
    if staff.is_some_and(|staff| staff.role.covers(needed)) {
        return next.run(request).await;
    }
    refuse(StatusCode::FORBIDDEN, |language| {
        say!(language, desk.not_allowed)
    })
    .into_response()
}

/// A person who looks for a page is shown where to sign in, and comes back to it.
fn sign_in_first(request: &Request) -> Response {
    if wants_html(request.headers()) && request.method() == Method::GET {
        let wanted = request
            .uri()
            .path_and_query()
            .map_or("/desk", |path| path.as_str());
        let wanted = form_urlencoded::Serializer::new(String::new())
            .append_pair("next", wanted)
            .finish();
        return Redirect::to(&format!("/desk/sign-in?{wanted}")).into_response();
    }
    refuse(StatusCode::UNAUTHORIZED, |language| {
        say!(language, desk.sign_in_first)
    })
    .into_response()
}

/// The session that a cookie names.
pub(crate) fn session_of(shop: &Shop, headers: &HeaderMap) -> Option<SessionToken> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(cookie_name(shop.public_url()))?;
    (cookie.value().len() == 64).then(|| token_of(cookie.value()))
}

/// What a cookie's value is known by.
pub(crate) fn token_of(value: &str) -> SessionToken {
    SessionToken(Sha256::digest(value).into())
}

/// `__Host-` binds the cookie to this very host; browsers take it over TLS only.
pub(crate) fn cookie_name(public_url: &PublicUrl) -> &'static str {
    if public_url.is_secure() {
        "__Host-staff"
    } else {
        "staff"
    }
}
