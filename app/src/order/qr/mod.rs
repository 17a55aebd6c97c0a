//! An order's address as a QR code, for the scanner at the counter. It is drawn on the server, and
//! browsers get only the drawing.

#[cfg(feature = "ssr")]
mod drawing;

use serde::{Deserialize, Serialize};

/// A QR code as an SVG path. Its modules are the squares that it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// The width and height in modules, quiet zone included.
    pub size: u32,
    /// The `d` of a path that draws the dark modules, one unit each.
    pub path: String,
}
