//! Compares the ledger with the answers to the shoppers.
//!
//! Each movement must have been requested, and each acknowledged one must be there once.

use std::{collections::BTreeMap, path::Path};

use shop::Slug;
use store::opening_catalogue;

use crate::{
    common::{run, said},
    crash::shopper_model::Moved,
};

/// Compares the ledger with the movements in the answers.
///
/// # Errors
/// If a movement was lost, or nobody requested it.
pub fn compare(data: &Path, told: &[&Moved]) -> Result<(), String> {
    for book in opening_catalogue() {
        let book = Slug::parse(book.slug).unwrap();
        let mut rows = movements(data, &book);
        // Movements whose version is unknown are only counted, by their held and allocated copies.
        let mut unnamed: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        for moved in told.iter().filter(|moved| moved.book == book) {
            let delta = (moved.held, moved.allocated);
            match moved.version {
                None => *unnamed.entry(delta).or_default() -= 1,
                Some(version) if rows.remove(&version) == Some(delta) => {}
                Some(_) => return Err(format!("acknowledged and lost: {moved:?}")),
            }
        }
        for delta in rows.into_values() {
            *unnamed.entry(delta).or_default() += 1;
        }
        unnamed.retain(|_, count| *count != 0);
        if !unnamed.is_empty() {
            return Err(format!(
                "{book}: surplus (+) or missing (-) movements, as (held, allocated): {unnamed:?}"
            ));
        }
    }
    Ok(())
}

/// Runs the audit.
///
/// # Errors
/// If the audit finds something.
pub fn audit(data: &Path) -> Result<(), String> {
    let audit = run(&["audit"], data);
    if audit.status.success() {
        Ok(())
    } else {
        Err(said(&audit))
    }
}

/// The movements made by shoppers, by version.
fn movements(data: &Path, book: &Slug) -> BTreeMap<u64, (i64, i64)> {
    let ledger = said(&run(&["ledger", "--book", book.as_str()], data));
    let number = |field: &str| field.parse::<i64>().unwrap();
    ledger
        .lines()
        .skip(1)
        .map(|row| row.split('\t').collect::<Vec<_>>())
        .filter(|row| row[2] != "opened")
        .map(|row| (row[0].parse().unwrap(), (number(row[4]), number(row[5]))))
        .collect()
}
