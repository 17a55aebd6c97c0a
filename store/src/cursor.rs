//! A position in the ledger, to resume reading from.

use std::{fmt, str::FromStr};

use crate::{StoreError, rows::large};

/// A position in the ledger: at a movement, or before the first.
///
/// Positions are ordered, and a new movement never comes before one that could already be read. The
/// movements of one book are nearly always in the order of their versions. The exception needs
/// several instances: if one transaction waited for another, their movements are in the order of
/// the transactions' ids, not of their commits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// The transaction that wrote the movement. 0 in SQLite, which does not need it, and if it is
    /// unknown, as after a dump was restored.
    pub(crate) transaction: u64,
    /// The movement's number.
    pub(crate) movement: u64,
}

/// Why a text is not a [`Cursor`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in the ledger is two numbers, as in `0-42`")]
pub struct InvalidCursor;

impl Cursor {
    /// The position before the first movement.
    pub const START: Self = Self {
        transaction: 0,
        movement: 0,
    };

    /// The next possible position, whether or not a movement is there.
    #[must_use]
    pub const fn following(self) -> Self {
        Self {
            transaction: self.transaction,
            movement: self.movement + 1,
        }
    }

    /// The values of the SQL columns.
    pub(crate) fn columns(self) -> (i64, i64) {
        (self.transaction.cast_signed(), self.movement.cast_signed())
    }

    pub(crate) fn of_columns(transaction: i64, movement: i64) -> Result<Self, StoreError> {
        Ok(Self {
            transaction: large(transaction)?,
            movement: large(movement)?,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.transaction, self.movement)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    /// Accepts only what [`fmt::Display`] writes, so that a position has one spelling.
    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (transaction, movement) = text.split_once('-').ok_or(InvalidCursor)?;
        Ok(Self {
            transaction: number(transaction)?,
            movement: number(movement)?,
        })
    }
}

/// Parses a number in its canonical form: digits only, no leading zeros, less than [`i64::MAX`],
/// so that there is always a next one.
fn number(text: &str) -> Result<u64, InvalidCursor> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = text.parse().map_err(|_| InvalidCursor)?;
    if !plain || (text.len() > 1 && text.starts_with('0')) || number == i64::MAX {
        return Err(InvalidCursor);
    }
    Ok(number.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_has_one_spelling() {
        for name in ["0-0", "0-42", "123456789012-7", "9223372036854775806-1"] {
            let place: Cursor = name.parse().unwrap();
            assert_eq!(place.to_string(), name);
        }
        assert_eq!("0-0".parse(), Ok(Cursor::START));
    }

    #[test]
    fn a_malformed_cursor_is_refused() {
        for text in [
            "",
            "-",
            "1",
            "1-",
            "-1",
            "--1",
            "1-2-3",
            "01-2",
            "1-02",
            "+1-2",
            "1-+2",
            " 1-2",
            "1-2 ",
            "1.5-2",
            "0x1-2",
            "1-a",
            "٣-1",
            "9223372036854775807-1",
            "18446744073709551616-1",
            "1-99999999999999999999999999",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text:?}");
        }
    }
}
