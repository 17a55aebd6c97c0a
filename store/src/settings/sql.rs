//! SQL for the owner's settings.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value};
use shop::{Act, SettingField, ShopProfile, Timestamp};

use super::{
    OwnerSettings, SettingsCache, SettingsChange, SettingsDocument, SettingsOutcome, currency,
};
use crate::{
    Change, Feed, StoreError, journal,
    rows::large,
    sql::{ANSWER_WITHIN, Backend, Connection, Dialect, query},
};

/// The time limit for saving another currency, which rewrites the price of every book.
const CURRENCY_WITHIN: Duration = Duration::from_secs(60);

/// The owner's settings, for both databases.
pub(crate) struct SqlSettings<B> {
    pub(crate) backend: B,
    pub(crate) feed: Arc<Feed>,
    pub(crate) cache: SettingsCache,
}

#[async_trait]
impl<B: Backend> OwnerSettings for SqlSettings<B> {
    fn current(&self) -> Arc<SettingsDocument> {
        self.cache.current()
    }

    async fn save(&self, change: SettingsChange) -> Result<SettingsOutcome, StoreError> {
        let (cache, feed) = (self.cache.clone(), Arc::clone(&self.feed));
        let epoch = feed.epoch();
        let limit = match cache.current().profile.currency() == change.profile.currency() {
            true => ANSWER_WITHIN,
            false => CURRENCY_WITHIN,
        };
        // The cache is updated within the job, which is finished even if the caller is dropped.
        self.backend
            .write_within(limit, move |connection, now| {
                Box::pin(async move {
                    let (outcome, has_new_prices) = save(connection, now, &change).await?;
                    cache.update(&epoch, outcome.document());
                    // The other instances read the levels that they follow every two seconds.
                    if has_new_prices {
                        match currency::levels(connection).await {
                            Ok(levels) => levels.into_iter().for_each(|level| {
                                feed.publish_of(&epoch, Change::Level(level));
                            }),
                            // The change is saved, and pages show it when they are loaded again.
                            Err(error) => {
                                let error = &error as &dyn std::error::Error;
                                tracing::warn!(error, "new prices are not published");
                            }
                        }
                    }
                    Ok(outcome)
                })
            })
            .await
    }
}

/// The settings in the data.
pub(crate) async fn read<C: Connection>(
    connection: &mut C,
) -> Result<SettingsDocument, StoreError> {
    let row: (i64, String) = query("select version, document from shop_settings")
        .fetch_one(connection)
        .await?;
    Ok(SettingsDocument {
        version: large(row.0)?,
        profile: profile(&object(&row.1)?),
    })
}

/// Saves a change. The outcome comes with whether prices were rewritten.
async fn save<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    change: &SettingsChange,
) -> Result<(SettingsOutcome, bool), StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => "select version, document from shop_settings",
        // Of two instances that save at the same time, the second waits here.
        Dialect::Postgres => "select version, document from shop_settings for update",
    };
    let mut transaction = connection.begin_write().await?;
    let row: (i64, String) = query(statement).fetch_one(&mut *transaction).await?;
    let mut stored = object(&row.1)?;
    let before = SettingsDocument {
        version: large(row.0)?,
        profile: profile(&stored),
    };
    if before.version != change.made_from {
        return Ok((SettingsOutcome::Outdated(Arc::new(before)), false));
    }
    let changed: Vec<SettingField> = SettingField::ALL
        .into_iter()
        .filter(|field| before.profile.text(*field) != change.profile.text(*field))
        .collect();
    if changed.is_empty() {
        return Ok((SettingsOutcome::Saved(Arc::new(before)), false));
    }
    let (old, new) = (before.profile.currency(), change.profile.currency());
    let mut rewritten = currency::Rewritten::default();
    if old != new {
        let outcome = currency::change(&mut *transaction, now, [old, new], change.prices).await?;
        match outcome {
            Ok(prices) => rewritten = prices,
            Err(why) => {
                let outcome = SettingsOutcome::CurrencyRefused(why, Arc::new(before));
                return Ok((outcome, false));
            }
        }
    }
    for field in &changed {
        let text = change.profile.text(*field);
        stored.insert(field.name().to_owned(), Value::String(text));
    }
    let version: i64 =
        query("update shop_settings set version = version + 1, document = $1 returning version")
            .bind(Value::Object(stored).to_string())
            .fetch_scalar(&mut *transaction)
            .await?;
    // Another currency has an act of its own.
    let fields = changed
        .iter()
        .filter(|field| **field != SettingField::Currency);
    let fields: Vec<String> = fields.map(|field| field.name().to_owned()).collect();
    if !fields.is_empty() {
        let act = Act::SettingsChanged { fields };
        journal::write(&mut *transaction, now, Some(&change.by), act).await?;
    }
    if old != new {
        let act = Act::CurrencyChanged {
            before: old,
            currency: new,
            books: rewritten.books,
            rounded: rewritten.rounded,
        };
        journal::write(&mut *transaction, now, Some(&change.by), act).await?;
    }
    transaction.commit().await?;
    let saved = SettingsOutcome::Saved(Arc::new(SettingsDocument {
        version: large(version)?,
        profile: change.profile.clone(),
    }));
    Ok((saved, rewritten.books > 0))
}

/// The fields of a document.
fn object(document: &str) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(document)
        .map_err(|error| StoreError::Inconsistent(format!("the shop's settings: {error}")))
}

/// The fields that this release knows. One whose text it cannot read, because a later release has
/// written it, keeps its default.
fn profile(stored: &Map<String, Value>) -> ShopProfile {
    let mut profile = ShopProfile::default();
    for field in SettingField::ALL {
        let text = stored.get(field.name()).and_then(Value::as_str);
        if let Some(Err(error)) = text.map(|text| profile.set(field, text)) {
            let name = field.name();
            tracing::debug!(%error, name, "a field of the shop's settings cannot be read");
        }
    }
    profile
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_this_release_cannot_read_does_not_hide_the_rest() {
        let written =
            r#"{"name": "Owl Books", "telephone": "by owl", "monday": 9, "logo": "owl.svg"}"#;
        let profile = profile(&object(written).unwrap());
        assert_eq!(profile.name(), "Owl Books");
        assert_eq!((profile.telephone(), profile.has_hours()), (None, false));
    }
}
