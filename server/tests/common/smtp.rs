//! A mail server for tests: it takes mails, and can be slow, refuse, and hang up.

#![allow(dead_code, reason = "each of the test programs uses a part of this")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinSet,
    time::timeout,
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// How it treats whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes every mail.
    Takes,
    /// It does not even greet.
    Silent,
    /// It answers this to whom a mail goes to, and every recipient that has this in it.
    Refuses(&'static str, &'static str),
    /// It takes the mail, and hangs up before it says so.
    HangsUp,
    /// It knows nobody.
    Forbids,
}

/// A mail that it has taken, or may have.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub text: String,
}

impl Taken {
    /// A header's value.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.text.lines();
        let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        values.next().unwrap()
    }
}

pub struct SmtpServer {
    pub address: SocketAddr,
    manner: watch::Sender<Manner>,
    taken: watch::Receiver<Vec<Taken>>,
    sessions: Arc<AtomicUsize>,
    _running: JoinSet<()>,
}

impl SmtpServer {
    pub async fn start(manner: Manner) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), manner).await
    }

    pub async fn start_at(address: SocketAddr, manner: Manner) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (manner, manners) = watch::channel(manner);
        let (takes, taken) = watch::channel(Vec::new());
        let sessions = Arc::new(AtomicUsize::new(0));
        let (takes, counted) = (Arc::new(takes), Arc::clone(&sessions));
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, SeqCst);
                let session = Session::new(stream, manners.clone(), Arc::clone(&takes));
                open.spawn(async move {
                    // Whoever hangs up in the middle is no failure of the test's.
                    let _ = session.serve().await;
                });
            }
        });
        Self {
            address,
            manner,
            taken,
            sessions,
            _running: running,
        }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn behave(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.borrow().clone()
    }

    /// How often somebody has connected.
    pub fn sessions(&self) -> usize {
        self.sessions.load(SeqCst)
    }

    /// Waits until so many have come at least.
    pub async fn until_taken(&self, count: usize) -> Vec<Taken> {
        let mut taken = self.taken.clone();
        let arrived = taken.wait_for(|taken| taken.len() >= count);
        let arrived = timeout(PATIENCE, arrived).await;
        let arrived = arrived.unwrap_or_else(|_| panic!("{:?}", self.taken()));
        arrived.unwrap().clone()
    }

    /// Waits until somebody has connected so often.
    pub async fn until_visited(&self, count: usize) {
        let visited = async {
            while self.sessions() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(PATIENCE, visited).await.expect("somebody comes");
    }
}

struct Session {
    lines: tokio::io::Lines<BufReader<OwnedReadHalf>>,
    out: OwnedWriteHalf,
    manners: watch::Receiver<Manner>,
    takes: Arc<watch::Sender<Vec<Taken>>>,
}

impl Session {
    fn new(
        stream: TcpStream,
        manners: watch::Receiver<Manner>,
        takes: Arc<watch::Sender<Vec<Taken>>>,
    ) -> Self {
        let (read, out) = stream.into_split();
        let lines = BufReader::new(read).lines();
        Self {
            lines,
            out,
            manners,
            takes,
        }
    }

    async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.out.write_all(format!("{line}\r\n").as_bytes()).await
    }

    fn manner(&self) -> Manner {
        *self.manners.borrow()
    }

    async fn serve(mut self) -> std::io::Result<()> {
        let mut to = String::new();
        if self.manner() == Manner::Silent {
            return std::future::pending().await;
        }
        self.say("220 mail.example").await?;
        while let Some(line) = self.lines.next_line().await? {
            let word = line.split([' ', ':']).next().unwrap_or_default();
            match (word.to_ascii_uppercase().as_str(), self.manner()) {
                ("EHLO", _) => self.say("250-mail.example\r\n250 8BITMIME").await?,
                ("MAIL", Manner::Forbids) => self.say("530 5.7.0 who are you?").await?,
                ("RCPT", Manner::Refuses(whom, answer)) if line.contains(whom) => {
                    // As servers do: with the address in it.
                    self.say(&format!("{answer} {line}")).await?;
                }
                ("RCPT", _) => {
                    to = line[9..].trim_end_matches('>').to_owned();
                    self.say("250 fine").await?;
                }
                ("DATA", _) => {
                    self.say("354 go on").await?;
                    let mut text = String::new();
                    while let Some(line) = self.lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push('\n');
                    }
                    let taken = Taken {
                        to: to.clone(),
                        text,
                    };
                    let hangs_up = self.manner() == Manner::HangsUp;
                    self.takes.send_modify(|all| all.push(taken));
                    if hangs_up {
                        return Ok(());
                    }
                    self.say("250 taken").await?;
                }
                ("QUIT", _) => return self.say("221 bye").await,
                _ => self.say("250 fine").await?,
            }
        }
        Ok(())
    }
}
