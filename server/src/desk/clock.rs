//! The form with which an owner confirms that the clock is right.

use app::{desk::notice::Notice, server::shop_error};
use axum::{Extension, extract::State, response::Response};

use super::{
    forms::{back, refused},
    gate::StaffSession,
};
use crate::state::Shop;

/// Accepts the clock, so that overdue orders end again.
pub(super) async fn accept(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
) -> Response {
    match shop.0.store.accept_clock(&staff.name).await {
        Ok(()) => {
            tracing::info!(by = %staff.name, "the clock was accepted");
            back("/desk", Notice::ClockAccepted)
        }
        Err(error) => refused("/desk", &shop_error(error)),
    }
}
