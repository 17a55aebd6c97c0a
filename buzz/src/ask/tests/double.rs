//! A provider that does as it is told, and counts.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;

/// Opens for as many questions as it is told to.
#[derive(Clone)]
pub struct Door(Arc<Semaphore>);

/// What it does with its so-manieth question, the first of which is number 0.
type Manner = Box<dyn Fn(usize) -> BoxFuture<'static, Result<Sample, Failure>> + Send + Sync>;

#[derive(Clone)]
pub struct Double(Arc<Counting>);

struct Counting {
    manner: Manner,
    asked: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl Double {
    pub fn new<F>(manner: impl Fn(usize) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Sample, Failure>> + Send + 'static,
    {
        Self(Arc::new(Counting {
            manner: Box::new(move |number| manner(number).boxed()),
            asked: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        }))
    }

    /// One that answers when its door is opened.
    pub fn behind_a_door() -> (Self, Door) {
        let door = Door(Arc::new(Semaphore::new(0)));
        let inside = door.clone();
        let double = Self::new(move |_| {
            let door = inside.clone();
            async move {
                door.pass().await;
                nothing()
            }
        });
        (double, door)
    }

    pub fn asked(&self) -> usize {
        self.0.asked.load(SeqCst)
    }

    pub fn most_at_once(&self) -> usize {
        self.0.most_at_once.load(SeqCst)
    }

    /// Whether nobody else has it any more.
    pub fn is_let_go(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

impl Door {
    pub fn open(&self) {
        self.0.add_permits(100_000);
    }

    pub async fn pass(&self) {
        self.0.acquire().await.unwrap().forget();
    }
}

/// Counts one question less, however it ends.
struct Leaving<'a>(&'a Counting);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, SeqCst);
    }
}

#[async_trait::async_trait]
impl Provider for Double {
    async fn newest(&self, _: &Term) -> Result<Sample, Failure> {
        let counting = &*self.0;
        let number = counting.asked.fetch_add(1, SeqCst);
        let at_once = counting.at_once.fetch_add(1, SeqCst) + 1;
        let _leaving = Leaving(counting);
        counting.most_at_once.fetch_max(at_once, SeqCst);
        (counting.manner)(number).await
    }
}

/// An answer: nobody says it.
pub fn nothing() -> Result<Sample, Failure> {
    Ok(Sample::default())
}

/// Waits until it is so, by the clock of the machine: what is not so in half a minute never is.
pub async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    let start = std::time::Instant::now();
    while !is_so().await {
        assert!(start.elapsed() < Duration::from_secs(30), "it never was so");
        sleep(Duration::from_millis(2)).await;
    }
}
