//! What owners have set about the mails to customers. It is read with each mail, so that every
//! instance follows a change at once.

use serde_json::{Map, Value};
use shop::{Act, Language, OrderMail, Preface, StaffName, Timestamp};
use sqlx::FromRow;

use crate::{
    StoreError, journal,
    rows::large,
    sql::{Connection, Dialect, query},
};

/// What owners have set about a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderMailSetting {
    /// The mail.
    pub mail: OrderMail,
    /// Grows by one with each change; 0 if nothing was ever set.
    pub version: u64,
    /// Whether it is sent.
    pub enabled: bool,
    /// The owner's words at its beginning, in the languages that have any.
    pub prefaces: Vec<(Language, Preface)>,
}

impl OrderMailSetting {
    /// The setting of a mail about which nothing was set.
    #[must_use]
    pub const fn unset(mail: OrderMail) -> Self {
        Self {
            mail,
            version: 0,
            enabled: true,
            prefaces: Vec::new(),
        }
    }

    /// The owner's words in a language.
    #[must_use]
    pub fn preface(&self, language: Language) -> Option<&str> {
        let mut prefaces = self.prefaces.iter();
        let found = prefaces.find(|(one, _)| *one == language);
        found.map(|(_, preface)| preface.as_str())
    }

    /// Whether the mail is sent, and with the same words in every language.
    fn is_same_as(&self, other: &Self) -> bool {
        let mut languages = Language::ALL.into_iter();
        self.enabled == other.enabled
            && languages.all(|language| self.preface(language) == other.preface(language))
    }
}

/// A new setting, as an owner has typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderMailChange {
    /// The new setting, with the version that the owner has changed.
    pub setting: OrderMailSetting,
    /// The owner.
    pub by: StaffName,
}

/// What became of an [`OrderMailChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderMailOutcome {
    /// It is in force.
    Saved,
    /// Nothing was saved: another owner has set this meanwhile.
    Outdated(OrderMailSetting),
}

/// The setting of every mail.
pub(super) async fn read<C: Connection>(
    connection: &mut C,
) -> Result<Vec<OrderMailSetting>, StoreError> {
    let rows: Vec<Row> = query("select about, version, enabled, prefaces from mail_setting")
        .fetch_all(connection)
        .await?;
    let mut settings = Vec::with_capacity(OrderMail::ALL.len());
    for mail in OrderMail::ALL {
        let row = rows.iter().find(|row| row.about == mail.name());
        settings.push(match row {
            Some(row) => row.read(mail)?,
            None => OrderMailSetting::unset(mail),
        });
    }
    Ok(settings)
}

/// Saves a setting and records it in the journal, in one transaction. The same setting sent twice
/// is saved once.
pub(super) async fn save<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    change: &OrderMailChange,
) -> Result<OrderMailOutcome, StoreError> {
    let wanted = &change.setting;
    let mut transaction = connection.begin_write().await?;
    // A row to lock, so that of two instances that save at the same time the second waits here.
    query(
        "insert into mail_setting (about, version, enabled, prefaces) values ($1, 0, 1, '{}')
         on conflict (about) do nothing",
    )
    .bind(wanted.mail.name())
    .execute(&mut *transaction)
    .await?;
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select about, version, enabled, prefaces from mail_setting where about = $1"
        }
        Dialect::Postgres => {
            "select about, version, enabled, prefaces from mail_setting where about = $1
             for update"
        }
    };
    let row: Row = query(statement)
        .bind(wanted.mail.name())
        .fetch_one(&mut *transaction)
        .await?;
    let before = row.read(wanted.mail)?;
    if before.is_same_as(wanted) {
        return Ok(OrderMailOutcome::Saved);
    }
    if before.version != wanted.version {
        return Ok(OrderMailOutcome::Outdated(before));
    }
    let mut prefaces = row.prefaces()?;
    for language in Language::ALL {
        match wanted.preface(language) {
            Some(words) => prefaces.insert(language.tag().to_owned(), words.into()),
            None => prefaces.remove(language.tag()),
        };
    }
    query(
        "update mail_setting set version = version + 1, enabled = $2, prefaces = $3
         where about = $1",
    )
    .bind(wanted.mail.name())
    .bind(wanted.enabled)
    .bind(Value::Object(prefaces).to_string())
    .execute(&mut *transaction)
    .await?;
    let act = Act::MailSet {
        mail: wanted.mail,
        enabled: wanted.enabled,
    };
    journal::write(&mut *transaction, now, Some(&change.by), act).await?;
    transaction.commit().await?;
    Ok(OrderMailOutcome::Saved)
}

#[derive(FromRow)]
struct Row {
    about: String,
    version: i64,
    enabled: i64,
    prefaces: String,
}

impl Row {
    /// The words in every language, also in those that only a later release knows.
    fn prefaces(&self) -> Result<Map<String, Value>, StoreError> {
        serde_json::from_str(&self.prefaces)
            .map_err(|error| StoreError::Inconsistent(format!("mail {}: {error}", self.about)))
    }

    fn read(&self, mail: OrderMail) -> Result<OrderMailSetting, StoreError> {
        let stored = self.prefaces()?;
        let prefaces = Language::ALL.into_iter().filter_map(|language| {
            let words = stored.get(language.tag())?.as_str()?;
            Some((language, words.parse().ok()?))
        });
        Ok(OrderMailSetting {
            mail,
            version: large(self.version)?,
            enabled: self.enabled == 1,
            prefaces: prefaces.collect(),
        })
    }
}
