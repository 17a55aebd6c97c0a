//! The program's commands and their flags.

use std::{num::NonZeroI32, path::PathBuf};

use clap::{Parser, Subcommand, value_parser};
use shop::{Reason, Role, Slug, StaffName, Timestamp};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{data_source::DataArgs, settings::Settings};

/// A bookshop whose every open page shows the shelf as it is this second.
#[derive(Debug, Parser)]
#[command(name = "burts-books", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Task>,
    #[command(flatten)]
    settings: Settings,
}

/// What the program is started for.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Serves the shop; the same as no command at all.
    Serve(Box<Settings>),
    /// Checks every rule that the data must keep, beside a running shop or without
    /// one. Prints a line for each book that is off, and fails if there is any.
    Audit(DataArgs),
    /// Brings a shop's data up to this version, or makes a new shop. Serving does
    /// the same when it starts.
    Migrate(DataArgs),
    /// Moves a shop that is not running into an empty PostgreSQL, ledger and all,
    /// and audits what has come there.
    Copy {
        /// The shop: `sqlite:` and its data directory, as in `sqlite:./data`.
        #[arg(long, value_name = "SHOP")]
        from: String,
        /// Where to: `postgres://user:password@host:5432/database`.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
        to: String,
    },
    /// Prints a book's movements, the oldest first, as tab-separated values.
    Ledger {
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
        /// Which book.
        #[arg(long)]
        book: Slug,
    },
    /// Adds copies to a shop that is not running.
    Restock {
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
        /// Which book.
        #[arg(long)]
        book: Slug,
        /// How many copies came in; a negative number corrects the count.
        #[arg(long, allow_negative_numbers = true, value_parser = change)]
        copies: NonZeroI32,
        /// Why, for the ledger.
        #[arg(long)]
        reason: Reason,
    },
    /// Sets from when on a book is sold, and how many copies one shopper may have; a
    /// shop in a data directory must not be running. With neither, it is sold like any
    /// other from now on.
    Drop {
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
        /// Which book.
        #[arg(long)]
        book: Slug,
        /// When its sale opens, as in `2026-12-01T18:00:00Z`.
        #[arg(long, value_parser = moment)]
        opens: Option<Timestamp>,
        /// The most copies of it for one shopper, instead of `--limit-per-shopper`.
        #[arg(long, value_parser = value_parser!(u32).range(1..=1000))]
        limit: Option<u32>,
    },
    /// Says who works in the shop, and can sign in at its desk; also while it is open.
    #[command(subcommand)]
    Staff(StaffTask),
    /// Makes a consistent copy of a shop, running or not, in a new file.
    Backup {
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
        /// The file to make.
        file: PathBuf,
    },
    /// Puts a backup in the place of a shop that is not running, and keeps what was there.
    Restore {
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
        /// The backup.
        file: PathBuf,
    },
}

impl Task {
    /// Reads flags and environment. Prints help, or a sentence that names the
    /// setting that is wrong, and ends the program, where that is called for.
    #[must_use]
    pub fn from_command_line() -> Self {
        let line = CommandLine::parse();
        line.command
            .unwrap_or_else(|| Self::Serve(Box::new(line.settings)))
    }
}

/// What is done to the list.
#[derive(Debug, Subcommand)]
pub enum StaffTask {
    /// Adds somebody, and asks for their password. The first is an owner, the others clerks,
    /// unless a role is given.
    Add {
        /// The name to sign in by, as in `ann.lee`.
        name: StaffName,
        /// `clerk` (orders, stock, announcements) or `owner` (everything).
        #[arg(long)]
        role: Option<Role>,
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Prints everybody: name, role, since when, and in how many places they are signed in.
    List {
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Takes somebody off the list. Their sessions end at once.
    Remove {
        /// The name to sign in by.
        name: StaffName,
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Asks for another password for somebody. Their sessions end at once.
    Reset {
        /// The name to sign in by.
        name: StaffName,
        /// Of which shop.
        #[command(flatten)]
        data: DataArgs,
    },
}

fn change(text: &str) -> Result<NonZeroI32, &'static str> {
    let copies = text.parse().ok().and_then(NonZeroI32::new);
    copies.ok_or("not a whole number of copies, as in 5 or -1")
}

/// A moment with its zone, as RFC 3339 has it.
fn moment(text: &str) -> Result<Timestamp, &'static str> {
    let read = OffsetDateTime::parse(text, &Rfc3339).ok();
    let millis = read.and_then(|at| u64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok());
    let millis = millis.ok_or("not a moment, as in 2026-12-01T18:00:00Z")?;
    Ok(Timestamp::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

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
    fn serve_is_the_command_that_is_meant_when_none_is_given() {
        let flags = ["--listen", "127.0.0.1:4000", "--data-dir", "/x"];
        let bare = parse(&flags).unwrap();
        let named = parse(&[&["serve"], &flags[..]].concat()).unwrap();
        assert_eq!(bare.listen, named.listen);
        assert_eq!(bare.data.data_dir, named.data.data_dir);
    }

    #[test]
    fn the_readme_has_every_setting() {
        let readme = include_str!("../../../README.md");
        for setting in CommandLine::command().get_arguments() {
            let Some(variable) = setting.get_env() else {
                continue;
            };
            let row = format!(
                "| `--{}` | `{}` |",
                setting.get_long().unwrap(),
                variable.display()
            );
            assert!(readme.contains(&row), "{row}");
        }
    }

    #[test]
    fn a_bad_setting_is_named() {
        for (flag, bad) in [
            ("--listen", "nowhere"),
            ("--public-url", "books.example"),
            ("--public-url", "https://books.example/shop"),
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
