//! Turns a failure of the store into an error of the API.

use protocol::ShopError;
use store::StoreError;

/// The error that a shopper sees when the store fails or refuses. This is where the cause is
/// logged.
pub fn shop_error(error: StoreError) -> ShopError {
    match error {
        StoreError::Refused(refusal) => refusal.into(),
        StoreError::Busy => ShopError::Busy,
        // The store itself logs this once; there is no need to repeat it for every shopper.
        StoreError::DiskFull => ShopError::CannotWrite,
        StoreError::Failed(_) | StoreError::Inconsistent(_) => {
            tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
            ShopError::Busy
        }
    }
}
