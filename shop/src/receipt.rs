//! Receipts: what was sold at the counter, or came back there.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    OrderLine, Price, Timestamp,
    code::{MASK, read_code, write_code},
};

/// A receipt's code: 60 random bits, written like an order's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptCode(u64);

/// Why a text is not a [`ReceiptCode`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a receipt's code is twelve letters and digits, as in 4KX9-QD2M-7HTB")]
pub struct InvalidReceiptCode;

/// A sale at the counter, or a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The code.
    pub code: ReceiptCode,
    /// Whether copies were sold or came back.
    pub kind: ReceiptKind,
    /// The books, each once, with the price of one copy at that moment.
    pub lines: Vec<OrderLine>,
    /// When it was made out.
    pub at: Timestamp,
}

/// What a receipt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptKind {
    /// Copies were sold.
    Sale,
    /// Copies came back, into stock.
    Return,
    /// Damaged copies came back. They are not for sale.
    DamagedReturn,
}

impl ReceiptCode {
    /// A code from the low 60 bits of a random number.
    #[must_use]
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & MASK)
    }

    /// The 60 bits, as stored.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl Receipt {
    /// The price of all copies.
    #[must_use]
    pub fn total(&self) -> Price {
        Price::total(self.lines.iter().map(|line| (line.price, line.quantity)))
    }

    /// The number of copies.
    #[must_use]
    pub fn copies(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity.get()).sum()
    }
}

impl ReceiptKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Sale, Self::Return, Self::DamagedReturn];

    /// The kind's name in the data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Return => "return",
            Self::DamagedReturn => "damaged_return",
        }
    }

    /// The kind with this name in the data.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_code(self.0, f)
    }
}

impl FromStr for ReceiptCode {
    type Err = InvalidReceiptCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_code(text).map(Self).ok_or(InvalidReceiptCode)
    }
}

impl TryFrom<String> for ReceiptCode {
    type Error = InvalidReceiptCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ReceiptCode> for String {
    fn from(code: ReceiptCode) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quantity;

    #[test]
    fn a_code_is_read_as_it_is_written() {
        let code = ReceiptCode::from_bits(u64::MAX);
        assert_eq!(code.to_string(), "ZZZZ-ZZZZ-ZZZZ");
        assert_eq!(code.to_string().parse(), Ok(code));
        assert_eq!("ZZZZ".parse::<ReceiptCode>(), Err(InvalidReceiptCode));
    }

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in ReceiptKind::ALL {
            assert_eq!(ReceiptKind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(ReceiptKind::named("gift"), None);
    }

    #[test]
    fn a_receipt_is_added_up() {
        let line = |book: &str, copies, cents| OrderLine {
            book: book.parse().unwrap(),
            quantity: Quantity::new(copies).unwrap(),
            price: Price::from_cents(cents),
        };
        let receipt = Receipt {
            code: ReceiptCode::from_bits(7),
            kind: ReceiptKind::Sale,
            lines: vec![line("small-hours", 2, 1_650), line("drop", 1, 5)],
            at: Timestamp::default(),
        };
        assert_eq!(receipt.copies(), 3);
        assert_eq!(receipt.total(), Price::from_cents(3_305));
    }
}
