//! `staff`: who works in the shop. It works beside a running shop and without one.

use std::io::{IsTerminal, stdin};

use anyhow::{Context, bail};
use shop::StaffName;
use store::{StaffAccounts, postgres, sqlite};

use crate::{
    config::{command_line::StaffTask, data_source::DataSource},
    desk::passwords,
    ops::console::say,
};

/// Carries it out.
///
/// # Errors
/// A sentence for whoever asked.
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
                None => bail!(
                    "there is somebody called {name} already: `staff reset` gives another password"
                ),
            }
        }
        StaffTask::List { data } => {
            let everybody = open(&data.data()?).await?.list().await;
            let everybody = everybody.context("the list cannot be read")?;
            say(format_args!("name\trole\tsince\tsessions"))?;
            for one in everybody {
                say(format_args!(
                    "{}\t{}\t{}\t{}",
                    one.name, one.role, one.since, one.sessions
                ))?;
            }
            Ok(())
        }
        StaffTask::Remove { name, data } => {
            let removed = open(&data.data()?).await?.remove(&name).await;
            match removed.context(CANNOT_WRITE)? {
                true => say(format_args!("{name} cannot sign in any more")),
                false => bail!("there is nobody called {name}"),
            }
        }
        StaffTask::Reset { name, data } => {
            let mut list = open(&data.data()?).await?;
            let password = hashed(&name)?;
            match list.reset(&name, &password).await.context(CANNOT_WRITE)? {
                true => say(format_args!(
                    "{name} has another password, and is signed out everywhere"
                )),
                false => bail!("there is nobody called {name}"),
            }
        }
    }
}

const CANNOT_WRITE: &str = "the list cannot be changed";

async fn open(data: &DataSource) -> anyhow::Result<Box<dyn StaffAccounts>> {
    let cannot = "cannot open the list of those who work here";
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

/// A password that was typed twice and not shown; or one line, where it comes from a program.
fn hashed(name: &StaffName) -> anyhow::Result<String> {
    let unread = "the password cannot be read";
    let password = if stdin().is_terminal() {
        let password =
            rpassword::prompt_password(format!("Password for {name}: ")).context(unread)?;
        let again = rpassword::prompt_password("The same again: ").context(unread)?;
        if password != again {
            bail!("these are two different passwords: nothing has changed");
        }
        password
    } else {
        let mut line = String::new();
        stdin().read_line(&mut line).context(unread)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Ok(passwords::hash(&password)?)
}
