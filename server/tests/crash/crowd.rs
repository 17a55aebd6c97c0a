//! Many shoppers at once.

use std::path::Path;

use shop::OrderState;
use tokio::{sync::watch, task::JoinSet, time::timeout};

use crate::{
    common::{PATIENCE, Running},
    ledger,
    shopper::{Keys, Shopper, Trouble},
    told::Moved,
};

pub struct Crowd(Vec<Shopper>);

/// A crowd in a shop, until the shop is gone or told to stop.
pub struct Shopping {
    visits: JoinSet<(Shopper, Result<(), Trouble>)>,
    answers: watch::Receiver<usize>,
    leave: watch::Sender<bool>,
}

impl Crowd {
    pub fn new(shoppers: u64, seed: u64, keys: Keys) -> Self {
        Self((0..shoppers).map(|n| Shopper::new(n, seed, keys)).collect())
    }

    /// Everybody shops at the same time, each one thing after the other.
    pub fn go_shopping(self, shop: &Running) -> Shopping {
        let (tally, answers) = watch::channel(0);
        let (leave, left) = watch::channel(false);
        let mut visits = JoinSet::new();
        for mut shopper in self.0 {
            let (address, tally, left) = (shop.address.clone(), tally.clone(), left.clone());
            visits.spawn(async move {
                let mut visit = shopper.enter(&address).await;
                while visit.is_ok() && !*left.borrow() {
                    visit = shopper.act(&address).await;
                    tally.send_modify(|answers| *answers += 1);
                }
                (shopper, visit)
            });
        }
        Shopping {
            visits,
            answers,
            leave,
        }
    }

    /// How many were sent and not answered.
    pub fn open(&self) -> usize {
        self.0
            .iter()
            .filter(|shopper| shopper.open.is_some())
            .count()
    }

    /// Asks again for all that was not answered; says how much of it had been done.
    ///
    /// # Errors
    /// What is not as it was told.
    pub async fn settle(&mut self, shop: &Running) -> Result<usize, Trouble> {
        let mut done_already = 0;
        for shopper in &mut self.0 {
            done_already += shopper.settle(&shop.address).await?;
        }
        Ok(done_already)
    }

    /// Compares all that everybody was told with the carts, the orders, the ledger
    /// and the shop's own audit.
    ///
    /// # Errors
    /// What is not as it was told.
    pub async fn check(&mut self, shop: &Running, data: &Path) -> Result<(), Trouble> {
        ledger::audit(data)?;
        for shopper in &mut self.0 {
            shopper.look_round(&shop.address).await?;
            // What has ended does not change any more; the ledger keeps it in mind.
            let orders = &mut shopper.told.orders;
            orders.retain(|_, order| order.state == OrderState::Placed);
        }
        let told: Vec<&Moved> = self.0.iter().flat_map(|s| &s.told.moved).collect();
        Ok(ledger::compare(data, &told)?)
    }

    /// How many movements everybody together was told of.
    pub fn moved(&self) -> usize {
        self.0.iter().map(|shopper| shopper.told.moved.len()).sum()
    }
}

impl Shopping {
    /// Waits until so many answers were given.
    pub async fn answered(&mut self, answers: usize) {
        let answered = self.answers.wait_for(|count| *count >= answers);
        // A shopper that has stopped is heard in the end.
        let _ = timeout(PATIENCE, answered).await;
    }

    pub fn answers(&self) -> usize {
        *self.answers.borrow()
    }

    /// Sends everybody home.
    ///
    /// # Errors
    /// What anybody was told that cannot be.
    pub async fn leave(self) -> Result<Crowd, Trouble> {
        self.leave.send_replace(true);
        self.end().await
    }

    /// Waits until everybody has seen that the shop is gone.
    ///
    /// # Errors
    /// What anybody was told that cannot be.
    pub async fn end(mut self) -> Result<Crowd, Trouble> {
        let mut shoppers = Vec::new();
        while let Some(visit) = self.visits.join_next().await {
            match visit.unwrap() {
                (_, Err(wrong @ Trouble::Wrong(_))) => return Err(wrong),
                (shopper, _) => shoppers.push(shopper),
            }
        }
        Ok(Crowd(shoppers))
    }
}
