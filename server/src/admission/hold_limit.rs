//! Limits how often one client may take copies off the shelf.
//!
//! Only taking more copies counts. Reducing a quantity is free. Repeating a submission is free too,
//! because a browser that got no answer may send it again.

use std::{
    collections::HashSet,
    mem,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
};

use shop::{HoldState, Key, Quantity, ShopperId, Slug};
use store::Store;

use super::{
    client::Client,
    rate_limits::{RateLimit, RateLimited},
};

/// Submissions that are remembered: at least this many, and at most twice as many. A forgotten
/// submission counts again.
const REMEMBERED: usize = 4_096;

/// The copies that a cart action asks for.
#[derive(Debug)]
pub(crate) enum HoldRequest {
    /// More copies. With a key, a repeated submission counts once.
    AddCopies { key: Option<Key> },
    /// This many copies of a book in total.
    SetLine { book: Slug, quantity: Quantity },
}

impl Default for HoldRequest {
    fn default() -> Self {
        Self::AddCopies { key: None }
    }
}

/// Limits how often each client may take copies.
#[derive(Debug)]
pub(crate) struct HoldLimit {
    rate: RateLimit,
    /// The latest submissions that were counted. A key has one effect however often it is sent, so
    /// it is counted once.
    counted: Mutex<[HashSet<(ShopperId, Key)>; 2]>,
}

impl HoldLimit {
    /// Allows each client this many holds a minute, and the same number at once.
    pub(crate) fn per_minute(most: NonZeroU32) -> Self {
        Self {
            rate: RateLimit::per_minute(most),
            counted: Mutex::default(),
        }
    }

    /// Checks whether the action may be carried out now, and counts it if it takes copies.
    ///
    /// # Errors
    /// [`RateLimited`].
    pub(crate) async fn allow(
        &self,
        request: HoldRequest,
        store: &dyn Store,
        client: Client,
        shopper: Option<ShopperId>,
    ) -> Result<(), RateLimited> {
        if client == Client::Local {
            return Ok(());
        }
        // A request without a valid cookie counts too. It is refused later.
        let Some(shopper) = shopper else {
            return self.rate.check(client);
        };
        match request {
            HoldRequest::SetLine { book, quantity } => {
                match holds(store, shopper, &book, quantity).await {
                    true => Ok(()),
                    false => self.rate.check(client),
                }
            }
            HoldRequest::AddCopies { key } => self.once(client, key.map(|key| (shopper, key))),
        }
    }

    fn once(
        &self,
        client: Client,
        submission: Option<(ShopperId, Key)>,
    ) -> Result<(), RateLimited> {
        let Some(submission) = submission else {
            return self.rate.check(client);
        };
        let lock = || self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if lock().iter().any(|known| known.contains(&submission)) {
            return Ok(());
        }
        self.rate.check(client)?;
        let mut known = lock();
        if known[0].len() >= REMEMBERED {
            known[1] = mem::take(&mut known[0]);
        }
        known[0].insert(submission);
        Ok(())
    }
}

/// Whether the shopper's cart already holds this many copies of the book.
async fn holds(store: &dyn Store, shopper: ShopperId, book: &Slug, quantity: Quantity) -> bool {
    let Ok(cart) = store.cart(shopper).await else {
        return false;
    };
    cart.lines.iter().any(|line| {
        line.state == HoldState::Active && line.book.slug == *book && line.quantity >= quantity
    })
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_submission_counts_once_and_memory_is_bounded() {
        let limit = HoldLimit::per_minute(NonZeroU32::new(2).unwrap());
        let shopper = ShopperId::from_bytes([1; 16]);
        let send = |client: u32, key: usize| {
            let key = format!("key-of-click-{key}").parse().unwrap();
            let client = Client::Network(IpAddr::V4(client.into()));
            limit.once(client, Some((shopper, key)))
        };
        for _ in 0..5 {
            assert_eq!(send(0, 0), Ok(()));
        }
        assert_eq!(send(0, 1), Ok(()));
        assert!(send(0, 2).is_err(), "a third submission");
        assert_eq!(send(0, 1), Ok(()), "earlier submissions are free");
        for number in 0..10 * REMEMBERED {
            let client = u32::try_from(number).unwrap() + 1;
            send(client, number + 3).unwrap();
        }
        let known = limit.counted.lock().unwrap();
        assert!(known.iter().map(HashSet::len).sum::<usize>() <= 2 * REMEMBERED);
    }
}
