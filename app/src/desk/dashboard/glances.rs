//! The latest answers of the shop's instances.

use std::time::Duration;

use super::{Dashboard, Figure, RefusalCount};

/// An instance that has not answered for this long is taken to be gone.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);

/// The last answer of each instance.
///
/// Behind a load balancer, each answer may come from a different instance. Each instance has its
/// own section, so that no chart jumps between the counts of two instances.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Glances {
    /// The figures of the whole shop, from the last answer of any instance.
    pub(super) whole: Vec<Figure>,
    /// The instances that have answered lately, in the order of their first answers.
    pub(super) instances: Vec<Instance>,
}

/// The last answer of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instance {
    pub(super) name: String,
    pub(super) figures: Vec<Figure>,
    pub(super) refused: Vec<RefusalCount>,
    /// The time from this answer to the latest answer of any instance.
    silent_for: Duration,
}

impl Glances {
    /// Takes in an answer. `passed` is the time since the previous answer of any instance.
    ///
    /// Forgets the instances that have not answered for [`FORGOTTEN_AFTER`].
    pub(super) fn take_in(&mut self, answer: Dashboard, passed: Duration) {
        let (whole, figures) = answer
            .figures
            .into_iter()
            .partition(|figure| figure.kind.is_of_the_whole_shop());
        self.whole = whole;
        for instance in &mut self.instances {
            instance.silent_for += passed;
        }
        let answered = Instance {
            name: answer.instance,
            figures,
            refused: answer.refused,
            silent_for: Duration::ZERO,
        };
        let mut known = self.instances.iter_mut();
        match known.find(|known| known.name == answered.name) {
            Some(known) => *known = answered,
            None => self.instances.push(answered),
        }
        self.instances
            .retain(|instance| instance.silent_for <= FORGOTTEN_AFTER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::dashboard::{FigureKind, RefusalReason};

    fn answer(instance: &str, holds: u64, sockets: u64) -> Dashboard {
        let figure = |kind, now| Figure {
            kind,
            now: Some(now),
            least: None,
            most: None,
            line: String::new(),
        };
        Dashboard {
            instance: instance.to_owned(),
            figures: vec![
                figure(FigureKind::Holds, holds),
                figure(FigureKind::Sockets, sockets),
            ],
            refused: vec![RefusalCount {
                reason: RefusalReason::Busy,
                count: sockets,
            }],
        }
    }

    /// The figures after these answers: of the whole shop, and of each instance.
    ///
    /// An answer has an instance, its holds and sockets, and the seconds since the previous answer.
    fn shown(answers: &[(&str, u64, u64, u64)]) -> (Vec<String>, Vec<String>) {
        let mut glances = Glances::default();
        for (instance, holds, sockets, seconds) in answers {
            let passed = Duration::from_secs(*seconds);
            glances.take_in(answer(instance, *holds, *sockets), passed);
        }
        let whole = glances.whole.iter().map(Figure::shown);
        let instances = glances.instances.iter();
        let own = instances.map(|one| format!("{}: {}", one.name, one.figures[0].shown()));
        (whole.collect(), own.collect())
    }

    #[test]
    fn each_instance_has_a_section_and_the_last_answer_sets_the_whole_shop() {
        let (whole, own) = shown(&[("a", 1, 10, 0), ("b", 2, 20, 3), ("a", 3, 11, 3)]);
        assert_eq!(whole, ["3"]);
        assert_eq!(own, ["a: 11", "b: 20"]);
    }

    #[test]
    fn an_instance_is_forgotten_after_two_minutes_without_an_answer() {
        let (_, own) = shown(&[("a", 0, 1, 0), ("b", 0, 2, 60), ("b", 0, 3, 60)]);
        assert_eq!(own, ["a: 1", "b: 3"]);
        let (_, own) = shown(&[("a", 0, 1, 0), ("b", 0, 2, 60), ("b", 0, 3, 61)]);
        assert_eq!(own, ["b: 3"]);
    }

    #[test]
    fn an_instance_that_answers_again_stays() {
        let (_, own) = shown(&[("a", 0, 1, 0), ("b", 0, 2, 100), ("a", 0, 3, 100)]);
        assert_eq!(own, ["a: 3", "b: 2"]);
        let (_, own) = shown(&[("a", 0, 1, 0), ("a", 0, 2, 9_000)]);
        assert_eq!(own, ["a: 2"], "the only instance, after a long sleep");
    }
}
