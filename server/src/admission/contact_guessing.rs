//! Limits how often one may guess whose order it is.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use shop::OrderCode;

use super::{client::Client, rate_limits::RateLimited};

/// The limit for one client: ten answers in a burst, then one in six minutes. This machine is not
/// exempt, because a name is as easy to guess from here.
const PER_CLIENT: Quota = Quota::per_hour(NonZeroU32::new(10).expect("it is not zero"));
/// The limit for one order from all clients: ten answers in a burst, then one in six minutes.
const PER_ORDER: Quota = Quota::per_hour(NonZeroU32::new(10).expect("it is not zero"));
/// Idle clients and orders are removed once in this many checks.
const FORGET_EVERY: u32 = 1_024;

/// The recent answers of each client, and about each order.
///
/// Somebody who has an order's code, perhaps from a lost print, can try names. Many addresses do not
/// help, because each order has a limit of its own.
#[derive(Debug)]
pub(crate) struct ContactGuessLimit {
    per_client: DefaultKeyedRateLimiter<Client>,
    per_order: DefaultKeyedRateLimiter<OrderCode>,
    asked: AtomicU32,
}

impl Default for ContactGuessLimit {
    fn default() -> Self {
        Self {
            per_client: RateLimiter::keyed(PER_CLIENT),
            per_order: RateLimiter::keyed(PER_ORDER),
            asked: AtomicU32::new(0),
        }
    }
}

impl ContactGuessLimit {
    /// Checks whether one more answer is allowed. It counts even if it turns out right.
    pub(crate) fn check(&self, client: Client, order: OrderCode) -> Result<(), RateLimited> {
        if self.asked.fetch_add(1, Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.per_client.retain_recent();
            self.per_order.retain_recent();
        }
        let wait = |not_until: governor::NotUntil<_>| {
            RateLimited(not_until.wait_time_from(DefaultClock::default().now()))
        };
        self.per_client.check_key(&client).map_err(wait)?;
        self.per_order.check_key(&order).map_err(wait)
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    fn order(number: u64) -> OrderCode {
        OrderCode::from_bits(number)
    }

    #[test]
    fn a_client_may_answer_ten_times() {
        for client in [client(1), Client::Local] {
            let limit = ContactGuessLimit::default();
            for number in 0..10 {
                assert!(limit.check(client, order(number)).is_ok());
            }
            assert!(limit.check(client, order(10)).is_err());
        }
    }

    #[test]
    fn ten_answers_about_one_order_are_allowed_from_wherever_they_come() {
        let limit = ContactGuessLimit::default();
        let allowed = (0..100).filter(|number| limit.check(client(*number), order(1)).is_ok());
        assert_eq!(allowed.count(), 10);
        assert!(limit.check(client(100), order(2)).is_ok(), "another order");
    }

    /// Control: the limit for each client alone.
    #[test]
    fn without_a_limit_for_each_order_many_clients_try_many_names() {
        let limit = ContactGuessLimit::default();
        let allowed =
            (0..100).filter(|number| limit.per_client.check_key(&client(*number)).is_ok());
        assert_eq!(allowed.count(), 100);
    }
}
