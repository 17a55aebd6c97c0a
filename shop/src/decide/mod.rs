//! The decisions: a batch of commands against the shop as it stands.
//!
//! [`decide`] is a function of values. It is given a [`World`], which is all that
//! the commands touch, read in one transaction, and returns an answer for each
//! command and the [`Changes`] to write. Nothing has happened until the store
//! has written them.
//!
//! Commands of a batch are decided one after the other, each against what the
//! ones before have left; one that is refused changes nothing and hinders none.
//! Before any of them, what is over is over: holds whose time has come give
//! their copies back, and orders that nobody collected do. And after each of them, what
//! it gave back is offered to whoever waits for it, before the next is decided.

mod cart;
mod deliver;
mod orders;
mod stock;
#[cfg(test)]
mod tests;
mod waits;
mod world;

use crate::{Command, Done, Refusal};

pub use world::{Answer, Changes, Imported, Importing, Inconsistency, OnShelf, Since, World};

/// Decides a batch, in its order.
#[must_use]
pub fn decide(mut world: World, batch: &[Command]) -> (Vec<Result<Done, Refusal>>, Changes) {
    world.end_what_is_over();
    world.offer_everywhere();
    let answers = batch.iter().map(|command| world.submit(command)).collect();
    (answers, world.changes)
}

impl World {
    /// Decides a command that may be one that was sent before.
    fn submit(&mut self, command: &Command) -> Result<Done, Refusal> {
        let Some((shopper, key)) = command.submission() else {
            return self.carry_out_and_offer(command);
        };
        let fingerprint = command.fingerprint();
        let submission = (shopper, key.clone());
        if let Some(before) = self.answers.get(&submission) {
            return if before.fingerprint == fingerprint {
                Ok(before.done.clone())
            } else {
                Err(Refusal::KeyReused)
            };
        }
        let done = self.carry_out_and_offer(command)?;
        // A refusal has had no effect, so that a retry may still have one.
        let answer = Answer {
            fingerprint,
            done: done.clone(),
        };
        self.changes
            .answers
            .push((submission.clone(), answer.clone()));
        self.answers.insert(submission, answer);
        Ok(done)
    }

    fn carry_out_and_offer(&mut self, command: &Command) -> Result<Done, Refusal> {
        let mut done = self.carry_out(command)?;
        self.offer_after(command, &mut done);
        Ok(done)
    }

    fn carry_out(&mut self, command: &Command) -> Result<Done, Refusal> {
        match command {
            Command::Add {
                shopper,
                book,
                quantity,
                ..
            } => self.add(*shopper, book, *quantity),
            Command::SetQuantity {
                shopper,
                book,
                quantity,
            } => self.set_quantity(*shopper, book, *quantity),
            Command::Extend { shopper, book } => self.extend(*shopper, book),
            Command::PlaceOrder {
                shopper,
                code,
                contact,
                ..
            } => self.place_order(*shopper, *code, contact),
            Command::CloseOrder { code, closing } => self.close_order(*code, *closing),
            Command::ReadyOrder { code } => self.ready_order(*code),
            Command::TakeBack {
                shopper,
                book,
                hold,
                reason,
            } => self.take_back(*shopper, book, *hold, reason),
            Command::Withdraw {
                book,
                withdrawn,
                reason,
            } => self.withdraw(book, *withdrawn, reason),
            Command::SetPrice { book, price } => self.set_price(book, *price),
            Command::Restock {
                book,
                change,
                reason,
                ..
            } => self.restock(book, *change, reason),
            Command::Count {
                book,
                on_hand,
                reason,
            } => self.count(book, *on_hand, reason),
            Command::Deliver(delivery) => self.deliver(delivery),
            Command::Wait {
                shopper,
                book,
                live,
                email,
                ..
            } => self.wait(*shopper, book, *live, email.as_ref()),
            Command::Leave { shopper, book } => self.leave(*shopper, book),
            Command::Accept { shopper, book } => self.accept(*shopper, book),
            Command::Attend { shoppers } => {
                self.attend(shoppers);
                Ok(Done::Attended)
            }
            Command::SetSale { book, sale } => self.set_sale(book, *sale),
        }
    }

    fn end_what_is_over(&mut self) {
        self.expire_holds();
        self.expire_orders();
        self.expire_waits();
    }
}
