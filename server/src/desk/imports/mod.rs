//! Imports at the desk.

/// Receives a file that is sent by a plain form.
mod file;
/// Starts, applies and cancels an import. `crate::jobs::import` does the work.
mod forms;
/// Receives a file over a WebSocket, in acknowledged pieces.
mod upload;

pub(super) use file::{LARGEST, file_of};
pub(crate) use file::{LARGEST_BODY, send_covers, send_file};
pub(crate) use forms::{apply, begin, cancel, check, standing};
pub(crate) use upload::upload;

use std::sync::Arc;

use store::imports::Imports;

use crate::{random::random_bytes, state::Shop};

/// The imports of this shop.
fn imports(shop: &Shop) -> Arc<dyn Imports> {
    let imports = shop.0.store.imports();
    imports.expect("every store that serves a shop has imports")
}

/// A random number for the sender of a file.
fn random_sender() -> u32 {
    u32::from_ne_bytes(random_bytes())
}
