//! What a day at the desk begins with: the orders by what is to do, offers, and books in short supply.

use shop::{Closing, Command, Contact};
use store::{OrderColumn, OrderCounts, OrderFilter, OrderSearch, OrderSort};

use crate::contract::{
    harness::{ANN, BEN, DAY, DROP, Kind, MINUTE, Opening, TestShop, code, sell, shopper, slug},
    news,
    waits::{OFFER, with_a_waitlist},
};

impl TestShop {
    /// Places an order of one copy for somebody with this name.
    async fn order_for(&self, number: u8, name: &str) {
        let who = shopper(number);
        self.add(who, DROP, 1).await.unwrap();
        let placed = Command::PlaceOrder {
            shopper: who,
            code: code(number.into()),
            contact: Contact::parse(name, "+44 20 7946 0000").unwrap(),
            total: None,
            key: None,
        };
        self.submit(placed).await.unwrap();
        self.pass(MINUTE).await;
    }

    async fn make_ready(&self, bits: u64) {
        let code = code(bits);
        self.submit(Command::ReadyOrder { code }).await.unwrap();
    }

    /// The codes of the orders that are found.
    async fn found(&self, search: OrderSearch) -> Vec<u64> {
        let orders = self.store.desk_reads().orders(&search).await.unwrap();
        orders.iter().map(|order| order.code.bits()).collect()
    }
}

pub async fn open_orders_are_counted_and_listed_by_what_is_to_do(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    for number in 1..=4 {
        shop.order_for(number, "Ann").await;
    }
    shop.make_ready(2).await;
    shop.close_order(3, Closing::Collected).await.unwrap();
    let last = shop.order(4).await.collect_by;
    let of = |filter| OrderSearch {
        filter,
        limit: 10,
        ..OrderSearch::default()
    };
    assert_eq!(shop.found(of(OrderFilter::ToPrepare)).await, [1, 4]);
    assert_eq!(shop.found(of(OrderFilter::Ready)).await, [2]);
    let ending = of(OrderFilter::EndingBefore(last));
    assert_eq!(shop.found(ending).await, [1, 2]);
    let counts = async |before| {
        let reads = shop.store.desk_reads();
        reads.order_counts(before).await.unwrap()
    };
    let expected = OrderCounts {
        to_prepare: 2,
        ready: 1,
        ending: 2,
    };
    assert_eq!(counts(last).await, expected);
    assert_eq!(counts(last + MINUTE).await.ending, 3);
    shop
}

pub async fn orders_are_sorted_by_a_column_and_read_page_by_page(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 9).await;
    for (number, name) in [(1, "Cleo"), (2, "Ann"), (3, "Ben")] {
        shop.order_for(number, name).await;
    }
    shop.make_ready(1).await;
    shop.close_order(2, Closing::Collected).await.unwrap();
    let sorted = |column, is_descending| OrderSearch {
        filter: OrderFilter::All,
        sort: Some(OrderSort {
            column,
            is_descending,
        }),
        limit: 10,
        ..OrderSearch::default()
    };
    for (column, ascending) in [
        (OrderColumn::Name, [2, 3, 1]),
        (OrderColumn::Placed, [1, 2, 3]),
        (OrderColumn::CollectBy, [1, 2, 3]),
        (OrderColumn::State, [3, 1, 2]),
    ] {
        assert_eq!(
            shop.found(sorted(column, false)).await,
            ascending,
            "{column:?}"
        );
        let mut descending = ascending;
        descending.reverse();
        assert_eq!(
            shop.found(sorted(column, true)).await,
            descending,
            "{column:?}"
        );
    }
    let by_name = |skip, contact: Option<&str>| OrderSearch {
        contact: contact.map(str::to_owned),
        skip,
        limit: 1,
        ..sorted(OrderColumn::Name, false)
    };
    for (skip, found) in [(0, vec![2]), (1, vec![3]), (2, vec![1]), (3, vec![])] {
        assert_eq!(shop.found(by_name(skip, None)).await, found, "{skip}");
        assert_eq!(
            shop.found(by_name(skip, Some("7946"))).await,
            found,
            "{skip}"
        );
    }
    assert_eq!(shop.found(by_name(0, Some("cleo"))).await, [1]);
    assert_eq!(shop.found(by_name(1, Some("cleo"))).await, [0; 0]);
    shop
}

pub async fn books_are_named_and_unknown_ones_are_left_out(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    let asked = [slug(DROP), slug("no-such-book")];
    let names = shop.store.desk_reads().names(&asked).await.unwrap();
    let book = shop.store.book(&slug(DROP)).await.unwrap().book;
    assert_eq!(names.len(), 1);
    let name = &names[&slug(DROP)];
    assert_eq!((&name.title, &name.author), (&book.title, &book.author));
    assert_eq!(name.isbn, book.isbn);
    shop
}

pub async fn offers_are_listed_until_they_end(kind: Kind) -> TestShop {
    let shop = with_a_waitlist(kind).await;
    let offers = async || shop.store.desk_reads().offers(9).await.unwrap();
    assert!(offers().await.is_empty(), "a hold is not an offer");
    shop.set(ANN, DROP, 0).await.unwrap();
    let open = offers().await;
    let now = shop.store.desk_reads().now().await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].book, slug(DROP));
    assert!(open[0].until > now && open[0].until <= now + OFFER);
    shop.accept(BEN, DROP).await.unwrap();
    assert!(offers().await.is_empty(), "an accepted offer is a hold");
    shop
}

pub async fn books_in_short_supply_are_listed_if_they_are_wanted(kind: Kind) -> TestShop {
    let books = [
        ("plenty", 9),
        ("ordered", 3),
        ("unwanted", 1),
        ("waited-for", 1),
        ("counter", 3),
        ("reordered", 5),
    ];
    let shop = TestShop::open(kind, Opening::of(&books)).await;
    shop.add(ANN, "ordered", 2).await.unwrap();
    shop.add(ANN, "plenty", 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(ANN, "waited-for", 1).await.unwrap();
    shop.wait(BEN, "waited-for").await.unwrap();
    shop.submit(sell(7, &[("counter", 1)])).await.unwrap();
    let desk = shop.store.book_desk();
    let (book, olive) = (slug("reordered"), news::staff("olive"));
    desk.set_reorder_point(&book, Some(5), &olive)
        .await
        .unwrap();
    let now = shop.store.desk_reads().now().await.unwrap();
    let short = async |since, few| {
        let books = shop.store.desk_reads().short_books(since, few, 9).await;
        let books = books.unwrap().into_iter();
        let line = |one: store::ShortBook| {
            let counts = [one.available, one.ordered, one.waiting];
            (one.book.to_string(), counts)
        };
        books.map(line).collect::<Vec<_>>()
    };
    let waited_for = ("waited-for".to_owned(), [0, 0, 1]);
    let ordered = ("ordered".to_owned(), [1, 2, 0]);
    let counter = ("counter".to_owned(), [2, 1, 0]);
    let reordered = ("reordered".to_owned(), [5, 0, 0]);
    let today = now - DAY;
    assert_eq!(
        short(today, 3).await,
        [
            waited_for.clone(),
            ordered,
            counter.clone(),
            reordered.clone()
        ]
    );
    assert_eq!(
        short(today, 0).await,
        [waited_for.clone(), reordered.clone()]
    );
    assert_eq!(
        short(now + MINUTE, 3).await,
        [waited_for, reordered.clone()],
        "only orders and sales since then count"
    );
    shop.close_order(1, Closing::Cancelled).await.unwrap();
    shop.leave(BEN, "waited-for").await;
    assert_eq!(
        short(today, 3).await,
        [counter, reordered],
        "nobody wants the others any more"
    );
    shop
}
