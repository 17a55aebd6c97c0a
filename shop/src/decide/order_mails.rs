//! Mails about orders that are sent again, and contacts that are erased.

use super::world::World;
use crate::{Closing, Command, Contact, Done, Order, OrderCode, OrderMail, Refusal};

impl World {
    /// Tells the customer what a member of staff has done to the order, as far as only staff do it.
    pub(super) fn tell_customer(&mut self, command: &Command) {
        if let Command::CloseOrder {
            code,
            closing: Closing::Cancelled,
        } = command
        {
            let mail = (*code, OrderMail::Cancelled);
            self.changes.order_mails.insert(mail);
        }
    }

    /// Sends a mail again that could not be sent. Repeating it changes nothing.
    ///
    /// The order gets a new version, so that open pages no longer say that its confirmation failed.
    pub(super) fn send_mail_again(
        &mut self,
        code: OrderCode,
        mail: OrderMail,
    ) -> Result<Done, Refusal> {
        let order = self
            .orders
            .get(&code)
            .cloned()
            .ok_or(Refusal::NoSuchOrder(code))?;
        let has_address = order.contact.as_ref().and_then(Contact::email).is_some();
        let may_be_sent = has_address && mail.applies_to(&order);
        if !may_be_sent || !self.failed_mails.remove(&(code, mail)) {
            return Ok(Done::NothingToSend);
        }
        self.changes.order_mails.insert((code, mail));
        self.write_order(Order {
            mail_failed: order.mail_failed && mail != OrderMail::Placed,
            version: order.version + 1,
            ..order
        });
        Ok(Done::MailSentAgain)
    }

    /// Erases the contact of an order. Repeating it succeeds.
    pub(super) fn erase_contact(&mut self, code: OrderCode) -> Result<Done, Refusal> {
        let order = self
            .orders
            .get(&code)
            .cloned()
            .ok_or(Refusal::NoSuchOrder(code))?;
        if order.contact.is_some() {
            self.changes.erased_contacts.insert(code);
            self.write_order(Order {
                contact: None,
                mail_failed: false,
                version: order.version + 1,
                ..order
            });
        }
        Ok(Done::ContactErased)
    }
}
