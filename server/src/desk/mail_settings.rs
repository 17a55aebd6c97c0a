//! Saves what an owner has set about a mail to customers: a form of `/desk/settings/mail`.

use app::{
    desk::{
        mail_settings::unsaved::{UnsavedMail, WhyMailUnsaved},
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
use shop::{InvalidPreface, Language, OrderMail, Preface};
use store::{OrderMailChange, OrderMailOutcome, OrderMailSetting};

use super::{
    forms::{DeskForm, back},
    gate::StaffSession,
};
use crate::{http::refusal::refuse, state::Shop, storefront::pages::render};

/// The page with the forms.
const PAGE: &str = "/desk/settings/mail";

/// A form as it was typed.
struct Typed {
    mail: OrderMail,
    version: u64,
    enabled: bool,
    prefaces: Vec<(Language, String)>,
}

/// Saves the setting of a mail, or shows the page again with what was typed and what is wrong with
/// it.
pub(super) async fn save(
    State(shop): State<Shop>,
    Extension(staff): Extension<StaffSession>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let sent = Request::from_parts(parts.clone(), body);
    let typed = match DeskForm::<Vec<(String, String)>>::from_request(sent, &()).await {
        Ok(DeskForm(pairs)) => Typed::read(&pairs),
        Err(refusal) => return refusal,
    };
    // A shop without mail shows no form.
    let (Some(typed), Some(outbox)) = (typed, shop.0.store.outbox()) else {
        let sentence = |language| say!(language, desk.no_form);
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, sentence).into_response();
    };
    let why = match typed.setting() {
        Err(problems) => WhyMailUnsaved::Invalid(problems),
        Ok(setting) => {
            let by = staff.name.clone();
            match outbox.set(OrderMailChange { setting, by }).await {
                Ok(OrderMailOutcome::Saved) => {
                    let mail = typed.mail.name();
                    tracing::info!(by = %staff.name, mail, "the setting of a mail saved");
                    return back(PAGE, Notice::MailSaved);
                }
                Ok(OrderMailOutcome::Outdated(saved)) => WhyMailUnsaved::Outdated(saved),
                Err(error) => WhyMailUnsaved::Failed(shop_error(error)),
            }
        }
    };
    parts.extensions.insert(UnsavedMail {
        mail: typed.mail,
        made_from: typed.version,
        enabled: typed.enabled,
        typed: typed.prefaces,
        why,
    });
    render(State(shop), Request::from_parts(parts, Body::empty())).await
}

impl Typed {
    /// Reads the form. `None` if a field is missing, which would erase it. Browsers do not send a box
    /// that is not ticked.
    fn read(pairs: &[(String, String)]) -> Option<Self> {
        let value = |name: &str| {
            let found = pairs.iter().find(|(one, _)| one == name);
            found.map(|(_, value)| value.clone())
        };
        let prefaces = Language::ALL.into_iter().map(|language| {
            let text = value(&format!("preface-{language}"));
            text.map(|text| (language, text))
        });
        Some(Self {
            mail: OrderMail::named(&value("mail")?)?,
            version: value("version")?.parse().ok()?,
            enabled: value("enabled").is_some(),
            prefaces: prefaces.collect::<Option<_>>()?,
        })
    }

    /// The setting, or what is wrong with the words in each language. Blank words are none.
    fn setting(&self) -> Result<OrderMailSetting, Vec<(Language, InvalidPreface)>> {
        let (mut prefaces, mut wrong) = (Vec::new(), Vec::new());
        for (language, text) in &self.prefaces {
            match text.parse::<Preface>() {
                Ok(preface) => prefaces.push((*language, preface)),
                Err(InvalidPreface::Blank) => {}
                Err(why) => wrong.push((*language, why)),
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(OrderMailSetting {
            mail: self.mail,
            version: self.version,
            enabled: self.enabled,
            prefaces,
        })
    }
}
