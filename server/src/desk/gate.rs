//! The access check before every route of the desk: a request needs a session and the role, and
//! must not come from another site.

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
    admission::{connection::Connection, origin},
    config::PublicUrl,
    http::{error_pages::wants_html, refusal::refuse},
    state::Shop,
};

/// The signed-in member of staff, as an extension of the request.
#[derive(Debug, Clone)]
pub(crate) struct StaffSession {
    pub(crate) name: StaffName,
    pub(crate) role: Role,
    pub(crate) session: SessionToken,
}

/// Lets requests with a valid session through, and adds the session to the request.
pub(crate) async fn gate(State(shop): State<Shop>, mut request: Request, next: Next) -> Response {
    // The cross-site layer lets every GET through, but a GET can open a WebSocket: a browser lets
    // any page do that, and may send the cookie with it.
    let connection = Connection::of(request.extensions());
    if !origin::is_same_origin(request.headers(), shop.public_url(), connection) {
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
            // A person's own page marks this session.
            request.extensions_mut().insert(session);
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
            tracing::error!(error, "cannot read a session");
            refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
                say!(language, error.busy)
            })
            .into_response()
        }
    }
}

/// Lets requests through whose session has the role.
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

/// Redirects a page request to the sign-in page, which leads back afterwards; refuses any other.
fn sign_in_first(request: &Request) -> Response {
    if wants_html(request.headers()) && request.method() == Method::GET {
        let wanted = request.uri().path_and_query().map(|path| path.as_str());
        // The address of a mistyped link may contain its secret.
        let wanted = wanted.filter(|path| {
            let secret = ["/desk/invitation/", "/desk/set-up/"];
            !secret.iter().any(|beginning| path.starts_with(beginning))
        });
        let wanted = wanted.unwrap_or("/desk");
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

/// The session in the request's cookie.
pub(crate) fn session_of(shop: &Shop, headers: &HeaderMap) -> Option<SessionToken> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(cookie_name(shop.public_url()))?;
    (cookie.value().len() == 64).then(|| token_of(cookie.value()))
}

/// The token by which a cookie's value is looked up.
pub(crate) fn token_of(value: &str) -> SessionToken {
    SessionToken(Sha256::digest(value).into())
}

/// The name of the session cookie. `__Host-` binds it to this host; browsers require TLS for that.
pub(crate) fn cookie_name(public_url: &PublicUrl) -> &'static str {
    if public_url.is_secure() {
        "__Host-staff"
    } else {
        "staff"
    }
}
