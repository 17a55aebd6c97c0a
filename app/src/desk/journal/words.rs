//! What an entry of the journal says, in the reader's language.

use shop::{Act, Currency, Language, Price, Role};

use crate::{
    desk::{
        books::words::field_names as book_field_names, legal::words::text_names,
        order_mails::mail_name, settings::words::field_names,
    },
    i18n::{Slot, amount_in, moment, number},
    server::current_settings,
};

/// What was done, as a sentence. Where the sentence names the book, the order or the receipt, it has
/// a placeholder for a link.
#[must_use]
pub fn act_words(language: Language, act: &Act) -> String {
    act_words_in(language, current_settings().profile.currency(), act)
}

/// The same, for an act at a time at which prices were in this currency.
pub(super) fn act_words_in(language: Language, currency: Currency, act: &Act) -> String {
    let price = |price: Price| amount_in(language, currency, price.cents());
    match act {
        Act::Restocked { change, .. } => {
            let count = number(language, change.get().unsigned_abs());
            match change.get() > 0 {
                true => say!(language, journal.restocked, count = count, book = Slot),
                false => say!(language, journal.removed, count = count, book = Slot),
            }
        }
        Act::Counted {
            before, on_hand, ..
        } => say!(
            language,
            journal.counted,
            book = Slot,
            before = number(language, *before),
            on_hand = number(language, *on_hand)
        ),
        Act::Priced {
            before,
            price: after,
            ..
        } => say!(
            language,
            journal.priced,
            book = Slot,
            before = price(*before),
            price = price(*after)
        ),
        Act::BookAdded { copies, .. } => {
            let count = number(language, *copies);
            say!(language, journal.book_added, count = count, book = Slot)
        }
        Act::BookEdited { fields, .. } => {
            let fields = book_field_names(language, fields);
            say!(language, journal.book_edited, book = Slot, fields = fields)
        }
        Act::CoverSet { .. } => say!(language, journal.cover_set, book = Slot),
        Act::ReorderPointSet {
            copies: Some(copies),
            ..
        } => {
            let copies = number(language, *copies);
            say!(
                language,
                journal.reorder_point_set,
                book = Slot,
                copies = copies
            )
        }
        Act::ReorderPointSet { copies: None, .. } => {
            say!(language, journal.reorder_point_removed, book = Slot)
        }
        Act::Withdrawn { .. } => say!(language, journal.withdrawn, book = Slot),
        Act::SoldAgain { .. } => say!(language, journal.sold_again, book = Slot),
        Act::TakenBack { copies, .. } => {
            let count = number(language, *copies);
            say!(language, journal.taken_back, count = count, book = Slot)
        }
        Act::SoldAtCounter { copies, total, .. } => {
            let (count, total) = (number(language, *copies), price(*total));
            say!(
                language,
                journal.sold_at_counter,
                count = count,
                total = total,
                receipt = Slot
            )
        }
        Act::ReturnedAtCounter {
            copies,
            refund,
            damaged,
            ..
        } => {
            let (count, refund) = (number(language, *copies), price(*refund));
            match damaged {
                false => say!(
                    language,
                    journal.returned,
                    count = count,
                    book = Slot,
                    refund = refund
                ),
                true => say!(
                    language,
                    journal.returned_damaged,
                    count = count,
                    book = Slot,
                    refund = refund
                ),
            }
        }
        Act::SaleSet {
            opens_at: Some(at), ..
        } => {
            let at = moment(language, *at);
            say!(language, journal.sale_from, book = Slot, at = at)
        }
        Act::SaleSet { opens_at: None, .. } => say!(language, journal.sale_open, book = Slot),
        Act::OrderReady { .. } => say!(language, journal.order_ready, order = Slot),
        Act::OrderNotReady { .. } => say!(language, journal.order_not_ready, order = Slot),
        Act::OrderCollected { .. } => say!(language, journal.order_collected, order = Slot),
        Act::OrderCancelled { .. } => say!(language, journal.order_cancelled, order = Slot),
        Act::MailSentAgain { mail, .. } => {
            let mail = mail_name(language, *mail);
            say!(language, journal.mail_sent_again, order = Slot, mail)
        }
        Act::ContactErased { .. } => say!(language, journal.contact_erased, order = Slot),
        Act::Announced { text } => say!(language, journal.announced, text = text.as_str()),
        Act::AnnouncementWithdrawn { text } => {
            say!(
                language,
                journal.announcement_withdrawn,
                text = text.as_str()
            )
        }
        Act::ClockAccepted => say!(language, journal.clock_accepted).to_owned(),
        Act::SettingsChanged { fields } => {
            let fields = field_names(language, fields);
            say!(language, journal.settings_changed, fields = fields)
        }
        Act::LegalTextsChanged { texts } => {
            let texts = text_names(language, texts);
            say!(language, journal.legal_texts_changed, texts = texts)
        }
        Act::MailSet { mail, enabled } => {
            let mail = mail_name(language, *mail);
            match enabled {
                true => say!(language, journal.mail_set, mail),
                false => say!(language, journal.mail_set_off, mail),
            }
        }
        Act::CurrencyChanged {
            before,
            currency,
            books,
            rounded: rounded @ 1..,
        } => say!(
            language,
            journal.currency_rounded,
            before = before.code(),
            currency = currency.code(),
            books = number(language, *books),
            rounded = number(language, *rounded)
        ),
        Act::CurrencyChanged {
            before,
            currency,
            books,
            rounded: 0,
        } => say!(
            language,
            journal.currency_changed,
            count = number(language, *books),
            before = before.code(),
            currency = currency.code()
        ),
        Act::ImportBegun { name, .. } => say!(language, journal.import_begun, name = name),
        Act::ImportApplied { name, .. } => say!(language, journal.import_applied, name = name),
        Act::ImportCancelled { name, .. } => say!(language, journal.import_cancelled, name = name),
        Act::SignedIn => say!(language, journal.signed_in).to_owned(),
        Act::SignedOut => say!(language, journal.signed_out).to_owned(),
        Act::AccountAdded {
            name,
            role: Role::Clerk,
        } => say!(language, journal.clerk_added, name = name),
        Act::AccountAdded {
            name,
            role: Role::Owner,
        } => say!(language, journal.owner_added, name = name),
        Act::FirstOwnerAdded { .. } => say!(language, journal.first_owner_added).to_owned(),
        Act::AccountRemoved { name } => say!(language, journal.account_removed, name = name),
        Act::PasswordReset { name } => say!(language, journal.password_reset, name = name),
        Act::Invited {
            name,
            role: Role::Clerk,
        } => say!(language, journal.clerk_invited, name = name),
        Act::Invited {
            name,
            role: Role::Owner,
        } => say!(language, journal.owner_invited, name = name),
        Act::InvitationAccepted { .. } => say!(language, journal.invitation_accepted).to_owned(),
        Act::PasswordLinkMade { name } => say!(language, journal.password_link, name = name),
        Act::PasswordChosen { .. } => say!(language, journal.password_chosen).to_owned(),
        Act::LinkWithdrawn { name } => say!(language, journal.link_withdrawn, name = name),
        Act::RoleChanged {
            name,
            role: Role::Clerk,
            ..
        } => say!(language, journal.made_clerk, name = name),
        Act::RoleChanged {
            name,
            role: Role::Owner,
            ..
        } => say!(language, journal.made_owner, name = name),
        Act::SessionsEnded { name, count } => {
            let count = number(language, *count);
            say!(language, journal.sessions_ended, count = count, name = name)
        }
        Act::PasswordChanged => say!(language, journal.password_changed).to_owned(),
        Act::Unknown => say!(language, journal.unknown).to_owned(),
    }
}

/// The limit per shopper that was set with a sale, as a sentence of its own.
pub(super) fn limit_words(language: Language, act: &Act) -> Option<String> {
    match act {
        Act::SaleSet {
            limit: Some(limit), ..
        } => {
            let count = number(language, *limit);
            Some(say!(language, journal.sale_limit, count = count))
        }
        _ => None,
    }
}
