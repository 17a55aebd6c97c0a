//! Saves the legal pages, or shows a preview of them: the form of `/desk/settings/legal`.

use app::{
    desk::{
        legal::unsaved::{UnsavedTexts, WhyNotSaved},
        notice::Notice,
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
use shop::{LegalText, LegalTexts};
use store::{LegalChange, LegalOutcome};

use super::{
    forms::{DeskForm, back},
    gate::StaffSession,
};
use crate::{http::refusal::refuse, state::Shop, storefront::pages::render};

/// The largest form: six texts of 50,000 characters, of which each may be sent as twelve bytes.
pub(super) const LARGEST_FORM: usize = 4 * 1024 * 1024;

/// The form as it was sent.
struct Typed {
    version: u64,
    /// Whether the form was shown beside what another owner had saved.
    compares: bool,
    /// Whether the owner wants to see the texts before they are saved.
    previews: bool,
    texts: Vec<(LegalText, String)>,
}

/// Saves the texts, or shows the page again with what was written, and its preview or what is wrong
/// with it.
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
    let why = match LegalTexts::parse(&typed.texts) {
        Err(problems) => WhyNotSaved::Invalid(problems),
        Ok(_) if typed.previews => WhyNotSaved::Previewed,
        Ok(texts) => {
            let change = LegalChange {
                texts,
                made_from: typed.version,
                by: staff.name.clone(),
            };
            match shop.0.store.legal_pages().save(change).await {
                Ok(LegalOutcome::Saved(saved)) => {
                    tracing::info!(by = %staff.name, version = saved.version, "legal pages saved");
                    return back("/desk/settings/legal", Notice::LegalPagesSaved);
                }
                Ok(LegalOutcome::Outdated(saved)) => WhyNotSaved::Outdated(saved),
                Err(error) => WhyNotSaved::Failed(shop_error(error)),
            }
        }
    };
    parts.extensions.insert(UnsavedTexts {
        made_from: typed.version,
        compares: typed.compares,
        typed: typed.texts,
        why,
    });
    render(State(shop), Request::from_parts(parts, Body::empty())).await
}

impl Typed {
    /// Reads the form. `None` if a text is missing, which would erase it.
    fn read(pairs: Vec<(String, String)>) -> Option<Self> {
        let value = |name: &str| {
            let found = pairs.iter().find(|(one, _)| one == name);
            found.map(|(_, value)| value.clone())
        };
        let texts = LegalText::ALL
            .into_iter()
            .map(|which| value(&which.name()).map(|text| (which, text)));
        Some(Self {
            version: value("version")?.parse().ok()?,
            compares: value("compare").is_some(),
            previews: value("preview").is_some(),
            texts: texts.collect::<Option<_>>()?,
        })
    }
}
