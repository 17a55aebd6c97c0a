//! The counter: books are scanned and sold, and come back.

use shop::{Act, Receipt, ReceiptKind};
use store::JournalFilter;

use super::*;

/// The ISBN of [`GUIDE`].
const ISBN: &str = "9799999000078";
const KEY: (&str, &str) = ("key", "key-of-the-first-sale");

async fn stock(shop: &TestShop, book: &str) -> (u32, u32) {
    let desk = shop.store.desk_reads();
    let stocks = desk.stocks(&[slug(book)]).await.unwrap();
    (stocks[0].1.on_hand, stocks[0].1.available())
}

/// Follows redirects of the counter, as a browser does, to the page that shows the list.
async fn scan(clerk: &Person, address: &str) -> (String, String) {
    let mut address = address.to_owned();
    for _ in 0..3 {
        let request = clerk.client.get(format!("{}{address}", clerk.origin));
        let request = request.header(header::ACCEPT, "text/html");
        let answer = request.send().await.unwrap();
        if answer.status() != StatusCode::FOUND {
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
            return (address, answer.text().await.unwrap());
        }
        let next = answer.headers()[header::LOCATION].to_str().unwrap();
        address = next.to_owned();
    }
    panic!("{address} redirects for ever");
}

/// The receipt that an answer's address names.
async fn receipt(shop: &TestShop, address: &str) -> Receipt {
    let (_, code) = address.split_once("receipt").unwrap();
    let code = code.trim_start_matches(['s', '/', '=']);
    let code = code.split(['&', '?']).next().unwrap();
    let desk = shop.store.desk_reads();
    let receipt = desk.receipt(code.parse().unwrap()).await.unwrap();
    receipt.expect("the address should name a receipt")
}

#[tokio::test]
async fn books_are_scanned_listed_and_sold_with_a_receipt() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let (address, page) = scan(&clerk, &format!("/desk/counter?scan={ISBN}")).await;
    assert!(page.contains("The Definitive Guide to the Internet"));
    assert!(page.contains("$20.00"), "{page}");
    assert!(
        !address.contains("scan="),
        "a reload adds nothing: {address}"
    );
    // Scanned twice before the scanner's Enter arrived: one copy or two?
    let (_, page) = scan(&clerk, &format!("{address}&scan={ISBN}{ISBN}")).await;
    assert!(page.contains("The same ISBN came twice"), "{page}");
    let (address, _) = scan(&clerk, &format!("{address}&scan={ISBN}")).await;
    let (address, _) = scan(&clerk, &format!("{address}&scan={ISBN}")).await;
    let (address, page) = scan(&clerk, &format!("{address}&scan=small-hours")).await;
    assert!(address.contains(&format!("copies.{GUIDE}=3")), "{address}");
    assert!(address.contains("copies.small-hours=1"), "{address}");
    assert!(page.contains("autofocus"), "the next book can be scanned");
    let (address, page) = scan(&clerk, &format!("{address}&remove=small-hours")).await;
    assert!(page.contains("$60.00"), "{page}");

    let (_, query) = address.split_once('?').unwrap();
    let key = query.split('&').find_map(|part| part.strip_prefix("key="));
    let copies = format!("copies.{GUIDE}");
    let price = format!("price.{GUIDE}");
    let form = [
        ("key", key.unwrap()),
        ("scan", ""),
        (&*copies, "3"),
        (&*price, "2000"),
    ];
    let sold = clerk.send("/desk/counter/sell", &form).await;
    assert!(sold.ends_with("notice=copies_sold"), "{sold}");
    assert_eq!(stock(&shop, GUIDE).await, (7, 7));
    let again = clerk.send("/desk/counter/sell", &form).await;
    assert_eq!(again, sold, "a double click sells once");
    assert_eq!(stock(&shop, GUIDE).await, (7, 7));

    let receipt = receipt(&shop, &sold).await;
    assert_eq!((receipt.kind, receipt.copies()), (ReceiptKind::Sale, 3));
    let page = clerk.page(&sold).await;
    assert!(page.contains("Sold 3 copies for $60.00."), "{page}");
    let printed = format!("/desk/counter/receipts/{}", receipt.code);
    assert!(page.contains(&printed), "{page}");
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let label = settings::form(0, &[("price_label", "incl. 7% VAT")]);
    settings::save(&owner, &label).await;
    let printed = clerk.page(&printed).await;
    for words in [
        "Burt’s Books",
        "The Definitive Guide",
        "$20.00",
        "$60.00",
        "Price incl. 7% VAT",
    ] {
        assert!(printed.contains(words), "{words}: {printed}");
    }
}

#[tokio::test]
async fn what_cannot_be_scanned_is_answered_by_a_sentence() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    for (scanned, words) in [
        ("9799999000079", "A digit of this ISBN is wrong."),
        ("9780306406157", "There is no such book"),
        ("no-such-book", "There is no such book"),
        ("small+hours", "This is neither an ISBN nor a book ID."),
        ("%3Cscript%3E", "This is neither an ISBN nor a book ID."),
        (
            "97999990000789799999000079",
            "A digit of this ISBN is wrong.",
        ),
    ] {
        let address = format!("/desk/counter?copies.small-hours=2&scan={scanned}");
        let (_, page) = scan(&clerk, &address).await;
        assert!(page.contains(words), "{scanned}: {page}");
        assert!(page.contains("Small Hours"), "the list stays: {page}");
    }
    let (_, page) = scan(&clerk, "/desk/counter?copies.no-such-book=1").await;
    assert!(page.contains("No books yet."), "{page}");
}

#[tokio::test]
async fn promised_copies_are_not_sold_and_the_page_says_whose_they_are() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let (ann, other) = (shop.shopper(), shop.shopper());
    ann.post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "4")])
        .await;
    let contact = [("name", "Ann O’Neil"), ("reach", "ann@example.org")];
    ann.post("/api/place_order", &contact).await;
    other
        .post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "3")])
        .await;

    let copies = format!("copies.{GUIDE}");
    let sell = async |lines: &[(&str, &str)]| {
        let form: Vec<_> = [KEY].into_iter().chain(lines.iter().copied()).collect();
        clerk.send("/desk/counter/sell", &form).await
    };
    let lines = [("copies.small-hours", "1"), (&*copies, "4")];
    let refused = sell(&lines).await;
    assert!(refused.ends_with("notice=not_sold"), "{refused}");
    let page = clerk.page(&refused).await;
    for words in [
        "Nothing was sold.",
        "Copies that can be sold: 3 of 10.",
        "Ann O’Neil: 4 copies",
        "A shopper’s cart: 3 copies",
        "Small Hours",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let refused = sell(&[("copies.small-hours", "15")]).await;
    let page = clerk.page(&refused).await;
    assert!(page.contains("Only 14 copies are on hand."), "{page}");
    assert_eq!(stock(&shop, GUIDE).await, (10, 3));
    assert_eq!(stock(&shop, "small-hours").await.0, 14);
    let journal = shop.store.journal();
    let all = JournalFilter::default();
    let entries = journal.entries(&all, None, 10).await.unwrap();
    let is_sale = |act: &Act| matches!(act, Act::SoldAtCounter { .. });
    assert!(!entries.iter().any(|one| is_sale(&one.entry.act)));

    // With the same key: the refused form was not stored.
    let sold = sell(&[("copies.small-hours", "1"), (&*copies, "3")]).await;
    assert!(sold.ends_with("copies_sold"), "{sold}");
    assert_eq!(stock(&shop, GUIDE).await, (7, 0));
}

#[tokio::test]
async fn an_invalid_list_is_refused_and_kept() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let sell = async |lines: &[(&str, &str)]| {
        let form: Vec<_> = [KEY].into_iter().chain(lines.iter().copied()).collect();
        clerk.send("/desk/counter/sell", &form).await
    };
    assert!(sell(&[]).await.ends_with("nothing_to_sell"));
    let line = "copies.small-hours";
    assert!(sell(&[(line, "0")]).await.ends_with("nothing_to_sell"));
    for wrong in ["", "-1", "x", "1.5", "1001"] {
        let refused = sell(&[(line, wrong)]).await;
        assert!(refused.ends_with("wrong_copies"), "{wrong}: {refused}");
        let page = clerk.page(&refused).await;
        assert!(page.contains("Small Hours"), "{page}");
    }
    let scanned = sell(&[(line, "1"), ("scan", ISBN)]).await;
    assert!(scanned.contains("scan="), "it is listed first: {scanned}");
    let other_price = [(line, "1"), ("price.small-hours", "1")];
    assert!(sell(&other_price).await.ends_with("other_price"));
    assert_eq!(stock(&shop, "small-hours").await.0, 14);

    assert!(sell(&[(line, "1")]).await.ends_with("copies_sold"));
    let other = sell(&[(line, "2")]).await;
    assert!(other.ends_with("sold_before"), "{other}");
    assert!(!other.contains("key="), "the next sale has a new key");
    assert_eq!(stock(&shop, "small-hours").await.0, 13);

    let request = clerk.client.post(shop.url("/desk/counter/sell"));
    let without_key = request.form(&[(line, "1")]).send().await.unwrap();
    assert_eq!(without_key.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_return_goes_back_into_stock_unless_it_is_damaged() {
    let shop = spawn_shop().await;
    let clerk = signed_in(&shop, "ben", Role::Clerk).await;
    let give_back = async |fields: &[(&str, &str)]| {
        let standard = [
            ("key", "key-of-a-return"),
            ("book", ISBN),
            ("copies", "2"),
            ("reason", "a gift twice"),
        ];
        let form: Vec<_> = standard
            .into_iter()
            .filter(|(name, _)| !fields.iter().any(|(other, _)| other == name))
            .chain(fields.iter().copied())
            .collect();
        clerk.send("/desk/counter/return", &form).await
    };
    for (field, notice) in [
        (("book", "no-such-book"), "unknown_book"),
        (("book", "9799999000079"), "wrong_digit"),
        (("book", "97999990000789799999000078"), "scanned_twice"),
        (("book", "é"), "no_book_scanned"),
        (("copies", "0"), "wrong_copies"),
        (("refund", "free"), "wrong_price"),
        (("reason", " "), "wrong_reason"),
    ] {
        let refused = give_back(&[field]).await;
        assert!(refused.ends_with(notice), "{field:?}: {refused}");
        let page = clerk.page(&refused).await;
        if field.0 != "reason" {
            assert!(page.contains("a gift twice"), "it is kept: {page}");
        }
    }
    assert_eq!(stock(&shop, GUIDE).await, (10, 10));

    let done = give_back(&[]).await;
    assert!(done.ends_with("copies_returned"), "{done}");
    assert_eq!(give_back(&[]).await, done, "a double click counts once");
    assert_eq!(stock(&shop, GUIDE).await, (12, 12));
    let found = receipt(&shop, &done).await;
    assert_eq!(
        (found.kind, found.total().cents()),
        (ReceiptKind::Return, 4_000)
    );

    let damaged = [
        ("key", "key-of-another-return"),
        ("refund", "15"),
        ("damaged", "yes"),
    ];
    let done = give_back(&damaged).await;
    assert_eq!(stock(&shop, GUIDE).await, (12, 12));
    let found = receipt(&shop, &done).await;
    assert_eq!(found.kind, ReceiptKind::DamagedReturn);
    let page = clerk.page(&done).await;
    assert!(
        page.contains("$30.00") && page.contains("Damaged"),
        "{page}"
    );
    let missing = clerk.get("/desk/counter/receipts/4KX9-QD2M-7HTB").await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_journal_the_ledger_and_the_figures_know_the_counter() {
    let shop = spawn_shop().await;
    let owner = signed_in(&shop, "ann", Role::Owner).await;
    let copies = format!("copies.{GUIDE}");
    let sold = owner
        .send("/desk/counter/sell", &[KEY, (&*copies, "3")])
        .await;
    let code = receipt(&shop, &sold).await.code.to_string();
    let form = [
        ("key", "key-of-a-return"),
        ("book", GUIDE),
        ("copies", "1"),
        ("reason", "not wanted"),
    ];
    owner.send("/desk/counter/return", &form).await;

    let journal = owner.page("/desk/journal?group=stock").await;
    for words in [
        "Sold 3 copies at the counter for $60.00.",
        &*code,
        "Took a return of 1 copy of",
        "not wanted",
    ] {
        assert!(journal.contains(words), "{words}: {journal}");
    }
    let activity = owner.page("/desk/activity?kind=sold&kind=returned").await;
    assert!(activity.contains("Sold at the counter"), "{activity}");
    assert!(activity.contains(&code), "{activity}");
    let file = owner
        .get("/desk/activity/export?format=csv&kind=sold")
        .await
        .text()
        .await
        .unwrap();
    assert!(file.trim_end().ends_with(&format!(",{code}")), "{file}");
    let books = owner.get("/desk/figures/export?table=books").await;
    let books = books.text().await.unwrap();
    assert!(books.ends_with(",2,40.00\r\n"), "{books}");
}
