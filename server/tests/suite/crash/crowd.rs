//! Many shoppers at once.

use std::path::Path;

use protocol::LiveMessage;
use shop::{OrderState, Slug};
use store::opening_catalogue;
use tokio::{sync::watch, task::JoinSet, time::timeout};

use crate::{
    common::{PATIENCE, Running},
    crash::{
        ledger,
        shopper::{Keys, Shopper, Trouble},
        shopper_model::{Copies, Moved},
    },
};

pub struct Crowd(Vec<Shopper>);

/// A crowd that shops until the shop is gone or the crowd is stopped.
pub struct Shopping {
    visits: JoinSet<(Shopper, Result<(), Trouble>)>,
    tally: watch::Receiver<Tally>,
    leave: watch::Sender<bool>,
}

/// The number of final answers, and of answers “try again”.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub answers: usize,
    pub put_off: usize,
}

impl Crowd {
    pub fn new(shoppers: u64, seed: u64, keys: Keys) -> Self {
        Self((0..shoppers).map(|n| Shopper::new(n, seed, keys)).collect())
    }

    /// Starts all shoppers at the same time. Each acts one step after the other.
    pub fn start_shopping(self, shop: &Running) -> Shopping {
        let (tally, count) = watch::channel(Tally::default());
        let (leave, left) = watch::channel(false);
        let mut visits = JoinSet::new();
        for mut shopper in self.0 {
            let (address, tally, left) = (shop.address.clone(), tally.clone(), left.clone());
            visits.spawn(async move {
                let mut visit = shopper.enter(&address).await;
                while visit.is_ok() && !*left.borrow() {
                    visit = shopper.act(&address).await;
                    tally.send_modify(|tally| match shopper.open {
                        None => tally.answers += 1,
                        Some(_) => tally.put_off += usize::from(visit.is_ok()),
                    });
                }
                (shopper, visit)
            });
        }
        Shopping {
            visits,
            tally: count,
            leave,
        }
    }

    /// The number of requests that were sent and not answered.
    pub fn open(&self) -> usize {
        self.0
            .iter()
            .filter(|shopper| shopper.open.is_some())
            .count()
    }

    /// Repeats every unanswered request. Returns how many of them had been carried out.
    ///
    /// # Errors
    /// If the shop's data contradicts an answer.
    pub async fn settle(&mut self, shop: &Running) -> Result<usize, Trouble> {
        let mut done_already = 0;
        for shopper in &mut self.0 {
            done_already += usize::from(shopper.ask_again(&shop.address).await?);
        }
        match self.open() {
            0 => Ok(done_already),
            open => Err(Trouble::Wrong(format!("{open} requests are unanswered"))),
        }
    }

    /// Compares all answers with the carts, the orders, the levels, the ledger and the audit.
    ///
    /// # Errors
    /// If the shop's data contradicts an answer.
    pub async fn check(&mut self, shop: &Running, data: &Path) -> Result<(), Trouble> {
        ledger::audit(data)?;
        for shopper in &mut self.0 {
            shopper.check_all(&shop.address).await?;
            // A closed order no longer changes, and its movements are compared with the ledger.
            let orders = &mut shopper.model.orders;
            orders.retain(|_, order| order.state == OrderState::Placed);
        }
        let shown = available_copies(&shop.address).await?;
        let left = self.left();
        if shown != left {
            return Err(Trouble::Wrong(format!("{left:?} are left, not {shown:?}")));
        }
        let told: Vec<&Moved> = self.0.iter().flat_map(|s| &s.model.moved).collect();
        Ok(ledger::compare(data, &told)?)
    }

    /// The copies that no answer has given to a shopper.
    fn left(&self) -> Copies {
        let books = opening_catalogue().iter();
        let mut left: Copies = books
            .map(|book| (Slug::parse(book.slug).unwrap(), book.copies))
            .collect();
        for model in self.0.iter().map(|shopper| &shopper.model) {
            let orders = model.orders.values().map(|order| &order.lines);
            for (book, copies) in orders.chain([&model.cart]).flatten() {
                *left.get_mut(book).unwrap() -= copies;
            }
        }
        left
    }

    /// The total number of movements in the answers.
    pub fn moved(&self) -> usize {
        self.0.iter().map(|shopper| shopper.model.moved.len()).sum()
    }
}

impl Shopping {
    /// Waits until this many more answers were given.
    pub async fn answered(&mut self, more: usize) {
        let until = self.tally.borrow().answers + more;
        self.until(|tally| tally.answers >= until).await;
    }

    /// Waits until this many more answers were “try again”.
    pub async fn put_off(&mut self, more: usize) {
        let until = self.tally.borrow().put_off + more;
        self.until(|tally| tally.put_off >= until).await;
    }

    /// Waits until the condition holds, or the shop is gone.
    pub async fn until(&mut self, enough: impl FnMut(&Tally) -> bool) {
        // The errors of shoppers that have stopped are reported at the end.
        let waited = timeout(PATIENCE, self.tally.wait_for(enough)).await.is_ok();
        assert!(waited, "the crowd makes progress: {:?}", self.tally());
    }

    pub fn tally(&self) -> Tally {
        *self.tally.borrow()
    }

    /// Stops all shoppers while the shop is running.
    ///
    /// # Errors
    /// If an answer was wrong, or a shopper did not reach the shop.
    pub async fn leave(self) -> Result<Crowd, Trouble> {
        self.leave.send_replace(true);
        let (crowd, gone) = self.join_all().await?;
        if gone { Err(Trouble::Gone) } else { Ok(crowd) }
    }

    /// Waits until all shoppers have noticed that the shop is gone.
    ///
    /// # Errors
    /// If an answer was wrong.
    pub async fn end(self) -> Result<Crowd, Trouble> {
        Ok(self.join_all().await?.0)
    }

    /// Waits for all shoppers. Returns the crowd, and whether any shopper found the shop gone.
    async fn join_all(mut self) -> Result<(Crowd, bool), Trouble> {
        let (mut shoppers, mut gone) = (Vec::new(), false);
        while let Some(visit) = self.visits.join_next().await {
            match visit.unwrap() {
                (_, Err(wrong @ Trouble::Wrong(_))) => return Err(wrong),
                (shopper, visit) => {
                    gone |= visit.is_err();
                    shoppers.push(shopper);
                }
            }
        }
        Ok((Crowd(shoppers), gone))
    }
}

/// The available copies of every book, as pages get them.
///
/// # Errors
/// If there is no answer.
pub async fn available_copies(shop: &str) -> Result<Copies, Trouble> {
    let books = opening_catalogue().iter();
    let seen: Vec<String> = books.map(|book| format!("{}:0", book.slug)).collect();
    let url = format!("http://{shop}/live?seen={}", seen.join(","));
    let shown: LiveMessage = reqwest::get(url).await?.json().await?;
    let levels = shown.stock.into_iter();
    Ok(levels.map(|level| (level.book, level.available)).collect())
}
