//! `/desk/stock/{book}`: one book's copies, the holds and orders on them, and the forms to change
//! them.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Sale, Slug};
use store::{Commitments, DescribedBook, ShelfBook};

use super::{
    books::sections::{description, price_source, reorder_form, reorder_mark},
    frame::{Section, desk_frame, desk_page},
    keyed_forms::keyed_forms,
    live_parts::live_parts,
    sale::{form::SaleFormProps, section::sale_section},
    stock::{headings, numbers},
};
use crate::{
    browser::NoProps,
    i18n::{current_language, moment, price},
    server::{current_settings, current_store, limit_per_shopper, new_key, shop_error},
};

/// The most holds, and the most orders, on the page.
const MOST: u32 = 200;

/// The book that the address names.
#[component]
pub(crate) fn DeskBookPage() -> impl IntoView {
    let book = use_params_map()
        .read_untracked()
        .get("book")
        .unwrap_or_default();
    desk_page(Section::Stock, read(book), one_book)
}

/// A book as its page shows it.
struct BookAtDesk {
    on_shelf: ShelfBook,
    described: DescribedBook,
    commitments: Commitments,
}

async fn read(book: String) -> Result<BookAtDesk, ShopError> {
    let store = current_store();
    let book: Slug = book.parse().map_err(|_| ShopError::NoSuchBook)?;
    // Read the version before what it stands for, so that the page is never older than it says.
    let commitments = store
        .desk_reads()
        .commitments(&book, MOST)
        .await
        .map_err(shop_error)?;
    let on_shelf = store.book(&book).await.map_err(shop_error)?;
    let described = store.book_desk().described(&book).await;
    Ok(BookAtDesk {
        on_shelf,
        described: described.map_err(shop_error)?,
        commitments,
    })
}

fn one_book(shown: BookAtDesk) -> AnyView {
    let language = current_language();
    let BookAtDesk {
        on_shelf,
        described,
        commitments,
    } = shown;
    let book = on_shelf.book;
    let seen = format!("{}:{}", book.slug, commitments.stock.version);
    let at = |action: &str| format!("/desk/stock/{}/{action}", book.slug);
    let (withdrawn, words, more) = match on_shelf.withdrawn {
        true => ("no", say!(language, desk.put_back), None),
        false => (
            "yes",
            say!(language, desk.withdraw),
            Some(say!(language, desk.withdraw_more)),
        ),
    };
    let withdrawal = view! {
        <h2>{words}</h2>
        {more.map(|more| view! { <p class="desk-more">{more}</p> })}
        <form class="desk-form" method="post" action=at("withdraw")>
            <input type="hidden" name="withdrawn" value=withdrawn/>
            <label>
                <span>{say!(language, desk.reason)}</span>
                <input name="reason" required=true maxlength="150" autocomplete="off"/>
            </label>
            <button class="button button-quiet">{words}</button>
        </form>
    };
    let settings = current_settings();
    let profile = &settings.profile;
    let sale = SaleFormProps {
        action: at("sale"),
        sale: on_shelf.sale,
        withdrawn: on_shelf.withdrawn,
        shop_limit: limit_per_shopper(),
        now: commitments.now,
        zone: profile
            .zone()
            .between(commitments.now, commitments.now + Sale::FURTHEST),
    };
    let currency = profile.currency().code();
    let content = view! {
        <p class="desk-more" id="price" data-fresh=seen.clone()>
            {book.author.clone()} " · " {price(language, book.price)}
            {reorder_mark(language, commitments.stock.available(), described.reorder_point)}
        </p>
        <div id="commitments" data-fresh=seen.clone()>
            <section class="desk-wide" tabindex="0" aria-label=say!(language, desk.stock)>
                <table>
                    <thead><tr>{headings()}</tr></thead>
                    <tbody><tr>{numbers(&commitments.stock)}</tr></tbody>
                </table>
            </section>
            <h2>{say!(language, desk.who_holds)}</h2>
            {who_holds(&commitments, &at("take-back"))}
        </div>
        {description(language, &described, on_shelf.level.page, seen.clone(), &at)}
        <h2>{say!(language, desk.count_again)}</h2>
        <form class="desk-form" method="post" action=at("restock")>
            <input type="hidden" name="key" value=new_key().to_string()/>
            <label>
                <span>{say!(language, desk.change)}</span>
                <input name="change" inputmode="numeric" required=true maxlength="12" pattern="[+\\-−]?[0-9]+" autocomplete="off"/>
            </label>
            <label>
                <span>{say!(language, desk.reason)}</span>
                <input name="reason" required=true maxlength="150" title=say!(language, desk.reason_hint) autocomplete="off"/>
            </label>
            <p class="desk-more">{say!(language, desk.reason_hint)}</p>
            <button class="button">{say!(language, desk.count_it)}</button>
        </form>
        {keyed_forms(NoProps)}
        <h2>{say!(language, desk.counted_now)}</h2>
        <form class="desk-form" method="post" action=at("count")>
            <label>
                <span>{say!(language, desk.counted)}</span>
                <input name="on_hand" inputmode="numeric" required=true maxlength="9" pattern="[0-9]+" autocomplete="off"/>
            </label>
            <label>
                <span>{say!(language, desk.reason)}</span>
                <input name="reason" required=true maxlength="150" autocomplete="off"/>
            </label>
            <p class="desk-more">{say!(language, desk.counted_hint)}</p>
            <button class="button button-quiet">{say!(language, desk.set_count)}</button>
        </form>
        <h2>{say!(language, desk.new_price)}</h2>
        <form class="desk-form" method="post" action=at("price")>
            <label>
                <span>{say!(language, desk.price_in, currency = currency)}</span>
                <input name="price" inputmode="decimal" required=true maxlength="20" autocomplete="off"/>
            </label>
            <button class="button button-quiet">{say!(language, desk.set_price)}</button>
        </form>
        <div id="price-source" data-fresh=seen.clone()>{price_source(language, &described, at("file-price"))}</div>
        {reorder_form(language, described.reorder_point, at("reorder"))}
        {sale_section(sale, seen.clone())}
        <div id="withdrawal" data-fresh=seen>{withdrawal}</div>
        <p><a href=format!("/books/{}", book.slug)>{say!(language, desk.in_shop)}</a></p>
        {live_parts(NoProps)}
    };
    desk_frame(Section::Stock, book.title.clone(), content.into_any())
}

fn who_holds(commitments: &Commitments, take_back: &str) -> AnyView {
    let language = current_language();
    if commitments.holds.is_empty() && commitments.orders.is_empty() {
        return view! { <p>{say!(language, desk.nobody_holds)}</p> }.into_any();
    }
    let holds = commitments.holds.iter().map(|hold| {
        let what = match hold.offered {
            true => say!(language, desk.offered_to),
            false => say!(language, desk.in_a_cart),
        };
        view! {
            <tr>
                <th scope="row">{what}</th>
                <td class="desk-number">{hold.quantity.get()}</td>
                <td>{moment(language, hold.expires_at)}</td>
                <td>
                    <form method="post" action=take_back.to_owned()>
                        <input type="hidden" name="hold" value=hold.id.0.to_string()/>
                        <input type="hidden" name="reason" value=say!(language, desk.take_back_reason)/>
                        <button class="button button-small button-quiet">{say!(language, desk.take_back)}</button>
                    </form>
                </td>
            </tr>
        }
        .into_any()
    });
    let orders = commitments.orders.iter().map(|(code, copies, until)| {
        let address = format!("/desk/orders/{code}");
        view! {
            <tr>
                <th scope="row"><a class="order-code" href=address>{code.to_string()}</a></th>
                <td class="desk-number">{*copies}</td>
                <td>{moment(language, *until)}</td>
                <td></td>
            </tr>
        }
        .into_any()
    });
    let rows: Vec<AnyView> = holds.chain(orders).collect();
    view! {
        <section class="desk-wide" tabindex="0" aria-label=say!(language, desk.who_holds)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.claim)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.copies_of)}</th>
                        <th scope="col">{say!(language, desk.until)}</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
