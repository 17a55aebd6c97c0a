//! Random changes and faults of the shop, the server, the browser and its tabs.

use super::{Arrival, Replaces, TabId, World};
use crate::live::{client::Event, tabs};

impl World {
    /// Makes one random change or fault.
    fn disturb(&mut self) {
        let ids: Vec<TabId> = self.tabs.keys().copied().collect();
        let one = ids.get(self.rng.below(ids.len().max(1))).copied();
        match (self.rng.below(18), one) {
            (0..6, _) => {
                let topic = ["a", "b", "@mine", "@news"][self.rng.below(4)]
                    .parse()
                    .unwrap();
                *self.truth.get_mut(&topic).unwrap() += 1;
            }
            (6, _) if ids.len() < 6 => self.open(),
            (7, Some(_)) => {
                // The leader, if there is one.
                let leader = self.lock.front().map(|(id, _)| *id);
                self.kill(leader.or(one).unwrap());
            }
            (8, Some(id)) => {
                self.event(id, Event::Tabs(tabs::Event::Leaves));
                self.kill(id);
            }
            (9 | 10, Some(id)) => {
                let tab = self.tabs.get_mut(&id).unwrap();
                tab.visible = !tab.visible;
                let visible = tab.visible;
                self.event(id, Event::Visible(visible));
            }
            (11, Some(id)) => {
                let (now, tab) = (self.now, self.tabs.get_mut(&id).unwrap());
                tab.stuck_until = now + 90_000;
            }
            (12 | 13, Some(id)) => self.put_away(id),
            (16, _) => {
                // The server is stopped, and started again with an older backup.
                self.break_off();
                for version in self.truth.values_mut() {
                    *version -= (*version - 1).min(1 + *version / 4);
                }
                (self.server_up, self.stale) = (true, false);
            }
            (14, _) => {
                self.server_up = !self.server_up;
                self.break_off();
            }
            (15, _) => self.stale = !self.stale,
            _ => {}
        }
    }

    /// Breaks all connections.
    fn break_off(&mut self) {
        for (id, number) in std::mem::take(&mut self.sockets).into_keys() {
            self.arrives(id, Arrival::SocketClosed(number), false);
        }
        for (id, number) in std::mem::take(&mut self.polls).into_keys() {
            self.arrives(id, Arrival::Poll(number, None), false);
        }
    }

    /// Puts a tab into the back/forward cache, or takes it out.
    fn put_away(&mut self, id: TabId) {
        let tab = self.tabs.get_mut(&id).unwrap();
        tab.away = !tab.away;
        let (away, visible) = (tab.away, tab.visible);
        if away {
            self.event(id, Event::Tabs(tabs::Event::Leaves));
        } else {
            self.event(id, Event::Tabs(tabs::Event::Back));
            self.event(id, Event::Visible(visible));
        }
    }

    /// Simulates some minutes with faults, followed by two without.
    pub(super) fn run_through(seed: u64, replaces: Replaces) -> Self {
        Self::new(seed, replaces).go_through()
    }

    pub(super) fn go_through(self) -> Self {
        let mut world = self;
        (0..3).for_each(|_| world.open());
        for _ in 0..200 {
            world.disturb();
            // Mostly in quick succession, sometimes after a pause.
            let pause = [2, 2, 2, 1_000][world.rng.below(4)];
            (0..=world.rng.below(pause)).for_each(|_| world.step());
        }
        (world.server_up, world.stale, world.loses) = (true, false, false);
        world.open();
        (0..12_000).for_each(|_| world.step());
        world
    }
}
