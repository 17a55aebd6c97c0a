//! The settings: every one a flag and an environment variable, checked at the start.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::origin::PublicUrl;

/// A bookshop whose every open page shows the shelf as it is this second.
#[derive(Debug, Parser)]
#[command(name = "burts-books", version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the shop; the same as no command at all.
    Serve(Settings),
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

    /// The directory that holds the shop's data.
    #[arg(long, env = "BURTS_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,

    /// The longest wait of a long poll, in seconds, fractions allowed, at most 30.
    #[arg(long, env = "BURTS_WAIT_SECONDS", default_value = "25", value_parser = wait)]
    pub wait_seconds: Duration,

    /// How much is logged: a level, or levels of parts, as in `warn,burts_books=debug`.
    #[arg(long, env = "BURTS_LOG", default_value = "info", value_parser = levels)]
    pub log: EnvFilter,
}

impl Settings {
    /// Reads flags and environment. Prints help, or a sentence that names the
    /// setting that is wrong, and ends the program, where that is called for.
    #[must_use]
    pub fn from_command_line() -> Self {
        let line = CommandLine::parse();
        match line.command {
            Some(Command::Serve(settings)) => settings,
            None => line.settings,
        }
    }
}

/// Its own `FromStr` drops what it does not understand.
fn levels(text: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(text).map_err(|error| error.to_string())
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
                Some(Command::Serve(settings)) => settings,
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
        assert_eq!(bare.data_dir, named.data_dir);
    }

    #[test]
    fn a_bad_setting_is_named() {
        for (flag, bad) in [
            ("--listen", "nowhere"),
            ("--public-url", "books.example"),
            ("--public-url", "https://books.example/shop"),
            ("--wait-seconds", "0"),
            ("--wait-seconds", "NaN"),
            ("--wait-seconds", "600"),
        ] {
            let error = parse(&[flag, bad]).unwrap_err();
            assert!(error.contains(flag), "{flag} {bad}: {error}");
        }
    }
}
