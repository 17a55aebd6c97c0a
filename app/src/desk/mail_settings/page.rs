//! `/desk/settings/mail`: a form for each mail about orders, for owners.

use leptos::prelude::*;
use protocol::ShopError;
use shop::{InvalidPreface, Language, OrderMail, Preface};
use store::OrderMailSetting;

use super::unsaved::{UnsavedMail, WhyMailUnsaved};
use crate::{
    desk::{
        frame::{Section, desk_frame, desk_page},
        order_mails::mail_name,
    },
    i18n::{current_language, error_message, number},
    layout::title::escaped,
    server::{current_store, extension, http_status, shop_error},
};

/// The settings of the mails, unless the shop sends none, and what was typed and not saved.
type MailSettings = (Option<Vec<OrderMailSetting>>, Option<UnsavedMail>);

/// The forms, with the current settings or with what was typed and not saved.
#[component]
pub(crate) fn MailSettingsPage() -> impl IntoView {
    let unsaved = extension::<UnsavedMail>();
    desk_page(Section::Settings, read(unsaved), content)
}

async fn read(unsaved: Option<UnsavedMail>) -> Result<MailSettings, ShopError> {
    let settings = match current_store().outbox() {
        Some(outbox) => Some(outbox.settings().await.map_err(shop_error)?),
        None => None,
    };
    Ok((settings, unsaved))
}

fn content((settings, unsaved): MailSettings) -> AnyView {
    let language = current_language();
    let content = match settings {
        Some(settings) => {
            let forms: Vec<_> = settings
                .iter()
                .map(|setting| {
                    let unsaved = unsaved.as_ref().filter(|one| one.mail == setting.mail);
                    form(language, setting, unsaved)
                })
                .collect();
            view! {
                {unsaved.as_ref().map(|unsaved| refusal(language, &unsaved.why))}
                <p class="desk-more">{say!(language, order_mail.lead)}</p>
                {forms}
            }
            .into_any()
        }
        None => view! { <p>{say!(language, order_mail.no_mail)}</p> }.into_any(),
    };
    let content = view! {
        {content}
        <p><a href="/desk/settings">{say!(language, settings.title)}</a></p>
    };
    desk_frame(
        Section::Settings,
        say!(language, order_mail.title),
        content.into_any(),
    )
}

/// The form of one mail.
fn form(language: Language, setting: &OrderMailSetting, unsaved: Option<&UnsavedMail>) -> AnyView {
    let name = mail_name(language, setting.mail);
    // A form that is outdated continues from what the other owner has saved.
    let (version, enabled) = match unsaved {
        Some(unsaved) => match &unsaved.why {
            WhyMailUnsaved::Outdated(saved) => (saved.version, unsaved.enabled),
            _ => (unsaved.made_from, unsaved.enabled),
        },
        None => (setting.version, setting.enabled),
    };
    let meanwhile = match unsaved.map(|unsaved| &unsaved.why) {
        Some(WhyMailUnsaved::Outdated(saved)) if saved.enabled != enabled => {
            let words = match saved.enabled {
                true => say!(language, order_mail.saved_on),
                false => say!(language, order_mail.saved_off),
            };
            Some(view! { <p class="desk-refused">{words}</p> })
        }
        _ => None,
    };
    let fields: Vec<_> = Language::ALL
        .into_iter()
        .map(|of| preface_field(language, setting, unsaved, of))
        .collect();
    let mail = setting.mail.name();
    view! {
        <section aria-labelledby=format!("mail-{mail}")>
            <h2 id=format!("mail-{mail}")>{name}</h2>
            <p class="desk-more">{when_words(language, setting.mail)}</p>
            <form method="post" action="/desk/settings/mail" class="desk-form">
                <input type="hidden" name="mail" value=mail/>
                <input type="hidden" name="version" value=version.to_string()/>
                <label class="desk-check">
                    <input type="checkbox" name="enabled" value="yes" checked=enabled/>
                    {say!(language, order_mail.send_it)}
                </label>
                {meanwhile}
                {fields}
                <button class="button" aria-label=say!(language, order_mail.save_of, mail = name)>
                    {say!(language, order_mail.save)}
                </button>
            </form>
        </section>
    }
    .into_any()
}

/// The owner's words in one language, with what is wrong with them and what another owner has saved.
fn preface_field(
    language: Language,
    setting: &OrderMailSetting,
    unsaved: Option<&UnsavedMail>,
    of: Language,
) -> AnyView {
    let typed = unsaved.and_then(|unsaved| {
        let mut typed = unsaved.typed.iter();
        typed.find(|(one, _)| *one == of).map(|(_, text)| &**text)
    });
    let text = typed.or_else(|| setting.preface(of)).unwrap_or_default();
    let (wrong, saved) = match unsaved.map(|unsaved| &unsaved.why) {
        Some(WhyMailUnsaved::Invalid(problems)) => {
            let problem = problems.iter().find(|(one, _)| *one == of);
            (problem.map(|(_, why)| problem_words(language, *why)), None)
        }
        Some(WhyMailUnsaved::Outdated(saved)) => {
            let saved = saved.preface(of).unwrap_or_default();
            let words = match saved.is_empty() {
                true => say!(language, settings.emptied).to_owned(),
                false => say!(language, settings.saved_meanwhile, text = saved),
            };
            // Browsers write line breaks in another way.
            let typed = text.parse::<Preface>();
            let typed = typed.as_ref().map_or("", Preface::as_str);
            (None, (saved != typed).then_some(words))
        }
        Some(WhyMailUnsaved::Failed(_)) | None => (None, None),
    };
    let is_wrong = wrong.is_some().then_some("true");
    let name = format!("preface-{of}");
    let id = format!("{}-{name}", setting.mail.name());
    let note = wrong.or(saved);
    let described_by = note.is_some().then(|| format!("{id}-note"));
    let note = note.map(|words| {
        view! { <p id=format!("{id}-note") class="desk-refused" dir="auto">{words}</p> }
    });
    // Browsers drop a line break at the beginning.
    let text = format!("\n{}", escaped(text));
    let label = say!(language, order_mail.preface, written_in = of.own_name());
    view! {
        <div>
            <label>
                <span>{label}</span>
                <textarea
                    name=name
                    rows="3"
                    lang=of.tag()
                    autocomplete="off"
                    aria-describedby=described_by
                    aria-invalid=is_wrong
                >{text}</textarea>
            </label>
            {note}
        </div>
    }
    .into_any()
}

/// When a mail is sent.
fn when_words(language: Language, mail: OrderMail) -> &'static str {
    match mail {
        OrderMail::Placed => say!(language, order_mail.when_placed),
        OrderMail::Ready => say!(language, order_mail.when_ready),
        OrderMail::Reminder => say!(language, order_mail.when_reminder),
        OrderMail::Overdue => say!(language, order_mail.when_overdue),
        OrderMail::Cancelled => say!(language, order_mail.when_cancelled),
    }
}

/// What is wrong with the words.
fn problem_words(language: Language, why: InvalidPreface) -> String {
    match why {
        // Blank words are none at all.
        InvalidPreface::Blank => String::new(),
        InvalidPreface::OddCharacter => say!(language, order_mail.odd_character).to_owned(),
        InvalidPreface::TooLong => {
            let most = number(language, Preface::MAX_CHARS);
            say!(language, order_mail.too_long, most)
        }
        InvalidPreface::TooManyLines => {
            let most = number(language, Preface::MAX_LINES);
            say!(language, order_mail.too_many_lines, most)
        }
    }
}

/// The sentence that says why nothing was saved. It also sets the page's status.
fn refusal(language: Language, why: &WhyMailUnsaved) -> AnyView {
    let words = match why {
        WhyMailUnsaved::Invalid(_) => {
            http_status::set_unprocessable();
            say!(language, settings.not_saved).to_owned()
        }
        WhyMailUnsaved::Outdated(_) => {
            http_status::set_conflict();
            say!(language, settings.outdated).to_owned()
        }
        WhyMailUnsaved::Failed(error) => {
            http_status::set_busy();
            error_message(error, language)
        }
    };
    view! { <p class="desk-refused" role="alert">{words}</p> }.into_any()
}
