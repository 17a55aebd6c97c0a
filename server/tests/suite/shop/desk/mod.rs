//! The desk over HTTP: who may use it, and what is done there.

mod book_edits;
mod books;
mod chinese;
mod clock;
mod counter;
mod figures;
mod gate;
mod journal;
mod legal;
mod lists;
mod money_and_time;
mod order_mails;
mod orders;
mod people;
mod sale;
mod set_up;
mod settings;
mod sign_in;
mod stock;
mod today;

use burts_books::desk::{DeskRoute, passwords, routes};
use reqwest::{Client, Method, Response, StatusCode, header, redirect::Policy};
use shop::{Command, OrderState, Role, Slug};
use store::{StaffAccounts, sqlite::SqliteStaffAccounts};

use crate::shop::{
    helpers::{GUIDE, TestShop, sentence, slug, spawn_shop, spawn_shop_that_mails},
    raw_socket,
};

const PASSWORD: &str = "a long enough password";

/// A browser at the desk, signed in or not.
struct Person {
    client: Client,
    origin: String,
}

/// Creates an account, without signing in.
async fn add_account(shop: &TestShop, name: &str, role: Role) {
    let mut list = SqliteStaffAccounts::open(shop.data.path()).await.unwrap();
    let hashed = passwords::hash(PASSWORD).unwrap();
    let added = list.add(&name.parse().unwrap(), Some(role), &hashed).await;
    assert_eq!(added.unwrap(), Some(role));
}

async fn signed_in(shop: &TestShop, name: &str, role: Role) -> Person {
    add_account(shop, name, role).await;
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

    /// Sends a form as a browser does, and returns the redirect.
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
