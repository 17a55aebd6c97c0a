//! Mail from the real binary: its settings, a kill between an order and its mail, and several
//! instances that share an outbox.

use std::{collections::HashMap, path::Path, process::Command};

use crate::common::smtp::{Behaviour, Secured, SmtpServer, certificate};
use crate::common::{Running, burts_books, output_of, said};
use reqwest::Client;
use serde_json::Value;
use sqlx::{Connection, PgConnection};

const GUIDE: &str = "definitive-guide-to-the-internet";
const FROM: &str = "shop@books.example";

fn settings(server: &SmtpServer) -> [String; 4] {
    let flags = ["--smtp-url", &server.url(), "--mail-from", FROM];
    flags.map(str::to_owned)
}

fn start(data: &Path, server: &SmtpServer, more: &[&str]) -> Running {
    let settings = settings(server);
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    Running::start(data, &[&settings[..], more].concat())
}

/// Orders a copy with this address, and returns the order's code.
async fn order(shop: &str, reach: &str) -> String {
    let client = Client::builder().cookie_store(true).build().unwrap();
    let post = async |path: &str, form: &[(&str, &str)]| {
        let request = client.post(format!("http://{shop}{path}")).form(form);
        request.send().await.unwrap().error_for_status().unwrap()
    };
    post("/api/add_to_cart", &[("book", GUIDE)]).await;
    let form = [("name", "Ann"), ("reach", reach)];
    let placed: Value = post("/api/place_order", &form).await.json().await.unwrap();
    placed["code"].as_str().unwrap().to_owned()
}

async fn metric(shop: &str, name: &str) -> u64 {
    let figures = reqwest::get(format!("http://{shop}/metrics"))
        .await
        .unwrap();
    let figures = figures.text().await.unwrap();
    let mut lines = figures.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name}: {figures}"))
        .parse()
        .unwrap()
}

/// The mail server is silent until the shop is dead, so that nothing is sent before the kill.
#[tokio::test]
async fn a_mail_that_a_kill_prevented_is_sent_after_the_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = SmtpServer::start(Behaviour::Silent).await;
    let mut shop = start(&data, &server, &[]);
    let code = order(&shop.address, "ann@example.org").await;
    server.until_visited(1).await;
    shop.child.kill().unwrap();
    shop.child.wait().unwrap();
    assert!(server.taken().is_empty());

    server.behave(Behaviour::Takes);
    let shop = start(&data, &server, &[]);
    let taken = server.until_taken(1).await;
    assert!(taken[0].text.contains(&code), "{}", taken[0].text);
    assert_eq!(taken[0].to, "ann@example.org");
    while metric(&shop.address, "burts_mail_waiting").await > 0 {}
    assert_eq!(metric(&shop.address, "burts_mail_sent_total").await, 1);
    assert_eq!(metric(&shop.address, "burts_mail_given_up_total").await, 0);
    let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(!log.contains("ann@example.org"), "{log}");
}

#[test]
fn a_bad_setting_is_named_without_the_password() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    for (url, from, named) in [
        ("s3cret", FROM, "--smtp-url"),
        ("http://u:s3cret@mail.example", FROM, "--smtp-url"),
        ("smtp://u:s3cret@mail.example?tls=off", FROM, "without TLS"),
        ("smtps://u:s3cret@mail.example", "", "--mail-from"),
        ("smtps://u:s3cret@mail.example", "Burt", "--mail-from"),
    ] {
        let mut command = burts_books(&data);
        command
            .env("BURTS_SMTP_URL", url)
            .env("BURTS_MAIL_FROM", from);
        let ended = output_of(&mut command);
        let said = said(&ended);
        assert!(!ended.status.success() && said.contains(named), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
        assert!(!data.exists(), "nothing is created");
    }
    let mut help = burts_books(&data);
    let help = help.env("BURTS_SMTP_URL", "smtps://u:s3cret@mail.example");
    let help = said(&output_of(help.arg("--help")));
    assert!(
        help.contains("BURTS_SMTP_URL") && !help.contains("s3cret"),
        "{help}"
    );
}

/// An instance of a shop on PostgreSQL.
fn instance(data: &Path, url: &str, server: &SmtpServer) -> Running {
    start(
        data,
        server,
        &["--database-url", url, "--limit-per-shopper", "9"],
    )
}

#[tokio::test]
async fn two_instances_send_each_mail_once() {
    let admin = std::env::var("BURTS_TEST_POSTGRES")
        .expect("a PostgreSQL to test with: run this by scripts/with-postgres");
    let name = format!("shop_{:016x}", rand::random::<u64>());
    let mut connection = PgConnection::connect(&admin).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&mut connection)
        .await
        .unwrap();
    let url = format!("{}/{name}", admin.rsplit_once('/').unwrap().0);
    let server = SmtpServer::start(Behaviour::Takes).await;
    let dir = tempfile::tempdir().unwrap();
    let paths = [dir.path().join("one"), dir.path().join("two")];
    let shops = paths.each_ref().map(|path| instance(path, &url, &server));
    for number in 0..10 {
        let shop = &shops[number % 2].address;
        order(shop, &format!("ann{number}@example.org")).await;
    }
    let waiting = async || metric(&shops[0].address, "burts_mail_waiting").await;
    while waiting().await > 0 {
        tokio::task::yield_now().await;
    }
    let mut counts: HashMap<String, u32> = HashMap::new();
    for mail in server.taken() {
        *counts.entry(mail.to).or_default() += 1;
    }
    assert_eq!(counts.len(), 10);
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    let mut sent = 0;
    for shop in &shops {
        sent += metric(&shop.address, "burts_mail_sent_total").await;
    }
    assert_eq!(sent, 10);

    let mut audit = Command::new(env!("CARGO_BIN_EXE_burts-books"));
    let audit = output_of(audit.arg("audit").env("DATABASE_URL", &url));
    assert!(audit.status.success(), "{}", said(&audit));
}

/// Starts a shop that uses this mail server and trusts this certificate.
fn start_trusting(data: &Path, url: &str, certificate: Option<&Path>) -> Running {
    let mut command = burts_books(data);
    command.args(["--smtp-url", url, "--mail-from", FROM]);
    if let Some(certificate) = certificate {
        command.env("SSL_CERT_FILE", certificate);
    }
    Running::of(command, data)
}

#[tokio::test]
async fn mail_is_sent_over_tls_only_to_a_trusted_server() {
    let dir = tempfile::tempdir().unwrap();
    let (trusted, acceptor) = certificate(dir.path());
    for (scheme, query, secured) in [
        ("smtps", "", Secured::FromTheStart(acceptor.clone())),
        ("smtp", "?tls=required", Secured::Later(acceptor.clone())),
    ] {
        let server = SmtpServer::start_secured(secured).await;
        let port = server.address.port();
        let url = format!("{scheme}://burt:s3cret@localhost:{port}{query}");
        let data = dir.path().join(scheme);
        let shop = start_trusting(&data, &url, None);
        order(&shop.address, "ann@example.org").await;
        while metric(&shop.address, "burts_mail_put_off_total").await == 0 {}
        assert!(server.logins().is_empty(), "no login is sent: {scheme}");
        drop(shop);

        let _shop = start_trusting(&data, &url, Some(&trusted));
        assert_eq!(server.until_taken(1).await[0].to, "ann@example.org");
        // `\0burt\0s3cret` (RFC 4616) in Base64.
        assert_eq!(server.logins(), ["AUTH PLAIN AGJ1cnQAczNjcmV0"]);
        let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
        assert!(!log.contains("s3cret"), "{log}");
    }
}

#[tokio::test]
async fn no_mail_is_sent_to_a_server_without_tls() {
    let dir = tempfile::tempdir().unwrap();
    let server = SmtpServer::start(Behaviour::Takes).await;
    let url = format!("smtp://u:p@{}?tls=required", server.address);
    let shop = start_trusting(&dir.path().join("data"), &url, None);
    order(&shop.address, "ann@example.org").await;
    while metric(&shop.address, "burts_mail_put_off_total").await == 0 {}
    assert!(server.taken().is_empty() && server.logins().is_empty());
}
