//! Measures how often a term is mentioned, by asking a public search service.

mod client;
mod config;
mod estimate;
mod hacker_news;
mod metrics;
mod provider;
mod redirect;
mod report;
mod sample;
mod search_term;

pub use client::BuzzClient;
pub use config::BuzzConfig;
pub use estimate::{Estimate, Rate, Trend, Unit};
pub use hacker_news::{HackerNews, HackerNewsSetupError};
pub use metrics::{BuzzMetrics, CounterReading};
pub use provider::{Provider, ProviderError};
pub use report::{LookupError, Report};
pub use sample::{Mention, Sample};
pub use search_term::{InvalidSearchTerm, SearchTerm};
