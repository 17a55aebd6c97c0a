//! The list of orders that an address asks for: which orders, in which order, and which page.

use shop::{Language, Timestamp, Zone};
use store::{OrderColumn, OrderFilter, OrderSort};

use crate::{desk::sort_heading::direction, layout::query::to_query};

/// Which orders a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::desk) enum Which {
    /// All that are not collected yet.
    #[default]
    Open,
    /// Those that are not ready yet.
    ToPrepare,
    /// Those that are ready to collect.
    Ready,
    /// Those that end today or tomorrow if they are not collected.
    Ending,
    /// Those placed or closed today.
    Today,
    /// Those that were not collected in time.
    Overdue,
    /// Every order.
    All,
}

impl Which {
    /// In the order of the choice.
    pub(super) const ALL: [Self; 7] = [
        Self::Open,
        Self::ToPrepare,
        Self::Ready,
        Self::Ending,
        Self::Today,
        Self::Overdue,
        Self::All,
    ];

    /// The value of `of` in an address.
    pub(in crate::desk) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToPrepare => "prepare",
            Self::Ready => "ready",
            Self::Ending => "ending",
            Self::Today => "today",
            Self::Overdue => "overdue",
            Self::All => "all",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.word() == word)
    }

    /// The words of the choice.
    pub(super) fn words(self, language: Language, zone: &Zone) -> String {
        let zone = zone.name().to_owned();
        let words = match self {
            Self::Open => say!(language, desk.of_open),
            Self::ToPrepare => say!(language, desk.of_prepare),
            Self::Ready => say!(language, desk.of_ready),
            Self::Ending => return say!(language, desk.of_ending, zone),
            Self::Today => return say!(language, desk.of_today, zone),
            Self::Overdue => say!(language, desk.of_overdue),
            Self::All => say!(language, desk.of_all),
        };
        words.to_owned()
    }

    /// The filter of the store. Days are those of the zone.
    pub(in crate::desk) fn filter(self, now: Timestamp, zone: &Zone) -> OrderFilter {
        match self {
            Self::Open => OrderFilter::Open,
            Self::ToPrepare => OrderFilter::ToPrepare,
            Self::Ready => OrderFilter::Ready,
            Self::Ending => OrderFilter::EndingBefore(end_of_tomorrow(now, zone)),
            Self::Today => OrderFilter::Since(zone.start_of_day(now)),
            Self::Overdue => OrderFilter::Overdue,
            Self::All => OrderFilter::All,
        }
    }

    /// Whether an open order stays in the list once it is ready.
    pub(super) const fn keeps_ready(self) -> bool {
        !matches!(self, Self::ToPrepare)
    }

    /// Whether an order stays in the list once it is collected.
    pub(super) const fn keeps_collected(self) -> bool {
        matches!(self, Self::Today | Self::All)
    }
}

/// The midnight at which tomorrow ends in the zone.
pub(in crate::desk) fn end_of_tomorrow(now: Timestamp, zone: &Zone) -> Timestamp {
    zone.next_day(zone.next_day(now))
}

/// A list of orders, as parameters of an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct OrdersQuery {
    pub(super) which: Which,
    pub(super) search_text: String,
    /// `None` is the order of the choice.
    pub(super) sort: Option<OrderSort>,
    /// The page, counted from 0.
    pub(super) page: u32,
}

impl OrdersQuery {
    /// Reads the parameters of an address. Invalid values become the defaults.
    pub(super) fn read(part: impl Fn(&str) -> String) -> Self {
        let search_text = part("q").trim().to_owned();
        let which = match part("of").as_str() {
            "" if !search_text.is_empty() => Which::All,
            word => Which::parse(word).unwrap_or_default(),
        };
        let sort = column(&part("sort")).map(|column| OrderSort {
            column,
            is_descending: part("dir") == direction(true),
        });
        let page = part("page").parse::<u32>().unwrap_or_default();
        Self {
            which,
            search_text,
            sort,
            page: page.saturating_sub(1),
        }
    }

    /// The address of the list.
    pub(super) fn address(&self) -> String {
        let mut pairs = vec![("of", self.which.word().to_owned())];
        if !self.search_text.is_empty() {
            pairs.push(("q", self.search_text.clone()));
        }
        if let Some(sort) = self.sort {
            pairs.push(("sort", column_word(sort.column).to_owned()));
            pairs.push(("dir", direction(sort.is_descending).to_owned()));
        }
        if self.page > 0 {
            pairs.push(("page", (u64::from(self.page) + 1).to_string()));
        }
        format!("/desk/orders?{}", to_query(pairs))
    }

    /// Whether the list is sorted by a column: `Some(true)` if the highest comes first.
    pub(super) fn sorted_by(&self, column: OrderColumn) -> Option<bool> {
        let sort = self.sort.filter(|sort| sort.column == column)?;
        Some(sort.is_descending)
    }

    /// The first page of the same list, sorted by a column, or the other way if it is already.
    pub(super) fn by(&self, column: OrderColumn) -> Self {
        let is_descending = match self.sorted_by(column) {
            Some(is_descending) => !is_descending,
            // The newest orders are looked for most.
            None => column == OrderColumn::Placed,
        };
        Self {
            sort: Some(OrderSort {
                column,
                is_descending,
            }),
            page: 0,
            ..self.clone()
        }
    }

    /// Another page of the same list.
    pub(super) fn on_page(&self, page: u32) -> Self {
        Self {
            page,
            ..self.clone()
        }
    }
}

const COLUMNS: [OrderColumn; 4] = [
    OrderColumn::Name,
    OrderColumn::Placed,
    OrderColumn::CollectBy,
    OrderColumn::State,
];

fn column(word: &str) -> Option<OrderColumn> {
    COLUMNS.into_iter().find(|one| column_word(*one) == word)
}

/// The value of `sort` in an address.
pub(super) const fn column_word(column: OrderColumn) -> &'static str {
    match column {
        OrderColumn::Name => "name",
        OrderColumn::Placed => "placed",
        OrderColumn::CollectBy => "collect-by",
        OrderColumn::State => "state",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[(&str, &str)]) -> OrdersQuery {
        OrdersQuery::read(|name| {
            let found = parts.iter().find(|(known, _)| *known == name);
            found.map_or(String::new(), |(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_is_read_back() {
        let parts = [
            ("of", "ready"),
            ("q", "Ann & Ben"),
            ("sort", "collect-by"),
            ("dir", "desc"),
            ("page", "3"),
        ];
        let query = read(&parts);
        assert_eq!((query.which, query.page), (Which::Ready, 2));
        assert_eq!(
            query.address(),
            "/desk/orders?of=ready&q=Ann%20%26%20Ben&sort=collect-by&dir=desc&page=3"
        );
        for which in Which::ALL {
            assert_eq!(read(&[("of", which.word())]).which, which);
        }
    }

    #[test]
    fn invalid_values_become_the_defaults() {
        let parts = [("of", "'"), ("sort", "1"), ("dir", "up"), ("page", "-1")];
        assert_eq!(read(&parts), OrdersQuery::default());
        assert_eq!(read(&[("page", "0")]), OrdersQuery::default());
    }

    #[test]
    fn a_search_without_a_choice_is_among_all_orders() {
        assert_eq!(read(&[("q", " ann ")]).which, Which::All);
        assert_eq!(read(&[("q", "ann"), ("of", "open")]).which, Which::Open);
    }

    #[test]
    fn a_heading_sorts_and_then_turns_the_order_round() {
        let query = read(&[("of", "all"), ("page", "2")]);
        let by_name = query.by(OrderColumn::Name);
        assert_eq!(by_name.sorted_by(OrderColumn::Name), Some(false));
        assert_eq!((by_name.which, by_name.page), (Which::All, 0));
        let turned = by_name.by(OrderColumn::Name);
        assert_eq!(turned.sorted_by(OrderColumn::Name), Some(true));
        let newest = turned.by(OrderColumn::Placed);
        assert_eq!(newest.sorted_by(OrderColumn::Placed), Some(true));
        assert_eq!(newest.sorted_by(OrderColumn::Name), None);
    }

    #[test]
    fn tomorrow_ends_at_the_second_midnight() {
        let at: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
        let end: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        assert_eq!(end_of_tomorrow(at, &Zone::default()), end);
    }
}
