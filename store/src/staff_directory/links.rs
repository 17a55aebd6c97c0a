//! SQL for links with which somebody chooses a password.

use shop::{Act, Role, StaffName, Timestamp};

use super::{
    AccountError, LinkPurpose, LinkToken, NewLink, OpenLink, UsedLink,
    accounts::{delete_sessions, lock, owners_only, role_of},
    sql::{parse_name, parse_role},
};
use crate::{
    StoreError, journal,
    rows::{millis, timestamp},
    sql::{Connection, query},
};

/// Makes a link. It replaces an earlier one for the same name.
pub(super) async fn make<C: Connection>(
    connection: &mut C,
    link: &NewLink,
    now: Timestamp,
) -> Result<(), AccountError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    owners_only(&mut *transaction, &link.by).await?;
    let is_there = role_of(&mut *transaction, &link.name).await?.is_some();
    let name = link.name.clone();
    let (role, act) = match link.purpose {
        LinkPurpose::Invitation(_) if is_there => return Err(AccountError::NameTaken),
        LinkPurpose::Invitation(role) => (Some(role.as_str()), Act::Invited { name, role }),
        LinkPurpose::NewPassword if !is_there => return Err(AccountError::NoSuchAccount),
        LinkPurpose::NewPassword => (None, Act::PasswordLinkMade { name }),
    };
    query("delete from staff_link where name = $1 or expires_at <= $2")
        .bind(link.name.as_str())
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
    // An account that does not exist yet has no id.
    query(
        "insert into staff_link (name, token, role, staff_id, made_by, created_at, expires_at)
         values ($1, $2, $3, (select id from staff where name = $1), $4, $5, $6)",
    )
    .bind(link.name.as_str())
    .bind(link.token.0.as_slice())
    .bind(role)
    .bind(link.by.as_str())
    .bind(millis(now))
    .bind(millis(now + link.lasts))
    .execute(&mut *transaction)
    .await?;
    journal::write(&mut *transaction, now, Some(&link.by), act).await?;
    transaction.commit().await?;
    Ok(())
}

/// Withdraws the link for a name. False if there is none.
pub(super) async fn withdraw<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    by: &StaffName,
    now: Timestamp,
) -> Result<bool, AccountError> {
    let mut transaction = connection.begin_write().await?;
    owners_only(&mut *transaction, by).await?;
    let withdrawn = query("delete from staff_link where name = $1 and expires_at > $2")
        .bind(name.as_str())
        .bind(millis(now))
        .execute(&mut *transaction)
        .await?;
    if withdrawn == 0 {
        return Ok(false);
    }
    let act = Act::LinkWithdrawn { name: name.clone() };
    journal::write(&mut *transaction, now, Some(by), act).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Uses a link. Its row can be deleted once only, so it works once.
pub(super) async fn use_once<C: Connection>(
    connection: &mut C,
    token: LinkToken,
    password: &str,
    now: Timestamp,
) -> Result<UsedLink, AccountError> {
    let mut transaction = connection.begin_write().await?;
    lock(&mut *transaction).await?;
    let used: Option<LinkRow> = query(
        "delete from staff_link where token = $1 and expires_at > $2
         returning name, role, made_by, expires_at",
    )
    .bind(token.0.as_slice())
    .bind(millis(now))
    .fetch_optional(&mut *transaction)
    .await?;
    let OpenLink { name, purpose, .. } = used.ok_or(AccountError::NoSuchLink)?.read()?;
    let (changed, act) = match purpose {
        LinkPurpose::Invitation(role) => {
            let added = add(&mut *transaction, &name, role, password, now).await?;
            let name = name.clone();
            (added, Act::InvitationAccepted { name, role })
        }
        LinkPurpose::NewPassword => {
            let set = set_password(&mut *transaction, &name, password).await?;
            (set, Act::PasswordChosen { name: name.clone() })
        }
    };
    // The name was taken, or the account removed, on the command line.
    if !changed {
        return Err(AccountError::NoSuchLink);
    }
    let ended = delete_sessions(&mut *transaction, &name, None, now).await?;
    journal::write(&mut *transaction, now, Some(&name), act).await?;
    transaction.commit().await?;
    Ok(UsedLink { name, ended })
}

/// Adds an account. False if the name is taken.
pub(super) async fn add<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    role: Role,
    password: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let added = query(
        "insert into staff (name, role, password, created_at) values ($1, $2, $3, $4)
         on conflict (name) do nothing",
    )
    .bind(name.as_str())
    .bind(role.as_str())
    .bind(password)
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(added == 1)
}

async fn set_password<C: Connection>(
    connection: &mut C,
    name: &StaffName,
    password: &str,
) -> Result<bool, StoreError> {
    let set = query("update staff set password = $2 where name = $1")
        .bind(name.as_str())
        .bind(password)
        .execute(connection)
        .await?;
    Ok(set == 1)
}

/// All open links, by name.
pub(super) async fn open_links<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<Vec<OpenLink>, StoreError> {
    let rows: Vec<LinkRow> = query(
        "select name, role, made_by, expires_at from staff_link
         where expires_at > $1 order by name",
    )
    .bind(millis(now))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(LinkRow::read).collect()
}

/// The open link with this token.
pub(super) async fn open_link<C: Connection>(
    connection: &mut C,
    token: LinkToken,
    now: Timestamp,
) -> Result<Option<OpenLink>, StoreError> {
    let row: Option<LinkRow> = query(
        "select name, role, made_by, expires_at from staff_link
         where token = $1 and expires_at > $2",
    )
    .bind(token.0.as_slice())
    .bind(millis(now))
    .fetch_optional(connection)
    .await?;
    row.map(LinkRow::read).transpose()
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    name: String,
    role: Option<String>,
    made_by: String,
    expires_at: i64,
}

impl LinkRow {
    fn read(self) -> Result<OpenLink, StoreError> {
        let role = self.role.as_deref().map(parse_role).transpose()?;
        Ok(OpenLink {
            name: parse_name(&self.name)?,
            purpose: role.map_or(LinkPurpose::NewPassword, LinkPurpose::Invitation),
            by: parse_name(&self.made_by)?,
            expires_at: timestamp(self.expires_at)?,
        })
    }
}
