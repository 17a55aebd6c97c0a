//! Limits how many connections, streams or connection checks one client may have open at once.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::client::Client;

/// A limit on how much each client has open at once. `C` is the key to count by: a client or a
/// session.
#[derive(Debug)]
pub(crate) struct ConcurrencyLimit<C = Client> {
    most: u32,
    open: Counts<C>,
}

type Counts<C> = Arc<Mutex<HashMap<C, u32>>>;

/// A place under the limit, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct ConcurrencySlot<C: Copy + Eq + Hash = Client> {
    client: C,
    open: Counts<C>,
}

/// The client has reached its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AtLimit;

impl<C: Copy + Eq + Hash> ConcurrencyLimit<C> {
    pub(crate) fn new(most: u32) -> Self {
        let open = Arc::default();
        Self { most, open }
    }

    /// Takes a place for this client.
    ///
    /// # Errors
    /// [`AtLimit`].
    pub(crate) fn acquire(&self, client: C) -> Result<ConcurrencySlot<C>, AtLimit> {
        let mut counts = lock(&self.open);
        let count = counts.entry(client).or_default();
        if *count >= self.most {
            return Err(AtLimit);
        }
        *count += 1;
        let open = Arc::clone(&self.open);
        Ok(ConcurrencySlot { client, open })
    }

    /// The number of clients that hold at least one slot.
    #[cfg(test)]
    pub(crate) fn open(&self) -> usize {
        lock(&self.open).len()
    }
}

impl<C: Copy + Eq + Hash> Drop for ConcurrencySlot<C> {
    fn drop(&mut self) {
        let mut counts = lock(&self.open);
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

fn lock<C>(counts: &Mutex<HashMap<C, u32>>) -> MutexGuard<'_, HashMap<C, u32>> {
    // Code that holds the lock cannot panic halfway through a change.
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConcurrencyLimit<Client> {
    /// Takes a place for this client. Returns `None` for this machine, or if there is no client.
    ///
    /// # Errors
    /// [`AtLimit`].
    pub(crate) fn acquire_for(
        &self,
        client: Option<Client>,
    ) -> Result<Option<ConcurrencySlot>, AtLimit> {
        match client {
            Some(client @ Client::Network(_)) => self.acquire(client).map(Some),
            Some(Client::Local) | None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u32) -> Client {
        Client::Network(std::net::IpAddr::V4(number.into()))
    }

    #[test]
    fn a_client_at_its_limit_is_refused_until_a_connection_ends() {
        let limits = ConcurrencyLimit::new(2);
        let visit = |number| limits.acquire_for(Some(client(number)));
        let first = visit(1).unwrap();
        let _second = visit(1).unwrap();
        assert_eq!(visit(1).unwrap_err(), AtLimit);
        assert!(visit(2).is_ok(), "other clients are not limited");
        drop(first);
        assert!(visit(1).is_ok());
        assert!(limits.acquire_for(Some(Client::Local)).unwrap().is_none());
        assert!(limits.acquire_for(None).unwrap().is_none());
        assert_eq!(limits.open(), 1, "a client without connections is removed");
    }
}
