//! The outboxes of several instances, in turn.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::select_all;
use shop::OrderCode;
use store::{
    Mail, OrderMailChange, OrderMailOutcome, OrderMailRecord, OrderMailSetting, Outbox,
    SendOutcome, StoreError,
};

/// Each call to the outbox goes to the next instance.
pub(super) struct OutboxInTurn(pub(super) Vec<Arc<dyn Outbox>>, pub(super) AtomicUsize);

impl OutboxInTurn {
    fn next(&self) -> &Arc<dyn Outbox> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Outbox for OutboxInTurn {
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError> {
        self.next().claim(lease).await
    }

    async fn settle(&self, mail: &Mail, settled: SendOutcome) -> Result<(), StoreError> {
        self.next().settle(mail, settled).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        self.next().waiting().await
    }

    async fn mail_written(&self) {
        select_all(self.0.iter().map(|one| one.mail_written())).await;
    }

    async fn write_reminders(&self) -> Result<u64, StoreError> {
        self.next().write_reminders().await
    }

    async fn of_order(&self, order: OrderCode) -> Result<Vec<OrderMailRecord>, StoreError> {
        self.next().of_order(order).await
    }

    async fn settings(&self) -> Result<Vec<OrderMailSetting>, StoreError> {
        self.next().settings().await
    }

    async fn set(&self, change: OrderMailChange) -> Result<OrderMailOutcome, StoreError> {
        self.next().set(change).await
    }
}
