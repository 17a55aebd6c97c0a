//! An order's address as a QR code, for the scanner at the counter. It is drawn on the server;
//! browsers get only the drawing.

#[cfg(feature = "ssr")]
mod drawing;

use serde::{Deserialize, Serialize};

/// A QR code: so many modules wide and high, its quiet zone included, and the dark ones
/// as the path of an SVG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// Modules from edge to edge.
    pub size: u32,
    /// The dark ones, row by row.
    pub path: String,
}
