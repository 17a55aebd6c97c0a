//! The catalogue: search results, sort orders, and freshness.

use shop::{Browse, Command, PageNumber, Price, Query, Sort};
use store::{NewBook, StockColumn, StockOrder, Store, opening_catalogue};

use crate::contract::{
    harness::{ANN, Kind, Opening, Premises, TestShop, slug},
    sqlite::Directory,
};

/// Slug, title, author, price in cents, copies.
const SHELF: [(&str, &str, &str, u32, u32); 6] = [
    ("train", "The Night Train", "Hana Kobayashi", 1_500, 2),
    ("fall", "Nightfall", "Élodie Strauß", 900, 0),
    ("light", "Light", "Thomas Night", 2_500, 1),
    ("dream", "红楼梦", "曹雪芹", 1_900, 3),
    ("sea", "Ørsted at Sea", "Zoe Abel", 1_500, 1),
    (
        "quote",
        "O’Hara’s \"Quote\" % _ \\",
        "N. ; drop table book",
        1,
        1,
    ),
];

const ISBN: &str = "9780306406157";

fn shelf() -> Opening {
    let like = opening_catalogue()[0];
    let new = |(slug, title, author, price_cents, copies)| NewBook {
        slug,
        title,
        author,
        isbn: (slug == "sea").then_some(ISBN),
        price_cents,
        copies,
        ..like
    };
    Opening {
        books: SHELF.map(new).to_vec(),
        ..Opening::of(&[])
    }
}

fn request(query: &str) -> Browse {
    Browse {
        query: Query::new(query),
        ..Browse::default()
    }
}

/// An update copies the index if a search is using it, which takes a while if the index is large.
#[test]
fn the_index_is_updated_off_the_async_threads() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let directory = Directory::new(shelf());
        let store = directory.open().await;
        let cheapest = Browse {
            sort: Some(Sort::PriceUp),
            ..request("")
        };
        slugs(&*store, &cheapest).await;
        directory
            .set_price(&slug("sea"), Price::from_cents(0))
            .await;
        // The only blocking thread is busy until `release` is dropped.
        let (release, released) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || released.recv());
        let mut page = std::pin::pin!(slugs(&*store, &cheapest));
        // Far more reads than one page needs.
        let others = async {
            for _ in 0..100 {
                store.book(&slug("sea")).await.unwrap();
            }
        };
        tokio::select! {
            _ = &mut page => panic!("the index was updated on an async thread"),
            () = others => {}
        }
        drop(release);
        assert!(
            busy.await.unwrap().is_err(),
            "dropping the sender should free the thread"
        );
        assert_eq!(page.await[0], "sea");
    });
}

async fn slugs(store: &dyn Store, request: &Browse) -> Vec<String> {
    let found = store.browse(request).await.unwrap();
    let slugs = found
        .books
        .iter()
        .map(|on_shelf| on_shelf.book.slug.to_string());
    slugs.collect()
}

pub async fn a_book_is_found_by_its_words_and_its_isbn(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, shelf()).await;
    for (query, found) in [
        ("night", &["train", "light", "fall"][..]),
        ("nihgt", &["train", "light"]),
        ("elodie strauss", &["fall"]),
        ("ORSTED", &["sea"]),
        ("楼梦", &["dream"]),
        ("978-0-306-40615-7", &["sea"]),
        ("0306406152", &["sea"]),
        ("o'hara's quote", &["quote"]),
        ("drop table", &["quote"]),
        ("nowhere", &[]),
        ("🦊 \"(*", &[]),
    ] {
        assert_eq!(slugs(&*shop.store, &request(query)).await, found, "{query}");
    }
    let sea = shop.store.book(&slug("sea")).await.unwrap().book;
    assert_eq!(sea.isbn.unwrap().as_str(), ISBN);
    let whole = shop.store.browse(&request("sea")).await.unwrap();
    assert_eq!(whole.books[0].book.title, "Ørsted at Sea");
    assert_eq!(whole.books[0].level, shop.level("sea").await);
    shop
}

pub async fn the_catalogue_is_in_the_requested_order(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, shelf()).await;
    for (sort, order) in [
        (None, ["train", "fall", "light", "dream", "sea", "quote"]),
        (
            Some(Sort::Newest),
            ["quote", "sea", "dream", "light", "fall", "train"],
        ),
        (
            Some(Sort::Title),
            ["light", "train", "fall", "quote", "sea", "dream"],
        ),
        (
            Some(Sort::Author),
            ["sea", "quote", "train", "light", "fall", "dream"],
        ),
        (
            Some(Sort::PriceUp),
            ["quote", "fall", "train", "sea", "dream", "light"],
        ),
        (
            Some(Sort::PriceDown),
            ["light", "dream", "train", "sea", "fall", "quote"],
        ),
    ] {
        let all = Browse {
            sort,
            ..Browse::default()
        };
        let mut order: Vec<&str> = order.into();
        assert_eq!(slugs(&*shop.store, &all).await, order, "{sort:?}");
        let in_stock = Browse {
            in_stock: true,
            ..all
        };
        order.retain(|slug| *slug != "fall");
        assert_eq!(slugs(&*shop.store, &in_stock).await, order, "{sort:?}");
    }
    shop
}

pub async fn a_sold_out_book_is_no_longer_in_stock(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, shelf()).await;
    let in_stock = Browse {
        in_stock: true,
        ..request("orsted")
    };
    assert_eq!(slugs(&*shop.store, &in_stock).await, ["sea"]);
    shop.add(ANN, "sea", 1).await.unwrap();
    assert_eq!(shop.store.browse(&in_stock).await.unwrap().total, 0);
    shop.set(ANN, "sea", 0).await.unwrap();
    assert_eq!(slugs(&*shop.store, &in_stock).await, ["sea"]);
    shop
}

pub async fn the_stock_is_sorted_by_any_column(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, shelf()).await;
    shop.add(ANN, "dream", 2).await.unwrap();
    shop.place(ANN, 1).await.unwrap();
    shop.add(ANN, "train", 2).await.unwrap();
    let sorted = async |column, is_descending, request: &Browse| {
        let order = StockOrder {
            column,
            is_descending,
        };
        let found = shop.store.browse_stock(request, order).await.unwrap();
        let books = found.books.iter();
        let slugs: Vec<_> = books.map(|one| one.book.slug.to_string()).collect();
        (slugs, found.total)
    };
    for (column, order) in [
        (
            StockColumn::Title,
            ["light", "train", "fall", "quote", "sea", "dream"],
        ),
        (
            StockColumn::OnHand,
            ["fall", "light", "sea", "quote", "train", "dream"],
        ),
        (
            StockColumn::Held,
            ["fall", "light", "dream", "sea", "quote", "train"],
        ),
        (
            StockColumn::Allocated,
            ["train", "fall", "light", "sea", "quote", "dream"],
        ),
        (
            StockColumn::Available,
            ["train", "fall", "light", "dream", "sea", "quote"],
        ),
        (
            StockColumn::Price,
            ["quote", "fall", "train", "sea", "dream", "light"],
        ),
    ] {
        let (found, total) = sorted(column, false, &request("")).await;
        assert_eq!(found, order, "{column:?}");
        assert_eq!(total, 6);
    }
    let (found, _) = sorted(StockColumn::Title, true, &request("")).await;
    assert_eq!(found, ["dream", "sea", "quote", "fall", "train", "light"]);
    let (found, _) = sorted(StockColumn::OnHand, true, &request("")).await;
    assert_eq!(found, ["dream", "train", "light", "sea", "quote", "fall"]);
    // Only what matches the search is sorted.
    let (found, total) = sorted(StockColumn::OnHand, true, &request("night")).await;
    assert_eq!(found, ["train", "light", "fall"]);
    assert_eq!(total, 3);
    let beyond = Browse {
        page: PageNumber::new(2),
        ..request("")
    };
    let (found, total) = sorted(StockColumn::OnHand, true, &beyond).await;
    assert!(found.is_empty());
    assert_eq!(total, 6);
    let withdrawn = Command::Withdraw {
        book: slug("dream"),
        withdrawn: true,
        reason: "out of print".parse().unwrap(),
    };
    shop.submit(withdrawn).await.unwrap();
    let (found, _) = sorted(StockColumn::OnHand, true, &request("")).await;
    assert_eq!(found, ["train", "light", "sea", "quote", "fall"]);
    shop
}

pub async fn a_change_of_the_catalogue_is_seen_by_the_next_search(kind: Kind) -> TestShop {
    let shop = TestShop::open(kind, shelf()).await;
    let cheapest = Browse {
        sort: Some(Sort::PriceUp),
        ..Browse::default()
    };
    assert_eq!(slugs(&*shop.store, &cheapest).await[0], "quote");
    shop.premises
        .set_price(&slug("dream"), Price::from_cents(0))
        .await;
    let found = shop.store.browse(&cheapest).await.unwrap();
    assert_eq!(found.books[0].book.slug, slug("dream"));
    assert_eq!(found.books[0].book.price, Price::from_cents(0));
    assert_eq!(found.total, 6);
    shop
}

pub async fn each_book_is_on_one_page_and_named_once(kind: Kind) -> TestShop {
    const NAMES: [&str; 30] = [
        "n-00", "n-01", "n-02", "n-03", "n-04", "n-05", "n-06", "n-07", "n-08", "n-09", "n-10",
        "n-11", "n-12", "n-13", "n-14", "n-15", "n-16", "n-17", "n-18", "n-19", "n-20", "n-21",
        "n-22", "n-23", "n-24", "n-25", "n-26", "n-27", "n-28", "n-29",
    ];
    let shop = TestShop::open(kind, Opening::of(&NAMES.map(|name| (name, 1)))).await;
    let page = |number| Browse {
        page: PageNumber::new(number),
        ..Browse::default()
    };
    assert_eq!(slugs(&*shop.store, &page(1)).await, NAMES[..24]);
    assert_eq!(slugs(&*shop.store, &page(2)).await, NAMES[24..]);
    for beyond in [3, u32::MAX] {
        let found = shop.store.browse(&page(beyond)).await.unwrap();
        assert_eq!((found.books.len(), found.total), (0, 30));
    }
    let (mut from, mut slugs) = (0, Vec::new());
    loop {
        let some = shop.store.numbered_slugs(from, 7).await.unwrap();
        let Some((last, _)) = some.last() else { break };
        assert!(some.len() <= 7);
        from = last + 1;
        slugs.extend(some.into_iter().map(|(_, slug)| slug.to_string()));
    }
    assert_eq!(slugs, NAMES);
    assert_eq!(shop.store.last_book_number().await.unwrap(), from - 1);
    shop
}

/// The guard is the trigger that raises the catalogue's revision when a book changes.
#[tokio::test]
async fn without_its_revision_a_change_of_the_catalogue_is_not_found() {
    let directory = Directory::new(shelf());
    let file = directory.unchecked();
    let store = directory.open().await;
    let cheapest = Browse {
        sort: Some(Sort::PriceUp),
        ..Browse::default()
    };
    assert_eq!(slugs(&*store, &cheapest).await[0], "quote");
    sqlx::raw_sql("drop trigger book_is_revised")
        .execute(&file)
        .await
        .unwrap();
    sqlx::query("update book set price_cents = 0 where slug = 'dream'")
        .execute(&file)
        .await
        .unwrap();
    assert_eq!(
        slugs(&*store, &cheapest).await[0],
        "quote",
        "the old order should still be shown"
    );
    store.close().await;
}
