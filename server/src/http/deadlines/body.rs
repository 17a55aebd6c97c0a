//! A request's body with deadlines: reading it fails when it arrives too slowly.

use std::{
    error::Error,
    iter::successors,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::body::HttpBody;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::{BODY_CONTINUES_WITHIN, BODY_WITHIN};

/// A body with deadlines.
#[derive(Debug)]
pub(crate) struct TimedBody<B> {
    body: B,
    /// The deadline for the whole body, set by the first read.
    end: Option<Instant>,
    /// The deadline for the next bytes, while none arrive.
    due: Option<Pin<Box<Sleep>>>,
}

/// A body has arrived too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct BodyTooSlow;

/// Whether this error was caused by a body that arrived too slowly.
pub(crate) fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |&error| error.source()).any(|error| error.is::<BodyTooSlow>())
}

impl<B> TimedBody<B> {
    pub(crate) fn new(body: B) -> Self {
        let (end, due) = (None, None);
        Self { body, end, due }
    }
}

impl<B> HttpBody for TimedBody<B>
where
    B: HttpBody<Error: Into<axum::BoxError>> + Unpin,
{
    type Data = B::Data;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, axum::BoxError>>> {
        let end = *self.end.get_or_insert_with(|| Instant::now() + BODY_WITHIN);
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.due = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let due = self.due.get_or_insert_with(|| {
            let next = Instant::now() + BODY_CONTINUES_WITHIN;
            Box::pin(sleep_until(next.min(end)))
        });
        ready!(due.as_mut().poll(context));
        Poll::Ready(Some(Err(BodyTooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::{Body, Bytes, to_bytes};
    use futures::{StreamExt, stream};
    use tokio::time::sleep;

    use super::*;

    /// Reads a body that delivers a byte after each of these pauses. Returns how many seconds that
    /// took, and whether the body was too slow.
    async fn read(pauses: impl IntoIterator<Item = u64, IntoIter: Send + 'static>) -> (u64, bool) {
        let bytes = stream::iter(pauses).then(async |pause| {
            sleep(Duration::from_secs(pause)).await;
            Ok::<_, axum::Error>(Bytes::from_static(b"x"))
        });
        let began = Instant::now();
        let body = Body::new(TimedBody::new(Body::from_stream(bytes)));
        let outcome = to_bytes(body, 10_000).await;
        let slow = outcome.is_err_and(|error| is_too_slow(&error));
        (began.elapsed().as_secs(), slow)
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_bytes_are_due_within_fifteen_seconds() {
        assert_eq!(read([]).await, (0, false));
        assert_eq!(read([14, 14, 14]).await, (42, false));
        assert_eq!(read([3_600]).await, (15, true), "a body that never comes");
        assert_eq!(read([0, 14, 16]).await, (29, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_trickles_is_too_slow_after_a_minute() {
        assert_eq!(read(std::iter::repeat_n(1, 59)).await, (59, false));
        assert_eq!(read(std::iter::repeat(1)).await, (60, true));
    }
}
