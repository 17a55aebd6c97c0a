//! The currencies in which the journal's prices were.

use shop::{Act, ActGroup, Currency};
use store::{JournalFilter, NumberedEntry, Store, StoreError};

/// The most changes of the settings that are read.
const MOST: u32 = 1_000;

/// The shop's currency, and the changes that led to it.
#[derive(Debug, Default)]
pub(super) struct Currencies {
    now: Currency,
    /// The number of each change in the journal, with the currency before it; the newest first.
    changes: Vec<(u64, Currency)>,
}

impl Currencies {
    /// Reads the changes. They end with the first sale, so there are few.
    pub(super) async fn read(store: &dyn Store) -> Result<Self, StoreError> {
        let filter = JournalFilter {
            group: Some(ActGroup::Settings),
            ..JournalFilter::default()
        };
        let entries = store.journal().entries(&filter, None, MOST).await?;
        let now = store.owner_settings().current().profile.currency();
        let changes = entries.iter().filter_map(change).collect();
        Ok(Self { now, changes })
    }

    /// The currency of the entry with this number.
    pub(super) fn at(&self, number: u64) -> Currency {
        let mut later = self.changes.iter().filter(|(change, _)| number < *change);
        later.next_back().map_or(self.now, |(_, before)| *before)
    }
}

fn change(numbered: &NumberedEntry) -> Option<(u64, Currency)> {
    match numbered.entry.act {
        Act::CurrencyChanged { before, .. } => Some((numbered.number, before)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_the_currency_of_its_time() {
        let [euro, yen] = ["EUR", "JPY"].map(|code| code.parse().unwrap());
        let currencies = Currencies {
            now: yen,
            changes: vec![(7, euro), (3, Currency::USD)],
        };
        let found = [1, 2, 4, 6, 8].map(|number| currencies.at(number).code());
        assert_eq!(found, ["USD", "USD", "EUR", "EUR", "JPY"]);
        assert_eq!(Currencies::default().at(1), Currency::USD);
    }
}
