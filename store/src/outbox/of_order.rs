//! What became of the mails about an order.

use shop::{Command, OrderCode, OrderMail, Timestamp, World};
use sqlx::FromRow;

use super::WhyGivenUp;
use crate::{
    StoreError,
    rows::timestamp,
    sql::{Connection, query},
};

/// A mail about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderMailRecord {
    /// The mail.
    pub mail: OrderMail,
    /// When it was written.
    pub written_at: Timestamp,
    /// What became of it.
    pub fate: MailFate,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailFate {
    /// It waits to be sent.
    Waiting,
    /// The mail server has accepted it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It was not sent: what it says was no longer true, or an owner has switched it off.
    NotNeeded,
    /// It could not be sent.
    GivenUp {
        /// When.
        at: Timestamp,
        /// Why, unless an earlier version has given it up.
        why: Option<WhyGivenUp>,
    },
}

/// The mails about an order, in the order in which they were written. They are kept for a week.
pub(super) async fn read<C: Connection>(
    connection: &mut C,
    order: OrderCode,
) -> Result<Vec<OrderMailRecord>, StoreError> {
    let rows: Vec<Row> = query(
        "select about, created_at, due_at, mail.state, why, answer
         from mail join shop_order on shop_order.id = mail.order_id
         where shop_order.code = $1 and about is not null
         order by mail.id",
    )
    .bind(order.bits().cast_signed())
    .fetch_all(connection)
    .await?;
    // A later release may write further mails.
    rows.into_iter().filter_map(Row::read).collect()
}

/// Reads which of the mails that these commands want to be sent again could not be sent.
pub(crate) async fn load_failed<C: Connection>(
    connection: &mut C,
    world: &mut World,
    batch: &[Command],
) -> Result<(), StoreError> {
    for command in batch {
        let Command::SendMailAgain { code, mail } = command.without_author() else {
            continue;
        };
        let failed: bool = query(
            "select exists (select 1 from mail join shop_order on shop_order.id = mail.order_id
                            where shop_order.code = $1 and about = $2 and mail.state = 'given_up')",
        )
        .bind(code.bits().cast_signed())
        .bind(mail.name())
        .fetch_scalar(&mut *connection)
        .await?;
        if failed {
            world.failed_mails.insert((*code, *mail));
        }
    }
    Ok(())
}

#[derive(FromRow)]
struct Row {
    about: String,
    created_at: i64,
    /// In a settled mail, when it was settled.
    due_at: i64,
    state: String,
    why: Option<String>,
    answer: Option<String>,
}

impl Row {
    fn read(self) -> Option<Result<OrderMailRecord, StoreError>> {
        let mail = OrderMail::named(&self.about)?;
        Some(self.fate().and_then(|fate| {
            Ok(OrderMailRecord {
                mail,
                written_at: timestamp(self.created_at)?,
                fate,
            })
        }))
    }

    fn fate(&self) -> Result<MailFate, StoreError> {
        let at = timestamp(self.due_at)?;
        Ok(match self.state.as_str() {
            "waiting" => MailFate::Waiting,
            "sent" => MailFate::Sent { at },
            "given_up" => MailFate::GivenUp {
                at,
                why: WhyGivenUp::stored(self.why.as_deref(), self.answer.as_deref()),
            },
            _ => MailFate::NotNeeded,
        })
    }
}
