//! The stored names of the states of holds and orders.

use shop::{HoldState, OrderState};

use crate::StoreError;

pub(crate) fn hold_state(word: &str) -> Result<HoldState, StoreError> {
    use HoldState::{Active, Expired, Lapsed, Ordered, Released};
    read(
        [Active, Released, Lapsed, Expired, Ordered],
        hold_state_word,
        word,
    )
}

pub(crate) fn hold_state_word(state: HoldState) -> &'static str {
    match state {
        HoldState::Active => "active",
        HoldState::Released => "released",
        HoldState::Lapsed => "lapsed",
        HoldState::Expired => "expired",
        HoldState::Ordered => "ordered",
    }
}

pub(crate) fn order_state(word: &str) -> Result<OrderState, StoreError> {
    use OrderState::{Cancelled, Collected, Overdue, Placed};
    read(
        [Placed, Collected, Cancelled, Overdue],
        order_state_word,
        word,
    )
}

pub(crate) fn order_state_word(state: OrderState) -> &'static str {
    match state {
        OrderState::Placed => "placed",
        OrderState::Collected => "collected",
        OrderState::Cancelled => "cancelled",
        OrderState::Overdue => "overdue",
    }
}

fn read<T: Copy, const N: usize>(
    states: [T; N],
    word_of: fn(T) -> &'static str,
    word: &str,
) -> Result<T, StoreError> {
    let known = states.into_iter().find(|state| word_of(*state) == word);
    known.ok_or_else(|| StoreError::Inconsistent(format!("a state called {word:?}")))
}
