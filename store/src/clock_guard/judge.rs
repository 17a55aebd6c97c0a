//! Decides at start-up whether the clock fits the data.

use std::time::Duration;

use shop::Timestamp;

use super::record::ClockRecord;

/// How far the clock may be behind the last movement, for example after a small correction.
const MAX_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// The last movement in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LastMovement {
    pub(super) id: i64,
    pub(super) at: Timestamp,
}

/// What the clock is compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// The record of the last start or acceptance, if there is one.
    pub(super) record: Option<ClockRecord>,
    /// `None` in a shop without books.
    pub(super) last: Option<LastMovement>,
    /// How far the clock may be ahead of the last movement. Further ahead, it would end every open
    /// order, erase every contact or end every wait. `None` if there is none of these.
    pub(super) at_stake: Option<Duration>,
}

/// The record to keep from now on; `None` if the clock was never doubted and never accepted.
///
/// The clock is in doubt if it is more than a day behind the last movement, or so far ahead of it
/// that, for example, every order that was open then is overdue. Movements since a doubt arose
/// prove nothing, because their times come from the doubted clock.
pub(super) fn judge(evidence: Evidence, now: Timestamp) -> Option<ClockRecord> {
    let Evidence {
        record,
        last,
        at_stake,
    } = evidence;
    let last = last?;
    let trusted = match record {
        Some(record) if record.is_doubted() || last.id <= record.movement => record.trusted,
        _ => last.at,
    };
    let fits = |ahead| now >= trusted - MAX_BEHIND && now <= trusted + ahead;
    if at_stake.is_none_or(fits) {
        // A doubted clock that fits again was corrected.
        let doubted = record.is_some_and(|record| record.is_doubted());
        return match doubted {
            true => Some(ClockRecord::accepted(now, last.id)),
            false => record,
        };
    }
    Some(ClockRecord::doubted(trusted, last.id, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = MAX_BEHIND;
    const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
    const LAST: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn evidence(record: Option<ClockRecord>, id: i64, at: Timestamp) -> Evidence {
        Evidence {
            record,
            last: Some(LastMovement { id, at }),
            at_stake: Some(WEEK),
        }
    }

    fn is_doubted(record: Option<ClockRecord>) -> bool {
        record.is_some_and(|record| record.is_doubted())
    }

    #[test]
    fn a_clock_fits_from_a_day_before_the_last_movement_until_all_orders_are_overdue() {
        let second = Duration::from_secs(1);
        for (now, doubted) in [
            (LAST, false),
            (LAST - DAY, false),
            (LAST - DAY - second, true),
            (LAST + WEEK, false),
            (LAST + WEEK + second, true),
        ] {
            let kept = judge(evidence(None, 9, LAST), now);
            assert_eq!(is_doubted(kept), doubted, "{now}");
        }
    }

    #[test]
    fn a_clock_is_not_doubted_if_nothing_is_at_stake() {
        let none = Evidence {
            at_stake: None,
            ..evidence(None, 9, LAST)
        };
        assert_eq!(judge(none, LAST + 30 * DAY), None);
        let empty = Evidence { last: None, ..none };
        assert_eq!(judge(empty, LAST), None);
    }

    #[test]
    fn movements_recorded_by_a_doubted_clock_do_not_end_the_doubt() {
        let wrong = LAST + 30 * DAY;
        let kept = judge(evidence(None, 9, LAST), wrong);
        assert!(is_doubted(kept));
        let later = wrong + DAY;
        let again = judge(evidence(kept, 20, wrong), later);
        assert!(is_doubted(again), "after a restart with the same clock");
    }

    #[test]
    fn a_corrected_or_accepted_clock_is_no_longer_doubted() {
        let wrong = LAST + 30 * DAY;
        let doubted = judge(evidence(None, 9, LAST), wrong);
        let right = LAST + DAY;
        let corrected = judge(evidence(doubted, 20, wrong), right);
        assert!(!is_doubted(corrected));
        // The last movement still has the wrong time.
        let restarted = judge(evidence(corrected, 20, wrong), right + DAY);
        assert!(!is_doubted(restarted));
        let accepted = Some(ClockRecord::accepted(wrong, 20));
        let restarted = judge(evidence(accepted, 20, LAST), wrong + DAY);
        assert!(!is_doubted(restarted));
        let much_later = judge(evidence(accepted, 30, wrong + DAY), wrong + 30 * DAY);
        assert!(is_doubted(much_later), "after another jump");
    }
}
