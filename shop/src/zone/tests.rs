//! Changes of the clock, half an hour, and both sides of the date line.

use super::*;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn a_zone_is_found_by_its_name_whatever_its_case() {
    assert_eq!(zone("europe/berlin").name(), "Europe/Berlin");
    assert_eq!(zone("utc"), Zone::default());
    for unknown in [
        "",
        "Berlin",
        "Mars/Olympus",
        "+01:00",
        "Etc/Unknown",
        "欧洲",
    ] {
        assert_eq!(unknown.parse::<Zone>(), Err(UnknownZone), "{unknown:?}");
    }
    let names = Zone::names();
    for name in ["Asia/Shanghai", "Europe/Berlin", "Pacific/Auckland"] {
        assert!(names.iter().any(|known| known == name), "{name}");
    }
    assert!(names.is_sorted());
}

#[test]
fn a_clock_shows_the_time_of_its_zone() {
    for (name, moment, wall, label) in [
        ("UTC", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z", "UTC"),
        (
            "Europe/Berlin",
            "2026-07-01T12:00:00Z",
            "2026-07-01T14:00:00Z",
            "CEST",
        ),
        (
            "Europe/Berlin",
            "2026-12-01T12:00:00Z",
            "2026-12-01T13:00:00Z",
            "CET",
        ),
        (
            "Asia/Kolkata",
            "2026-12-01T18:30:00Z",
            "2026-12-02T00:00:00Z",
            "IST",
        ),
        (
            "Asia/Kathmandu",
            "2026-12-01T12:00:00Z",
            "2026-12-01T17:45:00Z",
            "UTC+05:45",
        ),
        (
            "America/Sao_Paulo",
            "2026-12-01T12:00:00Z",
            "2026-12-01T09:00:00Z",
            "UTC−03:00",
        ),
        (
            "Asia/Shanghai",
            "2026-11-20T16:30:00Z",
            "2026-11-21T00:30:00Z",
            "CST",
        ),
        (
            "Pacific/Auckland",
            "2026-12-31T11:30:00Z",
            "2027-01-01T00:30:00Z",
            "NZDT",
        ),
        (
            "Pacific/Honolulu",
            "2027-01-01T09:30:00Z",
            "2026-12-31T23:30:00Z",
            "HST",
        ),
    ] {
        let zone = zone(name);
        let moment = at(moment);
        assert_eq!(zone.wall(moment), at(wall), "{name}");
        assert_eq!(zone.label(moment), label, "{name}");
        assert_eq!(zone.instant(at(wall)), moment, "{name}");
    }
}

#[test]
fn a_skipped_hour_is_moved_on_and_a_repeated_one_is_the_first() {
    let berlin = zone("Europe/Berlin");
    for (wall, moment) in [
        // On 29 March 2026, clocks are set from 02:00 to 03:00.
        ("2026-03-29T01:59:59Z", "2026-03-29T00:59:59Z"),
        ("2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T03:00:00Z", "2026-03-29T01:00:00Z"),
        // On 25 October 2026, they are set from 03:00 back to 02:00.
        ("2026-10-25T01:59:59Z", "2026-10-24T23:59:59Z"),
        ("2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"),
    ] {
        assert_eq!(berlin.instant(at(wall)), at(moment), "{wall}");
    }
    // Both moments at which clocks show 02:30.
    for (moment, label) in [
        ("2026-10-25T00:30:00Z", "CEST"),
        ("2026-10-25T01:30:00Z", "CET"),
    ] {
        assert_eq!(berlin.wall(at(moment)), at("2026-10-25T02:30:00Z"));
        assert_eq!(berlin.label(at(moment)), label);
    }
}

#[test]
fn a_day_lasts_from_midnight_to_midnight() {
    for (name, moment, date, starts, ends) in [
        (
            "Europe/Berlin",
            "2026-03-29T10:00:00Z",
            "2026-03-29",
            "2026-03-28T23:00:00Z",
            "2026-03-29T22:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-10-25T10:00:00Z",
            "2026-10-25",
            "2026-10-24T22:00:00Z",
            "2026-10-25T23:00:00Z",
        ),
        (
            "Asia/Kolkata",
            "2026-11-20T19:00:00Z",
            "2026-11-21",
            "2026-11-20T18:30:00Z",
            "2026-11-21T18:30:00Z",
        ),
        (
            "Pacific/Auckland",
            "2026-11-21T12:00:00Z",
            "2026-11-22",
            "2026-11-21T11:00:00Z",
            "2026-11-22T11:00:00Z",
        ),
        (
            "Pacific/Honolulu",
            "2026-11-21T09:00:00Z",
            "2026-11-20",
            "2026-11-20T10:00:00Z",
            "2026-11-21T10:00:00Z",
        ),
        // There, clocks are set forward at midnight.
        (
            "Africa/Cairo",
            "2026-04-24T10:00:00Z",
            "2026-04-24",
            "2026-04-23T22:00:00Z",
            "2026-04-24T21:00:00Z",
        ),
    ] {
        let (zone, moment) = (zone(name), at(moment));
        assert_eq!(zone.date(moment), date, "{name}");
        assert_eq!(zone.start_of_day(moment), at(starts), "{name}");
        assert_eq!(zone.next_day(moment), at(ends), "{name}");
    }
}

#[test]
fn a_part_of_a_zone_is_right_for_its_time_and_is_read_as_it_is_written() {
    let berlin = zone("Europe/Berlin");
    let (from, until) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    let part = berlin.between(from, until);
    assert_eq!(part.offsets().len(), 3);
    for hours in 0..365 * 24 {
        let moment = from + Duration::from_secs(hours * 60 * 60);
        assert_eq!(part.wall(moment), berlin.wall(moment));
        assert_eq!(part.instant(moment), berlin.instant(moment));
    }
    let written = serde_json::to_string(&part).unwrap();
    assert_eq!(Zone::from_text(&written), Some(part));
    assert_eq!(berlin.between(until, from).offsets().len(), 1);
}

#[test]
fn every_zone_can_be_named_and_its_times_are_found_again() {
    for name in Zone::names() {
        let zone = zone(name);
        assert!(
            zone.offsets().is_sorted_by_key(|offset| offset.from),
            "{name}"
        );
        for days in 0..400 {
            let moment = at("2026-01-01T00:00:00Z") + Duration::from_secs(days * 90_000);
            let found = zone.instant(zone.wall(moment));
            assert_eq!(zone.wall(found), zone.wall(moment), "{name}");
        }
    }
}
