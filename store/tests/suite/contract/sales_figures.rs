//! The sales figures, after a known history of orders at known times.

use std::{slice, time::Duration};

use shop::{Closing, Command, MovementKind, OrderState, Price, ShopperId, Timestamp, Zone};
use store::{
    Period, SalesFigures, SalesStep, SoldBook, SoldBooks, SoldColumn, SoldInStep, SoldOrder,
    UncollectedBook,
};

use crate::contract::harness::{self, ANN, BEN, DAY, Kind, Opening, TestShop, slug, take_return};

const MILLISECOND: Duration = Duration::from_millis(1);

/// A shop with a history, and the moments in it.
struct History {
    shop: TestShop,
    /// The shop opened, on a Tuesday.
    opened: Timestamp,
    /// The midnight after. Something was sold in the millisecond before, at this moment, and exactly
    /// one day later.
    midnight: Timestamp,
    /// Everything that happened.
    whole: Period,
}

impl History {
    fn figures(&self) -> &dyn SalesFigures {
        &**self.shop.store.sales_figures()
    }
}

async fn history(kind: Kind) -> History {
    let mut opening = Opening::of(&[("alpha", 20), ("beta", 20), ("gamma", 5)]);
    for (book, (title, cents)) in
        opening
            .books
            .iter_mut()
            .zip([("Alpha", 1_000), ("Beta", 300), ("Gamma", 700)])
    {
        (book.title, book.price_cents) = (title, cents);
    }
    let shop = TestShop::open(kind, opening).await;
    let opened = shop.store.desk_reads().now().await.unwrap();
    let midnight = SalesStep::Day.start_of(opened, &Zone::default()) + DAY;
    shop.pass(midnight.since(opened) - MILLISECOND).await;
    sell(&shop, 1, &[("alpha", 2)]).await;
    shop.pass(MILLISECOND).await;
    sell(&shop, 2, &[("alpha", 1), ("beta", 3)]).await;
    shop.pass(DAY).await;
    reserve(&shop, ANN, 3, &[("beta", 2)]).await;
    shop.close_order(3, Closing::Cancelled).await.unwrap();
    reserve(&shop, BEN, 4, &[("alpha", 4), ("gamma", 1)]).await;
    let price = Price::from_cents(1_500);
    let book = slug("alpha");
    let priced = Command::SetPrice { book, price };
    shop.submit(priced).await.unwrap();
    sell(&shop, 5, &[("alpha", 1)]).await;
    shop.pass(8 * DAY).await;
    shop.until("nobody has collected it", async |shop| {
        shop.order(4).await.state == OrderState::Overdue
    })
    .await;
    sell(&shop, 6, &[("beta", 2)]).await;
    // This one is still open.
    reserve(&shop, ANN, 7, &[("gamma", 1)]).await;
    let whole = Period {
        from: opened,
        until: midnight + 10 * DAY,
    };
    History {
        shop,
        opened,
        midnight,
        whole,
    }
}

async fn reserve(shop: &TestShop, who: ShopperId, bits: u64, lines: &[(&str, u32)]) {
    for &(book, copies) in lines {
        shop.add(who, book, copies).await.unwrap();
    }
    shop.place(who, bits).await.unwrap();
}

async fn sell(shop: &TestShop, bits: u64, lines: &[(&str, u32)]) {
    reserve(shop, ANN, bits, lines).await;
    shop.close_order(bits, Closing::Collected).await.unwrap();
}

pub async fn what_was_sold_is_counted_by_day_and_by_week(kind: Kind) -> TestShop {
    let history = history(kind).await;
    let utc = Zone::default();
    let sold = async |period, step| {
        let figures = history.figures();
        figures.sold_over_time(period, step, &utc).await.unwrap()
    };
    let step = |start, copies, cents| SoldInStep {
        start,
        copies,
        cents,
    };
    let (midnight, whole) = (history.midnight, history.whole);
    let days = [
        step(midnight - DAY, 2, 2_000),
        step(midnight, 4, 1_900),
        step(midnight + DAY, 1, 1_500),
        step(midnight + 9 * DAY, 2, 600),
    ];
    assert_eq!(sold(whole, SalesStep::Day).await, days);
    let monday = midnight - 2 * DAY;
    let weeks = [step(monday, 7, 5_400), step(monday + 7 * DAY, 2, 600)];
    assert_eq!(sold(whole, SalesStep::Week).await, weeks);

    // A period begins with its first moment, and ends before its last.
    let day = Period {
        from: midnight,
        until: midnight + DAY,
    };
    assert_eq!(sold(day, SalesStep::Day).await, days[1..2]);
    let week = [step(monday, 4, 1_900)];
    assert_eq!(sold(day, SalesStep::Week).await, week);
    let wider = Period {
        from: midnight - MILLISECOND,
        until: midnight + DAY + MILLISECOND,
    };
    assert_eq!(sold(wider, SalesStep::Day).await, days[..3]);
    let later = Period {
        from: whole.until,
        until: whole.until + DAY,
    };
    assert_eq!(sold(later, SalesStep::Day).await, []);
    history.shop
}

/// The shop opened on a Tuesday in UTC. A millisecond before its midnight it is Tuesday evening in
/// Honolulu, and Wednesday morning in Kolkata.
pub async fn what_was_sold_is_counted_by_the_days_of_a_time_zone(kind: Kind) -> TestShop {
    let history = history(kind).await;
    for (name, sold_at_midnight) in [("Pacific/Honolulu", 6), ("Asia/Kolkata", 6), ("UTC", 2)] {
        let zone: Zone = name.parse().unwrap();
        let figures = history.figures();
        for step in [SalesStep::Day, SalesStep::Week] {
            let steps = figures.sold_over_time(history.whole, step, &zone);
            let steps = steps.await.unwrap();
            for one in &steps {
                assert_eq!(step.start_of(one.start, &zone), one.start, "{name}");
            }
            let copies: i64 = steps.iter().map(|one| one.copies).sum();
            assert_eq!(copies, 9, "{name}");
        }
        let days = figures.sold_over_time(history.whole, SalesStep::Day, &zone);
        let days = days.await.unwrap();
        assert_eq!(days[0].copies, sold_at_midnight, "{name}");
    }
    history.shop
}

pub async fn what_was_sold_is_counted_by_book_as_in_the_ledger(kind: Kind) -> TestShop {
    let history = history(kind).await;
    let sold = async |column, is_descending, skip, most| {
        let order = SoldOrder {
            column,
            is_descending,
        };
        let figures = history.figures();
        let sold = figures.sold_by_book(history.whole, order, skip, most);
        sold.await.unwrap()
    };
    let book = |name, title: &str, copies, cents| SoldBook {
        book: slug(name),
        title: title.to_owned(),
        copies,
        cents,
    };
    let (alpha, beta) = (
        book("alpha", "Alpha", 4, 4_500),
        book("beta", "Beta", 5, 1_500),
    );
    for (column, is_descending, books) in [
        (SoldColumn::Copies, true, [&beta, &alpha]),
        (SoldColumn::Copies, false, [&alpha, &beta]),
        (SoldColumn::Money, true, [&alpha, &beta]),
        (SoldColumn::Money, false, [&beta, &alpha]),
        (SoldColumn::Title, true, [&beta, &alpha]),
        (SoldColumn::Title, false, [&alpha, &beta]),
    ] {
        let expected = SoldBooks {
            books: books.map(Clone::clone).to_vec(),
            titles: 2,
            cents: 6_000,
        };
        let found = sold(column, is_descending, 0, 10).await;
        assert_eq!(found, expected, "{column:?}, descending: {is_descending}");
    }
    let second = SoldBooks {
        books: vec![alpha.clone()],
        titles: 2,
        cents: 6_000,
    };
    assert_eq!(sold(SoldColumn::Copies, true, 1, 1).await, second);
    let none = sold(SoldColumn::Copies, true, 2, 1).await;
    assert_eq!(none, SoldBooks::default());

    for one in [alpha, beta] {
        let movements = history.shop.premises.ledger(&one.book).await;
        let collected = movements
            .iter()
            .filter(|movement| movement.kind == MovementKind::Collected);
        let copies: i64 = collected.map(|movement| -movement.on_hand).sum();
        assert_eq!(one.copies, copies, "{}", one.book);
    }
    history.shop
}

pub async fn copies_that_were_not_collected_are_counted_by_book(kind: Kind) -> TestShop {
    let history = history(kind).await;
    let uncollected = async |period, most| {
        let figures = history.figures();
        figures.uncollected(period, most).await.unwrap()
    };
    let book = |name, title: &str, overdue, cancelled| UncollectedBook {
        book: slug(name),
        title: title.to_owned(),
        orders: 1,
        overdue,
        cancelled,
    };
    let all = [
        book("alpha", "Alpha", 4, 0),
        book("beta", "Beta", 0, 2),
        book("gamma", "Gamma", 1, 0),
    ];
    assert_eq!(uncollected(history.whole, 10).await, all);
    assert_eq!(uncollected(history.whole, 1).await, all[..1]);

    let cancelled_at = history.midnight + DAY;
    let before = Period {
        from: history.opened,
        until: cancelled_at,
    };
    assert_eq!(uncollected(before, 10).await, []);
    let moment = Period {
        from: cancelled_at,
        until: cancelled_at + MILLISECOND,
    };
    assert_eq!(uncollected(moment, 10).await, all[1..2]);
    history.shop
}

pub async fn books_in_stock_of_which_none_was_sold_lie_idle(kind: Kind) -> TestShop {
    let history = history(kind).await;
    let idle = async |since, most| {
        let found = history.figures().idle(since, most).await.unwrap();
        let found = found.into_iter();
        let found = found.map(|one| (one.book.to_string(), one.on_hand, one.last_sold));
        found.collect::<Vec<_>>()
    };
    let last_sale = history.midnight + DAY;
    let alpha = ("alpha".to_owned(), 16, Some(last_sale));
    let gamma = ("gamma".to_owned(), 5, None);
    assert_eq!(
        idle(history.opened, 10).await,
        [],
        "no book came in before the shop opened"
    );
    let since = history.opened + MILLISECOND;
    assert_eq!(idle(since, 10).await, slice::from_ref(&gamma));
    assert_eq!(idle(last_sale, 10).await, slice::from_ref(&gamma));
    let since = last_sale + MILLISECOND;
    assert_eq!(idle(since, 10).await, [alpha.clone(), gamma]);
    assert_eq!(idle(since, 1).await, slice::from_ref(&alpha));

    let withdraw = Command::Withdraw {
        book: slug("gamma"),
        withdrawn: true,
        reason: "misprinted".parse().unwrap(),
    };
    history.shop.submit(withdraw).await.unwrap();
    assert_eq!(idle(since, 10).await, [alpha]);
    history.shop
}

pub async fn counter_sales_count_less_what_came_back(kind: Kind) -> TestShop {
    let history = history(kind).await;
    let shop = &history.shop;
    // The last sale was at this moment.
    shop.pass(MILLISECOND).await;
    let from = shop.store.desk_reads().now().await.unwrap();
    let day = Period {
        from,
        until: from + DAY,
    };
    let lines = [("alpha", 1), ("gamma", 2)];
    shop.submit(harness::sell(21, &lines)).await.unwrap();
    let mut cheaper = take_return(22, "gamma", 1, false);
    if let Command::TakeReturn { refund, .. } = &mut cheaper {
        *refund = Some(Price::from_cents(600));
    }
    shop.submit(cheaper).await.unwrap();
    // More came back than was sold, and what was sold came back.
    let beta = take_return(23, "beta", 2, true);
    shop.submit(beta).await.unwrap();
    shop.submit(take_return(24, "alpha", 1, false))
        .await
        .unwrap();

    let figures = history.figures();
    let order = SoldOrder::default();
    let sold = figures.sold_by_book(day, order, 0, 10).await.unwrap();
    let rows = sold.books.iter();
    let rows: Vec<_> = rows
        .map(|one| (one.book.as_str(), one.copies, one.cents))
        .collect();
    assert_eq!(rows, [("gamma", 1, 800), ("beta", -2, -600)]);
    assert_eq!((sold.titles, sold.cents), (2, 200));
    let utc = Zone::default();
    let steps = figures.sold_over_time(day, SalesStep::Day, &utc);
    let steps = steps.await.unwrap();
    let copies: i64 = steps.iter().map(|step| step.copies).sum();
    let cents: i64 = steps.iter().map(|step| step.cents).sum();
    assert_eq!((copies, cents), (-1, 200));

    // A copy that was sold at the counter was sold.
    let idle = figures.idle(from, 10).await.unwrap();
    let idle: Vec<&str> = idle.iter().map(|one| one.book.as_str()).collect();
    assert_eq!(idle, ["beta"]);
    history.shop
}
