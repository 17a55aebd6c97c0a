//! Composes a mail as text and HTML, with headers that nothing can be injected into.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use store::Mail;

use super::texts::MailText;
use crate::config::mail::MailSettings;

/// The mail can never be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the recipient is not a valid address")]
pub(super) struct Unwritable;

/// Composes a mail. The message is the same each time, except for the boundary between its parts.
pub(super) fn message(
    mail: &Mail,
    words: MailText,
    settings: &MailSettings,
) -> Result<Message, Unwritable> {
    // Parsed strictly once more, so that only an address gets into the header.
    let to: Address = mail.recipient.parse().map_err(|_| Unwritable)?;
    let token = format!("<{}@{}>", mail.token, settings.domain());
    let written = SystemTime::UNIX_EPOCH + Duration::from_millis(mail.created_at.millis());
    Message::builder()
        .from(settings.from.clone())
        .to(Mailbox::new(None, to))
        .subject(words.subject)
        .date(written)
        .message_id(Some(token))
        // RFC 3834: the mail must not be answered automatically.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(words.text, words.html))
        .map_err(|_| Unwritable)
}

#[cfg(test)]
mod tests {
    use shop::Timestamp;
    use store::MailContent;

    use super::*;

    fn settings() -> MailSettings {
        let from = Some("Burt’s Books <shop@books.example>");
        MailSettings::parse(Some("smtp://localhost"), from)
            .unwrap()
            .unwrap()
    }

    fn mail(recipient: &str) -> Mail {
        Mail {
            id: 1,
            token: "00ff".to_owned(),
            recipient: recipient.to_owned(),
            content: MailContent::OrderPlaced {
                order: "4KX9-QD2M-7HTB".parse().unwrap(),
            },
            language: "en".to_owned(),
            created_at: Timestamp::from_millis(1_795_284_000_000),
            age: Duration::ZERO,
            tries: 1,
            earlier: 0,
        }
    }

    fn composed(recipient: &str, subject: &str) -> Result<String, Unwritable> {
        let words = MailText {
            subject: subject.to_owned(),
            text: "Grüße".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
        };
        let message = message(&mail(recipient), words, &settings())?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_mail_has_auto_submitted_and_message_id_headers() {
        let text = composed("ann@example.org", "Grüße").unwrap();
        for line in [
            "To: ann@example.org\r\n",
            "Message-ID: <00ff@books.example>\r\n",
            "Date: Sat, 21 Nov 2026 18:00:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.is_ascii() && text.contains("multipart/alternative"));
    }

    #[test]
    fn a_mail_can_be_written_to_every_address_that_a_form_accepts() {
        const PARTS: [&str; 11] = ["a", ".", "-", "+", "(", "\"", "\\", "@", " ", "ü", "'"];
        const HOSTS: [&str; 10] = [
            "example.org",
            "ex-ample.co.uk",
            "-example.org",
            "example..org",
            "example.org.",
            "例子.中国",
            "[127.0.0.1]",
            "ex_ample.org",
            "xn--fsqu00a.example",
            "example",
        ];
        let four = |number: usize| {
            let parts = (0..4).map(move |place| number / PARTS.len().pow(place) % PARTS.len());
            parts.map(|part| PARTS[part]).collect::<String>()
        };
        let mut accepted = 0;
        for (number, host) in (0..PARTS.len().pow(4)).flat_map(|n| HOSTS.map(|host| (n, host))) {
            let typed = format!("{}@{host}", four(number));
            if let Ok(email) = typed.parse::<shop::Email>() {
                accepted += 1;
                assert!(email.as_str().parse::<Address>().is_ok(), "{typed:?}");
            }
        }
        assert!(accepted > 1_000, "{accepted} were accepted");
        assert!("jo..lane@example.org".parse::<Address>().is_err());
    }

    #[test]
    fn headers_cannot_be_injected() {
        for recipient in [
            "ann@example.org\r\nBcc: eve@example.org",
            "ann@example.org\nBcc: eve@example.org",
            "ann@example.org, eve@example.org",
            "<ann@example.org>",
            "ann",
            "",
        ] {
            assert_eq!(composed(recipient, "x"), Err(Unwritable), "{recipient:?}");
        }
        for subject in ["a\r\nBcc: eve@example.org", "a\nBcc: eve@example.org\n\nx"] {
            let text = composed("ann@example.org", subject).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            assert!(
                !head.contains("\nBcc:") && !head.contains("\rBcc:"),
                "{head}"
            );
        }
    }
}
