//! Admits connections: each is accepted, refused with a message, or dropped, without waiting.
//!
//! Refusals are limited too, in total and for each address, so that one client cannot use them all.

use std::{net::IpAddr, sync::Arc};

use axum::http::HeaderMap;
use ipnet::IpNet;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    client::{Client, Prefixes},
    concurrency::{ConcurrencyLimit, ConcurrencySlot},
};

/// The most refusals sent at once.
const MOST_REFUSALS: usize = 64;
/// The most refusals sent to one address at once, so that other addresses also get an answer.
const REFUSALS_PER_ADDRESS: u32 = 4;

/// Admits connections up to a limit.
#[derive(Debug)]
pub(crate) struct Admission {
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    refused: ConcurrencyLimit,
    prefixes: Prefixes,
}

/// What happens to a connection.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is accepted, with a permit and a place among the connections of its client.
    Admitted(OwnedSemaphorePermit, Option<ConcurrencySlot>),
    /// It is refused with a message.
    Refused(RefusalSlot),
    /// It is closed without an answer.
    Dropped,
}

/// A refusal that is being sent, counted until it is dropped.
#[derive(Debug)]
pub(crate) struct RefusalSlot {
    _turn: OwnedSemaphorePermit,
    _of_address: Option<ConcurrencySlot>,
}

impl Admission {
    /// Admits up to this many connections. The prefixes decide which addresses are one network.
    pub(crate) fn new(places: usize, prefixes: Prefixes) -> Self {
        Self {
            prefixes,
            places: Arc::new(Semaphore::new(places)),
            refusals: Arc::new(Semaphore::new(MOST_REFUSALS)),
            refused: ConcurrencyLimit::new(REFUSALS_PER_ADDRESS),
        }
    }

    /// Decides about a connection from this peer.
    pub(crate) fn admit(
        &self,
        peer: IpAddr,
        connection_limit: &ConcurrencyLimit,
        proxies: &[IpNet],
    ) -> Verdict {
        let peer = peer.to_canonical();
        let is_proxy = proxies.iter().any(|known| known.contains(&peer));
        // Connections of a proxy are counted later, by the client that each request names.
        let client = (!is_proxy).then(|| Client::of(peer, &HeaderMap::new(), &[], self.prefixes));
        let place = Arc::clone(&self.places).try_acquire_owned();
        if let (Ok(place), Ok(visit)) = (place, connection_limit.acquire_for(client)) {
            return Verdict::Admitted(place, visit);
        }
        let of_address = (!is_proxy).then(|| self.refused.acquire(Client::at(peer, self.prefixes)));
        match (
            Arc::clone(&self.refusals).try_acquire_owned(),
            of_address.transpose(),
        ) {
            (Ok(turn), Ok(of_address)) => Verdict::Refused(RefusalSlot {
                _turn: turn,
                _of_address: of_address,
            }),
            _ => Verdict::Dropped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shop with a number of places in total and for each address.
    struct World {
        admission: Admission,
        connection_limit: ConcurrencyLimit,
        verdicts: Vec<Verdict>,
    }

    const CROWD: &str = "203.0.113.7";
    const STRANGER: &str = "198.51.100.1";
    const PROXY: &str = "10.0.0.1";

    impl World {
        fn new(places: usize, per_address: u32) -> Self {
            Self {
                admission: Admission::new(places, Prefixes { ipv4: 32, ipv6: 64 }),
                connection_limit: ConcurrencyLimit::new(per_address),
                verdicts: Vec::new(),
            }
        }

        fn admit(&self, from: &str) -> Verdict {
            let proxies = ["10.0.0.0/8".parse().unwrap()];
            let peer = from.parse().unwrap();
            self.admission.admit(peer, &self.connection_limit, &proxies)
        }

        /// Opens connections and keeps them. Returns how many were admitted, refused and dropped.
        fn connect(&mut self, connections: usize, from: &str) -> [usize; 3] {
            let mut counts = [0; 3];
            for _ in 0..connections {
                let verdict = self.admit(from);
                counts[match verdict {
                    Verdict::Admitted(..) => 0,
                    Verdict::Refused(_) => 1,
                    Verdict::Dropped => 2,
                }] += 1;
                self.verdicts.push(verdict);
            }
            counts
        }
    }

    #[test]
    fn an_address_above_its_limit_is_refused_a_few_times_and_then_dropped() {
        let mut world = World::new(1_000, 500);
        assert_eq!(world.connect(2_000, CROWD), [500, 4, 1_496]);
        assert_eq!(
            world.connect(1, STRANGER),
            [1, 0, 0],
            "other addresses are admitted"
        );
        world.verdicts.clear();
        assert_eq!(world.connect(1, CROWD), [1, 0, 0], "places are freed");
    }

    #[test]
    fn a_full_shop_refuses_a_few_of_each_address_and_drops_the_rest() {
        let mut world = World::new(10, 500);
        assert_eq!(world.connect(1_000, CROWD), [10, 4, 986]);
        assert_eq!(world.connect(1, STRANGER), [0, 1, 0]);
        for address in 0..100 {
            world.connect(10, &format!("192.0.2.{address}"));
        }
        let refused = world.verdicts.iter();
        let refused = refused.filter(|verdict| matches!(verdict, Verdict::Refused(_)));
        assert_eq!(refused.count(), MOST_REFUSALS);
        world.verdicts.clear();
        assert_eq!(world.connect(1, CROWD), [1, 0, 0]);
    }

    #[test]
    fn an_ipv6_64_counts_as_one_address_and_this_machine_is_exempt() {
        let mut world = World::new(1_000, 2);
        assert_eq!(world.connect(2, "2001:db8:1:2::1"), [2, 0, 0]);
        assert_eq!(world.connect(1, "2001:db8:1:2:ffff::2"), [0, 1, 0]);
        assert_eq!(world.connect(1, "2001:db8:1:3::1"), [1, 0, 0]);
        assert_eq!(world.connect(2, "::ffff:203.0.113.7"), [2, 0, 0]);
        assert_eq!(
            world.connect(1, CROWD),
            [0, 1, 0],
            "the same address as IPv6"
        );
        assert_eq!(world.connect(100, "127.0.0.1"), [100, 0, 0]);
    }

    #[test]
    fn a_proxys_own_address_is_not_counted() {
        let mut world = World::new(100, 2);
        assert_eq!(
            world.connect(200, PROXY),
            [100, MOST_REFUSALS, 100 - MOST_REFUSALS]
        );
    }

    /// Control: without a limit for each address, one client takes every place.
    #[test]
    fn without_a_limit_one_address_takes_every_connection() {
        let mut world = World::new(1_000, u32::MAX);
        assert_eq!(world.connect(2_000, CROWD)[0], 1_000);
        assert_eq!(world.connect(1, STRANGER)[0], 0);
    }

    /// Control: without a limit for each address, one client takes every refusal.
    #[test]
    fn without_a_limit_one_address_takes_every_refusal() {
        let mut world = World::new(1, 500);
        world.admission.refused = ConcurrencyLimit::new(u32::MAX);
        assert_eq!(
            world.connect(100, CROWD),
            [1, MOST_REFUSALS, 99 - MOST_REFUSALS]
        );
        assert_eq!(world.connect(1, STRANGER), [0, 0, 1]);
    }
}
