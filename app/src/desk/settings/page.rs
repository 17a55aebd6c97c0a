//! `/desk/settings`: the form of the shop's settings, for owners.

use leptos::prelude::*;
use shop::{Currency, Language, SettingField, ShopProfile, Zone};
use store::CurrencyRefusal;

use super::{
    field::{ShownField, setting_field},
    price_choice::price_choice,
    unsaved::{UnsavedSettings, WhyUnsaved},
    zone_proposal::{ZoneProposalProps, zone_proposal},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{current_language, error_message},
    server::{current_settings, extension, http_status},
};

/// The form, with the current settings or with what was typed and not saved.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let unsaved = extension::<UnsavedSettings>();
    desk_page(
        Section::Settings,
        async move { Ok(unsaved) },
        settings_content,
    )
}

fn settings_content(unsaved: Option<UnsavedSettings>) -> AnyView {
    let language = current_language();
    let current = current_settings();
    let mut version = current.version;
    let mut trouble = None;
    if let Some(unsaved) = &unsaved {
        // A form that is outdated continues from what the other owner has saved, beside which its
        // own text is shown.
        version = match &unsaved.why {
            WhyUnsaved::Outdated(saved) => saved.version,
            WhyUnsaved::Invalid(_) | WhyUnsaved::Currency(_) | WhyUnsaved::Failed(_) => {
                unsaved.made_from
            }
        };
        trouble = Some(refusal(language, unsaved, &current.profile));
    }
    // The comparison goes on until the form is saved, also if it is refused for another reason first.
    let comparing = unsaved
        .as_ref()
        .is_some_and(UnsavedSettings::is_compared)
        .then(|| view! { <input type="hidden" name="compare" value="yes"/> });
    let shown = |wanted: fn(SettingField) -> bool| {
        fields(language, &current.profile, unsaved.as_ref(), wanted)
    };
    let (places, footer, times) = (shown(is_place), shown(is_footer), shown(is_time));
    let zone = shown(|field| field == SettingField::TimeZone);
    let money = shown(is_money);
    let asks = unsaved.as_ref().filter(|it| it.asks_about_prices());
    let prices = asks.map(|unsaved| price_choice(language, unsaved, &current.profile));
    let shown_zone = current.profile.zone().name().to_owned();
    let content = view! {
        {trouble}
        <p class="desk-more">{say!(language, settings.lead)}</p>
        <p class="desk-more"><a href="/desk/settings/legal">{say!(language, legal.link)}</a></p>
        <p class="desk-more"><a href="/desk/settings/mail">{say!(language, order_mail.title)}</a></p>
        <form method="post" action="/desk/settings" class="desk-form">
            <input type="hidden" name="version" value=version.to_string()/>
            {comparing}
            {places}
            {footer}
            <h2>{say!(language, settings.time_and_money)}</h2>
            {zone}
            {zone_proposal(ZoneProposalProps { shown: shown_zone })}
            {money}
            {prices}
            <h2>{say!(language, settings.hours)}</h2>
            <p class="desk-more">{say!(language, settings.hours_hint)}</p>
            {times}
            <button class="button">{say!(language, settings.save)}</button>
        </form>
        {choices()}
    };
    desk_frame(
        Section::Settings,
        say!(language, settings.title),
        content.into_any(),
    )
}

/// The fields that are `wanted`, in order.
fn fields(
    language: Language,
    profile: &ShopProfile,
    unsaved: Option<&UnsavedSettings>,
    wanted: fn(SettingField) -> bool,
) -> Vec<AnyView> {
    let fields = SettingField::ALL.into_iter();
    fields
        .filter(|field| wanted(*field))
        .map(|field| {
            let shown = match unsaved {
                Some(unsaved) => typed_field(unsaved, profile, field),
                None => ShownField {
                    field,
                    text: profile.text(field),
                    wrong: None,
                    saved: None,
                },
            };
            setting_field(language, shown)
        })
        .collect()
}

fn is_place(field: SettingField) -> bool {
    let has_a_section = is_time(field) || is_money(field) || field == SettingField::TimeZone;
    !has_a_section && !is_footer(field)
}

fn is_money(field: SettingField) -> bool {
    matches!(field, SettingField::Currency | SettingField::PriceLabel)
}

fn is_footer(field: SettingField) -> bool {
    field == SettingField::Footer
}

fn is_time(field: SettingField) -> bool {
    matches!(field, SettingField::Hours(_) | SettingField::ClosedDays)
}

/// A field as it was typed, with what is wrong with it, and what another owner has saved instead.
fn typed_field(unsaved: &UnsavedSettings, saved: &ShopProfile, field: SettingField) -> ShownField {
    let typed = unsaved.typed.iter().find(|(one, _)| *one == field);
    let text = typed.map_or_else(String::new, |(_, text)| text.clone());
    let wrong = match &unsaved.why {
        WhyUnsaved::Invalid(problems) => {
            let problem = problems.iter().find(|(one, _)| *one == field);
            problem.map(|(_, why)| *why)
        }
        WhyUnsaved::Currency(_) | WhyUnsaved::Outdated(_) | WhyUnsaved::Failed(_) => None,
    };
    let latest = match &unsaved.why {
        WhyUnsaved::Outdated(document) => &document.profile,
        WhyUnsaved::Invalid(_) | WhyUnsaved::Currency(_) | WhyUnsaved::Failed(_) => saved,
    };
    // The same value may have been typed in another way.
    let mut parsed = latest.clone();
    let is_same = parsed.set(field, &text).is_ok() && parsed == *latest;
    let saved = (unsaved.is_compared() && !is_same).then(|| latest.text(field));
    ShownField {
        field,
        text,
        wrong,
        saved,
    }
}

/// The sentence that says why nothing was saved. It also sets the page's status.
fn refusal(language: Language, unsaved: &UnsavedSettings, saved: &ShopProfile) -> AnyView {
    let words = match &unsaved.why {
        WhyUnsaved::Invalid(_) => {
            http_status::set_unprocessable();
            say!(language, settings.not_saved).to_owned()
        }
        WhyUnsaved::Currency(why) => {
            http_status::set_conflict();
            currency_refusal(language, why, saved.currency())
        }
        WhyUnsaved::Outdated(_) => {
            http_status::set_conflict();
            say!(language, settings.outdated).to_owned()
        }
        WhyUnsaved::Failed(error) => {
            http_status::set_busy();
            error_message(error, language)
        }
    };
    view! { <p class="desk-refused" role="alert">{words}</p> }.into_any()
}

/// Why the shop's currency is still this one.
fn currency_refusal(language: Language, why: &CurrencyRefusal, before: Currency) -> String {
    let currency = before.code();
    match why {
        CurrencyRefusal::InUse => say!(language, settings.currency_in_use, currency),
        CurrencyRefusal::Importing => say!(language, settings.currency_importing).to_owned(),
        CurrencyRefusal::Unconfirmed => say!(language, settings.currency_unconfirmed).to_owned(),
        CurrencyRefusal::DoesNotFit(book) => {
            say!(language, settings.currency_misfit, book = book.to_string())
        }
        CurrencyRefusal::TooHigh(book) => {
            say!(
                language,
                settings.currency_too_high,
                book = book.to_string()
            )
        }
    }
}

/// The time zones and currencies that the browser offers to complete what is typed.
fn choices() -> AnyView {
    let zones = Zone::names().iter();
    let zones: Vec<_> = zones
        .map(|name| view! { <option>{name.as_str()}</option> })
        .collect();
    let currencies = Currency::all().into_iter();
    let currencies: Vec<_> = currencies
        .map(|currency| view! { <option>{currency.code()}</option> })
        .collect();
    view! {
        <datalist id="time_zone-choices">{zones}</datalist>
        <datalist id="currency-choices">{currencies}</datalist>
    }
    .into_any()
}
