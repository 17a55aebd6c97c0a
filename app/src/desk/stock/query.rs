//! The list of stock that an address asks for: a search, its order, and the page.

use shop::{Browse, PageNumber};
use store::{StockColumn, StockOrder};

use crate::{desk::sort_heading::direction, layout::query::to_query};

/// A list of stock, as parameters of an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct StockQuery {
    pub(super) browse: Browse,
    /// `None` is the order of a search: the best match first.
    pub(super) order: Option<StockOrder>,
}

impl StockQuery {
    /// Reads the parameters of an address. Invalid values become the defaults.
    pub(super) fn read(part: impl Fn(&str) -> String) -> Self {
        let order = column(&part("sort")).map(|column| StockOrder {
            column,
            is_descending: part("dir") == direction(true),
        });
        Self {
            browse: Browse::from_query(&part("q"), "", "", &part("page")),
            order,
        }
    }

    /// The address of the list.
    pub(super) fn address(&self) -> String {
        let mut pairs = self.browse.parts();
        if let Some(order) = self.order {
            pairs.push(("sort", column_word(order.column).to_owned()));
            pairs.push(("dir", direction(order.is_descending).to_owned()));
        }
        match pairs.is_empty() {
            true => "/desk/stock".to_owned(),
            false => format!("/desk/stock?{}", to_query(pairs)),
        }
    }

    /// Whether the list is sorted by a column: `Some(true)` if the highest comes first.
    pub(super) fn sorted_by(&self, column: StockColumn) -> Option<bool> {
        let order = self.order.filter(|order| order.column == column)?;
        Some(order.is_descending)
    }

    /// The first page of the same list, sorted by a column, or the other way if it is already.
    pub(super) fn by(&self, column: StockColumn) -> Self {
        let is_descending = self.sorted_by(column).is_some_and(|descending| !descending);
        Self {
            browse: self.browse.on_page(PageNumber::FIRST),
            order: Some(StockOrder {
                column,
                is_descending,
            }),
        }
    }

    /// Another page of the same list.
    pub(super) fn on_page(&self, page: PageNumber) -> Self {
        Self {
            browse: self.browse.on_page(page),
            order: self.order,
        }
    }
}

const COLUMNS: [StockColumn; 6] = [
    StockColumn::Title,
    StockColumn::Price,
    StockColumn::OnHand,
    StockColumn::Held,
    StockColumn::Allocated,
    StockColumn::Available,
];

fn column(word: &str) -> Option<StockColumn> {
    COLUMNS.into_iter().find(|one| column_word(*one) == word)
}

/// The value of `sort` in an address.
pub(super) const fn column_word(column: StockColumn) -> &'static str {
    match column {
        StockColumn::Title => "title",
        StockColumn::Price => "price",
        StockColumn::OnHand => "on-hand",
        StockColumn::Held => "in-carts",
        StockColumn::Allocated => "in-orders",
        StockColumn::Available => "available",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[(&str, &str)]) -> StockQuery {
        StockQuery::read(|name| {
            let found = parts.iter().find(|(known, _)| *known == name);
            found.map_or(String::new(), |(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_is_read_back() {
        let query = read(&[
            ("q", "night"),
            ("sort", "on-hand"),
            ("dir", "desc"),
            ("page", "2"),
        ]);
        assert_eq!(
            query.address(),
            "/desk/stock?q=night&page=2&sort=on-hand&dir=desc"
        );
        for column in COLUMNS {
            let query = read(&[("sort", column_word(column))]);
            assert_eq!(query.sorted_by(column), Some(false));
        }
        assert_eq!(read(&[("sort", "author")]).address(), "/desk/stock");
    }

    #[test]
    fn a_heading_sorts_and_then_turns_the_order_round() {
        let query = read(&[("q", "night"), ("page", "2")]);
        let by_price = query.by(StockColumn::Price);
        assert_eq!(by_price.sorted_by(StockColumn::Price), Some(false));
        assert_eq!(by_price.browse.page, PageNumber::FIRST);
        assert_eq!(by_price.browse.query, query.browse.query);
        let turned = by_price.by(StockColumn::Price);
        assert_eq!(turned.sorted_by(StockColumn::Price), Some(true));
        assert_eq!(turned.on_page(PageNumber::new(3)).order, turned.order);
    }
}
