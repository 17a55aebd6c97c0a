//! The messages that were sent and have not come back.

/// Sent messages, oldest first, each with the waiter for its echo.
#[derive(Debug)]
pub(super) struct Pending<M, W>(Vec<(M, W)>);

impl<M: PartialEq, W> Pending<M, W> {
    pub(super) fn push(&mut self, message: M, waiting: W) {
        self.0.push((message, waiting));
    }

    /// Removes this message and returns its waiter. Earlier messages may have been lost.
    pub(super) fn take(&mut self, message: &M) -> Option<W> {
        let at = self.0.iter().position(|(sent, _)| sent == message)?;
        Some(self.0.remove(at).1)
    }

    /// Removes the messages whose wait is over.
    pub(super) fn forget(&mut self, is_over: impl Fn(&W) -> bool) {
        self.0.retain(|(_, waiting)| !is_over(waiting));
    }
}

impl<M, W> Default for Pending<M, W> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(messages: [&'static str; 3]) -> Pending<&'static str, usize> {
        let mut pending = Pending::default();
        for (at, message) in messages.into_iter().enumerate() {
            pending.push(message, at);
        }
        pending
    }

    #[test]
    fn a_lost_message_does_not_hide_the_echo_of_a_later_one() {
        let mut pending = pending(["lost", "hello", "again"]);
        assert_eq!(pending.take(&"hello"), Some(1));
        assert_eq!(pending.take(&"again"), Some(2));
        assert_eq!(pending.take(&"never sent"), None);
    }

    #[test]
    fn echoes_match_equal_messages_in_order_and_skip_forgotten_ones() {
        let mut pending = pending(["hello", "hello", "hello"]);
        pending.forget(|at| *at == 0);
        assert_eq!(pending.take(&"hello"), Some(1));
        assert_eq!(pending.take(&"hello"), Some(2));
        assert_eq!(pending.take(&"hello"), None);
    }
}
