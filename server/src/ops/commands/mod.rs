//! The program's commands other than `serve`.

mod audit;
mod backup;
mod copy;
mod ledger;
mod staff;
mod stock;

use anyhow::bail;

use super::console::say;
use crate::config::command_line::Task;

/// Carries out a command other than `serve`.
///
/// # Errors
/// A message for the person at the terminal.
pub async fn carry_out(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Serve(_) => bail!("`serve` is not a command of this kind"),
        Task::Audit(place) => audit::audit(&place.data()?).await,
        Task::Migrate(place) => {
            place.data()?.migrate().await?;
            say(format_args!("the shop is up to date"))
        }
        Task::Copy { from, to } => copy::copy(&from, &to).await,
        Task::Ledger { data, book } => ledger::ledger(&data, &book).await,
        Task::Restock {
            data,
            book,
            copies,
            reason,
        } => stock::restock(&data.data()?, book, copies, reason).await,
        Task::Drop {
            data,
            book,
            opens,
            limit,
        } => stock::set_sale(&data.data()?, book, opens, limit).await,
        Task::Staff(task) => staff::carry_out(task).await,
        Task::Backup { data, file } => backup::backup(&data.data()?, &file).await,
        Task::Restore { data, file } => backup::restore_from(&data.data()?, &file).await,
    }
}
