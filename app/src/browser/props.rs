//! The props of an island that needs none.

use serde::Serialize;

use super::{Json, json::FromJson};

/// Props of an island that needs none.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct NoProps;

impl FromJson for NoProps {
    fn from_json(_: &Json) -> Option<Self> {
        Some(Self)
    }
}
