//! Limits how often one client may take copies.

use std::{
    collections::HashSet,
    mem,
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shop::{HoldState, Key, Quantity, ShopperId, Slug};
use store::{CartLine, Store};

use super::{
    client::Client,
    rate_limits::{RateLimit, RateLimited},
};

/// At least this many carried-out submissions are remembered, and at most twice as many. Repeating
/// a submission that was forgotten counts again.
const REMEMBERED: usize = 4_096;

/// The copies that a cart action asks for.
#[derive(Debug)]
pub(crate) enum HoldRequest {
    /// More copies.
    AddCopies { key: Option<Key> },
    /// This many copies of a book in total.
    SetLine { book: Slug, quantity: Quantity },
    /// An order for the cart, which takes copies again for its lapsed lines.
    OrderCart { key: Option<Key> },
}

impl HoldRequest {
    fn key(&self) -> Option<&Key> {
        match self {
            Self::AddCopies { key } | Self::OrderCart { key } => key.as_ref(),
            Self::SetLine { .. } => None,
        }
    }
}

impl Default for HoldRequest {
    fn default() -> Self {
        Self::AddCopies { key: None }
    }
}

/// Limits how often each client may take copies.
///
/// Only taking more copies counts. Reducing a quantity is free. Repeating a submission that was
/// carried out is free too, because a browser that got no answer may send it again. A refused
/// submission is decided anew each time, so each attempt counts.
#[derive(Debug)]
pub(crate) struct HoldLimit {
    rate: RateLimit,
    /// The latest submissions that were carried out.
    carried_out: Mutex<[HashSet<(ShopperId, Key)>; 2]>,
}

impl HoldLimit {
    /// Allows each client this many holds a minute, and as many in a burst.
    pub(crate) fn per_minute(most: NonZeroU32) -> Self {
        Self {
            rate: RateLimit::per_minute(most),
            carried_out: Mutex::default(),
        }
    }

    /// Checks whether the action may be carried out now, and counts it if it takes copies.
    ///
    /// # Errors
    /// [`RateLimited`].
    pub(crate) async fn allow(
        &self,
        request: &HoldRequest,
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
        let free = self.was_carried_out(shopper, request.key())
            || match request {
                HoldRequest::AddCopies { .. } => false,
                HoldRequest::SetLine { book, quantity } => {
                    holds(store, shopper, book, *quantity).await
                }
                HoldRequest::OrderCart { .. } => !has_lapsed_lines(store, shopper).await,
            };
        match free {
            true => Ok(()),
            false => self.rate.check(client),
        }
    }

    /// Records that a request was carried out, so that repeating it is free.
    pub(crate) fn note_carried_out(&self, request: &HoldRequest, shopper: Option<ShopperId>) {
        let Some((shopper, key)) = shopper.zip(request.key()) else {
            return;
        };
        let mut known = self.lock();
        if known[0].len() >= REMEMBERED {
            known[1] = mem::take(&mut known[0]);
        }
        known[0].insert((shopper, key.clone()));
    }

    fn was_carried_out(&self, shopper: ShopperId, key: Option<&Key>) -> bool {
        let Some(key) = key else {
            return false;
        };
        let submission = (shopper, key.clone());
        self.lock().iter().any(|known| known.contains(&submission))
    }

    fn lock(&self) -> MutexGuard<'_, [HashSet<(ShopperId, Key)>; 2]> {
        // Code that holds the lock cannot panic halfway through a change.
        self.carried_out
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the shopper's cart already holds this many copies of the book.
async fn holds(store: &dyn Store, shopper: ShopperId, book: &Slug, quantity: Quantity) -> bool {
    let lines = lines(store, shopper).await.unwrap_or_default();
    lines.iter().any(|line| {
        line.state == HoldState::Active && line.book.slug == *book && line.quantity >= quantity
    })
}

/// Whether an order of the shopper's cart would take copies that are no longer held.
async fn has_lapsed_lines(store: &dyn Store, shopper: ShopperId) -> bool {
    let lines = lines(store, shopper).await;
    lines.is_none_or(|lines| lines.iter().any(|line| line.state == HoldState::Lapsed))
}

/// The lines of the shopper's cart. `None` if they cannot be read, so that the request counts.
async fn lines(store: &dyn Store, shopper: ShopperId) -> Option<Vec<CartLine>> {
    match store.cart(shopper).await {
        Ok(cart) => Some(cart.lines),
        Err(error) => {
            // The action itself fails next, and tells the shopper.
            let error = &error as &dyn std::error::Error;
            tracing::debug!(error, "cannot read a cart for the hold limit");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submission(number: usize) -> (HoldRequest, Option<ShopperId>) {
        let key = Some(format!("key-of-click-{number}").parse().unwrap());
        let shopper = Some(ShopperId::from_bytes([1; 16]));
        (HoldRequest::AddCopies { key }, shopper)
    }

    #[test]
    fn only_a_submission_that_was_carried_out_is_free() {
        let limit = HoldLimit::per_minute(NonZeroU32::MIN);
        let (request, shopper) = submission(0);
        let is_free =
            |shopper: Option<ShopperId>| limit.was_carried_out(shopper.unwrap(), request.key());
        assert!(!is_free(shopper));
        limit.note_carried_out(&request, shopper);
        assert!(is_free(shopper));
        let other = Some(ShopperId::from_bytes([2; 16]));
        assert!(!is_free(other), "the same key of another shopper");
    }

    #[test]
    fn the_memory_of_submissions_is_bounded() {
        let limit = HoldLimit::per_minute(NonZeroU32::MIN);
        for number in 0..10 * REMEMBERED {
            let (request, shopper) = submission(number);
            limit.note_carried_out(&request, shopper);
        }
        let known = limit.lock();
        assert!(known.iter().map(HashSet::len).sum::<usize>() <= 2 * REMEMBERED);
    }
}
