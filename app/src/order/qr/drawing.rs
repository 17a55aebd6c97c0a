//! Draws a QR code as one path.

use std::fmt::Write;

use qrcode::{Color, EcLevel};

use super::QrCode;

/// The width of the quiet zone in modules. Scanners need it to find the code (ISO/IEC 18004).
const QUIET: usize = 4;

impl QrCode {
    /// A QR code of a text, readable even if a seventh is damaged. `None` if the text is too long.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = qrcode::QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (row, modules) in code.to_colors().chunks(width).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|one, next| one == next) {
                if run[0] == Color::Dark {
                    let (x, y) = (QUIET + column, QUIET + row);
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{x} {y}h{}v1H{x}z", run.len());
                }
                column += run.len();
            }
        }
        let size = u32::try_from(width + 2 * QUIET).ok()?;
        Some(Self { size, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that the path draws, as a scanner would see them.
    fn modules(code: &QrCode) -> Vec<Vec<bool>> {
        let size = code.size as usize;
        let mut seen = vec![vec![false; size]; size];
        for run in code.path.split_terminator('z') {
            let (at, rest) = run[1..].split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let [x, y, length]: [usize; 3] = [x, y, length].map(|it| it.parse().unwrap());
            seen[y][x..x + length].fill(true);
        }
        seen
    }

    #[test]
    fn the_path_is_the_code_with_a_quiet_zone_around_it() {
        let address = "https://books.example/orders/4KX9-QD2M-7HTB";
        let drawn = QrCode::of(address).unwrap();
        let seen = modules(&drawn);
        let code = qrcode::QrCode::with_error_correction_level(address, EcLevel::M).unwrap();
        for (y, row) in seen.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < code.width());
                let expected = match (inside(x), inside(y)) {
                    (Some(x), Some(y)) => code[(x, y)] == Color::Dark,
                    _ => false,
                };
                assert_eq!(*dark, expected, "{x}, {y}");
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_has_no_qr_code() {
        assert_eq!(QrCode::of(&"x".repeat(10_000)), None);
    }
}
