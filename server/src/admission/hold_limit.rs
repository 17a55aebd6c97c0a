//! Whether a request may take copies from the shelf, as far as its client's limit goes.
//!
//! What is limited is taking more. Fewer copies than a line has, and a submission that
//! came before, take nothing and are free: a browser that did not hear the answer may ask
//! again, and nobody is kept from giving copies back.

use std::{
    collections::HashSet,
    mem,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use form_urlencoded::parse;
use shop::{HoldState, Key, Quantity, ShopperId, Slug};
use store::Store;

use super::{
    client::Client,
    rate_limits::{RateLimit, TooOften},
};

/// The server function that makes a line have so many copies in all.
const IN_ALL: &str = "/api/set_quantity";
/// Submissions that are remembered at least, and half of those that are at most. One that
/// was forgotten counts again.
const REMEMBERED: usize = 4_096;

/// What a form asks for, as far as it can be understood.
#[derive(Debug, Default)]
pub(crate) struct Claim {
    book: Option<Slug>,
    quantity: Option<Quantity>,
    key: Option<Key>,
}

impl Claim {
    pub(crate) fn of(body: &Bytes) -> Self {
        let mut claim = Self::default();
        for (name, value) in parse(body) {
            match &*name {
                "book" => claim.book = value.parse().ok(),
                "quantity" => claim.quantity = value.parse().ok(),
                "key" => claim.key = value.parse().ok(),
                _ => {}
            }
        }
        claim
    }

    /// Whether it takes no copies beyond those that this shopper's line has.
    async fn takes_no_more(&self, store: &dyn Store, shopper: ShopperId) -> bool {
        let (Some(book), Some(wanted)) = (&self.book, self.quantity) else {
            return false;
        };
        let Ok(cart) = store.cart(shopper).await else {
            return false;
        };
        cart.lines.iter().any(|line| {
            line.state == HoldState::Active && line.book.slug == *book && line.quantity >= wanted
        })
    }
}

/// How often each client may take copies.
#[derive(Debug)]
pub(crate) struct HoldLimit {
    rate: RateLimit,
    /// The latest submissions that have counted. A key has one effect, however often it is
    /// sent, so that it need not count again.
    counted: Mutex<[HashSet<(ShopperId, Key)>; 2]>,
}

impl HoldLimit {
    /// So many a minute for each client, which may come all at once.
    pub(crate) fn per_minute(most: NonZeroU32) -> Self {
        Self {
            rate: RateLimit::per_minute(most),
            counted: Mutex::default(),
        }
    }

    /// Whether a claim may be carried out now; if it takes something, that counts.
    pub(crate) async fn allow(
        &self,
        claim: Claim,
        store: &dyn Store,
        client: Client,
        shopper: Option<ShopperId>,
        path: &str,
    ) -> Result<(), TooOften> {
        // Whoever has no cookie of ours is refused later, and that counts too.
        let Some(shopper) = shopper else {
            return self.rate.once_more(client);
        };
        if path == IN_ALL && claim.takes_no_more(store, shopper).await {
            return Ok(());
        }
        self.once(client, claim.key.map(|key| (shopper, key)))
    }

    fn once(&self, client: Client, submission: Option<(ShopperId, Key)>) -> Result<(), TooOften> {
        let Some(submission) = submission else {
            return self.rate.once_more(client);
        };
        let lock = || self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if lock().iter().any(|known| known.contains(&submission)) {
            return Ok(());
        }
        self.rate.once_more(client)?;
        let mut known = lock();
        if known[0].len() >= REMEMBERED {
            known[1] = mem::take(&mut known[0]);
        }
        known[0].insert(submission);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_submission_counts_once_and_what_is_remembered_has_an_end() {
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
        assert!(send(0, 2).is_err(), "a third one");
        assert_eq!(send(0, 1), Ok(()), "while those before are free");
        for number in 0..10 * REMEMBERED {
            let client = u32::try_from(number).unwrap() + 1;
            send(client, number + 3).unwrap();
        }
        let known = limit.counted.lock().unwrap();
        assert!(known.iter().map(HashSet::len).sum::<usize>() <= 2 * REMEMBERED);
    }
}
