//! Submits a command for the signed-in member of staff, so that it is recorded in the journal.

use shop::{Command, Done, Reason, StaffCommand};
use store::StoreError;

use super::gate::StaffSession;
use crate::state::Shop;

/// Submits a command with its author and reason.
pub(super) async fn submit(
    shop: &Shop,
    staff: &StaffSession,
    reason: Option<Reason>,
    command: Command,
) -> Result<Done, StoreError> {
    let by = Some(staff.name.clone());
    let signed = StaffCommand {
        by,
        reason,
        command,
    };
    shop.0
        .store
        .submit(Command::ByStaff(Box::new(signed)))
        .await
}
