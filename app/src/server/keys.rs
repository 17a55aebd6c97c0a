//! Random keys and codes.

use shop::{Key, OrderCode, ReceiptCode};

/// A key for one submission, drawn at random.
pub(crate) fn new_key() -> Key {
    format!("{:016x}{:016x}", random(), random())
        .parse()
        .expect("hexadecimal digits make a key")
}

/// The code of a new order, drawn at random.
pub(crate) fn new_order_code() -> OrderCode {
    OrderCode::from_bits(random())
}

/// The code of a new receipt, drawn at random.
#[must_use]
pub fn new_receipt_code() -> ReceiptCode {
    ReceiptCode::from_bits(random())
}

fn random() -> u64 {
    getrandom::u64().expect("the system has random numbers")
}
