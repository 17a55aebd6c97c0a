//! Placeholders for a view inside a message, such as a number in large type.
//!
//! A message is translated as a whole, and the placeholder marks where the view goes, so a
//! translation can put it anywhere: `say!(language, book.few, count = NumberSlot(3_u32))`.

use std::fmt::{self, Write};

use super::PluralOperands;

/// Unicode's object replacement character, which stands for something embedded in a text.
const MARK: char = '\u{fffc}';

/// A placeholder for a view.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot;

/// A placeholder for a view of this number. As a message's `count`, it selects the plural form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberSlot<T>(pub(crate) T);

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(MARK)
    }
}

impl<T> fmt::Display for NumberSlot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(MARK)
    }
}

impl<T: Into<Self>> From<NumberSlot<T>> for PluralOperands {
    fn from(NumberSlot(number): NumberSlot<T>) -> Self {
        number.into()
    }
}

/// The texts before and after a message's placeholder. `None` for an empty one.
pub(crate) fn around_slot(message: &str) -> (Option<String>, Option<String>) {
    let (before, after) = message.split_once(MARK).unwrap_or((message, ""));
    let words = |part: &str| (!part.is_empty()).then(|| part.to_owned());
    (words(before), words(after))
}

#[cfg(test)]
mod tests {
    use shop::Language;

    use super::*;

    #[test]
    fn a_message_is_split_where_its_view_goes() {
        let words =
            |language, copies| around_slot(&say!(language, book.few, count = NumberSlot(copies)));
        assert_eq!(
            words(Language::English, 3),
            (Some("Only ".to_owned()), Some(" left!".to_owned()))
        );
        assert_eq!(
            words(Language::Chinese, 3),
            (Some("仅剩 ".to_owned()), Some(" 本！".to_owned()))
        );
        assert_eq!(around_slot("\u{fffc}."), (None, Some(".".to_owned())));
    }
}
