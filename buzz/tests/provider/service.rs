//! A local service that answers as it is told to, and records its requests.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{self, AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use url::Url;

/// What comes back.
pub enum Reply {
    /// All of it, after which the connection is open for the next question.
    Whole {
        status: u16,
        headers: String,
        body: String,
    },
    /// So many bytes, as fast as they are taken.
    Huge(usize),
    /// Its beginning, and then a byte now and then for ever.
    Endless,
    /// Nothing, and the connection stays open.
    Silence,
    /// Nothing, and the connection is closed.
    Closed,
    /// The beginning of an answer, and the connection is closed.
    HalfAnAnswer,
    /// What no server says.
    Garbage,
}

/// What was asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// With the path and the query.
    pub address: Url,
    headers: Vec<String>,
}

impl Question {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().filter_map(|line| line.split_once(": "));
        let header = headers.find(|(one, _)| one.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value)
    }
}

type Manner = dyn Fn(usize, &Question) -> Reply + Send + Sync;

struct Seen {
    manner: Box<Manner>,
    address: SocketAddr,
    connections: AtomicUsize,
    questions: Mutex<Vec<Question>>,
    /// What was sent of a body when its connection broke.
    broke_off_at: watch::Sender<Option<usize>>,
}

pub struct Service {
    seen: Arc<Seen>,
    listening: JoinHandle<()>,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Reply {
    pub fn json(body: impl Into<String>) -> Self {
        let headers = "content-type: application/json\r\n".to_owned();
        Self::Whole {
            status: 200,
            headers,
            body: body.into(),
        }
    }

    pub fn status(status: u16) -> Self {
        Self::Whole {
            status,
            headers: String::new(),
            body: "{}".to_owned(),
        }
    }

    pub fn redirect(to: impl std::fmt::Display) -> Self {
        Self::Whole {
            status: 302,
            headers: format!("location: {to}\r\n"),
            body: String::new(),
        }
    }
}

impl Service {
    /// One that answers its so-manieth question, the first of which is number 0, like this.
    pub async fn new(manner: impl Fn(usize, &Question) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let seen = Arc::new(Seen {
            manner: Box::new(manner),
            address: listener.local_addr().unwrap(),
            connections: AtomicUsize::new(0),
            questions: Mutex::default(),
            broke_off_at: watch::Sender::new(None),
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&seen)));
        Self { seen, listening }
    }

    /// One that always answers like this.
    pub async fn always(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self::new(move |_, _| reply()).await
    }

    pub fn port(&self) -> u16 {
        self.seen.address.port()
    }

    pub fn at(&self, path: &str) -> Url {
        let address = format!("http://{}{path}", self.seen.address);
        address.parse().unwrap()
    }

    pub fn base(&self) -> Url {
        self.at("/api/v1")
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(SeqCst)
    }

    pub fn questions(&self) -> Vec<Question> {
        self.seen.questions.lock().unwrap().clone()
    }

    /// So many bytes were sent when the connection broke.
    pub async fn broke_off_at(&self) -> usize {
        let mut broke_off = self.seen.broke_off_at.subscribe();
        let broke_off = broke_off.wait_for(Option::is_some);
        let broke_off = tokio::time::timeout(Duration::from_secs(30), broke_off);
        broke_off.await.unwrap().unwrap().unwrap()
    }
}

async fn listen(listener: TcpListener, seen: Arc<Seen>) {
    while let Ok((connection, _)) = listener.accept().await {
        seen.connections.fetch_add(1, SeqCst);
        tokio::spawn(serve(connection, Arc::clone(&seen)));
    }
}

/// Answers one question after the other, until either side has enough.
async fn serve(connection: TcpStream, seen: Arc<Seen>) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    while let Some(question) = hear(&mut connection, &seen).await? {
        let number = {
            let mut questions = seen.questions.lock().unwrap();
            questions.push(question.clone());
            questions.len() - 1
        };
        let begin = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"hits\":";
        match (seen.manner)(number, &question) {
            Reply::Whole {
                status,
                headers,
                body,
            } => {
                let length = body.len();
                let head = format!("HTTP/1.1 {status} So\r\ncontent-length: {length}\r\n{headers}");
                let answer = format!("{head}\r\n{body}");
                connection.write_all(answer.as_bytes()).await?;
            }
            Reply::Huge(length) => {
                send_all(&mut connection, &seen, length).await?;
            }
            Reply::Endless => {
                connection.write_all(begin).await?;
                let mut now_and_then = tokio::time::interval(Duration::from_millis(10));
                loop {
                    now_and_then.tick().await;
                    connection.write_all(b" ").await?;
                }
            }
            Reply::Silence => {
                // Until whoever asked goes.
                connection.fill_buf().await?;
                return Ok(());
            }
            Reply::Closed => return Ok(()),
            Reply::HalfAnAnswer => return connection.write_all(begin).await,
            Reply::Garbage => return connection.write_all(b"\0\x01\x02 220 mail\r\n\r\n").await,
        }
    }
    Ok(())
}

async fn hear(connection: &mut BufReader<TcpStream>, seen: &Seen) -> io::Result<Option<Question>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let path = lines[0].split(' ').nth(1).unwrap();
    Ok(Some(Question {
        address: format!("http://{}{path}", seen.address).parse().unwrap(),
        headers: lines.split_off(1),
    }))
}

async fn send_all(
    connection: &mut BufReader<TcpStream>,
    seen: &Seen,
    length: usize,
) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
    connection.write_all(head.as_bytes()).await?;
    let part = [b' '; 64 * 1024];
    let mut sent = 0;
    while sent < length {
        if let Err(error) = connection.write_all(&part).await {
            seen.broke_off_at.send_replace(Some(sent));
            return Err(error);
        }
        sent += part.len();
    }
    Ok(())
}
