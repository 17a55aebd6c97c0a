//! Generates `docs/settings.md` from the command line's definition, and checks that it is up to
//! date.

use std::{env, fmt::Write, fs};

use burts_books::config;
use clap::{Arg, Command};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md");

/// The sections of the page: the `--help` heading, and its settings with their units.
///
/// A new setting needs a line here.
const SECTIONS: [(&str, &[(&str, &str)]); 8] = [
    (
        "Network",
        &[
            ("listen", "host:port"),
            ("public-url", "URL"),
            (
                "trusted-proxies",
                "addresses or networks, separated by commas",
            ),
        ],
    ),
    (
        "Data",
        &[
            ("data-dir", "path"),
            ("database-url", "URL"),
            ("accept-clock", "a flag alone"),
        ],
    ),
    (
        "Sales",
        &[
            ("hold-minutes", "minutes"),
            ("offer-minutes", "minutes"),
            ("limit-per-shopper", "copies"),
            ("collect-days", "days"),
            ("keep-contact-days", "days"),
            ("keep-journal-days", "days"),
        ],
    ),
    (
        "Limits",
        &[
            ("ipv4-prefix", "bits"),
            ("ipv6-prefix", "bits"),
            ("holds-per-minute", "holds a minute"),
            ("connections", "connections"),
            ("connections-per-address", "connections"),
        ],
    ),
    ("Mail", &[("smtp-url", "URL"), ("mail-from", "address")]),
    ("Live updates", &[("wait-seconds", "seconds")]),
    (
        "Buzz",
        &[
            ("buzz-url", "URL"),
            ("buzz-key", "text"),
            ("buzz-seconds", "seconds"),
        ],
    ),
    ("Logging", &[("log", "level or filter")]),
];

const INTRODUCTION: &str = "\
# Settings

<!-- Written by `make settings` from the command line's definition. Do not edit it by hand. -->

Every setting is a flag and an environment variable; if both are given, the flag wins. A setting for a
single start has only a flag. An invalid setting stops the program at the start, with a message
that names it. All instances of one shop share their settings, except the address they listen on.
[operations.md](operations.md) describes how they work together on a real host.
";

/// The location of the files is not a setting of the program: cargo-leptos defines its variable.
const SITE: &str = "
## Site

The program serves its scripts, styles, covers and fonts from the directory `site` beside the
binary or one level above it, where `make build` puts it. `hash.txt` beside the binary has the
hashes that are part of their names. To move the program, keep these three together.
`LEPTOS_SITE_ROOT` names another directory instead of `site`.
";

/// With `WRITE_SETTINGS`, as in `make settings`, the test writes the page instead.
#[test]
fn the_page_of_settings_is_up_to_date() {
    let page = render(&config::command());
    if env::var_os("WRITE_SETTINGS").is_some() {
        fs::write(PAGE, page).unwrap();
        return;
    }
    let kept = fs::read_to_string(PAGE).unwrap();
    assert!(
        kept == page,
        "docs/settings.md is out of date: run `make settings`"
    );
}

#[test]
fn every_setting_has_a_section() {
    let command = config::command();
    let mut settings: Vec<_> = command
        .get_arguments()
        .filter(|argument| argument.get_help_heading().is_some())
        .filter_map(Arg::get_long)
        .collect();
    let sections = SECTIONS.iter().flat_map(|(_, settings)| *settings);
    let mut listed: Vec<_> = sections.map(|(name, _)| *name).collect();
    settings.sort_unstable();
    listed.sort_unstable();
    assert_eq!(settings, listed, "SECTIONS lists each setting once");
}

#[test]
fn help_has_the_same_headings_as_the_page() {
    let command = config::command();
    for (heading, settings) in SECTIONS {
        for (name, _) in settings {
            let argument = find(&command, name);
            assert_eq!(argument.get_help_heading(), Some(heading), "--{name}");
        }
    }
}

fn render(command: &Command) -> String {
    let mut page = INTRODUCTION.to_owned();
    for (heading, settings) in SECTIONS {
        let table = "| flag | variable | default | unit | meaning |\n|:--|:--|:--|:--|:--|\n";
        let _ = write!(page, "\n## {heading}\n\n{table}");
        for (name, unit) in settings {
            page.push_str(&row(find(command, name), unit));
        }
    }
    page.push_str(SITE);
    page.push_str("\n## Commands\n\nEach takes `--help`.\n\n| command | meaning |\n|:--|:--|\n");
    list_commands(&mut page, command, "burts-books");
    page
}

fn find<'a>(command: &'a Command, name: &str) -> &'a Arg {
    let mut arguments = command.get_arguments();
    arguments
        .find(|argument| argument.get_long() == Some(name))
        .unwrap_or_else(|| panic!("there is no setting --{name}"))
}

fn row(argument: &Arg, unit: &str) -> String {
    let name = argument.get_long().unwrap();
    let variable = argument.get_env().map_or("none".to_owned(), |variable| {
        format!("`{}`", variable.display())
    });
    let (meaning, described) = meaning(argument);
    let default = match argument.get_default_values() {
        _ if !argument.get_action().takes_values() => "off".to_owned(),
        [] => described.unwrap_or_else(|| "none".to_owned()),
        values => values
            .iter()
            .map(|value| format!("`{}`", value.display()))
            .collect(),
    };
    format!("| `--{name}` | {variable} | {default} | {unit} | {meaning} |\n")
}

/// The help text of a setting, and its default if the text describes it.
fn meaning(argument: &Arg) -> (String, Option<String>) {
    let help = argument.get_long_help().or(argument.get_help()).unwrap();
    let help = help.to_string().replace('|', "\\|").replace('\n', " ");
    let (meaning, default) = match help.split_once(" [default: ") {
        Some((meaning, default)) => (meaning, default.strip_suffix(']').map(ToOwned::to_owned)),
        None => (help.as_str(), None),
    };
    (sentence(meaning), default)
}

/// Adds the full stop that clap removes from a help text of one paragraph.
fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches('.'))
}

fn list_commands(page: &mut String, command: &Command, name: &str) {
    for command in command.get_subcommands() {
        let name = format!("{name} {}", command.get_name());
        if command.has_subcommands() {
            list_commands(page, command, &name);
            continue;
        }
        let about = command.get_about().unwrap().to_string().replace('\n', " ");
        let _ = writeln!(page, "| `{name}` | {} |", sentence(&about));
    }
}
