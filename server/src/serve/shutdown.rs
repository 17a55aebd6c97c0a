//! Closes a listener without resetting connections that are not accepted yet.

use std::{io, net::SocketAddr, time::Duration};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};

/// How long a TCP handshake may take: several round trips to a proxy in the same data centre.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_millis(50);

/// Drops new connection attempts. The client gets no answer, and its system retries after a second,
/// when the listener is gone.
///
/// # Errors
/// The system's error. New connections can still be established then.
#[cfg(target_os = "linux")]
pub(crate) fn refuse_new_connections(listener: &TcpListener) -> io::Result<()> {
    use socket2::SockFilter;

    // The offset of the flags in a TCP header, and the flag that starts a connection.
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    // Classic BPF: load the flags; if SYN is not set, skip one instruction; drop; pass.
    let filter = [
        SockFilter::new(0x30, 0, 0, FLAGS),
        SockFilter::new(0x45, 0, 1, SYN),
        SockFilter::new(0x06, 0, 0, 0),
        SockFilter::new(0x06, 0, 0, u32::MAX),
    ];
    SockRef::from(listener).attach_filter(&filter)
}

/// Does nothing, because other systems have no such filter. A connection that starts at the moment
/// of closing is reset.
#[cfg(not(target_os = "linux"))]
pub(crate) fn refuse_new_connections(_: &TcpListener) -> io::Result<()> {
    Ok(())
}

/// Closes the listener, and returns the established connections. If one cannot be accepted (because
/// no file descriptor is free), those before it are returned.
///
/// Closing a listener resets the connections that the system has established but the program has
/// not accepted. Behind a proxy, each may already carry a POST, and nobody would know whether it
/// was carried out. So new connections are refused for a moment, those in progress are established
/// and accepted, and only then is the listener closed.
pub(crate) fn drain_backlog(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let mut waiting = Vec::new();
    loop {
        match next_waiting(&listener) {
            Ok(Some(next)) => waiting.push(next),
            Ok(None) => return waiting,
            // A connection that has already ended.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "the last connections are reset");
                return waiting;
            }
        }
    }
}

/// Accepts the next established connection, if there is one. The system is asked directly, because
/// tokio may not know of the last connections yet.
fn next_waiting(listener: &TcpListener) -> io::Result<Option<(TcpStream, SocketAddr)>> {
    match SockRef::from(listener).accept() {
        Ok((socket, peer)) => {
            socket.set_nonblocking(true)?;
            let peer = peer.as_socket().ok_or(io::ErrorKind::Unsupported)?;
            Ok(Some((TcpStream::from_std(socket.into())?, peer)))
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind::ConnectionRefused;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        time::timeout,
    };

    use super::*;

    async fn listener() -> (TcpListener, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (listener, address)
    }

    #[tokio::test]
    async fn established_connections_are_accepted_and_new_ones_refused() {
        let (listener, address) = listener().await;
        let mut early = TcpStream::connect(address).await.unwrap();
        early.write_all(b"request").await.unwrap();
        refuse_new_connections(&listener).unwrap();
        let mut late = tokio::spawn(TcpStream::connect(address));
        let begins = timeout(HANDSHAKE_WITHIN, &mut late).await;
        assert!(begins.is_err(), "{begins:?}");

        let mut waiting = drain_backlog(listener);
        let (stream, peer) = &mut waiting[0];
        assert_eq!(*peer, early.local_addr().unwrap());
        let mut request = [0; 7];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(&request, b"request");
        stream.write_all(b"answer").await.unwrap();
        let mut answer = [0; 6];
        early.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"answer");

        assert_eq!(waiting.len(), 1);
        let refused = late.await.unwrap().unwrap_err();
        assert_eq!(refused.kind(), ConnectionRefused);
    }

    /// Control: if the listener is just dropped, established connections are reset.
    #[tokio::test]
    async fn dropping_the_listener_resets_established_connections() {
        let (listener, address) = listener().await;
        let mut early = TcpStream::connect(address).await.unwrap();
        early.write_all(b"request").await.unwrap();
        drop(listener);
        let answer = early.read(&mut [0]).await;
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    }
}
