//! The real binary on PostgreSQL: databases it cannot use, the owner's commands, and copying a shop
//! to it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::common::{Running, output_of, run, said};
use reqwest::Client;
use serde_json::Value;
use sqlx::{Connection, PgConnection};

const GUIDE: &str = "definitive-guide-to-the-internet";

/// The superuser's URL, and its password.
fn server() -> (String, String) {
    let url = std::env::var("BURTS_TEST_POSTGRES")
        .expect("a PostgreSQL to test with: run this by scripts/with-postgres");
    let (_, rest) = url.split_once("postgres:").unwrap();
    let (_, rest) = rest.split_once("postgres:").unwrap();
    let (password, _) = rest.split_once('@').unwrap();
    let password = password.to_owned();
    (url, password)
}

/// Creates a database for one test.
async fn database() -> String {
    let (url, _) = server();
    let name = format!("shop_{:016x}", rand::random::<u64>());
    let mut admin = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&mut admin)
        .await
        .unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

fn burts_books(arguments: &[&str], url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burts-books"));
    command
        .env("LEPTOS_SITE_ROOT", std::env::temp_dir())
        .env("DATABASE_URL", url)
        .args(arguments);
    command
}

const SERVE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--log", "debug"];

/// A running instance.
struct Instance {
    child: Child,
    address: String,
}

impl Instance {
    fn start(url: &str) -> Self {
        let mut child = burts_books(&SERVE, url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let out = child.stdout.as_mut().unwrap();
        BufReader::new(out).read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("is open at http://").expect(&line);
        let address = format!("http://{address}");
        Self { child, address }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_connection_error_is_reported_without_the_password() {
    let (url, password) = server();
    let wrong = url.replace(&password, "wr0ng-s3cret");
    let nowhere = url.replace("/postgres", "/no_such_database");
    for (url, sentence) in [
        (wrong.as_str(), "refuses the user"),
        (&nowhere, "refuses the user"),
        (
            "postgres://burt:s3cret@127.0.0.1:not-a-port/x",
            "not the address of a PostgreSQL",
        ),
        (
            "mysql://burt:s3cret@127.0.0.1/x",
            "not the address of a PostgreSQL",
        ),
    ] {
        let ended = output_of(&mut burts_books(&SERVE, url));
        let said = said(&ended);
        assert!(!ended.status.success(), "{said}");
        assert!(
            said.contains("--database-url") && said.contains(sentence),
            "{said}"
        );
        for secret in ["s3cret", password.as_str()] {
            assert!(!said.contains(secret), "{said}");
        }
        assert!(!said.contains("is open"), "{said}");
    }
}

#[test]
fn help_does_not_show_the_url() {
    let (url, password) = server();
    let help = said(&output_of(&mut burts_books(&["serve", "--help"], &url)));
    assert!(
        help.contains("DATABASE_URL") && !help.contains(&password),
        "{help}"
    );
}

#[test]
fn the_shop_waits_for_postgresql_before_it_listens() {
    // A port at which nobody listens.
    let held = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap();
    drop(held);
    let url = format!("postgres://burt:s3cret@{address}/shop");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = port.local_addr().unwrap();
    drop(port);
    let mut child = burts_books(&["serve", "--listen", &listen.to_string()], &url)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let mut lines = log.lines().map(Result::unwrap);
    let tries = lines
        .by_ref()
        .filter(|line| line.contains("trying again"))
        .take(2);
    let tries: Vec<String> = tries.collect();
    let refused = std::net::TcpStream::connect(listen).is_err();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(refused, "a shop without its database is not open");
    assert!(tries[1].contains("no PostgreSQL answers"), "{tries:?}");
    assert!(!tries.concat().contains("s3cret"), "{tries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_commands_work_while_instances_are_running() {
    let url = database().await;
    let migrated = output_of(&mut burts_books(&["migrate"], &url));
    assert!(migrated.status.success(), "{}", said(&migrated));
    let (one, other) = (Instance::start(&url), Instance::start(&url));
    let shopper = Client::builder().cookie_store(true).build().unwrap();
    let add = shopper.post(format!("{}/api/add_to_cart", one.address));
    let add = add.form(&[("book", GUIDE)]).send().await.unwrap();
    assert!(add.status().is_success(), "{add:?}");

    let waiting = format!("{}/live?seen={GUIDE}:2", other.address);
    let waiting = tokio::spawn(Client::new().get(waiting).send());
    let restock = [
        "restock", "--book", GUIDE, "--copies", "5", "--reason", "delivery",
    ];
    let restocked = output_of(&mut burts_books(&restock, &url));
    assert!(restocked.status.success(), "{}", said(&restocked));
    let told: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(told["stock"][0]["available"], 14, "{told}");

    let ledger = said(&output_of(&mut burts_books(
        &["ledger", "--book", GUIDE],
        &url,
    )));
    assert!(
        ledger.contains("held") && ledger.contains("delivery"),
        "{ledger}"
    );
    let audit = output_of(&mut burts_books(&["audit"], &url));
    assert!(audit.status.success(), "{}", said(&audit));
    let backup = output_of(&mut burts_books(&["backup", "/nowhere"], &url));
    assert!(!backup.status.success() && said(&backup).contains("docs/operations.md"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_is_copied_with_its_carts_and_its_ledger() {
    let place = tempfile::tempdir().unwrap();
    let (data, url) = (place.path().join("data"), database().await);
    let shopper = Client::builder().cookie_store(true).build().unwrap();
    let running = Running::start(&data, &[]);
    let before = format!("http://{}", running.address);
    for (action, form) in [
        (
            "add_to_cart",
            &[("book", GUIDE), ("key", "a-key-of-mine-1")][..],
        ),
        ("add_to_cart", &[("book", "small-hours")][..]),
        (
            "place_order",
            &[("name", "Ann"), ("reach", "ann@example.org")][..],
        ),
        ("add_to_cart", &[("book", GUIDE), ("quantity", "2")][..]),
    ] {
        let post = shopper.post(format!("{before}/api/{action}")).form(form);
        let answer = post.send().await.unwrap();
        assert!(answer.status().is_success(), "{action}: {answer:?}");
    }
    let copy = |from: &Path| {
        let from = format!("sqlite:{}", from.display());
        output_of(&mut burts_books(&["copy", "--from", &from], &url))
    };
    let refused = copy(&data);
    assert!(
        said(&refused).contains("in use by another process"),
        "{}",
        said(&refused)
    );
    let ledger = said(&run(&["ledger", "--book", GUIDE], &data));
    drop(running);

    let copied = copy(&data);
    assert!(copied.status.success(), "{}", said(&copied));
    assert!(
        said(&copied).contains("every rule holds"),
        "{}",
        said(&copied)
    );
    let moved = said(&output_of(&mut burts_books(
        &["ledger", "--book", GUIDE],
        &url,
    )));
    assert_eq!(moved, ledger);

    // The same cookie is sent, because cookies do not depend on the port.
    let instance = Instance::start(&url);
    let port = instance.address.rsplit_once(':').unwrap().1;
    let cart = shopper
        .get(format!("http://127.0.0.1:{port}/api/cart"))
        .send()
        .await
        .unwrap();
    let cart: Value = cart.json().await.unwrap();
    assert_eq!(cart["lines"][0]["quantity"], 2, "{cart}");
    let again = shopper
        .post(format!("http://127.0.0.1:{port}/api/add_to_cart"))
        .form(&[("book", GUIDE), ("key", "a-key-of-mine-1")]);
    assert!(again.send().await.unwrap().status().is_success());
    let audit = output_of(&mut burts_books(&["audit"], &url));
    assert!(audit.status.success(), "{}", said(&audit));

    let twice = copy(&data);
    assert!(!twice.status.success() && said(&twice).contains("an empty database is needed"));
    let nowhere = copy(&place.path().join("nowhere"));
    assert!(!nowhere.status.success() && !place.path().join("nowhere").exists());
}

/// Makes `pg_notify` hang for announcements, so that an instance can commit but not announce.
const HANGING_NOTIFY: &str = "
    create function public.pg_notify(text, text) returns void language plpgsql as $$
    begin
        if $1 ~ '_[0-9a-f]{16}$' then
            perform pg_catalog.pg_notify($1, $2);
        else
            perform pg_sleep(600);
        end if;
    end $$;
    alter database :db set search_path = public, pg_catalog";

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_dies_between_commit_and_announcement_leaves_no_page_wrong() {
    let url = database().await;
    let (_, name) = url.rsplit_once('/').unwrap();
    let mut inside = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(HANGING_NOTIFY.replace(":db", name)))
        .execute(&mut inside)
        .await
        .unwrap();
    let (mut one, other) = (Instance::start(&url), Instance::start(&url));
    let waiting = format!("{}/live?seen={GUIDE}:1", other.address);
    let waiting = tokio::spawn(Client::new().get(waiting).send());
    let add = Client::new().post(format!("{}/api/add_to_cart", one.address));
    let answer = add.form(&[("book", GUIDE)]).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    let committed = std::time::Instant::now();
    // Wait for the moment after the commit and before the announcement.
    let hanging = "select exists (select from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep')";
    while !sqlx::query_scalar::<_, bool>(hanging)
        .fetch_one(&mut inside)
        .await
        .unwrap()
    {
        tokio::task::yield_now().await;
    }
    one.child.kill().unwrap();
    one.child.wait().unwrap();

    let told: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    let took = committed.elapsed();
    assert_eq!(told["stock"][0]["available"], 9, "{told}");
    assert!(
        took.as_secs_f64() < 3.0,
        "an instance reads again every two seconds: {took:?}"
    );
}
