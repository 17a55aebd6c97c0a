//! The shop's answer to the forms on a book's page.

use from_json::FromJson;
use protocol::LineAnswer;
use shop::{Key, Level};

use super::buy_state::OwnCopies;
use crate::waitlist::WaitAnswer;

/// The answer to an action on a book: a [`LineAnswer`] to the cart forms, a [`WaitAnswer`] to the
/// waitlist forms.
pub(crate) struct ActionAnswer {
    pub(crate) own: OwnCopies,
    pub(crate) level: Level,
    pub(crate) next_key: Key,
}

impl ActionAnswer {
    /// Reads either kind of answer; `None` if the text is not an answer from the shop.
    pub(crate) fn read(words: &str) -> Option<Self> {
        if let Some(LineAnswer { line, next_key }) = LineAnswer::from_text(words) {
            return Some(Self {
                own: OwnCopies::in_cart(line.quantity),
                level: line.level,
                next_key,
            });
        }
        let answer = WaitAnswer::from_text(words)?;
        Some(Self {
            own: OwnCopies {
                in_cart: 0,
                waiting: answer.offered_until.is_none(),
                offered_until: answer.offered_until,
            },
            level: answer.level,
            next_key: answer.next_key,
        })
    }
}
