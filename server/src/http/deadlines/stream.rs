//! A connection with deadlines: it fails when its client sends a head or reads an answer too slowly.

use std::{
    io::{self, ErrorKind, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

use super::{Exchange, HEAD_WITHIN, TAKEN_WITHIN};

/// A stream with deadlines.
#[derive(Debug)]
pub(crate) struct TimedStream<S> {
    stream: S,
    exchange: Arc<Exchange>,
    /// The deadline for the head that is arriving.
    head_due: Pin<Box<Sleep>>,
    /// The deadline for reading more of an answer, while the client reads nothing.
    taken_due: Option<Pin<Box<Sleep>>>,
}

impl<S> TimedStream<S> {
    /// A new connection.
    pub(crate) fn new(stream: S, exchange: Arc<Exchange>) -> Self {
        Self {
            stream,
            exchange,
            head_due: Box::pin(sleep(HEAD_WITHIN)),
            taken_due: None,
        }
    }

    /// The stream without deadlines.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// The outcome of a write, or an error if nothing could be written for too long.
    fn in_time<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.taken_due = None;
            return written;
        }
        let due = self
            .taken_due
            .get_or_insert_with(|| Box::pin(sleep(TAKEN_WITHIN)));
        ready!(due.as_mut().poll(context));
        too_late("the client has taken nothing for too long")
    }
}

fn too_late<T>(why: &'static str) -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, why)))
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if into.filled().len() > before && self.exchange.begin_head() {
            self.head_due.as_mut().reset(Instant::now() + HEAD_WITHIN);
        }
        if read.is_ready() || !self.exchange.is_in_head() {
            return read;
        }
        ready!(self.head_due.as_mut().poll(context));
        too_late("the head of a request came too slowly")
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.in_time(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.in_time(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{body::Body, http::Response};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::advance,
    };

    use super::*;

    fn connection(room: usize) -> (DuplexStream, TimedStream<DuplexStream>, Arc<Exchange>) {
        let (client, server) = duplex(room);
        let exchange = Arc::<Exchange>::default();
        let stream = TimedStream::new(server, Arc::clone(&exchange));
        (client, stream, exchange)
    }

    /// Sends a byte every three seconds until the server gives up. Returns how long that took.
    async fn trickle(mut client: DuplexStream, mut stream: TimedStream<DuplexStream>) -> Duration {
        let began = Instant::now();
        let send = async {
            loop {
                client.write_all(b"x").await.unwrap();
                sleep(Duration::from_secs(3)).await;
            }
        };
        let read = async {
            loop {
                if let Err(error) = stream.read_u8().await {
                    return error;
                }
            }
        };
        let error = tokio::select! {
            () = send => unreachable!("it never ends"),
            error = read => error,
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_head_is_due_ten_seconds_after_the_start() {
        let (_client, mut stream, _) = connection(64);
        let began = Instant::now();
        let error = stream.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 10);
        let (client, stream, _) = connection(64);
        assert_eq!(trickle(client, stream).await.as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_later_head_is_due_ten_seconds_after_its_first_byte() {
        let (client, stream, exchange) = connection(64);
        exchange.begin_request();
        let answer = Arc::clone(&exchange).until_sent(Response::new(Body::empty()));
        drop(answer);
        advance(Duration::from_secs(60)).await;
        assert_eq!(trickle(client, stream).await.as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_answered_has_no_deadline_for_reading() {
        let (mut client, mut stream, exchange) = connection(64);
        exchange.begin_request();
        let write = async {
            sleep(Duration::from_secs(3_600)).await;
            client.write_all(b"x").await.unwrap();
        };
        let ((), read) = tokio::join!(write, stream.read_u8());
        assert_eq!(read.unwrap(), b'x');
        // A pipelined request has no deadline either.
        let write = async {
            sleep(Duration::from_secs(3_600)).await;
            client.write_all(b"y").await.unwrap();
        };
        let ((), read) = tokio::join!(write, stream.read_u8());
        assert_eq!(read.unwrap(), b'y');
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_for_thirty_seconds_is_given_up() {
        let (mut client, mut stream, _) = connection(64);
        let began = Instant::now();
        let write = async { stream.write_all(&[0; 1_000]).await.unwrap_err() };
        let read = async {
            // The client reads a byte twice, and then nothing more.
            for _ in 0..2 {
                sleep(Duration::from_secs(25)).await;
                client.read_u8().await.unwrap();
            }
            std::future::pending::<()>().await;
        };
        let error = tokio::select! {
            error = write => error,
            () = read => unreachable!("it never ends"),
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 80);
    }
}
