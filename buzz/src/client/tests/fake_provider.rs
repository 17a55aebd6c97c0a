//! A scripted provider that counts its requests.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;

/// Holds back requests until it is opened.
#[derive(Clone)]
pub struct Gate(Arc<Semaphore>);

/// Answers a request, given its number from 0.
type Script = Box<dyn Fn(usize) -> BoxFuture<'static, Result<Sample, ProviderError>> + Send + Sync>;

#[derive(Clone)]
pub struct FakeProvider(Arc<Inner>);

struct Inner {
    script: Script,
    requests: AtomicUsize,
    concurrent: AtomicUsize,
    max_concurrent: AtomicUsize,
}

impl FakeProvider {
    pub fn new<F>(script: impl Fn(usize) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Sample, ProviderError>> + Send + 'static,
    {
        Self(Arc::new(Inner {
            script: Box::new(move |number| script(number).boxed()),
            requests: AtomicUsize::new(0),
            concurrent: AtomicUsize::new(0),
            max_concurrent: AtomicUsize::new(0),
        }))
    }

    /// A provider that answers once its gate is open.
    pub fn gated() -> (Self, Gate) {
        let gate = Gate::closed();
        let inner_gate = gate.clone();
        let provider = Self::new(move |_| {
            let gate = inner_gate.clone();
            async move {
                gate.pass().await;
                no_mentions()
            }
        });
        (provider, gate)
    }

    pub fn requests(&self) -> usize {
        self.0.requests.load(SeqCst)
    }

    pub fn max_concurrent(&self) -> usize {
        self.0.max_concurrent.load(SeqCst)
    }

    /// Whether this is the last reference to the provider.
    pub fn is_last_reference(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl Gate {
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    pub fn open(&self) {
        self.0.add_permits(100_000);
    }

    pub async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}

/// Counts a request as ended when it is dropped.
struct RequestGuard<'a>(&'a Inner);

impl Drop for RequestGuard<'_> {
    fn drop(&mut self) {
        self.0.concurrent.fetch_sub(1, SeqCst);
    }
}

#[async_trait::async_trait]
impl Provider for FakeProvider {
    async fn newest(&self, _: &SearchTerm) -> Result<Sample, ProviderError> {
        let inner = &*self.0;
        let number = inner.requests.fetch_add(1, SeqCst);
        let concurrent = inner.concurrent.fetch_add(1, SeqCst) + 1;
        let _guard = RequestGuard(inner);
        inner.max_concurrent.fetch_max(concurrent, SeqCst);
        (inner.script)(number).await
    }
}

/// A response without mentions.
pub fn no_mentions() -> Result<Sample, ProviderError> {
    Ok(Sample::default())
}

/// Waits until a condition holds. Fails after 30 s of real time, even if tokio's clock is paused.
pub async fn wait_until(mut condition: impl AsyncFnMut() -> bool) {
    let start = std::time::Instant::now();
    while !condition().await {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "timed out waiting"
        );
        sleep(Duration::from_millis(2)).await;
    }
}
