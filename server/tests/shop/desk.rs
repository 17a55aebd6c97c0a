//! The desk over HTTP: who comes in, and what they do there.

use burts_books::desk::{Listed, passwords, routes};
use reqwest::{Client, Method, Response, StatusCode, header, redirect::Policy};
use shop::{OrderState, Role, Slug};
use store::{Register, sqlite::StaffRegister};

use crate::helpers::{GUIDE, TestShop, sentence, slug, spawn_shop};

const PASSWORD: &str = "a long enough password";

/// Somebody at the desk, or before its door.
struct Person {
    client: Client,
    origin: String,
}

/// Makes an account, without signing in.
async fn hire(shop: &TestShop, name: &str, role: Role) {
    let mut list = StaffRegister::open(shop.data.path()).await.unwrap();
    let hashed = passwords::hash(PASSWORD).unwrap();
    let added = list.add(&name.parse().unwrap(), Some(role), &hashed).await;
    assert_eq!(added.unwrap(), Some(role));
}

async fn somebody(shop: &TestShop, name: &str, role: Role) -> Person {
    hire(shop, name, role).await;
    let person = Person::new(shop);
    let answer = person.sign_in(name, PASSWORD).await;
    assert_eq!(location(&answer), "/desk");
    person
}

impl Person {
    fn new(shop: &TestShop) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(Policy::none());
        Self {
            client: client.build().unwrap(),
            origin: shop.url(""),
        }
    }

    async fn ask(&self, method: Method, path: &str) -> Response {
        let request = self
            .client
            .request(method, format!("{}{path}", self.origin));
        request.send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).await
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }

    /// Sends a form as a browser does, and returns where it leads.
    async fn send(&self, path: &str, form: &[(&str, &str)]) -> String {
        let request = self
            .client
            .post(format!("{}{path}", self.origin))
            .form(form);
        let request = request.header(header::ACCEPT, "text/html");
        location(&request.send().await.unwrap())
    }

    async fn sign_in(&self, name: &str, password: &str) -> Response {
        let form = [("name", name), ("password", password)];
        let request = self.client.post(format!("{}/desk/sign-in", self.origin));
        let request = request.header(header::ACCEPT, "text/html").form(&form);
        request.send().await.unwrap()
    }
}

fn location(answer: &Response) -> String {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    answer.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .to_owned()
}

/// An address of a route, with something in the place of each name.
fn address(route: &Listed) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{code}" => "4KX9-QD2M-7HTB",
        "{book}" => GUIDE,
        name if name.starts_with('{') => "1",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_refuses_whoever_is_not_signed_in_or_comes_from_elsewhere() {
    let shop = spawn_shop().await;
    let (stranger, owner) = (
        Person::new(&shop),
        somebody(&shop, "ann", Role::Owner).await,
    );
    let routes = routes();
    assert!(routes.len() > 10, "{routes:?}");
    for route in &routes {
        let (path, method) = (address(route), route.method.clone());
        let refused = stranger.ask(method.clone(), &path).await;
        assert_eq!(
            refused.status(),
            StatusCode::UNAUTHORIZED,
            "{method} {path}"
        );
        assert!(sentence(refused).await.contains("sign in"));

        for forged in ["staff=", "staff=0", &format!("staff={}", "0".repeat(64))] {
            let request = stranger.client.request(method.clone(), shop.url(&path));
            let refused = request.header(header::COOKIE, forged).send().await.unwrap();
            assert_eq!(
                refused.status(),
                StatusCode::UNAUTHORIZED,
                "{forged} {path}"
            );
        }

        let request = owner.client.request(method.clone(), shop.url(&path));
        let foreign = request
            .header(header::ORIGIN, "https://evil.example")
            .send();
        assert_eq!(
            foreign.await.unwrap().status(),
            StatusCode::FORBIDDEN,
            "{method} {path}"
        );
    }
    // A person is shown the way in, and comes back.
    let request = stranger.client.get(shop.url("/desk/orders?of=today"));
    let shown = request
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(
        location(&shown),
        "/desk/sign-in?next=%2Fdesk%2Forders%3Fof%3Dtoday"
    );
}

#[tokio::test]
async fn every_route_refuses_whoever_has_not_the_role() {
    let shop = spawn_shop().await;
    let clerk = somebody(&shop, "ben", Role::Clerk).await;
    for route in routes()
        .iter()
        .filter(|route| !Role::Clerk.covers(route.role))
    {
        let (path, method) = (address(route), route.method.clone());
        let refused = clerk.ask(method.clone(), &path).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{method} {path}");
    }
    for route in routes()
        .iter()
        .filter(|route| Role::Clerk.covers(route.role))
    {
        if route.path != "/desk/sign-out" {
            let (path, method) = (address(route), route.method.clone());
            let answer = clerk.ask(method.clone(), &path).await;
            assert_ne!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
            assert_ne!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_route_refuses_a_session_that_is_over() {
    let shop = spawn_shop().await;
    let (signed_out, dismissed) = (
        somebody(&shop, "ann", Role::Owner).await,
        somebody(&shop, "ben", Role::Owner).await,
    );
    // The cookie is kept, as by somebody who has copied it.
    let kept = Person::new(&shop);
    let answer = kept.sign_in("ann", PASSWORD).await;
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(
        kept.send("/desk/sign-out", &[])
            .await
            .contains("signed_out")
    );
    signed_out.send("/desk/sign-out", &[]).await;
    let mut list = StaffRegister::open(shop.data.path()).await.unwrap();
    assert!(list.remove(&"ben".parse().unwrap()).await.unwrap());
    for route in routes() {
        let (path, method) = (address(&route), route.method.clone());
        for person in [&signed_out, &dismissed] {
            let refused = person.ask(method.clone(), &path).await;
            assert_eq!(
                refused.status(),
                StatusCode::UNAUTHORIZED,
                "{method} {path}"
            );
        }
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let request = client.request(method.clone(), shop.url(&path));
        let refused = request
            .header(header::COOKIE, &cookie)
            .send()
            .await
            .unwrap();
        assert_eq!(
            refused.status(),
            StatusCode::UNAUTHORIZED,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn the_cookie_is_new_with_each_sign_in_and_for_this_host_alone() {
    let shop = spawn_shop().await;
    hire(&shop, "ann", Role::Clerk).await;
    let person = Person::new(&shop);
    let mut cookies = Vec::new();
    for _ in 0..2 {
        let answer = person.sign_in(" Ann ", PASSWORD).await;
        assert_eq!(location(&answer), "/desk");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        cookies.push(cookie.split(';').next().unwrap().to_owned());
    }
    assert_ne!(cookies[0], cookies[1]);
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let old = client
        .get(shop.url("/desk"))
        .header(header::COOKIE, &cookies[0]);
    assert_eq!(old.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_told_the_same() {
    let shop = spawn_shop().await;
    hire(&shop, "ann", Role::Clerk).await;
    let person = Person::new(&shop);
    let wrong = location(&person.sign_in("ann", "not the right one").await);
    assert_eq!(wrong, "/desk/sign-in?notice=wrong_password&next=%2Fdesk");
    for name in [
        "eve",
        "",
        "<script>",
        "no such name at all, and a very long one at that",
    ] {
        assert_eq!(
            location(&person.sign_in(name, PASSWORD).await),
            wrong,
            "{name:?}"
        );
    }
}

#[tokio::test]
async fn signing_in_can_be_tried_only_so_often_whoever_has_the_name() {
    let shop = spawn_shop().await;
    hire(&shop, "ann", Role::Clerk).await;
    let person = Person::new(&shop);
    for name in ["ann", "eve"] {
        for _ in 0..5 {
            let answer = person.sign_in(name, "not the right one").await;
            assert!(location(&answer).contains("wrong_password"));
        }
        // The right one comes too late.
        let answer = person.sign_in(name, PASSWORD).await;
        assert!(location(&answer).contains("too_many_attempts"), "{name}");
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
    }
    assert_eq!(person.get("/desk").await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_order_is_found_made_ready_and_handed_over() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (somebody(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper.add_to_cart(GUIDE).await;
    let order = [
        ("name", "Ann O’Neil"),
        ("reach", "ann@example.org"),
        ("note", "<b>gift</b>"),
    ];
    let placed: serde_json::Value = shopper
        .post("/api/place_order", &order)
        .await
        .json()
        .await
        .unwrap();
    let code = placed["code"].as_str().unwrap();
    let page = format!("/desk/orders/{code}");
    for found_by in [
        "",
        "?q=o%E2%80%99neil",
        "?q=EXAMPLE.org",
        "?of=today",
        "?of=all",
    ] {
        let list = clerk.page(&format!("/desk/orders{found_by}")).await;
        assert!(list.contains(code), "{found_by}");
    }
    for not_found_by in ["?q=100%25", "?of=overdue", "?q=%27%20or%201=1"] {
        let list = clerk.page(&format!("/desk/orders{not_found_by}")).await;
        assert!(!list.contains(code), "{not_found_by}");
    }
    // As a scanner types it.
    let scanned = format!("/desk/orders?q=http%3A%2F%2Fbooks.example%2Forders%2F{code}");
    let scanned = clerk.get(&scanned).await;
    assert_eq!(scanned.headers()[header::LOCATION], page);
    let shown = clerk.page(&page).await;
    assert!(
        shown.contains("ann@example.org") && shown.contains("&lt;b&gt;gift"),
        "{shown}"
    );

    let ready = clerk.send(&format!("{page}/ready"), &[]).await;
    assert_eq!(ready, format!("{page}?notice=order_ready"));
    let seen: serde_json::Value = shopper
        .get(&format!("/api/order?code={code}"))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&seen["ready"], &seen["version"]),
        (&true.into(), &2.into())
    );
    let collected = clerk.send(&format!("{page}/collect"), &[]).await;
    assert_eq!(collected, format!("{page}?notice=order_collected"));
    let late = clerk.send(&format!("{page}/ready"), &[]).await;
    assert_eq!(late, format!("{page}?notice=order_closed"));
    let order = shop.store.order(code.parse().unwrap()).await.unwrap();
    assert_eq!(order.state, OrderState::Collected);
    let none = clerk.send("/desk/orders/ABCD-EFGH-JKMN/cancel", &[]).await;
    assert!(none.ends_with("notice=no_such_order"), "{none}");
}

#[tokio::test]
async fn stock_is_counted_once_for_each_form_and_never_below_what_is_promised() {
    let shop = spawn_shop().await;
    let clerk = somebody(&shop, "ben", Role::Clerk).await;
    shop.shopper()
        .post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "3")])
        .await;
    let page = format!("/desk/stock/{GUIDE}");
    let count = async |change: &str, reason: &str, key: &str| {
        let form = [("change", change), ("reason", reason), ("key", key)];
        let answer = clerk.send(&format!("{page}/restock"), &form).await;
        let (_, notice) = answer.split_once("notice=").unwrap();
        let stocks = shop.store.backroom().stocks(&[slug(GUIDE)]).await.unwrap();
        (notice.to_owned(), stocks[0].1.on_hand)
    };
    let changed = ("stock_changed".to_owned(), 15);
    assert_eq!(count("5", "delivery", "key-of-the-first").await, changed);
    assert_eq!(
        count("5", "delivery", "key-of-the-first").await,
        changed,
        "a double click"
    );
    assert_eq!(
        count("\u{2212}12", "lost", "key-of-the-second").await.0,
        "stock_changed"
    );
    assert_eq!(
        count("-1", "lost", "key-of-the-third").await,
        ("promised".to_owned(), 3)
    );
    for wrong in ["0", "", "x", "1.5", "99999999999"] {
        assert_eq!(
            count(wrong, "lost", "key-of-a-wrong-one").await,
            ("wrong_change".to_owned(), 3)
        );
    }
    assert_eq!(
        count("1", " ", "key-of-a-wrong-one").await,
        ("wrong_reason".to_owned(), 3)
    );
    let shown = clerk.page("/desk/stock").await;
    assert!(shown.contains("The Definitive Guide to the Internet"));
    let found = clerk.page("/desk/stock?q=birds").await;
    assert!(!found.contains("The Definitive Guide") && found.contains("Birds Seen"));
}

#[tokio::test]
async fn a_price_holds_from_now_on_and_carts_keep_theirs() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (somebody(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper.add_to_cart(GUIDE).await;
    const PRICE: &str = "/desk/stock/definitive-guide-to-the-internet/price";
    let form = [("price", "24.50")];
    assert!(clerk.send(PRICE, &form).await.ends_with("price_set"));
    for wrong in ["", "-1", "free", "1e9"] {
        let form = [("price", wrong)];
        assert!(
            clerk.send(PRICE, &form).await.ends_with("wrong_price"),
            "{wrong}"
        );
    }
    let cart: serde_json::Value = shopper.get("/api/cart").await.json().await.unwrap();
    let line = &cart["lines"][0];
    assert_eq!(
        (&line["price"], &line["price_now"]),
        (&2_000.into(), &2_450.into())
    );
}

#[tokio::test]
async fn what_is_taken_back_is_free_at_once_and_its_owner_is_told() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (somebody(&shop, "ben", Role::Clerk).await, shop.shopper());
    shopper
        .post("/api/add_to_cart", &[("book", GUIDE), ("quantity", "4")])
        .await;
    let book: Slug = slug(GUIDE);
    let claims = shop.store.backroom().claims(&book, 10).await.unwrap();
    assert_eq!((claims.holds.len(), claims.stock.available()), (1, 6));
    let page = clerk.page(&format!("/desk/stock/{GUIDE}")).await;
    assert!(page.contains("in a cart"));
    let hold = claims.holds[0].id.0.to_string();
    let form = [("hold", &*hold), ("reason", "damaged")];
    for _ in 0..2 {
        let answer = clerk
            .send(&format!("/desk/stock/{GUIDE}/take-back"), &form)
            .await;
        assert!(answer.ends_with("taken_back"), "{answer}");
    }
    let claims = shop.store.backroom().claims(&book, 10).await.unwrap();
    assert_eq!((claims.holds.len(), claims.stock.available()), (0, 10));
    let cart: serde_json::Value = shopper.get("/api/cart").await.json().await.unwrap();
    let line = &cart["lines"][0];
    assert_eq!(
        (&line["held"], &line["taken_back"]),
        (&false.into(), &true.into())
    );
    let told = shopper.get("/cart").await.text().await.unwrap();
    assert!(told.contains("has had to take this back"));
}

#[tokio::test]
async fn a_withdrawn_book_says_so_and_can_be_sold_again() {
    let shop = spawn_shop().await;
    let (clerk, shopper) = (somebody(&shop, "ben", Role::Clerk).await, shop.shopper());
    let withdraw = format!("/desk/stock/{GUIDE}/withdraw");
    let form = [("withdrawn", "yes"), ("reason", "out of print")];
    assert!(
        clerk
            .send(&withdraw, &form)
            .await
            .ends_with("book_withdrawn")
    );
    let page = shopper
        .get(&format!("/books/{GUIDE}"))
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("not sold here any more") && !page.contains("/api/add_to_cart"));
    assert!(!shopper.get("/").await.text().await.unwrap().contains(GUIDE));
    assert!(clerk.page("/desk/stock").await.contains(GUIDE));
    let refused = shopper.post("/api/wait_for_copy", &[("book", GUIDE)]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let form = [("withdrawn", "no"), ("reason", "found a box")];
    assert!(
        clerk
            .send(&withdraw, &form)
            .await
            .ends_with("book_sold_again")
    );
    assert!(shopper.get("/").await.text().await.unwrap().contains(GUIDE));
}
