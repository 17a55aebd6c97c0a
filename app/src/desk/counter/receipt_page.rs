//! `/desk/counter/receipts/{code}`: a receipt, to show or to print.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Language, OrderLine, Price, Receipt, ReceiptCode, ReceiptKind, Slug};

use super::ADDRESS;
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, lang_attribute::lang_attribute, moment, number, price},
    layout::{price_label::price_label, shop_details::contact},
    server::{current_settings, current_store, shop_error},
};

/// A receipt, with the titles of its books.
type ReceiptWithTitles = (Receipt, HashMap<Slug, String>);

/// The receipt that the address names.
#[component]
pub(crate) fn CounterReceiptPage() -> impl IntoView {
    let code = use_params_map()
        .read_untracked()
        .get("code")
        .unwrap_or_default();
    desk_page(Section::Counter, read(code), receipt_content)
}

async fn read(code: String) -> Result<ReceiptWithTitles, ShopError> {
    let store = current_store();
    // A page that does not exist is “not found”, whatever its address names.
    let code: ReceiptCode = code.parse().map_err(|_| ShopError::NoSuchOrder)?;
    let receipt = store.desk_reads().receipt(code).await.map_err(shop_error)?;
    let receipt = receipt.ok_or(ShopError::NoSuchOrder)?;
    let mut titles = HashMap::new();
    for line in &receipt.lines {
        let title = store.book(&line.book).await.map_err(shop_error)?.book.title;
        titles.insert(line.book.clone(), title);
    }
    Ok((receipt, titles))
}

fn receipt_content((receipt, titles): ReceiptWithTitles) -> AnyView {
    let language = current_language();
    let settings = current_settings();
    let profile = &settings.profile;
    let (title, total) = match receipt.kind {
        ReceiptKind::Sale => (say!(language, counter.receipt), say!(language, cart.total)),
        ReceiptKind::Return | ReceiptKind::DamagedReturn => (
            say!(language, counter.return_receipt),
            say!(language, counter.refunded),
        ),
    };
    let damaged = (receipt.kind == ReceiptKind::DamagedReturn)
        .then(|| view! { <p>{say!(language, counter.was_damaged)}</p> });
    let rows: Vec<AnyView> = receipt
        .lines
        .iter()
        .map(|line| {
            let title = titles.get(&line.book).cloned().unwrap_or_default();
            row(language, line, title)
        })
        .collect();
    let name = profile.name().to_owned();
    let lang = lang_attribute(language, &name);
    let content = view! {
        <div class="counter-receipt">
            <p class="desk-state" dir="auto" lang=lang translate="no">{name}</p>
            {contact(language, profile)}
            <dl class="desk-facts">
                <div>
                    <dt>{say!(language, counter.number)}</dt>
                    <dd class="order-code">{receipt.code.to_string()}</dd>
                </div>
                <div>
                    <dt>{say!(language, counter.date)}</dt>
                    <dd>{moment(language, receipt.at)}</dd>
                </div>
            </dl>
            <section class="desk-wide" tabindex="0" aria-label=title>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{say!(language, desk.book)}</th>
                            <th scope="col" class="desk-number">{say!(language, counter.copies)}</th>
                            <th scope="col" class="desk-number">{say!(language, desk.price)}</th>
                            <th scope="col" class="desk-number">{say!(language, counter.amount)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            <p class="cart-total">{total} " " <strong>{price(language, receipt.total())}</strong></p>
            {price_label()}
            {damaged}
        </div>
        <p class="counter-back"><a href=ADDRESS>{say!(language, counter.back)}</a></p>
    };
    desk_frame(Section::Counter, title, content.into_any())
}

fn row(language: Language, line: &OrderLine, title: String) -> AnyView {
    let lang = lang_attribute(language, &title);
    let amount = Price::total([(line.price, line.quantity)].into_iter());
    view! {
        <tr>
            <th scope="row" lang=lang>{title}</th>
            <td class="desk-number">{number(language, line.quantity.get()).to_string()}</td>
            <td class="desk-number">{price(language, line.price)}</td>
            <td class="desk-number">{price(language, amount)}</td>
        </tr>
    }
    .into_any()
}
