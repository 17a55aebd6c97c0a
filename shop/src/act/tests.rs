//! One act of every kind, and how acts are written.

use super::*;

/// One act of every kind.
pub(crate) fn every_act() -> Vec<Act> {
    let book = Slug::parse("small-hours").unwrap();
    let order = OrderCode::from_bits(77);
    let (import, name) = (ImportId::from_bits(7), "autumn.csv".to_owned());
    let text: AnnouncementText = "We close at six today.".parse().unwrap();
    let account: StaffName = "ben".parse().unwrap();
    vec![
        Act::Restocked {
            book: book.clone(),
            change: NonZeroI32::new(-2).unwrap(),
        },
        Act::Counted {
            book: book.clone(),
            before: 4,
            on_hand: 7,
        },
        Act::BookAdded {
            book: book.clone(),
            copies: 5,
        },
        Act::BookEdited {
            book: book.clone(),
            fields: vec!["title".to_owned(), "publisher".to_owned()],
        },
        Act::CoverSet { book: book.clone() },
        Act::ReorderPointSet {
            book: book.clone(),
            before: None,
            copies: Some(2),
        },
        Act::Priced {
            book: book.clone(),
            before: Price::from_cents(2_000),
            price: Price::from_cents(1_995),
        },
        Act::Withdrawn { book: book.clone() },
        Act::SoldAgain { book: book.clone() },
        Act::TakenBack {
            book: book.clone(),
            copies: 3,
        },
        Act::SoldAtCounter {
            receipt: ReceiptCode::from_bits(78),
            copies: 3,
            total: Price::from_cents(5_600),
        },
        Act::ReturnedAtCounter {
            receipt: ReceiptCode::from_bits(79),
            book: book.clone(),
            copies: 1,
            refund: Price::from_cents(1_995),
            damaged: true,
        },
        Act::SaleSet {
            book,
            opens_at: Some(Timestamp::from_millis(1_700_000_000_000)),
            limit: Some(2),
        },
        Act::OrderReady { order },
        Act::OrderNotReady { order },
        Act::OrderCollected { order },
        Act::OrderCancelled { order },
        Act::MailSentAgain {
            order,
            mail: OrderMail::Reminder,
        },
        Act::ContactErased { order },
        Act::Announced { text: text.clone() },
        Act::AnnouncementWithdrawn { text },
        Act::ClockAccepted,
        Act::SettingsChanged {
            fields: vec!["name".to_owned(), "monday".to_owned()],
        },
        Act::LegalTextsChanged {
            texts: vec!["terms.en".to_owned(), "imprint.zh-Hans".to_owned()],
        },
        Act::MailSet {
            mail: OrderMail::Overdue,
            enabled: false,
        },
        Act::CurrencyChanged {
            before: Currency::USD,
            currency: "JPY".parse().unwrap(),
            books: 8,
            rounded: 1,
        },
        Act::ImportBegun {
            import,
            name: name.clone(),
        },
        Act::ImportApplied {
            import,
            name: name.clone(),
        },
        Act::ImportCancelled { import, name },
        Act::SignedIn,
        Act::SignedOut,
        Act::AccountAdded {
            name: account.clone(),
            role: Role::Clerk,
        },
        Act::FirstOwnerAdded {
            name: account.clone(),
        },
        Act::AccountRemoved {
            name: account.clone(),
        },
        Act::PasswordReset {
            name: account.clone(),
        },
        Act::Invited {
            name: account.clone(),
            role: Role::Clerk,
        },
        Act::InvitationAccepted {
            name: account.clone(),
            role: Role::Clerk,
        },
        Act::PasswordLinkMade {
            name: account.clone(),
        },
        Act::PasswordChosen {
            name: account.clone(),
        },
        Act::LinkWithdrawn {
            name: account.clone(),
        },
        Act::RoleChanged {
            name: account.clone(),
            before: Role::Clerk,
            role: Role::Owner,
        },
        Act::SessionsEnded {
            name: account,
            count: 2,
        },
        Act::PasswordChanged,
    ]
}

#[test]
fn an_act_is_read_back_as_it_was_written_under_the_name_of_its_kind() {
    for act in every_act() {
        let written = serde_json::to_value(&act).unwrap();
        assert_eq!(written["kind"], act.kind(), "{act:?}");
        assert_eq!(serde_json::from_value::<Act>(written).unwrap(), act);
    }
}

/// While instances are upgraded one after the other, the older ones read what the newer ones write.
#[test]
fn an_act_of_a_later_release_is_read_as_unknown() {
    let written = r#"{"kind": "gift_wrapped", "book": "small-hours", "ribbon": "red"}"#;
    assert_eq!(serde_json::from_str::<Act>(written).unwrap(), Act::Unknown);
}
