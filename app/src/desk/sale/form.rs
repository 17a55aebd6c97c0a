//! The form that sets a book's terms of sale, which says in words what it would set.

use from_json::FromJson;
use leptos::{html::Input, prelude::*};
use serde::Serialize;
use shop::{Language, Sale, SaleForm, Timestamp, Zone};

use super::words::{refusal_words, sale_words};
use crate::{
    browser::{changing_text::changing_text, effect::effect, islands, page},
    i18n::{current_language, number},
};

islands! {
    /// The form for a book's terms of sale.
    sale_form(SaleFormProps) => view,
}

/// The props of the island.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct SaleFormProps {
    /// The path to which the form is posted.
    pub(crate) action: String,
    /// The book's terms of sale.
    pub(crate) sale: Sale,
    /// Whether the book is withdrawn from sale.
    pub(crate) withdrawn: bool,
    /// The limit per shopper for books without their own.
    pub(crate) shop_limit: u32,
    /// The time of rendering, by the shop's clock.
    pub(crate) now: Timestamp,
    /// The shop's time zone, for all starts that can be set.
    pub(crate) zone: Zone,
}

fn view(props: SaleFormProps) -> impl IntoView {
    let language = current_language();
    let (action, seen) = (props.action.clone(), seen_fields(props.sale));
    let shop_limit = number(language, props.shop_limit);
    let shown = SaleForm::showing(props.sale, props.now, &props.zone);
    let zone = props.zone.name().to_owned();
    let fields = Fields::default();
    let typed = RwSignal::new(shown.clone());
    let read = move || typed.set(fields.read());
    // What was typed before the page came alive, or was restored by the browser.
    effect(read);
    let opened = page::now();
    let words = move || {
        let now = props.now + page::now().since(opened);
        typed.with(|typed| preview(language, &props, typed, now))
    };
    let SaleForm { date, time, limit } = shown;
    view! {
        <form class="desk-form" method="post" action=action on:input=move |_| read()>
            {seen}
            <label>
                <span>{say!(language, sale.date, zone = zone.clone())}</span>
                <input type="date" name="date" value=date autocomplete="off" node_ref=fields.date/>
            </label>
            <label>
                <span>{say!(language, sale.time, zone = zone)}</span>
                <input type="time" name="time" value=time autocomplete="off" node_ref=fields.time/>
            </label>
            <label>
                <span>{say!(language, sale.limit_field, limit = shop_limit)}</span>
                <input
                    name="limit"
                    inputmode="numeric"
                    maxlength="4"
                    pattern="[0-9]*"
                    value=limit
                    autocomplete="off"
                    node_ref=fields.limit
                />
            </label>
            <p class="desk-more">{say!(language, sale.hint)}</p>
            <p class="desk-sale-preview" aria-live="polite" inner_html=changing_text(words)></p>
            <button class="button button-quiet">{say!(language, sale.save)}</button>
        </form>
    }
}

/// The fields that staff type into.
#[derive(Clone, Copy, Default)]
struct Fields {
    date: NodeRef<Input>,
    time: NodeRef<Input>,
    limit: NodeRef<Input>,
}

impl Fields {
    fn read(self) -> SaleForm {
        let value = |field: NodeRef<Input>| {
            let field = field.get_untracked();
            field.map_or_else(String::new, |field| field.value())
        };
        SaleForm {
            date: value(self.date),
            time: value(self.time),
            limit: value(self.limit),
        }
    }
}

/// Hidden fields with the terms that a form shows. If others hold by then, the form is refused.
pub(super) fn seen_fields(sale: Sale) -> impl IntoView + use<> {
    let opens_at = sale.opens_at.map(|at| at.millis().to_string());
    let limit = sale.limit.map(|limit| limit.to_string());
    view! {
        <input type="hidden" name="seen_opens_at" value=opens_at.unwrap_or_default()/>
        <input type="hidden" name="seen_limit" value=limit.unwrap_or_default()/>
    }
}

/// What saving the form would do, or why it would be refused. Empty if it would change nothing.
fn preview(language: Language, props: &SaleFormProps, typed: &SaleForm, now: Timestamp) -> String {
    if *typed == SaleForm::showing(props.sale, props.now, &props.zone) {
        return String::new();
    }
    let sale = match typed.read(now, &props.zone) {
        Ok(sale) => sale,
        Err(why) => return refusal_words(language, why).to_owned(),
    };
    let mut words = sale_words(language, sale, props.withdrawn, now, &props.zone);
    let is_on_sale = !props.withdrawn && props.sale.not_before(now).is_none();
    if is_on_sale && sale.not_before(now).is_some() {
        let stays = say!(language, sale.stays);
        words = say!(language, format.sentences, first = words, second = stays);
    }
    say!(language, sale.preview, words = words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn props(sale: Sale) -> SaleFormProps {
        SaleFormProps {
            action: "/desk/stock/small-hours/sale".to_owned(),
            sale,
            withdrawn: false,
            shop_limit: 5,
            now: "2026-11-30T12:00:00Z".parse().unwrap(),
            zone: Zone::default(),
        }
    }

    fn upcoming() -> Sale {
        Sale {
            opens_at: Some("2026-12-05T10:00:00Z".parse().unwrap()),
            limit: Some(2),
        }
    }

    fn preview_of(props: &SaleFormProps, date: &str, time: &str) -> String {
        let typed = SaleForm {
            date: date.to_owned(),
            time: time.to_owned(),
            limit: String::new(),
        };
        preview(Language::English, props, &typed, props.now)
    }

    #[test]
    fn a_form_says_what_saving_it_would_do() {
        let on_sale = props(Sale::default());
        assert_eq!(preview_of(&on_sale, "", ""), "");
        assert_eq!(
            preview_of(&on_sale, "2026-12-05", "10:00"),
            "After saving: Shoppers can buy this book from Saturday, 5 December 2026, 10:00 UTC. \
             Until then they see a countdown. Copies in carts and orders stay there. Until the \
             sale opens, nobody can add more."
        );
        assert_eq!(
            preview_of(&on_sale, "2026-11-30", "11:59"),
            say!(Language::English, sale.past)
        );
        assert_eq!(
            preview_of(&props(upcoming()), "", ""),
            "After saving: On sale now."
        );
        let withdrawn = SaleFormProps {
            withdrawn: true,
            ..on_sale
        };
        assert_eq!(
            preview_of(&withdrawn, "2026-12-05", "10:00"),
            "After saving: This book is withdrawn. If you put it back on sale, shoppers can buy it \
             from Saturday, 5 December 2026, 10:00 UTC."
        );
    }

    #[test]
    fn a_start_is_one_of_the_shops_time_zone() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        let now: Timestamp = "2026-02-01T12:00:00Z".parse().unwrap();
        let props = SaleFormProps {
            now,
            zone: berlin.between(now, now + Sale::FURTHEST),
            ..props(Sale::default())
        };
        let words = preview_of(&props, "2026-07-01", "10:00");
        assert!(
            words.contains("from Wednesday, 1 July 2026, 10:00 CEST"),
            "{words}"
        );
        // Clocks skip this time.
        let words = preview_of(&props, "2026-03-29", "02:30");
        assert!(
            words.contains("from Sunday, 29 March 2026, 03:30 CEST"),
            "{words}"
        );
        let written = serde_json::to_string(&props).unwrap();
        assert_eq!(SaleFormProps::from_text(&written), Some(props));
    }

    #[test]
    fn without_script_the_form_has_the_terms_and_no_preview() {
        let owner = Owner::new();
        owner.set();
        let html = view(props(upcoming())).to_html();
        for part in [
            r#"value="2026-12-05""#,
            r#"value="10:00""#,
            r#"name="seen_opens_at" value="1796464800000""#,
            r#"name="seen_limit" value="2""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("After saving"), "{html}");
    }

    #[test]
    fn props_are_read_as_they_are_written() {
        for sale in [Sale::default(), upcoming()] {
            let props = props(sale);
            let written = serde_json::to_string(&props).unwrap();
            assert_eq!(SaleFormProps::from_text(&written), Some(props));
        }
    }
}
