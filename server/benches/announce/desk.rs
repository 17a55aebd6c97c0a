//! The desk: signs Ann in, and sends her forms.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use shop::Role;
use store::{
    Options, SessionToken, StaffAccounts, Store, opening_catalogue,
    sqlite::{SqliteStaffAccounts, SqliteStore},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::page::read_until;

/// The value of the staff cookie.
const COOKIE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Creates a shop in which Ann is signed in at the desk.
pub(super) async fn make_shop(data: &Path) {
    let options = Options::default();
    let shop = SqliteStore::open(data, opening_catalogue(), options)
        .await
        .unwrap();
    let ann = "ann".parse().unwrap();
    let mut register = SqliteStaffAccounts::open(data).await.unwrap();
    register
        .add(&ann, Some(Role::Owner), "$argon2id$none")
        .await
        .unwrap();
    let credential = shop
        .staff_directory()
        .credential(&ann)
        .await
        .unwrap()
        .unwrap();
    let token = SessionToken(Sha256::digest(COOKIE).into());
    let hour = Duration::from_secs(60 * 60);
    let signed_in = shop
        .staff_directory()
        .sign_in(&ann, &credential, token, None, hour)
        .await;
    assert!(signed_in.unwrap());
    shop.close().await;
}

pub(super) async fn announce(address: &str, version: usize) -> Instant {
    let form = format!("text=Signing+starts+in+ten+minutes&end=30&key=announcement-{version}");
    send(address, "/desk/news", &form).await
}

/// Withdraws the announcement with this number, which is the version that it created.
pub(super) async fn withdraw(address: &str, number: usize) -> Instant {
    send(address, "/desk/news/withdraw", &format!("id=k{number}")).await
}

/// Sends a form to the desk. Returns the time at which the answer arrived.
async fn send(address: &str, path: &str, form: &str) -> Instant {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nCookie: staff={COOKIE}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let said = read_until(&mut stream, |said| said.contains("\r\n\r\n")).await;
    let at = Instant::now();
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
    at
}
