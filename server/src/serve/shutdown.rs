//! Closes a listener without resetting connections that are not accepted yet.
//!
//! Closing a listener resets the connections that the system has established but nobody has
//! accepted. Behind a proxy each may carry a POST already, and nobody would know whether it was
//! carried out. So new connections are refused for a moment, those under way are established and
//! accepted, and only then is the listener closed.

use std::{io, net::SocketAddr, time::Duration};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};

/// A connection that has begun is made within this time: several ways to a proxy and
/// back in one data centre.
pub(crate) const HANDSHAKE_WITHIN: Duration = Duration::from_millis(50);

/// From now on no connection begins here. Whoever tries hears nothing, and by itself
/// tries again after a second, when the listener is gone.
///
/// # Errors
/// The system's; connections go on beginning then.
#[cfg(target_os = "linux")]
pub(crate) fn refuse_new_connections(listener: &TcpListener) -> io::Result<()> {
    use socket2::SockFilter;

    // Where the flags are in a TCP header, and the one that begins a connection.
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    // Classic BPF: load a byte; unless SYN is set in it, skip the next; drop; pass.
    let filter = [
        SockFilter::new(0x30, 0, 0, FLAGS),
        SockFilter::new(0x45, 0, 1, SYN),
        SockFilter::new(0x06, 0, 0, 0),
        SockFilter::new(0x06, 0, 0, u32::MAX),
    ];
    SockRef::from(listener).attach_filter(&filter)
}

/// Elsewhere there is no such filter, and a connection that begins at the very moment
/// of closing is reset.
#[cfg(not(target_os = "linux"))]
pub(crate) fn refuse_new_connections(_: &TcpListener) -> io::Result<()> {
    Ok(())
}

/// Closes it, and returns those who were still waiting to be accepted. Where one cannot be
/// taken (no file is left for it), those who were before it are all the same.
pub(crate) fn drain_backlog(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let mut waiting = Vec::new();
    loop {
        match next_waiting(&listener) {
            Ok(Some(next)) => waiting.push(next),
            Ok(None) => return waiting,
            // One that has left again meanwhile.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "the last who came are cut off");
                return waiting;
            }
        }
    }
}

/// Asked of the system itself: tokio may not have heard of the last of them.
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
    async fn whoever_has_come_is_let_in_and_nobody_begins_any_more() {
        let (listener, address) = listener().await;
        let mut early = TcpStream::connect(address).await.unwrap();
        early.write_all(b"a wish").await.unwrap();
        refuse_new_connections(&listener).unwrap();
        let mut late = tokio::spawn(TcpStream::connect(address));
        let begins = timeout(HANDSHAKE_WITHIN, &mut late).await;
        assert!(begins.is_err(), "{begins:?}");

        let mut waiting = drain_backlog(listener);
        let (stream, peer) = &mut waiting[0];
        assert_eq!(*peer, early.local_addr().unwrap());
        let mut wish = [0; 6];
        stream.read_exact(&mut wish).await.unwrap();
        assert_eq!(&wish, b"a wish");
        stream.write_all(b"granted").await.unwrap();
        let mut answer = [0; 7];
        early.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"granted");

        assert_eq!(waiting.len(), 1);
        let refused = late.await.unwrap().unwrap_err();
        assert_eq!(refused.kind(), ConnectionRefused);
    }

    /// What the above is there for.
    #[tokio::test]
    async fn a_listener_that_is_merely_dropped_cuts_off_whoever_has_come() {
        let (listener, address) = listener().await;
        let mut early = TcpStream::connect(address).await.unwrap();
        early.write_all(b"a wish").await.unwrap();
        drop(listener);
        let answer = early.read(&mut [0]).await;
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    }
}
