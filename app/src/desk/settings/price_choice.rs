//! The question what becomes of prices in another currency, with an example for each answer.

use leptos::prelude::*;
use shop::{Currency, Language, Price, PriceConversion, SettingField, ShopProfile};

use super::unsaved::UnsavedSettings;

/// The answers. Prices are rounded only if the new currency has fewer decimals.
pub(super) fn price_choice(
    language: Language,
    unsaved: &UnsavedSettings,
    saved: &ShopProfile,
) -> AnyView {
    let mut typed = unsaved.typed.iter();
    let typed = typed.find(|(field, _)| *field == SettingField::Currency);
    let after = typed.and_then(|(_, code)| code.trim().parse::<Currency>().ok());
    let (before, after) = (saved.currency(), after.unwrap_or_default());
    let rounds = after.decimals() < before.decimals();
    let choices: Vec<_> = PriceConversion::ALL
        .into_iter()
        .filter(|conversion| rounds || *conversion == PriceConversion::Keep)
        .map(|conversion| {
            let words = answer(language, conversion, [before, after]);
            view! {
                <label class="desk-check">
                    <input
                        type="radio"
                        name="prices"
                        value=conversion.name()
                        checked=unsaved.prices == Some(conversion)
                    />
                    <span>{words}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="desk-choice">
            <legend>{say!(language, settings.prices)}</legend>
            {choices}
        </fieldset>
    }
    .into_any()
}

/// What becomes of prices, with one as an example.
fn answer(
    language: Language,
    conversion: PriceConversion,
    [before, after]: [Currency; 2],
) -> String {
    let price = Price::from_cents(match conversion {
        PriceConversion::Keep => 20 * before.scale(),
        // Between two amounts of the new currency.
        PriceConversion::Round => 16 * before.scale() + before.scale() / after.scale() / 2,
    });
    let converted = price.with_number_in(before, after, conversion);
    let [before, after] = [(before, price), (after, converted.unwrap_or_default())]
        .map(|(currency, price)| format!("{} {currency}", currency.plain(price.cents())));
    match conversion {
        PriceConversion::Keep => say!(language, settings.keep_numbers, before, after),
        PriceConversion::Round => say!(language, settings.round_numbers, before, after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_an_example_in_both_currencies() {
        let answer = |conversion, codes: [&str; 2]| {
            let currencies = codes.map(|code| code.parse().unwrap());
            answer(Language::English, conversion, currencies)
        };
        let kept = answer(PriceConversion::Keep, ["USD", "KWD"]);
        assert!(kept.contains("20.00 USD becomes 20.000 KWD"), "{kept}");
        let yen = answer(PriceConversion::Round, ["USD", "JPY"]);
        assert!(yen.contains("16.50 USD becomes 17 JPY"), "{yen}");
        let dollars = answer(PriceConversion::Round, ["KWD", "USD"]);
        assert!(
            dollars.contains("16.005 KWD becomes 16.01 USD"),
            "{dollars}"
        );
    }
}
