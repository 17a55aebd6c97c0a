//! The props of islands without data.

use serde::Serialize;

use super::{Json, json::FromJson};

/// The props of an island without data.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct NoProps;

impl FromJson for NoProps {
    fn from_json(_: &Json) -> Option<Self> {
        Some(Self)
    }
}
