//! The shop's data: the content of each topic at each version, in one history.

use std::collections::BTreeMap;

use protocol::Topic;
use shop::Epoch;

/// The names of all topics.
pub(super) const TOPICS: [&str; 4] = ["a", "b", "@mine", "@news"];

/// A version of a topic with its content. In the simulation, only books have content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) version: u64,
    pub(super) content: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Data {
    pub(super) epoch: Epoch,
    /// The content of each version, from version 1 on.
    contents: BTreeMap<Topic, Vec<u32>>,
    /// The number of changes and restores so far, from which unique contents and epochs are made.
    count: u32,
}

impl Data {
    /// Every topic at version 1.
    pub(super) fn new() -> Self {
        let contents = TOPICS.map(|name| (name.parse().unwrap(), vec![0]));
        Self {
            epoch: Epoch::from_random(&[0]),
            contents: contents.into(),
            count: 0,
        }
    }

    pub(super) fn newest(&self, topic: &Topic) -> State {
        let contents = &self.contents[topic];
        State {
            version: contents.len() as u64,
            content: *contents.last().unwrap(),
        }
    }

    pub(super) fn change(&mut self, topic: &Topic) {
        self.count += 1;
        let content = match topic {
            Topic::Book(_) => self.count,
            _ => 0,
        };
        self.contents.get_mut(topic).unwrap().push(content);
    }

    /// Goes back to a backup, in which each topic has a version of at least 1.
    pub(super) fn restore(&mut self, version_in_backup: impl Fn(u64) -> u64) {
        for contents in self.contents.values_mut() {
            let version = version_in_backup(contents.len() as u64);
            contents.truncate(usize::try_from(version).unwrap());
        }
        self.count += 1;
        self.epoch = Epoch::from_random(&self.count.to_be_bytes());
    }
}
