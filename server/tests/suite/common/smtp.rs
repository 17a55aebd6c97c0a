//! A mail server for tests, which can be slow, refuse mail, or disconnect.

#![allow(dead_code, reason = "each of the test programs uses a part of this")]

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::timeout,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// It accepts every mail.
    Takes,
    /// It accepts connections, and sends nothing.
    Silent,
    /// It rejects each recipient that contains the first text, with the second text as its answer.
    Refuses(&'static str, &'static str),
    /// It accepts the mail, and disconnects before it answers.
    HangsUp,
    /// It refuses every mail, as servers do without a login.
    Forbids,
}

/// When TLS begins: with the connection, or after `STARTTLS`.
#[derive(Clone)]
pub enum Secured {
    FromTheStart(TlsAcceptor),
    Later(TlsAcceptor),
}

/// A mail that was accepted, or may have been.
#[derive(Debug, Clone)]
pub struct Taken {
    pub to: String,
    pub text: String,
}

impl Taken {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let lines = self.text.lines();
        let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        values.next().unwrap()
    }
}

pub struct SmtpServer {
    pub address: SocketAddr,
    behaviour: watch::Sender<Behaviour>,
    taken: watch::Receiver<Vec<Taken>>,
    sessions: Arc<AtomicUsize>,
    logins: Arc<Mutex<Vec<String>>>,
    _running: JoinSet<()>,
}

impl SmtpServer {
    pub async fn start(behaviour: Behaviour) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), behaviour).await
    }

    pub async fn start_secured(secured: Secured) -> Self {
        let address = "127.0.0.1:0".parse().unwrap();
        Self::start_as(address, Behaviour::Takes, Some(secured)).await
    }

    pub async fn start_at(address: SocketAddr, behaviour: Behaviour) -> Self {
        Self::start_as(address, behaviour, None).await
    }

    async fn start_as(address: SocketAddr, behaviour: Behaviour, secured: Option<Secured>) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (behaviour, behaviours) = watch::channel(behaviour);
        let (takes, taken) = watch::channel(Vec::new());
        let sessions = Arc::new(AtomicUsize::new(0));
        let (takes, counted) = (Arc::new(takes), Arc::clone(&sessions));
        let logins = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&logins);
        let mut running = JoinSet::new();
        running.spawn(async move {
            let mut open = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, SeqCst);
                let session = Session {
                    wire: BufReader::new(Box::new(stream)),
                    behaviours: behaviours.clone(),
                    takes: Arc::clone(&takes),
                    secured: secured.clone(),
                    logins: Arc::clone(&heard),
                };
                open.spawn(async move {
                    // A client that disconnects midway does not fail the test.
                    let _ = session.serve().await;
                });
            }
        });
        Self {
            address,
            behaviour,
            taken,
            sessions,
            logins,
            _running: running,
        }
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    pub fn behave(&self, behaviour: Behaviour) {
        self.behaviour.send_replace(behaviour);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.borrow().clone()
    }

    /// The logins so far.
    pub fn logins(&self) -> Vec<String> {
        self.logins.lock().unwrap().clone()
    }

    /// The number of connections so far.
    pub fn sessions(&self) -> usize {
        self.sessions.load(SeqCst)
    }

    /// Waits until at least this many mails have arrived.
    pub async fn until_taken(&self, count: usize) -> Vec<Taken> {
        let mut taken = self.taken.clone();
        let arrived = taken.wait_for(|taken| taken.len() >= count);
        let arrived = timeout(PATIENCE, arrived).await;
        let arrived = arrived.unwrap_or_else(|_| panic!("{:?}", self.taken()));
        arrived.unwrap().clone()
    }

    /// Waits until at least this many connections have been made.
    pub async fn until_visited(&self, count: usize) {
        let visited = async {
            while self.sessions() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(PATIENCE, visited).await.expect("a client connects");
    }
}

/// A plain or encrypted connection.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

struct Session {
    wire: BufReader<Box<dyn Wire>>,
    behaviours: watch::Receiver<Behaviour>,
    takes: Arc<watch::Sender<Vec<Taken>>>,
    secured: Option<Secured>,
    logins: Arc<Mutex<Vec<String>>>,
}

impl Session {
    async fn send_line(&mut self, line: &str) -> std::io::Result<()> {
        let line = format!("{line}\r\n");
        self.wire.write_all(line.as_bytes()).await?;
        self.wire.flush().await
    }

    async fn read_line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        let length = self.wire.read_line(&mut line).await?;
        Ok((length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn behaviour(&self) -> Behaviour {
        *self.behaviours.borrow()
    }

    async fn secure(self, by: &TlsAcceptor) -> std::io::Result<Self> {
        let wire = by.accept(self.wire.into_inner()).await?;
        let wire = BufReader::new(Box::new(wire) as Box<dyn Wire>);
        Ok(Self {
            wire,
            secured: None,
            ..self
        })
    }

    async fn serve(mut self) -> std::io::Result<()> {
        let mut to = String::new();
        if self.behaviour() == Behaviour::Silent {
            return std::future::pending().await;
        }
        if let Some(Secured::FromTheStart(by)) = self.secured.clone() {
            self = self.secure(&by).await?;
        }
        self.send_line("220 mail.example").await?;
        while let Some(line) = self.read_line().await? {
            let word = line.split([' ', ':']).next().unwrap_or_default();
            match (word.to_ascii_uppercase().as_str(), self.behaviour()) {
                ("EHLO", _) if self.secured.is_some() => {
                    self.send_line("250-mail.example\r\n250 STARTTLS").await?;
                }
                ("EHLO", _) => {
                    self.send_line("250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME")
                        .await?;
                }
                ("STARTTLS", _) => {
                    let Some(Secured::Later(by)) = self.secured.clone() else {
                        return Ok(());
                    };
                    self.send_line("220 go on").await?;
                    self = self.secure(&by).await?;
                }
                ("AUTH", _) => {
                    self.logins.lock().unwrap().push(line.clone());
                    self.send_line("235 welcome").await?;
                }
                ("MAIL", Behaviour::Forbids) => self.send_line("530 5.7.0 who are you?").await?,
                ("RCPT", Behaviour::Refuses(whom, answer)) if line.contains(whom) => {
                    // Servers usually repeat the address.
                    self.send_line(&format!("{answer} {line}")).await?;
                }
                ("RCPT", _) => {
                    to = line[9..].trim_end_matches('>').to_owned();
                    self.send_line("250 fine").await?;
                }
                ("DATA", _) => {
                    self.send_line("354 go on").await?;
                    let text = self.body().await?;
                    let taken = Taken {
                        to: to.clone(),
                        text,
                    };
                    let hangs_up = self.behaviour() == Behaviour::HangsUp;
                    self.takes.send_modify(|all| all.push(taken));
                    if hangs_up {
                        return Ok(());
                    }
                    self.send_line("250 taken").await?;
                }
                ("QUIT", _) => return self.send_line("221 bye").await,
                _ => self.send_line("250 fine").await?,
            }
        }
        Ok(())
    }

    async fn body(&mut self) -> std::io::Result<String> {
        let mut text = String::new();
        while let Some(line) = self.read_line().await? {
            if line == "." {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            text.push('\n');
        }
        Ok(text)
    }
}

/// Creates a certificate for `localhost` and its key in this directory.
pub fn certificate(directory: &Path) -> (PathBuf, TlsAcceptor) {
    let file = |name: &str| directory.join(name);
    let how = "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=localhost\n\
               [ext]\nsubjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n";
    std::fs::write(file("how"), how).unwrap();
    let made = std::process::Command::new("openssl")
        .args(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(' '),
        )
        .arg("-config")
        .arg(file("how"))
        .arg("-keyout")
        .arg(file("key.pem"))
        .arg("-out")
        .arg(file("certificate.pem"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let chain = CertificateDer::pem_file_iter(file("certificate.pem")).unwrap();
    let chain = chain.collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(file("key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    (file("certificate.pem"), acceptor)
}
