//! A scripted HTTP service on this machine that records its requests.

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

/// What the service does with a request.
pub enum Reply {
    /// Sends a complete response and keeps the connection open.
    Whole {
        status: u16,
        headers: String,
        body: String,
    },
    /// Sends a body of this many bytes, as fast as the client reads.
    Huge(usize),
    /// Sends the start of a response, and then a byte every few milliseconds, for ever.
    Endless,
    /// Sends nothing and keeps the connection open.
    Silence,
    /// Sends nothing and closes the connection.
    Closed,
    /// Sends the start of a response and closes the connection.
    Truncated,
    /// Sends bytes that are not HTTP.
    Garbage,
}

/// A request that the service received.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// The URL, with its path and query.
    pub url: Url,
    headers: Vec<String>,
}

impl ReceivedRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter().filter_map(|line| line.split_once(": "));
        let header = headers.find(|(key, _)| key.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value)
    }
}

type Script = dyn Fn(usize, &ReceivedRequest) -> Reply + Send + Sync;

struct State {
    script: Box<Script>,
    address: SocketAddr,
    connections: AtomicUsize,
    requests: Mutex<Vec<ReceivedRequest>>,
    /// How many bytes of a body were sent before the client disconnected.
    sent_before_disconnect: watch::Sender<Option<usize>>,
}

pub struct FakeService {
    state: Arc<State>,
    listener: JoinHandle<()>,
}

impl Drop for FakeService {
    fn drop(&mut self) {
        self.listener.abort();
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

impl FakeService {
    /// A service whose script gets each request and its number, from 0.
    pub async fn new(
        script: impl Fn(usize, &ReceivedRequest) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = Arc::new(State {
            script: Box::new(script),
            address: listener.local_addr().unwrap(),
            connections: AtomicUsize::new(0),
            requests: Mutex::default(),
            sent_before_disconnect: watch::Sender::new(None),
        });
        let listener = tokio::spawn(listen(listener, Arc::clone(&state)));
        Self { state, listener }
    }

    /// A service that answers every request alike.
    pub async fn always(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self::new(move |_, _| reply()).await
    }

    pub fn port(&self) -> u16 {
        self.state.address.port()
    }

    pub fn url(&self, path: &str) -> Url {
        let url = format!("http://{}{path}", self.state.address);
        url.parse().unwrap()
    }

    pub fn base(&self) -> Url {
        self.url("/api/v1")
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(SeqCst)
    }

    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.state.requests.lock().unwrap().clone()
    }

    /// Waits until a client disconnects during a body; returns the bytes sent until then.
    pub async fn sent_before_disconnect(&self) -> usize {
        let mut sent = self.state.sent_before_disconnect.subscribe();
        let sent = sent.wait_for(Option::is_some);
        let sent = tokio::time::timeout(Duration::from_secs(30), sent);
        sent.await.unwrap().unwrap().unwrap()
    }
}

async fn listen(listener: TcpListener, state: Arc<State>) {
    while let Ok((connection, _)) = listener.accept().await {
        state.connections.fetch_add(1, SeqCst);
        tokio::spawn(serve(connection, Arc::clone(&state)));
    }
}

/// Answers the requests on a connection until either side closes it.
async fn serve(connection: TcpStream, state: Arc<State>) -> io::Result<()> {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read_request(&mut connection, &state).await? {
        let number = {
            let mut requests = state.requests.lock().unwrap();
            requests.push(request.clone());
            requests.len() - 1
        };
        let start = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"hits\":";
        match (state.script)(number, &request) {
            Reply::Whole {
                status,
                headers,
                body,
            } => {
                let length = body.len();
                let head =
                    format!("HTTP/1.1 {status} Reason\r\ncontent-length: {length}\r\n{headers}");
                let response = format!("{head}\r\n{body}");
                connection.write_all(response.as_bytes()).await?;
            }
            Reply::Huge(length) => {
                send_all(&mut connection, &state, length).await?;
            }
            Reply::Endless => {
                connection.write_all(start).await?;
                let mut interval = tokio::time::interval(Duration::from_millis(10));
                loop {
                    interval.tick().await;
                    connection.write_all(b" ").await?;
                }
            }
            Reply::Silence => {
                // Returns when the client disconnects.
                connection.fill_buf().await?;
                return Ok(());
            }
            Reply::Closed => return Ok(()),
            Reply::Truncated => return connection.write_all(start).await,
            Reply::Garbage => return connection.write_all(b"\0\x01\x02 220 mail\r\n\r\n").await,
        }
    }
    Ok(())
}

async fn read_request(
    connection: &mut BufReader<TcpStream>,
    state: &State,
) -> io::Result<Option<ReceivedRequest>> {
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
    Ok(Some(ReceivedRequest {
        url: format!("http://{}{path}", state.address).parse().unwrap(),
        headers: lines.split_off(1),
    }))
}

async fn send_all(
    connection: &mut BufReader<TcpStream>,
    state: &State,
    length: usize,
) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
    connection.write_all(head.as_bytes()).await?;
    let chunk = [b' '; 64 * 1024];
    let mut sent = 0;
    while sent < length {
        if let Err(error) = connection.write_all(&chunk).await {
            state.sent_before_disconnect.send_replace(Some(sent));
            return Err(error);
        }
        sent += chunk.len();
    }
    Ok(())
}
