//! Periods by name and with dates, and queries that are refused.

use super::*;

fn parse(parts: &[(&'static str, &str)]) -> Result<FiguresQuery, InvalidFiguresQuery> {
    FiguresQuery::parse(
        parts
            .iter()
            .map(|&(name, value)| (name.into(), value.to_owned().into())),
        &Zone::default(),
    )
}

fn period(parts: &[(&'static str, &str)]) -> Result<[String; 2], InvalidFiguresQuery> {
    let now = "2026-11-21T18:00:00Z".parse().unwrap();
    let Period { from, until } = parse(parts)?.period(now, &Zone::default())?;
    Ok([from.to_string(), until.to_string()])
}

#[test]
fn a_named_period_lasts_until_the_end_of_today() {
    for (name, from) in [
        ("", "2026-11-01T00:00:00Z"),
        ("week", "2026-11-16T00:00:00Z"),
        ("month", "2026-11-01T00:00:00Z"),
        ("year", "2026-01-01T00:00:00Z"),
    ] {
        let expected = [from, "2026-11-22T00:00:00Z"].map(str::to_owned);
        assert_eq!(period(&[("period", name)]), Ok(expected), "{name}");
    }
}

#[test]
fn a_named_period_is_one_of_the_shops_time_zone() {
    // There it is Monday, 1 December 2025, an hour after midnight.
    let now = "2025-11-30T12:00:00Z".parse().unwrap();
    let auckland = "Pacific/Auckland".parse().unwrap();
    for (name, from) in [
        ("week", "2025-11-30T11:00:00Z"),
        ("month", "2025-11-30T11:00:00Z"),
        ("year", "2024-12-31T11:00:00Z"),
    ] {
        let query = parse(&[("period", name)]).unwrap();
        let Period {
            from: starts,
            until,
        } = query.period(now, &auckland).unwrap();
        assert_eq!(starts.to_string(), from, "{name}");
        assert_eq!(until.to_string(), "2025-12-01T11:00:00Z", "{name}");
    }
}

#[test]
fn a_period_with_dates_includes_its_last_day() {
    let dates = period(&[("from", "2026-02-28"), ("until", "2026-03-01")]);
    let expected = ["2026-02-28T00:00:00Z", "2026-03-02T00:00:00Z"].map(str::to_owned);
    assert_eq!(dates, Ok(expected));
    let open = period(&[("period", "week"), ("from", "2026-11-20")]);
    let expected = ["2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"].map(str::to_owned);
    assert_eq!(open, Ok(expected));
}

#[test]
fn a_query_is_read_back_from_its_parameters() {
    let parts = [
        ("from", "2026-11-01"),
        ("until", "2026-11-02T18:30"),
        ("step", "week"),
        ("sort", "money"),
        ("way", "up"),
    ];
    let query = parse(&parts).unwrap();
    let written = query.pairs().into_iter().chain(order_pairs(query.order));
    let written: Vec<_> = written.collect();
    assert_eq!(written, parts.map(|(name, value)| (name, value.to_owned())));
}

#[test]
fn a_title_is_sorted_from_a_and_a_number_from_the_highest() {
    for (column, is_descending) in [("title", false), ("copies", true), ("money", true)] {
        let order = parse(&[("sort", column)]).unwrap().order;
        assert_eq!(order.is_descending, is_descending, "{column}");
    }
    assert_eq!(parse(&[]), Ok(FiguresQuery::default()));
}

#[test]
fn an_invalid_query_is_refused() {
    for (parts, wrong) in [
        (&[("period", "decade")][..], InvalidFiguresQuery::Period),
        (&[("from", "yesterday")][..], InvalidFiguresQuery::Moment),
        (&[("until", "2026-02-30")][..], InvalidFiguresQuery::Moment),
        (&[("step", "hour")][..], InvalidFiguresQuery::Step),
        (&[("sort", "author")][..], InvalidFiguresQuery::Sort),
        (&[("way", "left")][..], InvalidFiguresQuery::Sort),
        (&[("page", "0")][..], InvalidFiguresQuery::Page),
        (&[("page", "-1")][..], InvalidFiguresQuery::Page),
        (&[("until", "2026-11-20")][..], InvalidFiguresQuery::NoStart),
        (
            &[("from", "2026-11-22")][..],
            InvalidFiguresQuery::EndsFirst,
        ),
        (
            &[("from", "2026-11-20"), ("until", "2026-11-19")][..],
            InvalidFiguresQuery::EndsFirst,
        ),
        (&[("from", "2016-11-01")][..], InvalidFiguresQuery::TooLong),
    ] {
        assert_eq!(period(parts), Err(wrong), "{parts:?}");
        let [english, chinese] = Language::ALL.map(|language| wrong.sentence(language));
        assert_ne!(english, chinese);
    }
}
