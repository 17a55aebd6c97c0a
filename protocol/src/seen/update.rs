//! Compares the versions that a client has seen, and updates them from a message.

use super::{Seen, Versions, replaces};
use crate::{LiveMessage, Topic};

impl Seen {
    /// Whether these topics need a new connection instead of the one opened with `asked`.
    ///
    /// They do if the topics are not the same, or if the versions seen of a topic are not within
    /// its range in `asked`.
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

    /// Updates the versions from a message, and drops topics unknown to the server.
    #[inline]
    pub fn hear(&mut self, message: &LiveMessage) {
        self.0
            .retain(|(topic, _)| !message.unknown.contains(&topic.to_string()));
        for (topic, seen) in &mut self.0 {
            let arrived = match topic {
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
            let Some(version) = arrived else {
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
    fn other_topics_or_versions_outside_the_range_need_a_new_connection() {
        let asked = seen("a:5,b:1");
        assert!(!seen("b:1,a:5").asks_more_than(&asked));
        assert!(
            seen("a:5-6,b:1").asks_more_than(&asked),
            "the higher version is outside the range"
        );
        assert!(!seen("a:5,b:1").asks_more_than(&seen("a:3-6,b:1")));
        assert!(seen("a:4,b:1").asks_more_than(&asked));
        assert!(seen("a:5").asks_more_than(&asked));
        assert!(seen("a:5,c:1").asks_more_than(&asked));
    }

    #[test]
    fn a_message_updates_the_versions_seen() {
        let mut all = seen("a:5,@mine:2,@news:6,gone:1");
        let json = r#"{"stock":[{"book":"a","available":1,"in_carts":false,"version":4}],
            "mine":3,"news":{"version":7,"items":[]},"unknown":["gone"]}"#;
        let mut message: LiveMessage = serde_json::from_str(json).unwrap();
        all.hear(&message);
        assert_eq!(all.to_string(), "a:5,@mine:3,@news:7");
        message.rewound = true;
        all.hear(&message);
        assert_eq!(all.to_string(), "a:4,@mine:3,@news:7");
        let mut range = seen("a:3-6");
        message.rewound = false;
        range.hear(&message);
        assert_eq!(range.to_string(), "a:4-6");
        message.rewound = true;
        range.hear(&message);
        assert_eq!(range.to_string(), "a:4");
    }
}
