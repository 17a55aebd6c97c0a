//! What the commands of a batch refer to, and the stored results of submissions.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest, Sha256};
use shop::{Changes, Command, Key, ShopperId, StoredResult};

use crate::{StoreError, rows::shopper};

/// Whether a batch ends the holds and the orders that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ends {
    pub(crate) holds: bool,
    pub(crate) orders: bool,
}

/// The shoppers whose carts the batch touches.
pub(crate) fn shoppers(batch: &[Command]) -> BTreeSet<ShopperId> {
    batch.iter().filter_map(Command::shopper).collect()
}

/// The shoppers whose carts, orders or waits have changed.
pub(crate) fn changed_shoppers(changes: &Changes) -> BTreeSet<ShopperId> {
    let holders = changes.holds.values().map(|hold| hold.shopper);
    let orderers = changes.orders.values().map(|order| order.shopper);
    let waiters = changes.waits.keys().map(|(_, shopper)| *shopper);
    holders.chain(orderers).chain(waiters).collect()
}

/// The commands with a key.
pub(crate) fn submissions(batch: &[Command]) -> impl Iterator<Item = (&Command, ShopperId, &Key)> {
    batch.iter().filter_map(|command| {
        command
            .submission()
            .map(|(shopper, key)| (command, shopper, key))
    })
}

/// Reads the stored result of a submission that this batch repeats. Only the fingerprint's hash is
/// stored, so the fingerprint is taken from the command with the same hash.
pub(crate) fn stored_result(
    batch: &[Command],
    owner: &[u8],
    key: &str,
    hash: &[u8],
    answer: &str,
) -> Result<((ShopperId, Key), StoredResult), StoreError> {
    let inconsistent = |what: String| StoreError::Inconsistent(format!("a submission: {what}"));
    let owner = shopper(owner)?;
    let key: Key = key
        .parse()
        .map_err(|_| inconsistent(format!("key {key:?}")))?;
    let done = serde_json::from_str(answer).map_err(|error| inconsistent(error.to_string()))?;
    // If no command has this hash, the key was used for something else.
    let fingerprint = submissions(batch)
        .filter(|(_, shopper, wanted)| *shopper == owner && **wanted == key)
        .map(|(command, _, _)| command.fingerprint())
        .find(|text| fingerprint_hash(text) == *hash)
        .unwrap_or_default();
    Ok(((owner, key), StoredResult { fingerprint, done }))
}

/// The hash that is stored instead of a submission's fingerprint.
pub(crate) fn fingerprint_hash(fingerprint: &str) -> Vec<u8> {
    Sha256::digest(fingerprint).to_vec()
}

/// Shoppers as a JSON array of hexadecimal numbers.
pub(crate) fn shopper_ids_json(shoppers: &BTreeSet<ShopperId>) -> String {
    Value::from_iter(shoppers.iter().map(ShopperId::to_string)).to_string()
}
