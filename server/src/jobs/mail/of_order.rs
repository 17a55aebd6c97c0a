//! Composes a mail about an order, if what it says is still true and its owner wants it sent.

use shop::{Act, ActGroup, Language, Order, OrderCode, OrderMail, Price};
use store::{JournalFilter, StoreError};

use super::{
    order_texts::{OrderDetails, order_text},
    sender::Sender,
    texts::MailText,
};

/// The most entries of an order's journal among which a reason is looked for.
const ENTRIES: u32 = 100;

impl Sender {
    /// The mail about an order, or `None` if it no longer applies or is switched off.
    pub(super) async fn of_order(
        &self,
        mail: OrderMail,
        code: OrderCode,
        language: Language,
    ) -> Result<Option<MailText>, StoreError> {
        let order = match self.store.order(code).await {
            Ok(order) if mail.applies_to(&order) => order,
            Ok(_) | Err(StoreError::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let setting = self.outbox.setting(mail).await?;
        if !setting.enabled {
            return Ok(None);
        }
        let reason = match mail {
            OrderMail::Cancelled => self.reason_of_cancellation(code).await?,
            _ => None,
        };
        let details = OrderDetails {
            code,
            lines: self.lines(&order).await?,
            total: Price::total(order.lines.iter().map(|line| (line.price, line.quantity))),
            collect_by: order.collect_by,
            reason,
            preface: setting.preface(language).map(str::to_owned),
            address: format!("{}/orders/{code}", self.public_url),
            shop_address: format!("{}/", self.public_url),
        };
        let shop = self.store.owner_settings().current();
        Ok(Some(order_text(mail, language, &shop.profile, &details)))
    }

    async fn lines(&self, order: &Order) -> Result<Vec<(u32, String, Price)>, StoreError> {
        let mut lines = Vec::with_capacity(order.lines.len());
        for line in &order.lines {
            let title = self.store.book(&line.book).await?.book.title;
            lines.push((line.quantity.get(), title, line.price));
        }
        Ok(lines)
    }

    /// Why the shop has cancelled an order, as the journal says.
    async fn reason_of_cancellation(&self, order: OrderCode) -> Result<Option<String>, StoreError> {
        let filter = JournalFilter {
            subject: Some(order.to_string()),
            group: Some(ActGroup::Orders),
            ..JournalFilter::default()
        };
        let found = self.store.journal().entries(&filter, None, ENTRIES).await?;
        let mut entries = found.into_iter().map(|one| one.entry);
        let cancelled = entries.find(|entry| matches!(entry.act, Act::OrderCancelled { .. }));
        let reason = cancelled.and_then(|entry| entry.reason);
        Ok(reason.map(|reason| reason.to_string()))
    }
}
