//! Sales and returns at the counter.

use futures_util::future::join_all;
use shop::{
    Basket, BasketLine, Command, Done, Isbn, OrderLine, Price, Quantity, Receipt, ReceiptCode,
    ReceiptKind, Refusal,
};

use crate::contract::harness::{
    ANN, BEN, DROP, Kind, Opening, TestShop, sell, shopper, slug, take_return,
};

const OTHER: &str = "other";

/// A shop with two books at prices of their own.
async fn with_two_books(kind: Kind, copies: [u32; 2]) -> TestShop {
    let mut opening = Opening::of(&[(DROP, copies[0]), (OTHER, copies[1])]);
    for (book, (title, cents)) in opening
        .books
        .iter_mut()
        .zip([("Drop", 2_000), ("Another", 300)])
    {
        (book.title, book.price_cents) = (title, cents);
    }
    TestShop::open(kind, opening).await
}

fn receipt_code(bits: u64) -> ReceiptCode {
    ReceiptCode::from_bits(bits)
}

async fn receipt(shop: &TestShop, bits: u64) -> Option<Receipt> {
    let desk = shop.store.desk_reads();
    desk.receipt(receipt_code(bits)).await.unwrap()
}

fn line(book: &str, copies: u32, cents: u32) -> OrderLine {
    OrderLine {
        book: slug(book),
        quantity: Quantity::new(copies).unwrap(),
        price: Price::from_cents(cents),
    }
}

pub async fn a_counter_sale_takes_its_copies_from_stock_with_one_receipt(kind: Kind) -> TestShop {
    let shop = with_two_books(kind, [5, 4]).await;
    let mut page = shop.watch(DROP);
    let done = shop.submit(sell(7, &[(DROP, 2), (OTHER, 4)])).await;
    assert_eq!(done, Ok(Done::Receipt(receipt_code(7))));
    shop.until_announced(&mut page, 3).await;

    let shop = shop.reopened().await;
    assert_eq!(shop.available(OTHER).await, 0);
    assert_eq!(shop.history(DROP).await, ["opened", "sold"]);
    let movements = shop.premises.ledger(&slug(DROP)).await;
    let sold = &movements[1];
    assert_eq!((sold.on_hand, sold.held, sold.allocated), (-2, 0, 0));
    assert_eq!(sold.receipt, Some(receipt_code(7)));
    let found = receipt(&shop, 7).await.unwrap();
    assert_eq!(found.kind, ReceiptKind::Sale);
    assert_eq!(found.lines, [line(OTHER, 4, 300), line(DROP, 2, 2_000)]);
    assert_eq!(found.at, sold.at);
    assert_eq!(receipt(&shop, 8).await, None);
    shop
}

pub async fn a_counter_sale_never_takes_a_promised_copy(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 4).await;
    shop.add(ANN, DROP, 1).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(BEN, DROP, 2).await.unwrap();
    let refused = shop.submit(sell(7, &[(DROP, 2)])).await;
    assert_eq!(refused, Err(Refusal::Promised { promised: 3 }));
    let refused = shop.submit(sell(7, &[(DROP, 5)])).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 1 }));
    assert_eq!(shop.available(DROP).await, 1);
    assert_eq!(receipt(&shop, 7).await, None);
    shop.submit(sell(7, &[(DROP, 1)])).await.unwrap();
    assert_eq!(shop.available(DROP).await, 0);
    shop
}

pub async fn a_counter_sale_is_made_as_a_whole_or_not_at_all(kind: Kind) -> TestShop {
    let shop = with_two_books(kind, [5, 1]).await;
    let refused = shop.submit(sell(7, &[(DROP, 1), (OTHER, 2)])).await;
    assert_eq!(refused, Err(Refusal::SoldOut { available: 1 }));
    let refused = shop.submit(sell(7, &[(DROP, 1), ("unknown", 1)])).await;
    assert_eq!(refused, Err(Refusal::NoSuchBook(slug("unknown"))));

    let mut basket = Basket::default();
    let line = BasketLine {
        book: slug(DROP),
        quantity: Quantity::ONE,
        shown: Some(Price::from_cents(1_999)),
    };
    basket.add(line).unwrap();
    let at_another_price = Command::SellAtCounter {
        receipt: receipt_code(7),
        basket,
        submission: None,
    };
    let refused = shop.submit(at_another_price).await;
    let total = Price::from_cents(2_000);
    assert_eq!(refused, Err(Refusal::PriceChanged { total }));

    for book in [DROP, OTHER] {
        assert_eq!(shop.history(book).await, ["opened"]);
    }
    assert_eq!(receipt(&shop, 7).await, None);
    shop
}

pub async fn a_counter_sale_that_is_sent_twice_is_made_once(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 4).await;
    let keyed = |bits, copies| {
        let mut command = sell(bits, &[(DROP, copies)]);
        if let Command::SellAtCounter { submission, .. } = &mut command {
            *submission = Some((ANN, "a-key-of-a-form".parse().unwrap()));
        }
        command
    };
    let first = shop.submit(keyed(7, 1)).await;
    let shop = shop.reopened().await;
    // Each sending draws a code of its own.
    let again = shop.submit(keyed(8, 1)).await;
    assert_eq!(first, Ok(Done::Receipt(receipt_code(7))));
    assert_eq!(again, first);
    assert_eq!(receipt(&shop, 8).await, None);
    assert_eq!(shop.available(DROP).await, 3);
    assert_eq!(shop.submit(keyed(9, 2)).await, Err(Refusal::KeyReused));
    shop
}

pub async fn copies_returned_at_the_counter_go_to_the_first_in_line(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 1).await;
    shop.submit(sell(7, &[(DROP, 1)])).await.unwrap();
    let wait = Command::Wait {
        shopper: BEN,
        book: slug(DROP),
        live: true,
        email: None,
        key: None,
    };
    shop.submit(wait).await.unwrap();
    shop.submit(take_return(8, DROP, 2, false)).await.unwrap();
    let level = shop.level(DROP).await;
    assert_eq!((level.available, level.in_carts), (1, true));
    assert!(shop.cart(BEN).await.lines[0].offered);
    let expected = ["opened", "sold", "returned", "held"];
    assert_eq!(shop.history(DROP).await, expected);
    let found = receipt(&shop, 8).await.unwrap();
    assert_eq!((found.kind, found.copies()), (ReceiptKind::Return, 2));
    shop
}

pub async fn damaged_copies_are_recorded_and_stay_out_of_stock(kind: Kind) -> TestShop {
    let shop = TestShop::with_copies(kind, 2).await;
    let mut command = take_return(8, DROP, 1, true);
    let refunded = Price::from_cents(1_234);
    if let Command::TakeReturn { refund, .. } = &mut command {
        *refund = Some(refunded);
    }
    shop.submit(command).await.unwrap();
    let movements = shop.premises.ledger(&slug(DROP)).await;
    let returned = &movements[1];
    assert_eq!((returned.kind.as_str(), returned.on_hand), ("returned", 0));
    assert_eq!(returned.reason.as_deref(), Some("not wanted"));
    assert_eq!(shop.available(DROP).await, 2);
    let found = receipt(&shop, 8).await.unwrap();
    assert_eq!(found.kind, ReceiptKind::DamagedReturn);
    assert_eq!(found.total(), refunded);
    shop
}

pub async fn many_counter_sales_and_shoppers_share_the_copies(kind: Kind) -> TestShop {
    const COPIES: u32 = 10;
    let shop = with_two_books(kind, [COPIES, COPIES]).await;
    let sales = (0..40).map(|number| {
        // Two baskets with the same books in either order do not wait for one another for ever.
        let lines = match number % 2 {
            0 => [(DROP, 1), (OTHER, 1)],
            _ => [(OTHER, 1), (DROP, 1)],
        };
        let sale = shop.submit(sell(number, &lines));
        async move { sale.await.is_ok() }
    });
    let carts = (0..40).map(|number| {
        let added = shop.add(shopper(number), DROP, 1);
        async move { added.await.is_ok() }
    });
    let (sold, held) = tokio::join!(join_all(sales), join_all(carts));
    let count = |answers: Vec<bool>| answers.into_iter().filter(|is_ok| *is_ok).count();
    let (sold, held) = (count(sold), count(held));
    assert_eq!(sold + held, COPIES as usize, "{sold} sold, {held} held");
    assert_eq!(shop.available(DROP).await, 0);
    let left = COPIES as usize - sold;
    assert_eq!(shop.available(OTHER).await as usize, left);
    shop
}

pub async fn a_book_is_found_by_its_isbn(kind: Kind) -> TestShop {
    const ISBN: &str = "9780306406157";
    let mut opening = Opening::of(&[(DROP, 1), (OTHER, 1)]);
    opening.books[0].isbn = None;
    opening.books[1].isbn = Some(ISBN);
    let shop = TestShop::open(kind, opening).await;
    let desk = shop.store.book_desk();
    let found = async |isbn: &str| {
        let isbn = Isbn::parse(isbn).unwrap();
        desk.with_isbn(&isbn).await.unwrap()
    };
    assert_eq!(found(ISBN).await, Some(slug(OTHER)));
    assert_eq!(found("0-306-40615-2").await, Some(slug(OTHER)));
    assert_eq!(found("9780804429573").await, None);
    shop
}
