//! How often something is being talked about: asked of a public search service, which may be
//! slow, wrong or away without anybody being kept waiting for it.
//!
//! * [`Term`] is what is asked for, [`Sample`] what a [`Provider`] answers with, [`Figure`] what
//!   that comes to.
//! * [`Buzz`] asks a provider for many people at once: one question for all who ask the same,
//!   so many questions at a time, answers kept for a while, and none asked of a provider that
//!   is down.
//! * [`HackerNews`] is the provider there is: a service that speaks the Hacker News search API.
//!   `target` keeps it from being sent where nobody from outside may look.

mod answer;
mod ask;
mod habits;
mod hacker_news;
mod provider;
mod rate;
mod sample;
mod tally;
mod target;
mod term;

pub use answer::{Answer, Trouble};
pub use ask::Buzz;
pub use habits::Habits;
pub use hacker_news::{HackerNews, InvalidBase};
pub use provider::{Failure, Provider};
pub use rate::{Figure, Rate, Trend, Unit};
pub use sample::{Mention, Sample};
pub use tally::{Count, Tally};
pub use term::{InvalidTerm, Term};
