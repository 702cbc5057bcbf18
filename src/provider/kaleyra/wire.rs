//! The body of a request, exactly as documented (Send Catalogue Link Messages, Request Format).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::domain::Message;

/// The document's body: the message as Meta defines it, and the tags beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body<'m> {
    #[serde(borrow)]
    pub messaging_object: MessagingObject<'m>,
    /// The tags; optional for the provider, always sent by us.
    #[serde(borrow, default)]
    pub extra_info: ExtraInfo<'m>,
}

/// The document's `messaging_object`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagingObject<'m> {
    /// Always `whatsapp`.
    #[serde(borrow)]
    pub messaging_product: Cow<'m, str>,
    /// Always `individual`, which is also the default.
    #[serde(borrow, default = "individual")]
    pub recipient_type: Cow<'m, str>,
    /// E.164 with its plus. Without the plus Meta would put the sender's own country code before it.
    #[serde(borrow)]
    pub to: Cow<'m, str>,
    /// Always `text`, which is also the default.
    #[serde(borrow, default = "text", rename = "type")]
    pub kind: Cow<'m, str>,
    #[serde(borrow)]
    pub text: Text<'m>,
}

/// The document's `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text<'m> {
    /// Whether a preview of the first link is asked for; a Boolean, as the document's table has it.
    #[serde(default)]
    pub preview_url: bool,
    /// The text, at most 4096 characters.
    #[serde(borrow)]
    pub body: Cow<'m, str>,
}

/// The document's `extra_info`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraInfo<'m> {
    /// The first tag, at most 255 characters.
    #[serde(rename = "ref", borrow, default, skip_serializing_if = "Option::is_none")]
    pub ref0: Option<Cow<'m, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub ref1: Option<Cow<'m, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub ref2: Option<Cow<'m, str>>,
    /// Where the request comes from; the provider reads an unknown value as `api`.
    #[serde(borrow, default)]
    pub wa_source: Cow<'m, str>,
}

fn individual() -> Cow<'static, str> {
    Cow::Borrowed("individual")
}

fn text() -> Cow<'static, str> {
    Cow::Borrowed("text")
}

impl<'m> Body<'m> {
    /// The body for one message. Blank tags are left out.
    pub fn of(message: &'m Message) -> Self {
        let [ref0, ref1, ref2] = message
            .refs
            .each_ref()
            .map(|tag| tag.as_deref().filter(|tag| !tag.is_empty()).map(Cow::Borrowed));
        Self {
            messaging_object: MessagingObject {
                messaging_product: Cow::Borrowed("whatsapp"),
                recipient_type: individual(),
                to: Cow::Owned(message.to.e164()),
                kind: text(),
                text: Text { preview_url: message.preview_url, body: Cow::Borrowed(&message.body) },
            },
            extra_info: ExtraInfo { ref0, ref1, ref2, wa_source: Cow::Borrowed(&message.wa_source) },
        }
    }

    /// The bytes that are sent.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a body holds only strings and a Boolean, which always serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Phone;

    fn message() -> Message {
        Message {
            to: Phone::parse("+919800000001").unwrap(),
            body: "As requested, here is the link to our latest product: https://wa.me/c/911161197855"
                .to_owned(),
            preview_url: true,
            refs: [Some("customer1".to_owned()), Some("marketing".to_owned()), Some("dictionary".to_owned())],
            wa_source: "api".to_owned(),
        }
    }

    #[test]
    fn the_body_is_the_documented_one() {
        // Send Catalogue Link Messages, Sample Request Format; there `to` is printed without quotes.
        assert_eq!(
            Body::of(&message()).to_json(),
            concat!(
                r#"{"messaging_object":{"messaging_product":"whatsapp","recipient_type":"individual","#,
                r#""to":"+919800000001","type":"text","text":{"preview_url":true,"body":"#,
                r#""As requested, here is the link to our latest product: https://wa.me/c/911161197855"}},"#,
                r#""extra_info":{"ref":"customer1","ref1":"marketing","ref2":"dictionary","wa_source":"api"}}"#
            )
        );
    }

    #[test]
    fn blank_tags_are_left_out() {
        let message = Message { refs: [None, Some(String::new()), Some("x".to_owned())], ..message() };
        let json = Body::of(&message).to_json();
        assert!(json.ends_with(r#""extra_info":{"ref2":"x","wa_source":"api"}}"#), "{json}");
    }

    #[test]
    fn a_body_reads_back_as_it_was_written() {
        let message =
            Message { body: "नमस्ते \"you\"\n\u{1F600} \\ \u{0}".to_owned(), ..message() };
        let json = Body::of(&message).to_json();
        assert_eq!(serde_json::from_str::<Body<'_>>(&json).unwrap(), Body::of(&message));
    }

    #[test]
    fn what_the_document_calls_optional_may_be_missing() {
        let json = r#"{"messaging_object":{"messaging_product":"whatsapp","to":"+919800000001","text":{"body":"x"}}}"#;
        let body: Body<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(body.messaging_object.kind, "text");
        assert_eq!(body.extra_info, ExtraInfo::default());
    }
}
