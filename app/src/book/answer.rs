//! What the shop answers to a form of a book's page.

use protocol::LineAnswer;
use shop::{Key, Level};

use super::buy_state::Share;
use crate::{browser::json::FromJson, waitlist::WaitAnswer};

/// What the shop has answered.
pub(crate) struct Told {
    pub(crate) share: Share,
    pub(crate) level: Level,
    pub(crate) next_key: Key,
}

impl Told {
    /// Nothing where it is no answer of the shop's.
    pub(crate) fn read(words: &str) -> Option<Self> {
        if let Some(LineAnswer { line, next_key }) = LineAnswer::from_text(words) {
            return Some(Self {
                share: Share::in_cart(line.quantity),
                level: line.level,
                next_key,
            });
        }
        let answer = WaitAnswer::from_text(words)?;
        Some(Self {
            share: Share {
                in_cart: 0,
                waiting: answer.offered_until.is_none(),
                offered_until: answer.offered_until,
            },
            level: answer.level,
            next_key: answer.next_key,
        })
    }
}
