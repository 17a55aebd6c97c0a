//! How long a large shop takes to open, and how much memory it then uses:
//! `cargo bench -p burts-books --bench opening`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

const BOOKS: u32 = 100_000;
const OPENINGS: usize = 5;
/// The longest time from the start of the process to the first answer.
const SOON: Duration = Duration::from_secs(2);
/// The most memory that the process may use up to its first answer, in kB.
const SMALL: u64 = 150_000;

/// Measures the real binary, on a shop of 100,000 books and a million movements, from the start of
/// the process until it has sent a book's level over HTTP. Fails if it takes longer than [`SOON`]
/// or uses more memory than [`SMALL`].
fn main() {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = place.path().join("data");
    let file = data.join("shop.sqlite");
    // The program creates the file; this benchmark fills it.
    Open::start(&data).0.stop();
    let filled = Instant::now();
    in_runtime(fill(&file));
    let filled = filled.elapsed();
    let audited = Instant::now();
    let audit = burts_books("audit", &data).output().unwrap();
    assert!(audit.status.success(), "{audit:?}");
    let audited = audited.elapsed();

    let (books, movements) = in_runtime(count(&file));
    println!("{books} books, {movements} movements, clean by the audit, which took {audited:.1?}");
    println!(
        "{} MB on {}, WAL, synchronous FULL; filled in {filled:.1?}; {} cores",
        fs::metadata(&file).unwrap().len() / 1_000_000,
        said_by("stat", &["-f", "-c", "%T", &place.path().to_string_lossy()]),
        std::thread::available_parallelism().unwrap(),
    );
    println!("file cache   first answer   memory   at its most");
    let mut worst = (Duration::ZERO, 0);
    for cache in ["cold", "warm"] {
        for _ in 0..OPENINGS {
            if cache == "cold" {
                forget(&file);
            }
            let (open, took) = Open::start(&data);
            let (now, most) = (open.memory("VmRSS"), open.memory("VmHWM"));
            open.stop();
            println!(
                "{cache:<10} {:>11.1} ms {:>5} MB {:>8} MB",
                took.as_secs_f64() * 1e3,
                now / 1_000,
                most / 1_000
            );
            worst = (worst.0.max(took), worst.1.max(most));
        }
    }
    assert!(worst.0 < SOON && worst.1 < SMALL, "{worst:?}");
}

/// A running shop that has answered one request.
struct Open(Child);

impl Open {
    /// Starts a shop. Returns the time until its first answer.
    fn start(data: &Path) -> (Self, Duration) {
        let began = Instant::now();
        let mut child = burts_books("serve", data)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.as_mut().unwrap());
        said.read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("is open at http://").expect(&line);
        let mut stream = TcpStream::connect(address).unwrap();
        let question =
            "GET /live?seen=small-hours:0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        stream.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let took = began.elapsed();
        assert!(answer.contains(r#""book":"small-hours""#), "{answer}");
        (Self(child), took)
    }

    /// A value from the process's `/proc` status, in kB.
    fn memory(&self, what: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Shuts it down cleanly.
    fn stop(mut self) {
        said_by("kill", &["-TERM", &self.0.id().to_string()]);
        assert!(self.0.wait().unwrap().success());
    }
}

fn burts_books(task: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burts-books"));
    // No pages are requested, so the site need not be built.
    command.env("LEPTOS_SITE_ROOT", std::env::temp_dir());
    command.args([task, "--data-dir"]).arg(data);
    command
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Asks the system to drop the file from its cache.
fn forget(file: &Path) {
    let of = format!("of={}", file.display());
    said_by(
        "dd",
        &[&of, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"],
    );
}

/// Adds the books, each with a history: it opens with ten copies, is held and released four times,
/// and is restocked once.
async fn fill(file: &Path) {
    let mut shop = open(file).await;
    for statement in [
        "create temp table new as
         with recursive counted (i) as (select 1 union all select i + 1 from counted where i < ?)
         select i, i + (select max(id) from book) as book_id, (select max(at) from movement) as at from counted",
        "insert into book (id, slug, title, author, description, cover_alt, price_cents)
         select book_id, 'title-' || i, 'A Title of a Usual Length, No. ' || i, 'Author ' || (i % 9000),
                printf('%.*c', 300, 'd'), printf('%.*c', 80, 'c'), 500 + i % 4000 from new where ?",
        "insert into stock (book_id, on_hand, held, allocated, version)
         select book_id, 15, 0, 0, 10 from new where ?",
        "insert into price (book_id, since, price_cents) select book_id, at, 500 + i % 4000 from new where ?",
        "insert into hold (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state)
         select 4 * i + turn, randomblob(16), book_id, 1, 500, at, at + 900000, 'released'
         from new join (select value as turn from json_each('[0,1,2,3]')) where ?",
        // Ordered by version, because in a real shop the movements of many books alternate.
        "insert into movement (book_id, version, kind, on_hand, held, allocated, hold_id, reason, at)
         select book_id, version,
                case when version = 1 then 'opened' when version = 10 then 'restocked'
                     when version % 2 = 0 then 'held' else 'released' end,
                case version when 1 then 10 when 10 then 5 else 0 end,
                case when version in (1, 10) then 0 when version % 2 = 0 then 1 else -1 end, 0,
                case when version not in (1, 10) then 4 * i + (version - 2) / 2 end,
                case when version = 10 then 'delivery' end, at
         from (select value as version from json_each('[1,2,3,4,5,6,7,8,9,10]')) cross join new
         where ? order by version, i",
    ] {
        sqlx::query(statement).bind(BOOKS).execute(&mut shop).await.unwrap();
    }
    sqlx::query("pragma wal_checkpoint(truncate)")
        .execute(&mut shop)
        .await
        .unwrap();
    shop.close().await.unwrap();
}

async fn count(file: &Path) -> (u32, u32) {
    let counts = "select (select count(*) from book), (select count(*) from movement)";
    sqlx::query_as(counts)
        .fetch_one(&mut open(file).await)
        .await
        .unwrap()
}

async fn open(file: &Path) -> SqliteConnection {
    let file = SqliteConnectOptions::new().filename(file);
    SqliteConnection::connect_with(&file).await.unwrap()
}

fn in_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}
