//! Makes and withdraws announcements: the forms of `/desk/news`.

use app::desk::notice::Notice;
use axum::{
    Extension, Form,
    extract::{State, rejection::FormRejection},
    response::Redirect,
};
use serde::Deserialize;
use store::{AnnounceError, NewAnnouncement, StoreError};

use super::gate::StaffSession;
use crate::state::Shop;

/// The form of a new announcement, as typed.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    text: String,
    end: String,
    key: String,
}

/// The form that withdraws an announcement.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    id: String,
}

/// Publishes an announcement on all pages.
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

/// Withdraws an announcement.
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
    tracing::error!(error, "cannot write an announcement");
    Notice::Busy
}

fn back(notice: Notice) -> Redirect {
    Redirect::to(&format!("/desk/news?notice={}", notice.code()))
}
