//! Merges the versions that several tabs have seen, and updates them with a message.

use super::{Seen, Versions, replaces};
use crate::{LiveMessage, MAX_TOPICS, Topic};

impl Seen {
    /// Adds the topics of another tab, up to [`MAX_TOPICS`]. A topic of both gets the lowest and
    /// the highest version of both.
    #[inline]
    pub fn join(&mut self, other: &Self) {
        for (topic, versions) in &other.0 {
            if let Some((_, seen)) = self.0.iter_mut().find(|(known, _)| known == topic) {
                seen.lowest = seen.lowest.min(versions.lowest);
                seen.highest = seen.highest.max(versions.highest);
            } else if self.0.len() < MAX_TOPICS {
                self.0.push((topic.clone(), *versions));
            }
        }
    }

    /// Whether this asks for something that a connection opened with `asked` does not send.
    ///
    /// That is the case if the topics differ, or if a version is lower or higher than those asked
    /// for.
    #[must_use]
    #[inline]
    pub fn asks_more_than(&self, asked: &Self) -> bool {
        let known = |(topic, versions): &(Topic, Versions)| {
            let mut asked = asked.0.iter();
            asked.any(|(other, seen)| {
                other == topic && seen.lowest <= versions.lowest && seen.highest >= versions.highest
            })
        };
        self.0.len() != asked.0.len() || !self.0.iter().all(known)
    }

    /// Whether these topics and the others together are too many for one connection.
    #[must_use]
    pub fn is_crowded_by<'a>(&'a self, others: impl Iterator<Item = &'a Self>) -> bool {
        let mut topics: Vec<&Topic> = Vec::new();
        for (topic, _) in others.chain([self]).flat_map(|seen| &seen.0) {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics.len() > MAX_TOPICS
    }

    /// Updates the versions from a message, and drops its unknown topics.
    #[inline]
    pub fn hear(&mut self, message: &LiveMessage) {
        self.0
            .retain(|(topic, _)| !message.unknown.contains(&topic.to_string()));
        for (topic, seen) in &mut self.0 {
            let said = match topic {
                Topic::Book(book) => {
                    let mut levels = message.stock.iter();
                    levels
                        .find(|level| level.book == *book)
                        .map(|level| level.version)
                }
                Topic::Mine => message.mine,
                Topic::News => message.news.as_ref().map(|news| news.version),
                Topic::Order(code) => {
                    let mut orders = message.orders.iter();
                    orders
                        .find(|order| order.code == *code)
                        .map(|order| order.version)
                }
            };
            let Some(version) = said else {
                continue;
            };
            if message.rewound {
                *seen = version.into();
            } else if replaces(seen.lowest, version, false) {
                seen.lowest = version;
                seen.highest = seen.highest.max(version);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Seen {
        Seen::parse(text).unwrap()
    }

    #[test]
    fn joining_keeps_the_lowest_and_the_highest_version() {
        let mut all = seen("a:5,@mine:2");
        all.join(&seen("a:3,b:7"));
        assert_eq!(all.to_string(), "a:3-5,@mine:2,b:7");
        all.join(&seen("a:4-9"));
        assert_eq!(all.to_string(), "a:3-9,@mine:2,b:7");
    }

    #[test]
    fn topics_beyond_the_limit_are_left_out() {
        let many: Vec<_> = (0..MAX_TOPICS).map(|i| format!("b{i}:0")).collect();
        let mut all = seen(&many.join(","));
        all.join(&seen("more:0"));
        assert_eq!(all.topics().len(), MAX_TOPICS);
    }

    #[test]
    fn other_topics_and_lower_or_higher_versions_are_asked_for() {
        let asked = seen("a:5,b:1");
        assert!(!seen("b:1,a:5").asks_more_than(&asked));
        assert!(
            seen("a:5-6,b:1").asks_more_than(&asked),
            "version 6 may not exist"
        );
        assert!(!seen("a:5,b:1").asks_more_than(&seen("a:3-6,b:1")));
        assert!(seen("a:4,b:1").asks_more_than(&asked));
        assert!(seen("a:5").asks_more_than(&asked));
        assert!(seen("a:5,c:1").asks_more_than(&asked));
    }

    #[test]
    fn a_message_updates_the_versions_seen() {
        let mut all = seen("a:5,@mine:2,@news:6,gone:1");
        let said = r#"{"stock":[{"book":"a","available":1,"in_carts":false,"version":4}],
            "mine":3,"news":{"version":7,"items":[]},"unknown":["gone"]}"#;
        let mut message: LiveMessage = serde_json::from_str(said).unwrap();
        all.hear(&message);
        assert_eq!(all.to_string(), "a:5,@mine:3,@news:7");
        message.rewound = true;
        all.hear(&message);
        assert_eq!(all.to_string(), "a:4,@mine:3,@news:7");
        let mut two = seen("a:3-6");
        message.rewound = false;
        two.hear(&message);
        assert_eq!(two.to_string(), "a:4-6");
        message.rewound = true;
        two.hear(&message);
        assert_eq!(two.to_string(), "a:4");
    }
}
