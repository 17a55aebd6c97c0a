//! The settings: every one a flag and an environment variable, checked at the start.

use std::{
    net::{IpAddr, SocketAddr},
    num::{NonZeroI32, NonZeroU32},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, CommandFactory, Parser, Subcommand, value_parser};
use ipnet::IpNet;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing_subscriber::EnvFilter;

use buzz::HackerNews;
use shop::{Reason, Slug, Terms, Timestamp};
use store::Options;

use crate::{
    buzz::BuzzUrl,
    mail::settings::{InvalidMail, MailSettings},
    origin::PublicUrl,
    place::{Place, Unchecked},
    staff::StaffTask,
};

/// A bookshop whose open pages always show how many copies are left.
#[derive(Debug, Parser)]
#[command(name = "burts-books", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Task>,
    #[command(flatten)]
    settings: Settings,
}

/// The command line's definition, from which its documentation is written.
#[must_use]
pub fn command() -> clap::Command {
    CommandLine::command()
}

/// What the program is started for.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Serves the shop. The default when no command is given.
    Serve(Box<Settings>),
    /// Checks every rule of the data, also beside a running shop. Prints a line for each
    /// violation, and fails if there is one.
    Audit(Place),
    /// Updates a shop's data to this version, or creates a new shop. Serving does the same.
    Migrate(Place),
    /// Copies a stopped shop with its ledger into an empty PostgreSQL, and audits the result.
    Copy {
        /// The shop to copy: `sqlite:` and its data directory, as in `sqlite:./data`.
        #[arg(long, value_name = "SHOP")]
        from: String,
        /// The database to copy to: `postgres://user:password@host:5432/database`.
        #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
        to: String,
    },
    /// Prints a book's movements as tab-separated values, the oldest first.
    Ledger {
        /// The shop's data.
        #[command(flatten)]
        data: Place,
        /// The book's slug.
        #[arg(long)]
        book: Slug,
    },
    /// Adds copies to a shop. Where its data is a file, the shop must be stopped.
    Restock {
        /// The shop's data.
        #[command(flatten)]
        data: Place,
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
    /// either, removes both. Where the data is a file, the shop must be stopped.
    Drop {
        /// The shop's data.
        #[command(flatten)]
        data: Place,
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
    /// Manages the accounts of staff, also beside a running shop.
    #[command(subcommand)]
    Staff(StaffTask),
    /// Makes a consistent copy of a shop in a new file, also of a running shop.
    Backup {
        /// The shop's data.
        #[command(flatten)]
        data: Place,
        /// The new file.
        file: PathBuf,
    },
    /// Replaces a stopped shop with a backup, and keeps the old data.
    Restore {
        /// The shop's data.
        #[command(flatten)]
        data: Place,
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

/// How a shop is served.
#[derive(Debug, Args)]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(long, env = "BURTS_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// The shop's address in the browser, as in `https://books.example`. With `https`,
    /// cookies are `Secure`. [default: http:// and the listening address]
    #[arg(long, env = "BURTS_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,

    /// The proxies whose `X-Real-IP` header names the client, as in
    /// `10.0.0.5,192.168.0.0/16`. Without one, the peer is the client.
    #[arg(long, env = "BURTS_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Where the data is.
    #[command(flatten)]
    pub data: Place,

    /// How long a copy in a cart is held, in minutes, fractions allowed.
    #[arg(long, env = "BURTS_HOLD_MINUTES", default_value = "15", value_parser = minutes)]
    pub hold_minutes: Duration,

    /// How long a copy that comes back is offered to the first in the waitlist, in minutes,
    /// fractions allowed.
    #[arg(long, env = "BURTS_OFFER_MINUTES", default_value = "5", value_parser = minutes)]
    pub offer_minutes: Duration,

    /// The most copies of one book that a shopper may have, in the cart and in open orders
    /// together.
    #[arg(long, env = "BURTS_LIMIT_PER_SHOPPER", default_value = "5", value_parser = value_parser!(u32).range(1..=1000))]
    pub limit_per_shopper: u32,

    /// How many new holds one network address may make in a minute. An IPv6 /64 counts as one
    /// address; this machine is exempt, and a repeated submission does not count.
    #[arg(long, env = "BURTS_HOLDS_PER_MINUTE", default_value = "30")]
    pub holds_per_minute: NonZeroU32,

    /// How many connections may be open at once, in all; fewer if the system allows fewer open
    /// files. A waiting poll takes some 12 kB, an open stream 1 kB.
    #[arg(long, env = "BURTS_CONNECTIONS", default_value = "30000")]
    pub connections: NonZeroU32,

    /// How many connections one network address may have open at once. An IPv6 /64 counts as
    /// one address; this machine is exempt.
    #[arg(long, env = "BURTS_CONNECTIONS_PER_ADDRESS", default_value = "500")]
    pub connections_per_address: NonZeroU32,

    /// How long an order is kept for collection, in days.
    #[arg(long, env = "BURTS_COLLECT_DAYS", default_value = "7", value_parser = value_parser!(u32).range(1..=365))]
    pub collect_days: u32,

    /// How long the contact details of a closed order are kept, in days.
    #[arg(long, env = "BURTS_KEEP_CONTACT_DAYS", default_value = "90", value_parser = value_parser!(u32).range(0..=3650))]
    pub keep_contact_days: u32,

    /// The server that sends the shop's mail: `smtps://user:password@host`, or `smtp://` with
    /// STARTTLS, which is required unless the host is this machine or the URL ends with
    /// `?tls=off`. Without a server, no mail is sent.
    #[arg(
        long,
        env = "BURTS_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = Unchecked::parse
    )]
    pub smtp_url: Option<Unchecked>,

    /// The sender of the shop's mail, as in `Burt's Books <shop@books.example>`. Required with
    /// `--smtp-url`.
    #[arg(long, env = "BURTS_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,

    /// The longest wait of a long poll, in seconds, fractions allowed, at most 30.
    #[arg(long, env = "BURTS_WAIT_SECONDS", default_value = "25", value_parser = wait)]
    pub wait_seconds: Duration,

    /// The service that is asked how often something is being talked about: the base address of
    /// a Hacker News search API, or `off`.
    #[arg(long, env = "BURTS_BUZZ_URL", default_value = HackerNews::BASE, value_name = "URL")]
    pub buzz_url: BuzzUrl,

    /// The key for that service, sent as `Authorization: Bearer`.
    #[arg(
        long,
        env = "BURTS_BUZZ_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub buzz_key: Option<String>,

    /// How long that service may take to answer, in seconds, fractions allowed, at most 30.
    #[arg(long, env = "BURTS_BUZZ_SECONDS", default_value = "5", value_parser = wait)]
    pub buzz_seconds: Duration,

    /// What is logged: a level, or levels for parts, as in `warn,burts_books=debug`.
    #[arg(long, env = "BURTS_LOG", default_value = "info", value_parser = levels)]
    pub log: EnvFilter,
}

impl Settings {
    /// How the shop sends mail, if it does.
    ///
    /// # Errors
    /// A sentence that names the setting, without what it says.
    pub fn mail(&self) -> Result<Option<MailSettings>, InvalidMail> {
        let server = self.smtp_url.as_ref().map(Unchecked::text);
        MailSettings::parse(server, self.mail_from.as_deref())
    }

    /// How the store is to keep the shop.
    #[must_use]
    pub fn store_options(&self) -> Options {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Options {
            terms: Terms {
                hold: self.hold_minutes,
                offer: self.offer_minutes,
                mail: self.mail().is_ok_and(|mail| mail.is_some()),
                limit_per_shopper: self.limit_per_shopper,
                collect_within: DAY * self.collect_days,
            },
            keep_contact: DAY * self.keep_contact_days,
            ..Options::default()
        }
    }
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

fn minutes(text: &str) -> Result<Duration, String> {
    let minutes: f64 = text
        .parse()
        .map_err(|_| "not a number of minutes".to_owned())?;
    // A day's hold can be extended to twelve.
    if (0.01..=1_440.0).contains(&minutes) {
        Ok(Duration::from_secs_f64(minutes * 60.0))
    } else {
        Err("not between 0.01 and 1440 minutes".to_owned())
    }
}

/// Its own `FromStr` drops what it does not understand.
fn levels(text: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(text).map_err(|error| error.to_string())
}

/// A network, or an address alone.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| "not an IP address or network".to_owned())
}

fn wait(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    // A page gives a poll up after 35 s.
    if (0.1..=30.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("not between 0.1 and 30 seconds".to_owned())
    }
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
    fn serve_is_the_command_that_is_meant_when_none_is_given() {
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
