//! SQL for what owners change: roles, removals, and the sessions of others.

use shop::{Act, Role, StaffName, Timestamp};

use super::{
    AccountError, SessionToken,
    sql::{parse_role, session_token},
};
use crate::{
    StoreError, journal,
    rows::millis,
    sql::{Connection, Dialect, query},
};

/// Makes other changes of accounts, and sign-ins, wait until the transaction ends. So what it reads of
/// the owners remains true until it has written.
pub(super) async fn lock<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    // SQLite has one writer at a time.
    if C::DIALECT == Dialect::Postgres {
        query("lock table staff in share row exclusive mode")
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Lets other sign-ins through, but makes changes of accounts wait until the transaction ends. So nobody
/// signs in with a password that is just being changed.
pub(super) async fn exclude_changes<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    if C::DIALECT == Dialect::Postgres {
        query("lock table staff in row exclusive mode")
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Refuses everybody but owners.
pub(super) async fn owners_only<C: Connection>(
    connection: &mut C,
    by: &StaffName,
) -> Result<(), AccountError> {
    match role_of(connection, by).await? {
        Some(Role::Owner) => Ok(()),
        Some(Role::Clerk) | None => Err(AccountError::NotAnOwner),
    }
}

/// The role of an account; `None` if there is no such account.
pub(super) async fn role_of<C: Connection>(
    connection: &mut C,
    name: &StaffName,
) -> Result<Option<Role>, StoreError> {
    let word: Option<String> = query("select role from staff where name = $1")
        .bind(name.as_str())
        .fetch_optional_scalar(connection)
        .await?;
    word.as_deref().map(parse_role).transpose()
}

/// Changes a role. An owner who becomes a clerk leaves no links behind.
pub(super) async fn set_role<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    role: Role,
    by: &StaffName,
    now: Timestamp,
) -> Result<(), AccountError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    owners_only(&mut *transaction, by).await?;
    let before = role_of(&mut *transaction, name).await?;
    let before = before.ok_or(AccountError::NoSuchAccount)?;
    if before == role {
        return Ok(());
    }
    if before == Role::Owner {
        another_owner(&mut *transaction, name).await?;
        forget_links_by(&mut *transaction, name).await?;
    }
    query("update staff set role = $2 where name = $1")
        .bind(name.as_str())
        .bind(role.as_str())
        .execute(&mut *transaction)
        .await?;
    let act = Act::RoleChanged {
        name: name.clone(),
        before,
        role,
    };
    journal::write(&mut *transaction, now, Some(by), act).await?;
    transaction.commit().await?;
    Ok(())
}

/// Removes an account. Returns the sessions that have ended. The foreign key deletes its link.
pub(super) async fn remove_account<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    by: &StaffName,
    now: Timestamp,
) -> Result<Vec<SessionToken>, AccountError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    owners_only(&mut *transaction, by).await?;
    if name == by {
        return Err(AccountError::Oneself);
    }
    let role = role_of(&mut *transaction, name).await?;
    if role.ok_or(AccountError::NoSuchAccount)? == Role::Owner {
        another_owner(&mut *transaction, name).await?;
        forget_links_by(&mut *transaction, name).await?;
    }
    let ended = delete_sessions(&mut *transaction, name, None, now).await?;
    query("delete from staff where name = $1")
        .bind(name.as_str())
        .execute(&mut *transaction)
        .await?;
    let act = Act::AccountRemoved { name: name.clone() };
    journal::write(&mut *transaction, now, Some(by), act).await?;
    transaction.commit().await?;
    Ok(ended)
}

/// Ends sessions of an account, and returns them.
pub(super) async fn end_sessions<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    except: Option<SessionToken>,
    by: &StaffName,
    now: Timestamp,
) -> Result<Vec<SessionToken>, AccountError> {
    let mut transaction = connection.begin_write().await?;
    if name != by {
        owners_only(&mut *transaction, by).await?;
    }
    let role = role_of(&mut *transaction, name).await?;
    role.ok_or(AccountError::NoSuchAccount)?;
    let ended = delete_sessions(&mut *transaction, name, except, now).await?;
    if let Ok(count @ 1..) = u32::try_from(ended.len()) {
        let name = name.clone();
        let act = Act::SessionsEnded { name, count };
        journal::write(&mut *transaction, now, Some(by), act).await?;
    }
    transaction.commit().await?;
    Ok(ended)
}

/// Deletes the sessions of an account but one. Returns those that had not expired.
pub(super) async fn delete_sessions<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    except: Option<SessionToken>,
    now: Timestamp,
) -> Result<Vec<SessionToken>, StoreError> {
    // No token is empty.
    let except = except.map_or_else(Vec::new, |session| session.0.to_vec());
    // Expired ones, too: they would be valid again if the clock were set back.
    let ended: Vec<(Vec<u8>, i64)> = query(
        "delete from staff_session
         where staff_id = (select id from staff where name = $1) and token <> $2
         returning token, expires_at",
    )
    .bind(name.as_str())
    .bind(except)
    .fetch_all(connection)
    .await?;
    let were_valid = ended.iter().filter(|(_, expires)| *expires > millis(now));
    were_valid.map(|(token, _)| session_token(token)).collect()
}

/// Refuses a change after which the shop would have no owner.
async fn another_owner<C: Connection>(
    connection: &mut C,
    name: &StaffName,
) -> Result<(), AccountError> {
    let is_there: bool =
        query("select exists (select 1 from staff where role = 'owner' and name <> $1)")
            .bind(name.as_str())
            .fetch_scalar(connection)
            .await?;
    is_there.then_some(()).ok_or(AccountError::LastOwner)
}

/// Deletes the links that this owner has made, so that nobody joins by the word of somebody who has
/// left.
pub(super) async fn forget_links_by<C: Connection>(
    connection: &mut C,
    owner: &StaffName,
) -> Result<(), StoreError> {
    query("delete from staff_link where made_by = $1")
        .bind(owner.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
