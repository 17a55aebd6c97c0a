//! A reader in a process of its own. It takes orders on its standard input.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use sha2::{Digest, Sha256};
use tokio::time::interval;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};

/// The process of a reader.
pub struct Reading {
    child: Child,
    input: ChildStdin,
    rows: Arc<AtomicUsize>,
    behind: Arc<AtomicUsize>,
    /// Ends with the reader, and returns the last line that it printed.
    last: JoinHandle<String>,
}

impl Reading {
    pub fn start(address: SocketAddr, cookie: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["reader", &address.to_string(), cookie])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (rows, behind) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let counts = [Arc::clone(&rows), Arc::clone(&behind)];
        let last = thread::spawn(move || {
            let mut last = String::new();
            for line in BufReader::new(output).lines() {
                last = line.unwrap();
                for (count, word) in counts.iter().zip(last.split(' ')) {
                    count.store(word.parse().unwrap(), Relaxed);
                }
            }
            last
        });
        Self {
            child,
            input,
            rows,
            behind,
            last,
        }
    }

    pub fn say(&mut self, word: &str) {
        writeln!(self.input, "{word}").unwrap();
    }

    pub fn rows(&self) -> usize {
        self.rows.load(Relaxed)
    }

    pub fn behind(&self) -> u64 {
        self.behind.load(Relaxed) as u64
    }

    /// Ends the reader after this many rows. Returns how many it has read, and their digest.
    pub fn finish(mut self, rows: usize) -> (usize, String) {
        self.say(&format!("until {rows}"));
        let last = self.last.join().unwrap();
        self.child.wait().unwrap();
        let digest = last.split(' ').nth(2).unwrap_or_default().to_owned();
        (self.rows.load(Relaxed), digest)
    }
}

/// What the reader was told to do.
#[derive(Default)]
struct Orders {
    busy: AtomicBool,
    deaf: AtomicBool,
    /// The reader ends after this many rows. `usize::MAX` until it is told to end.
    until: AtomicUsize,
}

/// Runs in the reader's process. Five times a second it prints how many rows it has read and how
/// far behind it is, and at the end also a digest of the rows.
pub async fn reader() {
    let [address, cookie] = [2, 3].map(|number| env::args().nth(number).unwrap());
    let orders = Arc::new(Orders::default());
    orders.until.store(usize::MAX, Relaxed);
    let input_orders = Arc::clone(&orders);
    thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let line = line.unwrap();
            match line.split_once(' ') {
                Some(("until", rows)) => input_orders.until.store(rows.parse().unwrap(), Relaxed),
                _ => {
                    input_orders.busy.store(line == "busy", Relaxed);
                    input_orders.deaf.store(line == "deaf", Relaxed);
                }
            }
        }
    });
    let (mut places, mut next, mut behind) = (Vec::<String>::new(), "0-0".to_owned(), 0);
    while places.len() < orders.until.load(Relaxed) {
        let url = format!("ws://{address}/desk/activity/stream?after={next}");
        let mut request = url.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("cookie", cookie.parse().unwrap());
        let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        let mut every = interval(Duration::from_millis(200));
        let mut unacknowledged = None::<String>;
        loop {
            let is_busy = orders.busy.load(Relaxed);
            if !is_busy && let Some(next) = unacknowledged.take() {
                let acknowledgement = format!(r#"{{"next":"{next}"}}"#);
                if socket.send(Message::text(acknowledgement)).await.is_err() {
                    break;
                }
            }
            if places.len() >= orders.until.load(Relaxed) {
                break;
            }
            tokio::select! {
                message = socket.next(), if !orders.deaf.load(Relaxed) => {
                    // After a lost connection, the next one continues after the last row.
                    let Some(Ok(message)) = message else { break };
                    let Message::Text(text) = message else { continue };
                    let page: serde_json::Value = serde_json::from_str(&text).unwrap();
                    let Some(to) = page["next"].as_str() else { continue };
                    behind = page["behind"].as_u64().unwrap();
                    let rows = page["rows"].as_array().map_or(&[][..], Vec::as_slice);
                    places.extend(rows.iter().map(|row| row["place"].as_str().unwrap().to_owned()));
                    if !rows.is_empty() {
                        to.clone_into(&mut next);
                        unacknowledged = Some(next.clone());
                    }
                }
                _ = every.tick() => println!("{} {behind}", places.len()),
            }
        }
    }
    let digest = digest(places.iter().map(String::as_str));
    println!("{} {behind} {digest}", places.len());
}

/// A digest of the positions of all rows, in hexadecimal.
pub fn digest<'a>(places: impl Iterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for place in places {
        digest.update(place);
        digest.update("\n");
    }
    let digest = digest.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
