//! Commands of the staff, which are recorded in the journal.

use super::world::World;
use crate::{Act, Closing, Command, Done, JournalEntry, Price, Refusal, Slug, StaffCommand};

impl World {
    /// Executes a command for a member of staff. It is recorded in the journal if it changes
    /// anything.
    pub(super) fn execute_for_staff(&mut self, signed: &StaffCommand) -> Result<Done, Refusal> {
        let command = signed.command.without_author();
        let (act, before) = (self.act(command), self.extent_of_changes(command));
        let done = self.execute(command)?;
        if let Some(act) = act.filter(|_| self.extent_of_changes(command) != before) {
            self.tell_customer(command);
            self.changes.journal.push(JournalEntry {
                at: self.now,
                by: signed.by.clone(),
                act,
                reason: signed.reason.clone(),
            });
        }
        Ok(done)
    }

    /// The number of movements so far, and the version of the order that the command names. One
    /// of them grows with every change that a command of the staff makes.
    fn extent_of_changes(&self, command: &Command) -> (usize, Option<u64>) {
        let order = command.order().and_then(|code| self.orders.get(&code));
        (
            self.changes.movements.len(),
            order.map(|order| order.version),
        )
    }

    /// The act that this command would be now; `None` if it is not one for staff.
    fn act(&self, command: &Command) -> Option<Act> {
        let shelf = |book: &Slug| self.books.get(book).copied().unwrap_or_default();
        Some(match command {
            Command::Restock { book, change, .. } => Act::Restocked {
                book: book.clone(),
                change: *change,
            },
            Command::Count { book, on_hand, .. } => Act::Counted {
                book: book.clone(),
                before: shelf(book).stock.on_hand,
                on_hand: *on_hand,
            },
            Command::SetPrice { book, price } => Act::Priced {
                book: book.clone(),
                before: shelf(book).price,
                price: *price,
            },
            Command::TakeFilePrice { book } => Act::Priced {
                book: book.clone(),
                before: shelf(book).price,
                price: self.file_price(book).unwrap_or(shelf(book).price),
            },
            Command::AddBook { new, .. } => Act::BookAdded {
                book: new.book.slug.clone(),
                copies: new.on_hand,
            },
            Command::EditBook(edit) => {
                let fields = self.edited_fields(edit).into_iter();
                Act::BookEdited {
                    book: edit.book.slug.clone(),
                    fields: fields.map(|field| field.name().to_owned()).collect(),
                }
            }
            Command::Withdraw {
                book,
                withdrawn: true,
                ..
            } => Act::Withdrawn { book: book.clone() },
            Command::Withdraw { book, .. } => Act::SoldAgain { book: book.clone() },
            Command::TakeBack { shopper, book, .. } => Act::TakenBack {
                book: book.clone(),
                copies: self
                    .active_hold(*shopper, book)
                    .map_or(0, |hold| hold.quantity.get()),
            },
            Command::SellAtCounter {
                receipt, basket, ..
            } => {
                let lines = basket.lines().iter();
                Act::SoldAtCounter {
                    receipt: *receipt,
                    copies: basket.copies(),
                    total: Price::total(lines.map(|line| (shelf(&line.book).price, line.quantity))),
                }
            }
            Command::TakeReturn {
                receipt,
                book,
                quantity,
                refund,
                damaged,
                ..
            } => {
                let price = refund.unwrap_or(shelf(book).price);
                Act::ReturnedAtCounter {
                    receipt: *receipt,
                    book: book.clone(),
                    copies: quantity.get(),
                    refund: Price::total([(price, *quantity)].into_iter()),
                    damaged: *damaged,
                }
            }
            Command::SetSale { book, sale, .. } => Act::SaleSet {
                book: book.clone(),
                opens_at: sale.opens_at,
                limit: sale.limit,
            },
            Command::ReadyOrder { code } => Act::OrderReady { order: *code },
            Command::NotReadyOrder { code } => Act::OrderNotReady { order: *code },
            Command::SendMailAgain { code, mail } => Act::MailSentAgain {
                order: *code,
                mail: *mail,
            },
            Command::EraseContact { code } => Act::ContactErased { order: *code },
            Command::CloseOrder {
                code,
                closing: Closing::Collected,
            } => Act::OrderCollected { order: *code },
            Command::CloseOrder {
                code,
                closing: Closing::Cancelled,
            } => Act::OrderCancelled { order: *code },
            _ => return None,
        })
    }
}
