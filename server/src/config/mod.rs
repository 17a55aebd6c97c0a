//! Configuration: the settings and commands of the program, checked when it starts.
//!
//! * `settings`: every setting of a served shop, as a flag and an environment variable.
//! * [`command_line`]: the other commands and their flags.
//! * [`data_source`]: where the data is, SQLite or PostgreSQL, and how it is opened.
//! * `public_url`, [`mail`], `buzz`: settings that need parsing of their own.

pub(crate) mod buzz;
pub mod command_line;
pub mod data_source;
pub mod mail;
mod public_url;
mod settings;

pub use buzz::BuzzUrl;
pub use public_url::PublicUrl;
pub use settings::Settings;
