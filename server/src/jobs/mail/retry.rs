//! When a mail that could not be sent is tried again.

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How patient the sender is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// A mail that was refused for now is tried again after about this, doubled with
    /// each try.
    pub(crate) first: Duration,
    /// But no later than this.
    pub(crate) longest: Duration,
    /// A server that is away is asked again after at most this.
    pub(crate) longest_pause: Duration,
    /// After this a mail is given up.
    pub(crate) give_up_after: Duration,
    /// A claim ends after this: later than anything that is done under it.
    pub(crate) lease: Duration,
    /// To connect, to be greeted and to say who we are.
    pub(crate) connect_within: Duration,
    /// To hand over one mail.
    pub(crate) send_within: Duration,
    /// The outbox is looked into at least this often: another instance may have died.
    pub(crate) look_every: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(15),
            longest: HOUR,
            longest_pause: 5 * MINUTE,
            give_up_after: 48 * HOUR,
            lease: 3 * MINUTE,
            connect_within: Duration::from_secs(30),
            send_within: MINUTE,
            look_every: Duration::from_secs(5),
        }
    }
}

impl RetryPolicy {
    /// How long a mail waits that has failed so often, given a random number between
    /// 0 and 1: half of the time is chance, so that many do not come back at once.
    pub(crate) fn after(&self, tries: u32, chance: f64) -> Duration {
        spread(doubled(self.first, tries, self.longest), chance)
    }

    /// How long a server is left alone that was away so often in a row.
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
    fn a_mail_waits_longer_with_each_try_and_never_for_ever() {
        let retry = RetryPolicy::default();
        let waits: Vec<Duration> = (1..60).map(|tries| retry.after(tries, 1.0)).collect();
        assert!(waits.is_sorted());
        assert_eq!((waits[0], *waits.last().unwrap()), (retry.first, HOUR));
        assert_eq!(retry.after(1, 0.0), retry.first / 2);
        assert_eq!(retry.pause(u32::MAX, 1.0), retry.longest_pause);
    }

    #[test]
    fn a_claim_lasts_longer_than_what_is_done_under_it() {
        let retry = RetryPolicy::default();
        assert!(retry.connect_within + retry.send_within < retry.lease);
    }
}
