//! What has been seen, by several tabs and from what the server says.

use crate::wire::{LiveMessage, MAX_TOPICS, Seen, Topic};

impl Seen {
    /// Both together, each topic at the lower version: what comes from there on is
    /// everything that either of them lacks. As many topics as can be followed.
    pub(super) fn join(&mut self, other: &Self) {
        for (topic, version) in other.topics() {
            if let Some((_, lowest)) = self.0.iter_mut().find(|(known, _)| known == topic) {
                *lowest = (*lowest).min(*version);
            } else if self.0.len() < MAX_TOPICS {
                self.0.push((topic.clone(), *version));
            }
        }
    }

    /// Whether a connection that was asked for that would not bring all of this: the
    /// topics are others, or less has been seen of one.
    pub(super) fn asks_more_than(&self, asked: &Self) -> bool {
        let known = |(topic, version): &(Topic, u64)| {
            let mut asked = asked.0.iter();
            asked.any(|(other, seen)| other == topic && seen <= version)
        };
        self.0.len() != asked.0.len() || !self.0.iter().all(known)
    }

    /// Takes note of what was said: it is seen, and what is unknown is not asked for.
    pub(super) fn hear(&mut self, message: &LiveMessage) {
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
                Topic::Order(code) => {
                    let mut orders = message.orders.iter();
                    orders
                        .find(|order| order.code == *code)
                        .map(|order| order.version)
                }
            };
            if let Some(version) = said.filter(|version| message.rewound || version > seen) {
                *seen = version;
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
    fn together_the_lower_version_counts() {
        let mut all = seen("a:5,@mine:2");
        all.join(&seen("a:3,b:7"));
        assert_eq!(all.to_string(), "a:3,@mine:2,b:7");
    }

    #[test]
    fn more_than_can_be_followed_is_left_out() {
        let many: Vec<_> = (0..MAX_TOPICS).map(|i| format!("b{i}:0")).collect();
        let mut all = seen(&many.join(","));
        all.join(&seen("more:0"));
        assert_eq!(all.topics().len(), MAX_TOPICS);
    }

    #[test]
    fn other_topics_and_lower_versions_are_asked_for() {
        let asked = seen("a:5,b:1");
        assert!(!seen("b:1,a:5").asks_more_than(&asked));
        assert!(!seen("a:6,b:1").asks_more_than(&asked), "it has come");
        assert!(seen("a:4,b:1").asks_more_than(&asked));
        assert!(seen("a:5").asks_more_than(&asked));
        assert!(seen("a:5,c:1").asks_more_than(&asked));
    }

    #[test]
    fn what_was_said_is_seen() {
        let mut all = seen("a:5,@mine:2,gone:1");
        let said = r#"{"stock":[{"book":"a","available":1,"in_carts":false,"version":4}],
            "mine":3,"unknown":["gone"]}"#;
        let mut message: LiveMessage = serde_json::from_str(said).unwrap();
        all.hear(&message);
        assert_eq!(all.to_string(), "a:5,@mine:3");
        message.rewound = true;
        all.hear(&message);
        assert_eq!(all.to_string(), "a:4,@mine:3");
    }
}
