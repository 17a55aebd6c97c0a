//! SQL for the texts of the legal pages.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Map, Value};
use shop::{Act, LegalText, LegalTexts, Timestamp};

use super::{LegalCache, LegalChange, LegalDocument, LegalOutcome, LegalPages};
use crate::{
    Feed, StoreError, journal,
    rows::large,
    sql::{Backend, Connection, Dialect, query},
};

/// The texts of the legal pages, for both databases.
pub(crate) struct SqlLegalPages<B> {
    pub(crate) backend: B,
    pub(crate) feed: Arc<Feed>,
    pub(crate) cache: LegalCache,
}

#[async_trait]
impl<B: Backend> LegalPages for SqlLegalPages<B> {
    fn current(&self) -> Arc<LegalDocument> {
        self.cache.current()
    }

    async fn save(&self, change: LegalChange) -> Result<LegalOutcome, StoreError> {
        let (cache, epoch) = (self.cache.clone(), self.feed.epoch());
        // The cache is updated within the job, which is finished even if the caller is dropped.
        self.backend
            .write(move |connection, now| {
                Box::pin(async move {
                    let outcome = save(connection, now, &change).await?;
                    cache.update(&epoch, outcome.document());
                    Ok(outcome)
                })
            })
            .await
    }
}

/// The texts in the data.
pub(crate) async fn read<C: Connection>(connection: &mut C) -> Result<LegalDocument, StoreError> {
    let row: (i64, String) = query("select version, document from legal_texts")
        .fetch_one(connection)
        .await?;
    document(&row)
}

/// The texts in the data, unless they are still of this version. They can be long, so they are not
/// read every two seconds.
pub(crate) async fn read_if_changed<C: Connection>(
    connection: &mut C,
    known: Option<u64>,
) -> Result<Option<LegalDocument>, StoreError> {
    let known = known.and_then(|version| i64::try_from(version).ok());
    let row: Option<(i64, String)> =
        query("select version, document from legal_texts where version <> $1")
            // No version is negative.
            .bind(known.unwrap_or(-1))
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(document).transpose()
}

async fn save<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    change: &LegalChange,
) -> Result<LegalOutcome, StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => "select version, document from legal_texts",
        // Of two instances that save at the same time, the second waits here.
        Dialect::Postgres => "select version, document from legal_texts for update",
    };
    let mut transaction = connection.begin_write().await?;
    let row: (i64, String) = query(statement).fetch_one(&mut *transaction).await?;
    let before = document(&row)?;
    if before.version != change.made_from {
        return Ok(LegalOutcome::Outdated(Arc::new(before)));
    }
    let changed: Vec<LegalText> = LegalText::ALL
        .into_iter()
        .filter(|which| before.texts.text(*which) != change.texts.text(*which))
        .collect();
    if changed.is_empty() {
        return Ok(LegalOutcome::Saved(Arc::new(before)));
    }
    let mut stored = object(&row.1)?;
    for which in &changed {
        let text = change.texts.text(*which).to_owned();
        stored.insert(which.name(), Value::String(text));
    }
    let version: i64 =
        query("update legal_texts set version = version + 1, document = $1 returning version")
            .bind(Value::Object(stored).to_string())
            .fetch_scalar(&mut *transaction)
            .await?;
    let texts = changed.into_iter().map(LegalText::name).collect();
    let act = Act::LegalTextsChanged { texts };
    journal::write(&mut *transaction, now, Some(&change.by), act).await?;
    transaction.commit().await?;
    Ok(LegalOutcome::Saved(Arc::new(LegalDocument {
        version: large(version)?,
        texts: change.texts.clone(),
    })))
}

fn document((version, document): &(i64, String)) -> Result<LegalDocument, StoreError> {
    Ok(LegalDocument {
        version: large(*version)?,
        texts: texts(&object(document)?),
    })
}

fn object(document: &str) -> Result<Map<String, Value>, StoreError> {
    serde_json::from_str(document)
        .map_err(|error| StoreError::Inconsistent(format!("the legal pages: {error}")))
}

/// The texts that this release knows. One that it cannot read, because a later release has written
/// it, is empty.
fn texts(stored: &Map<String, Value>) -> LegalTexts {
    let mut texts = LegalTexts::default();
    for which in LegalText::ALL {
        let text = stored.get(&which.name()).and_then(Value::as_str);
        if let Some(Err(error)) = text.map(|text| texts.set(which, text)) {
            tracing::debug!(%error, name = which.name(), "a legal text cannot be read");
        }
    }
    texts
}
