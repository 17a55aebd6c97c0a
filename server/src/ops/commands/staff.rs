//! `staff`: manages the accounts of staff, whether or not the shop is running.

use std::io::{IsTerminal, stdin};

use anyhow::{Context, bail};
use shop::StaffName;
use store::{StaffAccounts, postgres, sqlite};

use crate::{
    config::{command_line::StaffTask, data_source::DataSource},
    desk::passwords,
    ops::console::say,
};

/// Carries out a staff command.
///
/// # Errors
/// A message for the person at the terminal.
pub(crate) async fn carry_out(task: StaffTask) -> anyhow::Result<()> {
    match task {
        StaffTask::Add { name, role, data } => {
            let mut list = open(&data.data()?).await?;
            let password = hashed(&name)?;
            match list
                .add(&name, role, &password)
                .await
                .context(CANNOT_WRITE)?
            {
                Some(role) => say(format_args!("{name} can sign in at /desk now, as {role}")),
                None => {
                    bail!("there is already an account {name}: `staff reset` sets a new password")
                }
            }
        }
        StaffTask::List { data } => {
            let accounts = open(&data.data()?).await?.list().await;
            let accounts = accounts.context("cannot read the accounts")?;
            say(format_args!("name\trole\tsince\tsessions"))?;
            for account in accounts {
                say(format_args!(
                    "{}\t{}\t{}\t{}",
                    account.name, account.role, account.since, account.sessions
                ))?;
            }
            Ok(())
        }
        StaffTask::Remove { name, data } => {
            let removed = open(&data.data()?).await?.remove(&name).await;
            match removed.context(CANNOT_WRITE)? {
                true => say(format_args!("{name} was removed and can no longer sign in")),
                false => bail!("there is no account {name}"),
            }
        }
        StaffTask::Reset { name, data } => {
            let mut list = open(&data.data()?).await?;
            let password = hashed(&name)?;
            match list.reset(&name, &password).await.context(CANNOT_WRITE)? {
                true => say(format_args!(
                    "{name} has a new password, and is signed out everywhere"
                )),
                false => bail!("there is no account {name}"),
            }
        }
    }
}

const CANNOT_WRITE: &str = "cannot change the accounts";

async fn open(data: &DataSource) -> anyhow::Result<Box<dyn StaffAccounts>> {
    let cannot = "cannot open the accounts of staff";
    Ok(match data {
        DataSource::Directory(directory) => {
            let list = sqlite::SqliteStaffAccounts::open(directory).await;
            Box::new(
                list.with_context(|| format!("{cannot} (--data-dir {})", directory.display()))?,
            )
        }
        DataSource::Postgres(url) => {
            let list = postgres::PostgresStaffAccounts::open(url).await;
            Box::new(list.with_context(|| format!("{cannot} (--database-url)"))?)
        }
    })
}

/// Asks for a password twice without showing it, or reads one line from a pipe.
fn hashed(name: &StaffName) -> anyhow::Result<String> {
    let unread = "cannot read the password";
    let password = if stdin().is_terminal() {
        let password =
            rpassword::prompt_password(format!("Password for {name}: ")).context(unread)?;
        let again = rpassword::prompt_password("Repeat the password: ").context(unread)?;
        if password != again {
            bail!("the passwords differ: nothing has changed");
        }
        password
    } else {
        let mut line = String::new();
        stdin().read_line(&mut line).context(unread)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Ok(passwords::hash(&password)?)
}
