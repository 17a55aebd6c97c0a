//! Configuration: the program's settings and commands, checked when it starts.
//!
//! * `authority`: a host and a port.
//! * `settings`: the settings of `serve`, each a flag and an environment variable.
//! * [`command_line`]: the commands and their flags.
//! * [`data_source`]: where the data is, SQLite or PostgreSQL, and how it is opened.
//! * `public_url`, [`mail`], `buzz`: settings with a parser of their own.

pub(crate) mod authority;
pub(crate) mod buzz;
pub mod command_line;
pub mod data_source;
pub mod mail;
mod public_url;
mod settings;

pub use buzz::BuzzUrl;
pub use command_line::command;
pub use public_url::PublicUrl;
pub use settings::Settings;
