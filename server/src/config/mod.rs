//! Configuration: the program's settings and commands, checked when it starts.

/// A host and a port.
pub(crate) mod authority;
/// The provider of buzz: a setting with a parser of its own.
pub(crate) mod buzz;
pub mod command_line;
pub mod data_source;
/// Where the shop listens: a setting with a parser of its own.
mod listen_address;
pub mod mail;
/// The shop's address: a setting with a parser of its own.
mod public_url;
/// The settings of `serve`, each a flag and an environment variable.
mod settings;

pub use buzz::BuzzUrl;
pub use command_line::command;
pub use listen_address::{ListenAddress, UnknownName};
pub use public_url::PublicUrl;
pub use settings::Settings;
