//! Makes and withdraws announcements: the forms of `/desk/news`.

use app::desk::Notice;
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    response::Redirect,
};
use serde::Deserialize;
use store::{AnnounceError, NewAnnouncement, StoreError};

use super::gate::StaffSession;
use crate::state::Shop;

/// What is to be announced, as it was typed.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    text: String,
    end: String,
    key: String,
}

/// Which is to be withdrawn.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    id: String,
}

/// Tells everybody.
pub(super) async fn announce(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    typed: Result<Form<Typed>, FormRejection>,
) -> Redirect {
    let Some(new) = typed.ok().and_then(|Form(typed)| typed.read(&staff)) else {
        return back(Notice::NoAnnouncement);
    };
    back(match shop.0.store.announcements().announce(new).await {
        Ok(announcement) => {
            tracing::info!(by = %staff.name, id = %announcement.id, "announced");
            Notice::Announced
        }
        Err(AnnounceError::TooMany) => Notice::TooManyAnnouncements,
        Err(AnnounceError::Store(error)) => busy(&error),
    })
}

/// Withdraws one.
pub(super) async fn withdraw(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    named: Result<Form<Named>, FormRejection>,
) -> Redirect {
    let id = named.ok().and_then(|Form(named)| named.id.parse().ok());
    let Some(id) = id else {
        return back(Notice::WithdrawnBefore);
    };
    back(
        match shop.0.store.announcements().withdraw(id, &staff.name).await {
            Ok(true) => {
                tracing::info!(by = %staff.name, %id, "withdrawn");
                Notice::Withdrawn
            }
            Ok(false) => Notice::WithdrawnBefore,
            Err(error) => busy(&error),
        },
    )
}

impl Typed {
    fn read(&self, staff: &StaffSession) -> Option<NewAnnouncement> {
        Some(NewAnnouncement {
            text: self.text.parse().ok()?,
            end: self.end.parse().ok()?,
            by: staff.name.clone(),
            key: self.key.parse().ok()?,
        })
    }
}

fn busy(error: &StoreError) -> Notice {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "an announcement cannot be kept");
    Notice::Busy
}

fn back(notice: Notice) -> Redirect {
    Redirect::to(&format!("/desk/news?notice={}", notice.code()))
}
