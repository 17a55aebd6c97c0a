//! How many pages a second one core renders:
//! `cargo bench --profile release -p burts-books --bench pages`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

const BOOK: &str = "/books/definitive-guide-to-the-internet";
const FRONT: &str = "/";
/// The pages, and how many of each must be rendered per second.
const GOALS: [(&str, f64); 2] = [(BOOK, 3_000.0), (FRONT, 1_500.0)];
/// The limit for the 99th percentile, in milliseconds.
const SOON: f64 = 20.0;
const CONNECTIONS: &str = "16";
const SECONDS: &str = "8s";
/// The header that browsers send.
const COMPRESSED: &str = "Accept-Encoding: gzip, deflate, br, zstd";

/// Measures the real binary on one core, with `wrk` on another and sixteen keep-alive connections:
/// a book's page and the front page, each for a shopper with a cookie, a shopper with a copy in the
/// cart, and a new shopper at every request; compressed, as browsers ask, and plain.
///
/// Needs the site that `make build` makes, and `wrk` (`apt-get install wrk`). Fails if a goal is
/// missed.
fn main() {
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut shop = Command::new("taskset")
        .args(["-c", "0", env!("CARGO_BIN_EXE_burts-books"), "serve"])
        .args(["--listen", "127.0.0.1:0", "--log", "warn", "--data-dir"])
        .arg(data.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(shop.stdout.as_mut().unwrap());
    said.read_line(&mut line).unwrap();
    let (_, address) = line.trim().split_once("is open at http://").expect(&line);
    let shop = Open(shop);

    let cookie = cookie(&ask(address, &format!("GET {FRONT}"), "", ""));
    let with_a_copy = self::cookie(&ask(address, &format!("GET {FRONT}"), "", ""));
    let form = "book=definitive-guide-to-the-internet";
    let added = ask(address, "POST /api/add_to_cart", &with_a_copy, form);
    assert!(added.starts_with("HTTP/1.1 200"), "{added}");

    println!(
        "the real binary over SQLite on core 0, wrk on core 1, {CONNECTIONS} kept connections, {SECONDS} \
         each; {} cores, file on {}",
        std::thread::available_parallelism().unwrap(),
        said_by("stat", &["-f", "-c", "%T", &data.path().to_string_lossy()]),
    );
    println!("page    shopper            sent as   pages/s      p50      p99");
    // A warm-up that is not measured.
    load(address, BOOK, &[]);
    let mut missed = Vec::new();
    for (page, goal) in GOALS {
        for (who, cookie) in [
            ("somebody new", None),
            ("with a cookie", Some(&cookie)),
            ("with a copy", Some(&with_a_copy)),
        ] {
            for compressed in [false, true] {
                let mut headers = Vec::new();
                headers.extend(cookie.map(|cookie| format!("Cookie: {cookie}")));
                headers.extend(compressed.then(|| COMPRESSED.to_owned()));
                let Load { rate, p50, p99 } = load(address, page, &headers);
                let name = if page == FRONT { "front" } else { "book" };
                let sent = if compressed { "gzip" } else { "plain" };
                println!("{name:<7} {who:<18} {sent:<7} {rate:>9.0} {p50:>6.1} ms {p99:>5.1} ms");
                if rate < goal || p99 >= SOON {
                    missed.push(format!("{name}, {who}, {sent}"));
                }
            }
        }
    }
    drop(shop);
    assert!(missed.is_empty(), "goals are missed: {missed:?}");
}

/// The shop. It is killed when this is dropped.
struct Open(Child);

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Load {
    rate: f64,
    p50: f64,
    p99: f64,
}

fn load(address: &str, page: &str, headers: &[String]) -> Load {
    let mut arguments = vec!["-c", "1", "wrk", "--latency", "-t1", "-c", CONNECTIONS];
    arguments.extend(["-d", SECONDS]);
    for header in headers {
        arguments.extend(["-H", header]);
    }
    let url = format!("http://{address}{page}");
    arguments.push(&url);
    let said = said_by("taskset", &arguments);
    assert!(
        !said.contains("Non-2xx") && !said.contains("Socket errors"),
        "{said}"
    );
    let after = |name: &str| {
        let line = said.lines().find_map(|line| line.trim().strip_prefix(name));
        line.expect(&said).trim().to_owned()
    };
    Load {
        rate: after("Requests/sec:").parse().unwrap(),
        p50: milliseconds(&after("50%")),
        p99: milliseconds(&after("99%")),
    }
}

/// Parses a time as wrk prints it: `812.00us`, `4.14ms` or `1.02s`.
fn milliseconds(time: &str) -> f64 {
    let units = [("us", 1e-3), ("ms", 1.0), ("s", 1e3)];
    let found = units.iter().find_map(|(unit, factor)| {
        let number: f64 = time.strip_suffix(unit)?.parse().ok()?;
        Some(number * factor)
    });
    found.expect(time)
}

/// Sends one request on a new connection. Returns the whole answer.
fn ask(address: &str, what: &str, cookie: &str, form: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn cookie(answer: &str) -> String {
    let given = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let (cookie, _) = given.expect(answer).split_once(';').unwrap();
    cookie.to_owned()
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
