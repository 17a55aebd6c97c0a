//! The props of islands without data.

use from_json::FromJson;
use serde::Serialize;

/// The props of an island without data.
#[derive(Debug, Clone, Copy, Serialize, FromJson)]
pub(crate) struct NoProps;
