//! Applies the shop's rules to a batch of commands, as a pure function.

mod books;
mod cart;
mod counter;
mod imports;
mod journal;
mod order_mails;
mod orders;
mod stock;
#[cfg(test)]
mod tests;
mod waitlist;
mod world;

use crate::{Command, Done, Refusal};
use counter::Returned;

pub use world::{
    BookState, Changes, Imported, Importing, Inconsistency, OfferMail, StockChangeSince,
    StoredResult, World,
};

/// Executes a batch of commands in order. Returns their results and the changes to write.
///
/// The [`World`] is the part of the shop that the commands touch, read in one transaction. The
/// store must write the [`Changes`] before it reports any result.
///
/// First, the holds, orders and waits whose time is over are ended. Then each command is executed
/// on the result of the previous ones; a refused command changes nothing. Copies that become
/// available are offered to the waitlist before the next command. Last, waits for withdrawn books
/// are ended.
#[must_use]
pub fn decide(mut world: World, batch: &[Command]) -> (Vec<Result<Done, Refusal>>, Changes) {
    world.expire_all();
    world.offer_all_available();
    let answers = batch.iter().map(|command| world.submit(command)).collect();
    world.end_waits_for_withdrawn_books();
    (answers, world.changes)
}

impl World {
    /// Executes a command, unless the same submission was already executed.
    fn submit(&mut self, command: &Command) -> Result<Done, Refusal> {
        let Some((shopper, key)) = command.submission() else {
            return self.execute_and_offer(command);
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
        let done = self.execute_and_offer(command)?;
        // Refusals are not stored, so a retry is executed again.
        let answer = StoredResult {
            fingerprint,
            done: done.clone(),
        };
        self.changes
            .answers
            .push((submission.clone(), answer.clone()));
        self.answers.insert(submission, answer);
        Ok(done)
    }

    fn execute_and_offer(&mut self, command: &Command) -> Result<Done, Refusal> {
        let mut done = self.execute(command)?;
        self.offer_after(command, &mut done);
        Ok(done)
    }

    fn execute(&mut self, command: &Command) -> Result<Done, Refusal> {
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
                total,
                ..
            } => self.place_order(*shopper, *code, contact, *total),
            Command::CloseOrder { code, closing } => self.close_order(*code, *closing),
            Command::ReadyOrder { code } => self.mark_ready(*code),
            Command::NotReadyOrder { code } => self.mark_not_ready(*code),
            Command::SendMailAgain { code, mail } => self.send_mail_again(*code, *mail),
            Command::EraseContact { code } => self.erase_contact(*code),
            Command::ConfirmationFailed { code } => self.record_confirmation_failure(*code),
            Command::OfferFailed {
                shopper,
                book,
                until,
            } => self.offer_failed(*shopper, book, *until),
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
            Command::TakeFilePrice { book } => self.take_file_price(book),
            Command::AddBook { new, .. } => self.add_title(new),
            Command::EditBook(edit) => self.edit_book(edit),
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
            Command::SellAtCounter {
                receipt, basket, ..
            } => self.sell_at_counter(*receipt, basket),
            Command::TakeReturn {
                receipt,
                book,
                quantity,
                refund,
                damaged,
                reason,
                ..
            } => self.take_return(Returned {
                receipt: *receipt,
                book,
                quantity: *quantity,
                refund: *refund,
                damaged: *damaged,
                reason,
            }),
            Command::ImportLines(delivery) => self.import(delivery),
            Command::Wait {
                shopper,
                book,
                live,
                email,
                ..
            } => self.wait(*shopper, book, *live, email.as_ref()),
            Command::Leave { shopper, book } => self.leave(*shopper, book),
            Command::Accept { shopper, book } => self.accept(*shopper, book),
            // `offer_after` makes the offers.
            Command::OfferAvailable { .. } => Ok(Done::Offered),
            Command::SetSale { book, sale, seen } => self.set_sale(book, *sale, *seen),
            Command::ByStaff(signed) => self.execute_for_staff(signed),
        }
    }

    fn expire_all(&mut self) {
        self.expire_holds();
        self.expire_orders();
        self.expire_waits();
    }
}
