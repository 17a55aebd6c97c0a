//! The program's commands and their flags.

use std::{num::NonZeroI32, path::PathBuf};

use clap::{CommandFactory, Parser, Subcommand, value_parser};
use shop::{Reason, Role, Slug, StaffName, Timestamp};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{data_source::DataArgs, settings::Settings};

/// A bookshop whose open pages always show how many copies are left.
#[derive(Debug, Parser)]
#[command(name = "burts-books", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Task>,
    #[command(flatten)]
    settings: Settings,
}

/// The definition of the command line, from which its documentation is generated.
#[must_use]
pub fn command() -> clap::Command {
    CommandLine::command()
}

/// A command of the program.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Serves the shop. This is the default command.
    Serve(Box<Settings>),
    /// Checks every rule of the data, even while the shop is running. Prints a line for each
    /// violation, and fails if there is one.
    Audit(DataArgs),
    /// Updates a shop's data to this version, or creates a new shop. `serve` does the same.
    Migrate(DataArgs),
    /// Copies a stopped shop with its ledger into an empty PostgreSQL database, and audits the
    /// result.
    Copy {
        /// The shop to copy: `sqlite:` and its data directory, as in `sqlite:./data`.
        #[arg(long, value_name = "SHOP")]
        from: String,
        /// The database to copy to: `postgres://user:password@host:5432/database`.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
        to: String,
    },
    /// Prints a book's movements as tab-separated values, oldest first.
    Ledger {
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
        /// The book's slug.
        #[arg(long)]
        book: Slug,
    },
    /// Adds copies of a book. A shop on SQLite must be stopped.
    Restock {
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
        /// The book's slug.
        #[arg(long)]
        book: Slug,
        /// The number of copies that arrived; a negative number corrects the count.
        #[arg(long, allow_negative_numbers = true, value_parser = change)]
        copies: NonZeroI32,
        /// The reason, for the ledger.
        #[arg(long)]
        reason: Reason,
    },
    /// Sets when the sale of a book opens, and how many copies one shopper may have; without
    /// either, removes both. A shop on SQLite must be stopped.
    Drop {
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
        /// The book's slug.
        #[arg(long)]
        book: Slug,
        /// When the sale opens, as in `2026-12-01T18:00:00Z`.
        #[arg(long, value_parser = moment)]
        opens: Option<Timestamp>,
        /// The most copies for one shopper, instead of `--limit-per-shopper`.
        #[arg(long, value_parser = value_parser!(u32).range(1..=1000))]
        limit: Option<u32>,
    },
    /// Manages the accounts of staff, even while the shop is running.
    #[command(subcommand)]
    Staff(StaffTask),
    /// Backs up a shop into a new file, even while it is running.
    Backup {
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
        /// The new file.
        file: PathBuf,
    },
    /// Replaces a stopped shop with a backup, and keeps the old data.
    Restore {
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
        /// The backup.
        file: PathBuf,
    },
}

impl Task {
    /// Reads the flags and the environment. Help and errors are printed here, and end the program.
    #[must_use]
    pub fn from_command_line() -> Self {
        let line = CommandLine::parse();
        line.command
            .unwrap_or_else(|| Self::Serve(Box::new(line.settings)))
    }
}

/// A command on the accounts of staff.
#[derive(Debug, Subcommand)]
pub enum StaffTask {
    /// Adds an account, and asks for its password. The first account is an owner and later ones are
    /// clerks, unless a role is given.
    Add {
        /// The name to sign in with, as in `ann.lee`.
        name: StaffName,
        /// `clerk` (orders, stock, buzz, the overview) or `owner` (everything).
        #[arg(long)]
        role: Option<Role>,
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Prints all accounts: name, role, date of creation, and number of sessions.
    List {
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Removes an account and ends its sessions at once.
    Remove {
        /// The name to sign in with.
        name: StaffName,
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Asks for a new password for an account, and ends its sessions at once.
    Reset {
        /// The name to sign in with.
        name: StaffName,
        /// The shop's data.
        #[command(flatten)]
        data: DataArgs,
    },
}

fn change(text: &str) -> Result<NonZeroI32, &'static str> {
    let copies = text.parse().ok().and_then(NonZeroI32::new);
    copies.ok_or("not a whole number of copies, as in 5 or -1")
}

/// Parses a point in time with its offset, as RFC 3339 defines it.
fn moment(text: &str) -> Result<Timestamp, &'static str> {
    let read = OffsetDateTime::parse(text, &Rfc3339).ok();
    let millis = read.and_then(|at| u64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok());
    let millis = millis.ok_or("not a date and time, as in 2026-12-01T18:00:00Z")?;
    Ok(Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Settings, String> {
        CommandLine::try_parse_from([&["burts-books"], arguments].concat())
            .map(|line| match line.command {
                Some(Task::Serve(settings)) => *settings,
                Some(other) => panic!("{other:?}"),
                None => line.settings,
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn serve_is_the_default_command() {
        let flags = ["--listen", "127.0.0.1:4000", "--data-dir", "/x"];
        let bare = parse(&flags).unwrap();
        let named = parse(&[&["serve"], &flags[..]].concat()).unwrap();
        assert_eq!(bare.listen, named.listen);
        assert_eq!(bare.data.data_dir, named.data.data_dir);
    }

    #[test]
    fn a_bad_setting_is_named() {
        for (flag, bad) in [
            ("--listen", "nowhere"),
            ("--listen", "localhost:x"),
            ("--keep-journal-days", "29"),
            ("--public-url", "books.example"),
            ("--public-url", "https://books.example/shop"),
            ("--public-url", "http://a:99999"),
            ("--public-url", "http://a,b"),
            ("--ipv4-prefix", "33"),
            ("--ipv4-prefix", "0"),
            ("--ipv6-prefix", "129"),
            ("--ipv6-prefix", "15"),
            ("--hold-minutes", "0"),
            ("--offer-minutes", "0"),
            ("--limit-per-shopper", "0"),
            ("--holds-per-minute", "0"),
            ("--connections", "0"),
            ("--connections-per-address", "0"),
            ("--trusted-proxies", "10.0.0.1,nginx"),
            ("--collect-days", "x"),
            ("--wait-seconds", "0"),
            ("--wait-seconds", "NaN"),
            ("--wait-seconds", "600"),
            ("--buzz-url", "search.example"),
            ("--buzz-url", "ftp://search.example/"),
            ("--buzz-seconds", "0"),
        ] {
            let error = parse(&[flag, bad]).unwrap_err();
            assert!(error.contains(flag), "{flag} {bad}: {error}");
        }
    }
}
