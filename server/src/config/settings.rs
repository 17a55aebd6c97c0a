//! The settings of a served shop: each is a flag and an environment variable, checked at the start.

use std::{net::IpAddr, num::NonZeroU32, ops::RangeInclusive, time::Duration};

use clap::{Args, value_parser};
use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use buzz::HackerNews;
use shop::Terms;
use store::Options;

use super::{
    buzz::BuzzUrl,
    data_source::{DataArgs, SecretUrl},
    listen_address::ListenAddress,
    mail::{InvalidMail, MailSettings},
    public_url::PublicUrl,
};

/// The settings of `serve`.
#[derive(Debug, Args)]
pub struct Settings {
    /// Address or host name to listen on, with a port, as in `localhost:3000`. A name stands for its
    /// first address, IPv4 before IPv6.
    #[arg(
        long,
        help_heading = "Network",
        env = "BURTS_LISTEN",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: ListenAddress,

    /// The shop's address in the browser, as in `https://books.example`. With `https`,
    /// cookies are `Secure`. [default: http:// and the listening address]
    #[arg(long, help_heading = "Network", env = "BURTS_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,

    /// The proxies whose `X-Real-IP` header names the client, as in
    /// `10.0.0.5,192.168.0.0/16`. Without one, the peer is the client.
    #[arg(
        long,
        help_heading = "Network",
        env = "BURTS_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_parser = network
    )]
    pub trusted_proxies: Vec<IpNet>,

    /// Where the data is.
    #[command(flatten)]
    pub data: DataArgs,

    /// How long a copy in a cart is held, in minutes, fractions allowed.
    #[arg(
        long,
        help_heading = "Sales",
        env = "BURTS_HOLD_MINUTES",
        default_value = "15",
        value_parser = minutes
    )]
    pub hold_minutes: Duration,

    /// How long a returned copy is offered to the first shopper on the waitlist, in minutes,
    /// fractions allowed.
    #[arg(
        long,
        help_heading = "Sales",
        env = "BURTS_OFFER_MINUTES",
        default_value = "5",
        value_parser = minutes
    )]
    pub offer_minutes: Duration,

    /// The most copies of one book for one shopper, in the cart and in open orders together.
    #[arg(
        long,
        help_heading = "Sales",
        env = "BURTS_LIMIT_PER_SHOPPER",
        default_value = "5",
        value_parser = value_parser!(u32).range(1..=1000)
    )]
    pub limit_per_shopper: u32,

    /// How long an order is kept for collection, in days.
    #[arg(
        long,
        help_heading = "Sales",
        env = "BURTS_COLLECT_DAYS",
        default_value = "7",
        value_parser = value_parser!(u32).range(1..=365)
    )]
    pub collect_days: u32,

    /// How long the contact details of a closed order are kept, in days.
    #[arg(
        long,
        help_heading = "Sales",
        env = "BURTS_KEEP_CONTACT_DAYS",
        default_value = "90",
        value_parser = value_parser!(u32).range(0..=3650)
    )]
    pub keep_contact_days: u32,

    /// How long the journal of what staff did at the desk is kept, in days, at least 30.
    #[arg(
        long,
        help_heading = "Sales",
        env = "BURTS_KEEP_JOURNAL_DAYS",
        default_value = "730",
        value_parser = value_parser!(u32).range(30..=36_500)
    )]
    pub keep_journal_days: u32,

    /// The number of leading bits of an IPv4 address that name its network, from 8 to 32. The
    /// addresses of one network count together against limits. This machine is exempt.
    #[arg(
        long,
        help_heading = "Limits",
        env = "BURTS_IPV4_PREFIX",
        default_value = "32",
        value_parser = value_parser!(u8).range(8..=32)
    )]
    pub ipv4_prefix: u8,

    /// The same for IPv6, from 16 to 128. Providers give a household a /64, a /56 or a /48.
    #[arg(
        long,
        help_heading = "Limits",
        env = "BURTS_IPV6_PREFIX",
        default_value = "64",
        value_parser = value_parser!(u8).range(16..=128)
    )]
    pub ipv6_prefix: u8,

    /// How many new holds one network may make in a minute. Repeating a submission that was carried
    /// out does not count, nor does setting a quantity that takes no more copies.
    #[arg(
        long,
        help_heading = "Limits",
        env = "BURTS_HOLDS_PER_MINUTE",
        default_value = "30"
    )]
    pub holds_per_minute: NonZeroU32,

    /// How many connections may be open at once in total; fewer if the system allows fewer open
    /// files. A waiting poll takes about 12 kB of memory, an open stream 1 kB.
    #[arg(
        long,
        help_heading = "Limits",
        env = "BURTS_CONNECTIONS",
        default_value = "30000"
    )]
    pub connections: NonZeroU32,

    /// How many connections one network may have open at once.
    #[arg(
        long,
        help_heading = "Limits",
        env = "BURTS_CONNECTIONS_PER_ADDRESS",
        default_value = "500"
    )]
    pub connections_per_address: NonZeroU32,

    /// The server that sends the shop's mail: `smtps://user:password@host`, or `smtp://` with
    /// STARTTLS, which is required unless the host is this machine or the URL ends with
    /// `?tls=off`. Without a server, no mail is sent.
    #[arg(
        long,
        help_heading = "Mail",
        env = "BURTS_SMTP_URL",
        hide_env_values = true,
        value_name = "URL",
        value_parser = SecretUrl::parse
    )]
    pub smtp_url: Option<SecretUrl>,

    /// The sender of the shop's mail, as in `Burt's Books <shop@books.example>`. Required with
    /// `--smtp-url`.
    #[arg(
        long,
        help_heading = "Mail",
        env = "BURTS_MAIL_FROM",
        value_name = "ADDRESS"
    )]
    pub mail_from: Option<String>,

    /// The longest wait of a long poll, in seconds, fractions allowed, at most 30.
    #[arg(
        long,
        help_heading = "Live updates",
        env = "BURTS_WAIT_SECONDS",
        default_value = "25",
        value_parser = wait
    )]
    pub wait_seconds: Duration,

    /// The service that counts how often a title is mentioned: the base address of a Hacker News
    /// search API, or `off`.
    #[arg(
        long,
        help_heading = "Buzz",
        env = "BURTS_BUZZ_URL",
        default_value = HackerNews::PUBLIC_URL,
        value_name = "URL"
    )]
    pub buzz_url: BuzzUrl,

    /// The key for that service, sent as `Authorization: Bearer`.
    #[arg(
        long,
        help_heading = "Buzz",
        env = "BURTS_BUZZ_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub buzz_key: Option<String>,

    /// How long that service may take to answer, in seconds, fractions allowed, at most 30.
    #[arg(
        long,
        help_heading = "Buzz",
        env = "BURTS_BUZZ_SECONDS",
        default_value = "5",
        value_parser = wait
    )]
    pub buzz_seconds: Duration,

    /// Accepts the clock although it does not fit the last change, so that overdue orders end. Needed
    /// for one start, after the shop was closed for a long time.
    #[arg(long, help_heading = "Data")]
    pub accept_clock: bool,

    /// What is logged: a level, or levels for parts, as in `warn,burts_books=debug`.
    #[arg(
        long,
        help_heading = "Logging",
        env = "BURTS_LOG",
        default_value = "info",
        value_parser = levels
    )]
    pub log: EnvFilter,
}

impl Settings {
    /// The mail settings, if the shop sends mail.
    ///
    /// # Errors
    /// A message that names the setting, without its value.
    pub fn mail(&self) -> Result<Option<MailSettings>, InvalidMail> {
        let server = self.smtp_url.as_ref().map(SecretUrl::text);
        MailSettings::parse(server, self.mail_from.as_deref())
    }

    /// The options of the store.
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
            keep_journal: DAY * self.keep_journal_days,
            accept_clock: self.accept_clock,
            ..Options::default()
        }
    }
}

/// Parses the length of a hold or an offer, up to a day.
fn minutes(text: &str) -> Result<Duration, String> {
    duration(text, "minutes", 60.0, 0.01..=1_440.0)
}

/// Parses a waiting time. At most 30 s are allowed, because pages give up a poll after 35 s.
fn wait(text: &str) -> Result<Duration, String> {
    duration(text, "seconds", 1.0, 0.1..=30.0)
}

/// Parses a number of units, within these limits.
fn duration(
    text: &str,
    units: &str,
    seconds: f64,
    limits: RangeInclusive<f64>,
) -> Result<Duration, String> {
    let number: f64 = text
        .parse()
        .map_err(|_| format!("not a number of {units}"))?;
    if !limits.contains(&number) {
        let (least, most) = limits.into_inner();
        return Err(format!("not between {least} and {most} {units}"));
    }
    Ok(Duration::from_secs_f64(number * seconds))
}

/// Parses a log filter. `EnvFilter`'s own `FromStr` ignores what is invalid.
fn levels(text: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(text).map_err(|error| error.to_string())
}

/// Parses a network or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| "not an IP address or network".to_owned())
}
