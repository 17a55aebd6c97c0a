//! The settings: every one a flag and an environment variable, checked at the start.

use std::{
    net::{IpAddr, SocketAddr},
    num::{NonZeroI32, NonZeroU32},
    path::PathBuf,
    time::Duration,
};

use clap::{Args, Parser, Subcommand, value_parser};
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
    Audit(Place),
    /// Brings a shop's data up to this version, or makes a new shop. Serving does
    /// the same when it starts.
    Migrate(Place),
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
        data: Place,
        /// Which book.
        #[arg(long)]
        book: Slug,
    },
    /// Adds copies to a shop that is not running.
    Restock {
        /// Of which shop.
        #[command(flatten)]
        data: Place,
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
        data: Place,
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
        data: Place,
        /// The file to make.
        file: PathBuf,
    },
    /// Puts a backup in the place of a shop that is not running, and keeps what was there.
    Restore {
        /// Of which shop.
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

    /// What browsers call this shop, as in `https://books.example`. With `https`
    /// cookies are marked `Secure`. [default: http:// and the listening address]
    #[arg(long, env = "BURTS_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,

    /// Proxies whose `X-Real-IP` names the client: addresses or networks, as in
    /// `10.0.0.5,192.168.0.0/16`. Without them the peer is the client.
    #[arg(long, env = "BURTS_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Where the data is.
    #[command(flatten)]
    pub data: Place,

    /// How long a copy in a cart is held, in minutes, fractions allowed.
    #[arg(long, env = "BURTS_HOLD_MINUTES", default_value = "15", value_parser = minutes)]
    pub hold_minutes: Duration,

    /// How long a copy that comes back is offered to whoever has waited for it, in
    /// minutes, fractions allowed.
    #[arg(long, env = "BURTS_OFFER_MINUTES", default_value = "5", value_parser = minutes)]
    pub offer_minutes: Duration,

    /// The most copies of one book that one shopper may have in cart and open orders.
    #[arg(long, env = "BURTS_LIMIT_PER_SHOPPER", default_value = "5", value_parser = value_parser!(u32).range(1..=1000))]
    pub limit_per_shopper: u32,

    /// How often copies can be put into carts from one network address, in a minute.
    /// An IPv6 /64 counts as one address; this machine itself is exempt.
    #[arg(long, env = "BURTS_HOLDS_PER_MINUTE", default_value = "30")]
    pub holds_per_minute: NonZeroU32,

    /// How many connections may be open at once, in all; fewer where the system allows
    /// fewer files. A waiting poll takes some 12 kB, an open stream 1 kB.
    #[arg(long, env = "BURTS_CONNECTIONS", default_value = "30000")]
    pub connections: NonZeroU32,

    /// How many connections one network address may have open at once.
    /// An IPv6 /64 counts as one address; this machine itself is exempt.
    #[arg(long, env = "BURTS_CONNECTIONS_PER_ADDRESS", default_value = "500")]
    pub connections_per_address: NonZeroU32,

    /// How many days an order waits to be collected.
    #[arg(long, env = "BURTS_COLLECT_DAYS", default_value = "7", value_parser = value_parser!(u32).range(1..=365))]
    pub collect_days: u32,

    /// How many days after an order was closed its contact data is erased.
    #[arg(long, env = "BURTS_KEEP_CONTACT_DAYS", default_value = "90", value_parser = value_parser!(u32).range(0..=3650))]
    pub keep_contact_days: u32,

    /// The server that takes the shop's mail: `smtps://user:password@host`, or `smtp://` with
    /// STARTTLS, without which nothing is sent unless the host is this machine or
    /// `?tls=off` is behind it. Without a server no mail is sent.
    #[arg(
        long,
        env = "BURTS_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = Unchecked::parse
    )]
    pub smtp_url: Option<Unchecked>,

    /// Whom the shop's mail is from, as in `Burt's Books <shop@books.example>`.
    #[arg(long, env = "BURTS_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,

    /// The longest wait of a long poll, in seconds, fractions allowed, at most 30.
    #[arg(long, env = "BURTS_WAIT_SECONDS", default_value = "25", value_parser = wait)]
    pub wait_seconds: Duration,

    /// Who is asked how often something is being talked about: the base address of a service
    /// that speaks the Hacker News search API, or `off`.
    #[arg(long, env = "BURTS_BUZZ_URL", default_value = HackerNews::PUBLIC_URL, value_name = "URL")]
    pub buzz_url: BuzzUrl,

    /// A key that the service wants, sent as `Authorization: Bearer`.
    #[arg(
        long,
        env = "BURTS_BUZZ_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub buzz_key: Option<String>,

    /// How long the service may take to answer, in seconds, fractions allowed, at most 30.
    #[arg(long, env = "BURTS_BUZZ_SECONDS", default_value = "5", value_parser = wait)]
    pub buzz_seconds: Duration,

    /// How much is logged: a level, or levels of parts, as in `warn,burts_books=debug`.
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
        let readme = include_str!("../../README.md");
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
