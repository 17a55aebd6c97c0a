//! What a batch of commands names, and what was answered to it before.

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest, Sha256};
use shop::{Changes, Command, Key, OrderCode, ShopperId, StoredResult};

use crate::{StoreError, rows::shopper};

/// Whose carts it touches.
pub(crate) fn shoppers(batch: &[Command]) -> BTreeSet<ShopperId> {
    batch.iter().filter_map(Command::shopper).collect()
}

/// Whose carts, orders or waits have changed.
pub(crate) fn changed_shoppers(changes: &Changes) -> BTreeSet<ShopperId> {
    let holders = changes.holds.values().map(|hold| hold.shopper);
    let orderers = changes.orders.values().map(|order| order.shopper);
    let waiters = changes.waits.keys().map(|(_, shopper)| *shopper);
    holders.chain(orderers).chain(waiters).collect()
}

/// The order that a command names.
pub(crate) fn order_code(command: &Command) -> Option<OrderCode> {
    match command {
        Command::CloseOrder { code, .. } | Command::ReadyOrder { code } => Some(*code),
        _ => None,
    }
}

/// The commands that have a key.
pub(crate) fn submissions(batch: &[Command]) -> impl Iterator<Item = (&Command, ShopperId, &Key)> {
    batch.iter().filter_map(|command| {
        command
            .submission()
            .map(|(shopper, key)| (command, shopper, key))
    })
}

/// A row of what was answered before, to a submission that this batch has again.
/// Where one is the same is told by its hash; the decision compares what it is given.
pub(crate) fn answered(
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
    // The text itself was not kept: the one that hashes to it is it.
    let fingerprint = submissions(batch)
        .filter(|(_, shopper, wanted)| *shopper == owner && **wanted == key)
        .map(|(command, _, _)| command.fingerprint())
        .find(|text| hash_of(text) == *hash)
        .unwrap_or_default();
    Ok(((owner, key), StoredResult { fingerprint, done }))
}

/// What is kept of a submission's text.
pub(crate) fn hash_of(fingerprint: &str) -> Vec<u8> {
    Sha256::digest(fingerprint).to_vec()
}

/// Shoppers as a JSON array of hexadecimal numbers.
pub(crate) fn hex_of(shoppers: &BTreeSet<ShopperId>) -> String {
    Value::from_iter(shoppers.iter().map(ShopperId::to_string)).to_string()
}
