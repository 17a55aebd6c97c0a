//! Random changes and faults of the shop, the server, the browser and its pages.

use std::rc::Rc;

use super::{Arrival, Event, PageId, Replaces, World, data::TOPICS, reconnect};

impl World {
    /// Makes one random change or fault.
    fn disturb(&mut self) {
        let ids: Vec<PageId> = self.pages.keys().copied().collect();
        let one = ids.get(self.rng.below(ids.len().max(1))).copied();
        match (self.rng.below(18), one) {
            (0..6, _) => self.change(),
            (6, _) if ids.len() < 6 => self.open(),
            (7, Some(id)) => self.kill(id),
            (8, Some(id)) => {
                self.event(id, Event::Away(true));
                self.kill(id);
            }
            (9 | 10, Some(id)) => {
                let page = self.pages.get_mut(&id).unwrap();
                page.visible = !page.visible;
                let visible = page.visible;
                self.show_or_hide(id, visible);
            }
            (11, Some(id)) => {
                let (now, page) = (self.now, self.pages.get_mut(&id).unwrap());
                page.stuck_until = now + 90_000;
            }
            (12 | 13, Some(id)) => self.put_away(id),
            (16, _) => {
                // The data goes back, and then on to about the same versions with other content.
                self.restore(|version| version - (version - 1).min(1 + version / 4));
                (0..self.rng.below(6)).for_each(|_| self.change());
                if self.rng.one_in(2) {
                    // A backup was restored, for which the server was stopped. Otherwise the store
                    // has failed over.
                    self.break_off();
                    (self.server_up, self.stale) = (true, false);
                }
            }
            (14, _) => {
                self.server_up = !self.server_up;
                self.break_off();
            }
            (15, _) => self.stale = !self.stale,
            (17, Some(id)) => self.read(id),
            _ => {}
        }
    }

    /// Changes one topic.
    fn change(&mut self) {
        let topic = TOPICS[self.rng.below(TOPICS.len())].parse().unwrap();
        Rc::make_mut(&mut self.truth).change(&topic);
    }

    pub(super) fn restore(&mut self, version_in_backup: impl Fn(u64) -> u64) {
        Rc::make_mut(&mut self.truth).restore(version_in_backup);
    }

    /// Breaks all connections.
    pub(super) fn break_off(&mut self) {
        for (id, number) in std::mem::take(&mut self.sockets).into_keys() {
            self.arrives(id, Arrival::SocketClosed(number));
        }
        for (id, number) in std::mem::take(&mut self.polls).into_keys() {
            self.arrives(id, Arrival::Poll(number, None));
        }
    }

    fn show_or_hide(&mut self, id: PageId, visible: bool) {
        self.event(id, Event::Wire(reconnect::Event::Visible(visible)));
    }

    /// Puts a page into the back/forward cache, or takes it out.
    pub(super) fn put_away(&mut self, id: PageId) {
        let page = self.pages.get_mut(&id).unwrap();
        page.away = !page.away;
        let (away, visible) = (page.away, page.visible);
        self.event(id, Event::Away(away));
        if !away {
            self.show_or_hide(id, visible);
        }
    }

    /// A world after some minutes with faults, followed by two without.
    pub(super) fn after_faults(seed: u64, replaces: Replaces) -> Self {
        Self::new(seed, replaces).run_faults()
    }

    /// Runs some minutes with faults, followed by two without.
    pub(super) fn run_faults(self) -> Self {
        let mut world = self;
        (0..3).for_each(|_| world.open());
        for _ in 0..200 {
            world.disturb();
            // Mostly in quick succession, sometimes after a pause.
            let pause = [2, 2, 2, 1_000][world.rng.below(4)];
            (0..=world.rng.below(pause)).for_each(|_| world.step());
        }
        (world.server_up, world.stale) = (true, false);
        world.open();
        (0..12_000).for_each(|_| world.step());
        world
    }
}
