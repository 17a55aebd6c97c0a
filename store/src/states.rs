//! The states of holds and orders, as SQL has them.

use shop::{HoldState, OrderState};

use crate::StoreError;

const HOLD_STATES: [(HoldState, &str); 5] = [
    (HoldState::Active, "active"),
    (HoldState::Released, "released"),
    (HoldState::Lapsed, "lapsed"),
    (HoldState::Expired, "expired"),
    (HoldState::Ordered, "ordered"),
];

const ORDER_STATES: [(OrderState, &str); 4] = [
    (OrderState::Placed, "placed"),
    (OrderState::Collected, "collected"),
    (OrderState::Cancelled, "cancelled"),
    (OrderState::Overdue, "overdue"),
];

pub(crate) fn hold_state(word: &str) -> Result<HoldState, StoreError> {
    read(&HOLD_STATES, word)
}

pub(crate) fn hold_state_word(state: HoldState) -> &'static str {
    write(&HOLD_STATES, state)
}

pub(crate) fn order_state(word: &str) -> Result<OrderState, StoreError> {
    read(&ORDER_STATES, word)
}

pub(crate) fn order_state_word(state: OrderState) -> &'static str {
    write(&ORDER_STATES, state)
}

fn read<T: Copy>(states: &[(T, &str)], word: &str) -> Result<T, StoreError> {
    let known = states.iter().find(|(_, known)| *known == word);
    known
        .map(|(state, _)| *state)
        .ok_or_else(|| StoreError::Inconsistent(format!("a state called {word:?}")))
}

fn write<T: Copy + PartialEq>(states: &[(T, &'static str)], state: T) -> &'static str {
    let known = states.iter().find(|(known, _)| *known == state);
    known.map_or("", |(_, word)| word)
}
