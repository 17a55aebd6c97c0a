//! The shop's name in a mail, and the signature at its end.

use app::i18n::shop_name;
use shop::{Language, ShopProfile};

use crate::markup::escaped;

/// The shop's name, as sentences of a mail say it.
pub(super) struct ShopName {
    pub(super) text: String,
    pub(super) html: String,
}

/// The shop's name in this language.
pub(super) fn name_of(language: Language, profile: &ShopProfile) -> ShopName {
    let name = profile.name();
    ShopName {
        text: shop_name::in_text(language, name),
        html: shop_name::in_html(language, name, &escaped(name)),
    }
}

/// The signature, each form with its line break. Empty if the shop has neither an address nor a
/// telephone number.
#[derive(Default)]
pub(super) struct Signature {
    pub(super) text: String,
    pub(super) html: String,
}

/// The name, the postal address and the telephone number.
pub(super) fn signature(profile: &ShopProfile) -> Signature {
    if profile.address().is_empty() && profile.telephone().is_none() {
        return Signature::default();
    }
    let lines = [profile.name()].into_iter();
    let lines = lines.chain(profile.address().iter().map(String::as_str));
    let lines: Vec<&str> = lines.chain(profile.telephone()).collect();
    Signature {
        text: format!("{}\n\n", lines.join("\n")),
        html: format!(
            "<p>{}</p>\n",
            escaped(&lines.join("\n")).replace('\n', "<br>\n")
        ),
    }
}

#[cfg(test)]
mod tests {
    use shop::SettingField;

    use super::*;

    #[test]
    fn a_signature_has_the_name_the_address_and_the_telephone_number() {
        let mut profile = ShopProfile::default();
        assert_eq!(signature(&profile).text, "");
        for (field, text) in [
            (SettingField::Name, "Owl & Hare"),
            (SettingField::Address, "1 High Street\nLittle Hay"),
            (SettingField::Telephone, "+44 20 7946 0000"),
        ] {
            profile.set(field, text).unwrap();
        }
        let signed = signature(&profile);
        let text = "Owl & Hare\n1 High Street\nLittle Hay\n+44 20 7946 0000\n\n";
        assert_eq!(signed.text, text);
        assert!(signed.html.starts_with("<p>Owl &amp; Hare<br>\n1 High"));
        let name = name_of(Language::Chinese, &profile);
        assert_eq!(name.text, " Owl & Hare ");
        assert_eq!(name.html, " <span lang=\"en\">Owl &amp; Hare</span> ");
    }
}
