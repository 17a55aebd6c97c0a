//! Decides when a mail that could not be sent is tried again.

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How long the sender waits and tries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// The first delay before a mail that the server refuses for now is tried again. It doubles
    /// with each attempt.
    pub(crate) first: Duration,
    /// The longest delay of a mail.
    pub(crate) longest: Duration,
    /// The longest pause before an unreachable server is tried again.
    pub(crate) longest_pause: Duration,
    /// The age at which a mail is given up.
    pub(crate) give_up_after: Duration,
    /// The most mails to one address within a day. Otherwise anybody could flood a mailbox.
    pub(crate) most_a_day: u32,
    /// The duration of a claim: longer than the work that is done under it.
    pub(crate) lease: Duration,
    /// The time limit for connecting, the greeting and authentication.
    pub(crate) connect_within: Duration,
    /// The time limit for sending one mail.
    pub(crate) send_within: Duration,
    /// How often the outbox is checked without a notification, because another instance may have
    /// died.
    pub(crate) look_every: Duration,
    /// How often to look for orders whose customers are to be reminded.
    pub(crate) remind_every: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(15),
            longest: HOUR,
            longest_pause: 5 * MINUTE,
            give_up_after: 48 * HOUR,
            most_a_day: 20,
            lease: 3 * MINUTE,
            connect_within: Duration::from_secs(30),
            send_within: MINUTE,
            look_every: Duration::from_secs(5),
            remind_every: MINUTE,
        }
    }
}

impl RetryPolicy {
    /// The delay of a mail after this many attempts. `chance` is a random number between 0 and 1.
    /// Half of the delay is random, so that mails do not all return at once.
    pub(crate) fn after(&self, tries: u32, chance: f64) -> Duration {
        spread(doubled(self.first, tries, self.longest), chance)
    }

    /// The pause after the server was unreachable this many times in a row.
    pub(crate) fn pause(&self, failures: u32, chance: f64) -> Duration {
        spread(
            doubled(self.first / 8, failures, self.longest_pause),
            chance,
        )
    }
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    let factor = 1_u32 << times.saturating_sub(1).min(20);
    first.saturating_mul(factor).min(most)
}

fn spread(time: Duration, chance: f64) -> Duration {
    time.mul_f64(0.5 + chance / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_with_each_attempt_up_to_a_limit() {
        let retry = RetryPolicy::default();
        let waits: Vec<Duration> = (1..60).map(|tries| retry.after(tries, 1.0)).collect();
        assert!(waits.is_sorted());
        assert_eq!((waits[0], *waits.last().unwrap()), (retry.first, HOUR));
        assert_eq!(retry.after(1, 0.0), retry.first / 2);
        assert_eq!(retry.pause(u32::MAX, 1.0), retry.longest_pause);
    }

    #[test]
    fn a_claim_outlasts_the_work_under_it() {
        let retry = RetryPolicy::default();
        assert!(retry.connect_within + retry.send_within < retry.lease);
    }
}
