//! The mails that a batch causes, and those that it erases.

use serde_json::{Value, json};
use shop::{Changes, Language, OrderId, OrderMail, OrderState, Timestamp};

use super::{MailContent, recipient_hash::recipient_hash};
use crate::{
    StoreError,
    rows::millis,
    sql::{Connection, Dialect, query},
};

/// A mail to be written.
pub(crate) struct NewMail {
    token: String,
    recipient: String,
    content: String,
    language: Language,
    /// The order, if the mail is about one.
    about: Option<(OrderId, OrderMail)>,
    /// Whether such a mail about the order may have been given up before. This one replaces it.
    may_replace: bool,
}

impl NewMail {
    fn new(
        recipient: String,
        content: &MailContent,
        language: Language,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            token: format!("{:032x}", rand::random::<u128>()),
            recipient,
            content: serde_json::to_string(content)
                .map_err(|error| StoreError::Inconsistent(error.to_string()))?,
            language,
            about: None,
            may_replace: false,
        })
    }

    /// A mail about an order.
    pub(super) fn of_order(
        recipient: String,
        content: &MailContent,
        language: Language,
        order: OrderId,
    ) -> Result<Self, StoreError> {
        let about = content.order_mail().map(|(mail, _)| (order, mail));
        Ok(Self {
            about,
            ..Self::new(recipient, content, language)?
        })
    }
}

/// The mails that these changes cause.
pub(crate) fn mails_for(changes: &Changes) -> Result<Vec<NewMail>, StoreError> {
    let placed = changes
        .orders
        .values()
        .filter(|order| order.version == 1 && order.state == OrderState::Placed)
        .map(|order| (order, OrderMail::Placed));
    let told = changes
        .order_mails
        .iter()
        .filter_map(|(code, mail)| Some((changes.orders.get(code)?, *mail)));
    let about_orders = placed.chain(told).filter_map(|(order, mail)| {
        let contact = order.contact.as_ref()?;
        let recipient = contact.email()?.to_owned();
        let content = MailContent::of_order(mail, order.code);
        let new = NewMail::of_order(recipient, &content, contact.language(), order.id);
        Some(new.map(|new| NewMail {
            may_replace: order.version > 1,
            ..new
        }))
    });
    let offers = changes.offer_mails.iter().filter_map(|(hold, mail)| {
        let hold = changes.holds.get(hold)?;
        let content = MailContent::CopyOffered {
            shopper: hold.shopper,
            book: hold.book.clone(),
            until: hold.expires_at,
            page_open: mail.page_open,
        };
        let recipient = mail.to.as_str().to_owned();
        Some(NewMail::new(recipient, &content, mail.to.language()))
    });
    let withdrawals = changes.withdrawal_mails.iter().map(|((book, _), email)| {
        let content = MailContent::BookWithdrawn { book: book.clone() };
        NewMail::new(email.as_str().to_owned(), &content, email.language())
    });
    about_orders.chain(offers).chain(withdrawals).collect()
}

/// Writes mails in the transaction of what they tell of. A mail about an order that already waits is
/// not written a second time, and neither is a second reminder. Returns how many were written.
pub(crate) async fn write<C: Connection>(
    connection: &mut C,
    mails: &[NewMail],
    now: Timestamp,
) -> Result<u64, StoreError> {
    if mails.is_empty() {
        return Ok(0);
    }
    let again = mails.iter().filter(|mail| mail.may_replace);
    for (order, mail) in again.filter_map(|mail| mail.about) {
        query("delete from mail where order_id = $1 and about = $2 and state = 'given_up'")
            .bind(order.0.cast_signed())
            .bind(mail.name())
            .execute(connection)
            .await?;
    }
    let rows: Value = mails
        .iter()
        .map(|mail| {
            json!({
                "token": mail.token,
                "recipient": mail.recipient,
                "recipient_hash": recipient_hash(&mail.recipient),
                "letter": mail.content,
                "language": mail.language.tag(),
                "order_id": mail.about.map(|(order, _)| order.0),
                "about": mail.about.map(|(_, mail)| mail.name()),
            })
        })
        .collect();
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "insert into mail (token, recipient, recipient_hash, letter, language, created_at, due_at,
                               tries, state, order_id, about)
             select new.value ->> 'token', new.value ->> 'recipient', new.value ->> 'recipient_hash',
                    new.value ->> 'letter', new.value ->> 'language', $2, $2, 0, 'waiting',
                    new.value ->> 'order_id', new.value ->> 'about'
             from json_each($1) as new where true order by new.key
             on conflict do nothing"
        }
        Dialect::Postgres => {
            "insert into mail (token, recipient, recipient_hash, letter, language, created_at, due_at,
                               tries, state, order_id, about)
             select token, recipient, recipient_hash, letter, language, $2, $2, 0, 'waiting',
                    order_id, about
             from json_to_recordset($1::text::json) as new
                  (token text, recipient text, recipient_hash bigint, letter text, language text,
                   order_id bigint, about text)
             on conflict do nothing"
        }
    };
    query(statement)
        .bind(rows.to_string())
        .bind(millis(now))
        .execute(connection)
        .await
}

/// Erases what the mails about these orders say of their customers. Those that wait are not sent.
pub(crate) async fn erase<C: Connection>(
    connection: &mut C,
    changes: &Changes,
) -> Result<(), StoreError> {
    for code in &changes.erased_contacts {
        let Some(order) = changes.orders.get(code) else {
            continue;
        };
        query(
            "update mail set state = case state when 'waiting' then 'needless' else state end,
                    recipient = null, recipient_hash = null, letter = null, claimed_until = null,
                    answer = null, why = case when why <> 'refused' then why end
             where order_id = $1",
        )
        .bind(order.id.0.cast_signed())
        .execute(&mut *connection)
        .await?;
        // A mail that an earlier version has written names its order only in its letter.
        query(
            "update mail set state = 'needless', recipient = null, recipient_hash = null,
                    letter = null, claimed_until = null
             where state = 'waiting' and order_id is null and letter like $1",
        )
        .bind(format!("%\"{code}\"%"))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
