//! Saves the shop's settings: the form of `/desk/settings`.

use app::{
    desk::{
        notice::Notice,
        settings::unsaved::{UnsavedSettings, WhyUnsaved},
    },
    say,
    server::shop_error,
};
use axum::{
    Extension,
    body::Body,
    extract::{FromRequest, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop::{PriceConversion, SettingField, ShopProfile};
use store::{SettingsChange, SettingsOutcome};

use super::{
    forms::{DeskForm, back},
    gate::StaffSession,
};
use crate::{http::refusal::refuse, state::Shop, storefront::pages::render};

/// The form as it was typed.
struct Typed {
    version: u64,
    /// Whether the form was shown beside what another owner had saved.
    compares: bool,
    /// What becomes of prices in another currency, if the owner has chosen it.
    prices: Option<PriceConversion>,
    fields: Vec<(SettingField, String)>,
}

/// Saves the settings, or shows the page again with what was typed and what is wrong with it.
pub(super) async fn save(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), body);
    let typed = match DeskForm::<Vec<(String, String)>>::from_request(sent, &()).await {
        Ok(DeskForm(pairs)) => Typed::read(pairs),
        Err(refusal) => return refusal,
    };
    let Some(typed) = typed else {
        let sentence = |language| say!(language, desk.no_form);
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response();
    };
    let why = match ShopProfile::parse(&typed.fields) {
        Err(problems) => WhyUnsaved::Invalid(problems),
        Ok(profile) => {
            let change = SettingsChange {
                profile,
                made_from: typed.version,
                prices: typed.prices,
                by: staff.name.clone(),
            };
            match shop.0.store.owner_settings().save(change).await {
                Ok(SettingsOutcome::Saved(saved)) => {
                    tracing::info!(by = %staff.name, version = saved.version, "settings saved");
                    return back("/desk/settings", Notice::SettingsSaved);
                }
                Ok(SettingsOutcome::Outdated(saved)) => WhyUnsaved::Outdated(saved),
                Ok(SettingsOutcome::CurrencyRefused(why, _)) => WhyUnsaved::Currency(why),
                Err(error) => WhyUnsaved::Failed(shop_error(error)),
            }
        }
    };
    parts.extensions.insert(UnsavedSettings {
        made_from: typed.version,
        compares: typed.compares,
        prices: typed.prices,
        typed: typed.fields,
        why,
    });
    render(State(shop), Request::from_parts(parts, Body::empty())).await
}

impl Typed {
    /// Reads the form. `None` if a field is missing, which would erase it.
    fn read(pairs: Vec<(String, String)>) -> Option<Self> {
        let value = |name: &str| {
            let found = pairs.iter().find(|(one, _)| one == name);
            found.map(|(_, value)| value.clone())
        };
        let fields = SettingField::ALL
            .into_iter()
            .map(|field| value(field.name()).map(|text| (field, text)));
        Some(Self {
            version: value("version")?.parse().ok()?,
            compares: value("compare").is_some(),
            prices: value("prices").and_then(|name| PriceConversion::named(&name)),
            fields: fields.collect::<Option<_>>()?,
        })
    }
}
