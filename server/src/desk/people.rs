//! The forms of `/desk/people`: invitations, roles, removals, and links for new passwords.

use std::time::Duration;

use app::{
    desk::{notice::Notice, people::ShownLink},
    say,
    server::shop_error,
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shop::{Role, StaffName};
use store::{AccountError, LinkPurpose, NewLink};

use super::{
    forms::{DeskForm, back, page, refused},
    gate::StaffSession,
    invitation::link_token,
    state::DeskState,
};
use crate::{
    http::refusal::refuse,
    random::{hex, random_bytes},
};

/// The list of accounts.
const LIST: &str = "/desk/people";
/// How long a link works.
const LINK_LASTS: Duration = Duration::from_secs(48 * 60 * 60);

/// The form that invites somebody.
#[derive(Deserialize)]
pub(super) struct Invitation {
    name: String,
    role: Role,
}

/// The form that changes a role.
#[derive(Deserialize)]
pub(super) struct NewRole {
    role: Role,
}

/// Makes an invitation, and answers with the page that shows its link.
pub(super) async fn invite(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    parts: Parts,
    DeskForm(typed): DeskForm<Invitation>,
) -> Response {
    let Ok(name) = typed.name.parse::<StaffName>() else {
        return back(LIST, Notice::WrongName);
    };
    let purpose = LinkPurpose::Invitation(typed.role);
    make_link(&desk, &staff, parts, name, purpose).await
}

/// Makes a link for a new password, and answers with the page that shows it.
pub(super) async fn make_password_link(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Path(name): Path<String>,
    parts: Parts,
) -> Response {
    let Ok(name) = name.parse::<StaffName>() else {
        return back(LIST, Notice::NoSuchAccount);
    };
    make_link(&desk, &staff, parts, name, LinkPurpose::NewPassword).await
}

async fn make_link(
    desk: &DeskState,
    staff: &StaffSession,
    mut parts: Parts,
    name: StaffName,
    purpose: LinkPurpose,
) -> Response {
    let secret = hex(&random_bytes::<32>());
    let link = NewLink {
        token: link_token(&secret),
        name: name.clone(),
        purpose,
        by: staff.name.clone(),
        lasts: LINK_LASTS,
    };
    if let Err(error) = desk.shop.0.store.staff_directory().make_link(link).await {
        return answer(LIST, error);
    }
    tracing::info!(by = %staff.name, %name, "made a link to choose a password");
    parts.extensions.insert(ShownLink {
        name,
        purpose,
        secret,
    });
    page(desk, parts).await
}

/// Withdraws the link for a name.
pub(super) async fn withdraw_link(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Path(name): Path<String>,
) -> Response {
    let Ok(name) = name.parse::<StaffName>() else {
        return back(LIST, Notice::NoLink);
    };
    let directory = desk.shop.0.store.staff_directory();
    match directory.withdraw_link(&name, &staff.name).await {
        Ok(true) => {
            tracing::info!(by = %staff.name, %name, "withdrew a link");
            back(LIST, Notice::LinkWithdrawn)
        }
        Ok(false) => back(LIST, Notice::NoLink),
        Err(error) => answer(LIST, error),
    }
}

/// Changes a role.
pub(super) async fn set_role(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Path(name): Path<String>,
    DeskForm(NewRole { role }): DeskForm<NewRole>,
) -> Response {
    let Ok(name) = name.parse::<StaffName>() else {
        return back(LIST, Notice::NoSuchAccount);
    };
    let directory = desk.shop.0.store.staff_directory();
    match directory.set_role(&name, role, &staff.name).await {
        Ok(()) => {
            tracing::info!(by = %staff.name, %name, %role, "changed a role");
            // Those who have made themselves clerks may no longer see the page.
            let page = match name == staff.name {
                true => "/desk".to_owned(),
                false => page_of(&name),
            };
            back(&page, Notice::RoleChanged)
        }
        Err(error) => answer(&page_of(&name), error),
    }
}

/// Removes an account.
pub(super) async fn remove(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Path(name): Path<String>,
) -> Response {
    let Ok(name) = name.parse::<StaffName>() else {
        return back(LIST, Notice::NoSuchAccount);
    };
    let directory = desk.shop.0.store.staff_directory();
    match directory.remove_account(&name, &staff.name).await {
        Ok(ended) => {
            desk.sessions.end_all(ended);
            tracing::info!(by = %staff.name, %name, "removed an account");
            back(LIST, Notice::AccountRemoved)
        }
        Err(error) => answer(&page_of(&name), error),
    }
}

/// Ends all sessions of an account; of one's own, all but this one.
pub(super) async fn sign_out(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Path(name): Path<String>,
) -> Response {
    let Ok(name) = name.parse::<StaffName>() else {
        return back(LIST, Notice::NoSuchAccount);
    };
    let page = page_of(&name);
    let except = (name == staff.name).then_some(staff.session);
    let directory = desk.shop.0.store.staff_directory();
    match directory.end_sessions(&name, except, &staff.name).await {
        Ok(ended) => {
            let count = ended.len();
            desk.sessions.end_all(ended);
            tracing::info!(by = %staff.name, %name, count, "ended sessions");
            back(&page, Notice::SessionsEnded)
        }
        Err(error) => answer(&page, error),
    }
}

fn page_of(name: &StaffName) -> String {
    format!("{LIST}/{name}")
}

/// The answer to a form whose change was refused, or failed.
pub(super) fn answer(page: &str, error: AccountError) -> Response {
    match error {
        // The account has no page.
        AccountError::NoSuchAccount => back(LIST, Notice::NoSuchAccount),
        AccountError::NameTaken => back(page, Notice::NameTaken),
        AccountError::LastOwner => back(page, Notice::LastOwner),
        AccountError::Oneself => back(page, Notice::NotOneself),
        AccountError::NoSuchLink => back(page, Notice::NoLink),
        AccountError::NotAnOwner => refuse(StatusCode::FORBIDDEN, |language| {
            say!(language, desk.not_allowed)
        })
        .into_response(),
        AccountError::Store(error) => refused(page, &shop_error(error)),
    }
}
