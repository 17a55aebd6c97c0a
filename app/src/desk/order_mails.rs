//! The mails about an order, as staff see them: what became of each, and a button to send one again.

use leptos::prelude::*;
use shop::{Contact, Language, Order, OrderMail};
use store::{MailFate, OrderMailRecord, WhyGivenUp};

use crate::i18n::{current_language, moment};

/// The name of a mail.
pub(super) fn mail_name(language: Language, mail: OrderMail) -> &'static str {
    match mail {
        OrderMail::Placed => say!(language, order_mail.placed),
        OrderMail::Ready => say!(language, order_mail.ready),
        OrderMail::Reminder => say!(language, order_mail.reminder),
        OrderMail::Overdue => say!(language, order_mail.overdue),
        OrderMail::Cancelled => say!(language, order_mail.cancelled),
    }
}

/// Whether mail can be sent about an order.
pub(super) fn has_address(order: &Order) -> bool {
    let contact = order.contact.as_ref();
    contact.and_then(Contact::email).is_some()
}

/// Whether any of these mails waits to be sent, so that the page asks again what became of it.
pub(super) fn are_mails_waiting(mails: &[OrderMailRecord]) -> bool {
    mails.iter().any(|one| one.fate == MailFate::Waiting)
}

/// The mails about the order of the last week, if there are any.
pub(super) fn order_mails(order: &Order, mails: &[OrderMailRecord]) -> Option<AnyView> {
    if mails.is_empty() {
        return None;
    }
    let language = current_language();
    let can_be_sent = has_address(order);
    let address = format!("/desk/orders/{}/send-mail", order.code);
    let rows: Vec<_> = mails
        .iter()
        .map(|one| {
            let name = mail_name(language, one.mail);
            let failed = matches!(one.fate, MailFate::GivenUp { .. });
            let again = (failed && can_be_sent && one.mail.applies_to(order)).then(|| {
                view! {
                    <form method="post" action=address.clone()>
                        <input type="hidden" name="mail" value=one.mail.name()/>
                        <button
                            class="button button-small button-quiet"
                            aria-label=say!(language, order_mail.again_of, mail = name)
                        >
                            {say!(language, order_mail.again)}
                        </button>
                    </form>
                }
            });
            let class = failed.then_some("desk-refused");
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd class=class>{fate_words(language, &one.fate)} {again}</dd>
                </div>
            }
        })
        .collect();
    let list = view! {
        <h2>{say!(language, order_mail.mails)}</h2>
        <dl class="desk-facts">{rows}</dl>
    };
    Some(list.into_any())
}

/// What became of a mail.
fn fate_words(language: Language, fate: &MailFate) -> String {
    match fate {
        MailFate::Waiting => say!(language, order_mail.waiting).to_owned(),
        MailFate::Sent { at } => {
            let at = moment(language, *at);
            say!(language, order_mail.sent, at)
        }
        MailFate::NotNeeded => say!(language, order_mail.not_needed).to_owned(),
        MailFate::GivenUp { why, .. } => match why {
            Some(WhyGivenUp::Refused { answer }) => {
                say!(language, order_mail.refused, answer = answer.as_str())
            }
            Some(WhyGivenUp::InvalidAddress) => say!(language, order_mail.bad_address).to_owned(),
            Some(WhyGivenUp::TooMany) => say!(language, order_mail.too_many).to_owned(),
            Some(WhyGivenUp::TooLate) => say!(language, order_mail.too_late).to_owned(),
            None => say!(language, order_mail.not_reached).to_owned(),
        },
    }
}
