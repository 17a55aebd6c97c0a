//! SQL for a person's own account: their sessions and their password.

use shop::{Act, StaffName, Timestamp};

use super::{
    SessionEntry, SessionToken,
    accounts::{delete_sessions, lock},
    sql::session_token,
};
use crate::{
    StoreError, journal,
    rows::{millis, timestamp},
    sql::{Connection, query},
};

/// The sessions of an account, the latest first.
pub(super) async fn sessions_of<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    now: Timestamp,
) -> Result<Vec<SessionEntry>, StoreError> {
    let rows: Vec<(Vec<u8>, i64, i64)> = query(
        "select token, created_at, expires_at from staff_session
         where staff_id = (select id from staff where name = $1) and expires_at > $2
         order by created_at desc, token",
    )
    .bind(name.as_str())
    .bind(millis(now))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(token, since, expires_at)| {
            Ok(SessionEntry {
                token: session_token(&token)?,
                since: timestamp(since)?,
                expires_at: timestamp(expires_at)?,
            })
        })
        .collect()
}

/// Changes a password, and ends the account's sessions but one and its link. Returns the sessions;
/// `None` if the password is another than the one that was compared.
pub(super) async fn change_password<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    compared_with: &str,
    password: &str,
    keep: SessionToken,
    now: Timestamp,
) -> Result<Option<Vec<SessionToken>>, StoreError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let set = query("update staff set password = $2 where name = $1 and password = $3")
        .bind(name.as_str())
        .bind(password)
        .bind(compared_with)
        .execute(&mut *transaction)
        .await?;
    if set == 0 {
        transaction.rollback().await?;
        return Ok(None);
    }
    query("delete from staff_link where name = $1")
        .bind(name.as_str())
        .execute(&mut *transaction)
        .await?;
    let ended = delete_sessions(&mut *transaction, name, Some(keep), now).await?;
    journal::write(&mut *transaction, now, Some(name), Act::PasswordChanged).await?;
    transaction.commit().await?;
    Ok(Some(ended))
}
