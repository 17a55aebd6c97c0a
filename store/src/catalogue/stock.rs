//! The desk's list of stock: the books that match a search, sorted by a column.

use shop::{Browse, Sort};

use super::{Catalogue, run_blocking, sql, with_levels};
use crate::{CataloguePage, Feed, StoreError, sql::Backend};

/// A column of the list of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockColumn {
    /// The title, without a leading “The”, “A” or “An”.
    Title,
    /// The price.
    Price,
    /// Copies physically in the shop.
    OnHand,
    /// Copies in carts and offers.
    Held,
    /// Copies in open orders.
    Allocated,
    /// Copies available.
    Available,
}

/// The order of the list of stock. Books with the same count are in catalogue order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockOrder {
    /// The column.
    pub column: StockColumn,
    /// Whether the highest comes first.
    pub is_descending: bool,
}

/// A count of copies, which only the database knows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Count {
    OnHand,
    Held,
    Allocated,
    Available,
}

/// What a list is sorted by.
enum Key {
    /// What the index knows: a sort order, and whether it is reversed.
    Indexed(Sort, bool),
    Counted(Count),
}

impl StockOrder {
    fn key(self) -> Key {
        match (self.column, self.is_descending) {
            (StockColumn::Title, reversed) => Key::Indexed(Sort::Title, reversed),
            (StockColumn::Price, false) => Key::Indexed(Sort::PriceUp, false),
            (StockColumn::Price, true) => Key::Indexed(Sort::PriceDown, false),
            (StockColumn::OnHand, _) => Key::Counted(Count::OnHand),
            (StockColumn::Held, _) => Key::Counted(Count::Held),
            (StockColumn::Allocated, _) => Key::Counted(Count::Allocated),
            (StockColumn::Available, _) => Key::Counted(Count::Available),
        }
    }
}

impl Catalogue {
    /// A page of the list of stock as it is now. The request's own order and filter are ignored.
    pub(crate) async fn stock_page(
        &self,
        backend: &impl Backend,
        feed: &Feed,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError> {
        let (ids, index) = match order.key() {
            Key::Counted(count) => {
                let ids = sql::by_count(backend, count, order.is_descending).await?;
                (ids, self.index(backend, feed).await?)
            }
            Key::Indexed(sort, is_reversed) => {
                let index = self.index(backend, feed).await?;
                (index.ids_by(sort, is_reversed), index)
            }
        };
        let request = request.clone();
        // A search takes milliseconds, too long for an async thread.
        let page = run_blocking(move || index.page_among(&request, &ids)).await?;
        with_levels(backend, page).await
    }
}
