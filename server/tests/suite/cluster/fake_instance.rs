//! A fake instance that records its requests, and answers as a test chooses.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How an instance treats a complete request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// Answers 200, with the request itself as the body.
    Echo,
    /// Closes the connection before it answers.
    Cut,
    /// Answers after this delay.
    Late(Duration),
    /// Never answers.
    Silent,
}

/// A fake instance, which listens until it is dropped.
pub struct Instance {
    pub address: SocketAddr,
    received: watch::Sender<Vec<String>>,
    listening: tokio::task::JoinHandle<()>,
}

impl Instance {
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = watch::Sender::new(Vec::new());
        let requests = received.clone();
        let listening = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.spawn(serve(stream, behaviour, requests.clone()));
            }
        });
        Self {
            address,
            received,
            listening,
        }
    }

    /// An instance that no longer listens at its address.
    pub async fn absent() -> Self {
        let instance = Self::start(Behaviour::Silent).await;
        instance.listening.abort();
        while !instance.listening.is_finished() {
            tokio::task::yield_now().await;
        }
        instance
    }

    /// The requests it has received so far, head and body.
    pub fn received(&self) -> Vec<String> {
        self.received.borrow().clone()
    }

    /// Waits until it has received this many requests.
    pub async fn until_received(&self, count: usize) {
        let mut received = self.received.subscribe();
        let reached = received.wait_for(|requests| requests.len() >= count).await;
        drop(reached.expect("the sender is in this instance"));
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour, received: watch::Sender<Vec<String>>) {
    while let Some(request) = read_request(&mut stream).await {
        received.send_modify(|requests| requests.push(request.clone()));
        match behaviour {
            Behaviour::Echo => {}
            Behaviour::Cut => return,
            Behaviour::Late(wait) => tokio::time::sleep(wait).await,
            Behaviour::Silent => std::future::pending().await,
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
            request.len()
        );
        if stream
            .write_all((head + &request).as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

/// The next request, or `None` when the connection has ended.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |text| text.parse().unwrap());
            if body.len() == length {
                return Some(text.into_owned());
            }
        }
        match stream.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// The value of a header in a request's head.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}
