//! Keeps the doubt about the clock with the shop's data, as a setting.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop::{Act, StaffName, Timestamp, Wait};

use super::{
    ClockDoubt,
    judge::{Evidence, LastMovement, judge},
};
use crate::{
    Options, StoreError, journal,
    rows::timestamp,
    sql::{Connection, query},
};

/// The last time at which the clock was trusted, and whether it has been in doubt since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClockRecord {
    /// The time of the last movement before a doubt, or of the acceptance.
    pub(super) trusted: Timestamp,
    /// The last movement at that moment.
    pub(super) movement: i64,
    /// What the clock showed when the doubt arose; `None` if it is not in doubt.
    doubted_at: Option<Timestamp>,
}

impl ClockRecord {
    pub(super) fn accepted(now: Timestamp, movement: i64) -> Self {
        Self {
            trusted: now,
            movement,
            doubted_at: None,
        }
    }

    pub(super) fn doubted(trusted: Timestamp, movement: i64, now: Timestamp) -> Self {
        Self {
            trusted,
            movement,
            doubted_at: Some(now),
        }
    }

    pub(super) fn is_doubted(&self) -> bool {
        self.doubted_at.is_some()
    }

    pub(super) fn doubt(&self) -> Option<ClockDoubt> {
        let trusted = self.trusted;
        self.doubted_at.map(|shown| ClockDoubt { shown, trusted })
    }
}

/// Parses a stored record. One that cannot be parsed counts as none.
pub(crate) fn parse(value: &[u8]) -> Option<ClockRecord> {
    serde_json::from_slice(value).ok()
}

/// Compares the clock with the data when the shop is opened, and stores the result.
pub(crate) async fn examine<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    options: &Options,
) -> Result<Option<ClockRecord>, StoreError> {
    let record = read(connection).await?;
    let evidence = Evidence {
        record,
        last: last_movement(connection).await?,
        at_stake: at_stake(connection, options).await?,
    };
    let kept = judge(evidence, now);
    if options.accept_clock {
        let is_doubted = kept.is_some_and(|kept| kept.is_doubted());
        return match is_doubted {
            true => accept(connection, now, None).await.map(Some),
            false => write_accepted(connection, now).await.map(Some),
        };
    }
    if let Some(kept) = kept.filter(|kept| Some(*kept) != record) {
        write(connection, &kept).await?;
    }
    Ok(kept)
}

/// How long it takes until every open order is overdue, every contact is to be erased, or every
/// wait is over, whichever comes first.
async fn at_stake<C: Connection>(
    connection: &mut C,
    options: &Options,
) -> Result<Option<Duration>, StoreError> {
    let (orders, contacts, waits, journal): (bool, bool, bool, bool) = query(
        "select exists (select 1 from shop_order where state = 'placed'),
                exists (select 1 from shop_order where name is not null and closed_at is not null),
                exists (select 1 from wait),
                exists (select 1 from journal)",
    )
    .fetch_one(connection)
    .await?;
    let collect_within = options.terms.collect_within;
    // The shop may well be closed for longer than a short `keep_contact`.
    let keep_contact = options.keep_contact.max(collect_within);
    let lasting = [
        (orders, collect_within),
        (contacts, keep_contact),
        (waits, Wait::DURATION),
        (journal, options.keep_journal),
    ];
    let lasting = lasting.into_iter().filter(|(any, _)| *any);
    Ok(lasting.map(|(_, time)| time).min())
}

/// Records that the clock is right, as this member of staff or a flag of the process says.
pub(crate) async fn accept<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    by: Option<&StaffName>,
) -> Result<ClockRecord, StoreError> {
    let mut transaction = connection.begin_write().await?;
    let record = write_accepted(&mut *transaction, now).await?;
    journal::write(&mut *transaction, now, by, Act::ClockAccepted).await?;
    transaction.commit().await?;
    Ok(record)
}

async fn write_accepted<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<ClockRecord, StoreError> {
    let last = last_movement(connection).await?;
    let record = ClockRecord::accepted(now, last.map_or(0, |last| last.id));
    write(connection, &record).await?;
    Ok(record)
}

async fn read<C: Connection>(connection: &mut C) -> Result<Option<ClockRecord>, StoreError> {
    let value: Option<Vec<u8>> = query("select value from setting where name = 'clock'")
        .fetch_optional_scalar(connection)
        .await?;
    let record = value.as_deref().map(parse);
    if record == Some(None) {
        tracing::warn!(
            "the clock's record cannot be read: the clock is examined as if there were none"
        );
    }
    Ok(record.flatten())
}

async fn write<C: Connection>(connection: &mut C, record: &ClockRecord) -> Result<(), StoreError> {
    let value =
        serde_json::to_vec(record).map_err(|error| StoreError::Inconsistent(error.to_string()))?;
    query(
        "insert into setting (name, value) values ('clock', $1)
         on conflict (name) do update set value = excluded.value",
    )
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}

/// The last movement that was written, whatever its time.
async fn last_movement<C: Connection>(
    connection: &mut C,
) -> Result<Option<LastMovement>, StoreError> {
    let last: Option<(i64, i64)> = query("select id, at from movement order by id desc limit 1")
        .fetch_optional(connection)
        .await?;
    last.map(|(id, at)| {
        let at = timestamp(at)?;
        Ok(LastMovement { id, at })
    })
    .transpose()
}
