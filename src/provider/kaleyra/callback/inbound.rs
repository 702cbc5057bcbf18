//! What people write, in all shapes in which the provider passes it on: Kaleyra V2 (`meta_object` with `messages`, and
//! `extra_info` with the tags of our original message), its V1 profiles (flat, by GET or POST), the older raw form, and Meta's
//! own envelope. The notice about a number's quality comes to the same address.

use serde_json::{Map, Value};

use super::{instant, phone, text_of};
use crate::domain::{Event, Inbound, Phone, inbound::OrderItem};

/// The longest text that is looked at.
const TEXT_CHARS_MAX: usize = 4_096;

/// The most lines of an order that are kept.
const ITEMS_MAX: usize = 100;

pub(super) fn from_value(value: &Value) -> Vec<Inbound> {
    match value {
        Value::Object(object) => from_object(object),
        Value::Array(list) => list.iter().flat_map(from_value).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn from_object(object: &Map<String, Value>) -> Vec<Inbound> {
    if let Some(entries) = object.get("entry").and_then(Value::as_array) {
        let changes = entries.iter().filter_map(|entry| entry.get("changes")?.as_array()).flatten();
        return changes.filter_map(|change| change.get("value")?.as_object()).flat_map(of_meta).collect();
    }
    let value = object.get("meta_object").and_then(|meta| meta.get("value")).and_then(Value::as_object);
    if let Some(value) = value {
        let mut found = of_meta(value);
        // What stands beside `meta_object` is about one message; with several inside nobody knows which.
        if let ([one], Some(extra)) =
            (found.as_mut_slice(), object.get("extra_info").and_then(Value::as_object))
        {
            add_extra(one, extra);
        }
        return found;
    }
    if ["messages", "user_preferences", "message_echoes"]
        .iter()
        .any(|name| object.get(*name).is_some_and(Value::is_array))
    {
        return of_meta(object);
    }
    // A receipt has a status; the flat shapes of messages have none.
    if text_of(object, &["status"]).is_some() {
        return Vec::new();
    }
    of_quality(object).or_else(|| of_flat(object)).into_iter().collect()
}

/// The notice that the quality or the limit of a business number has changed.
fn of_quality(object: &Map<String, Value>) -> Option<Inbound> {
    let business = text_of(object, &["display_phone_number"])?;
    let (event, limit) = (text_of(object, &["event"])?, text_of(object, &["current_limit"]));
    Some(Inbound { business: phone(&business), ..Inbound::of(Event::Quality { event, limit }) })
}

/// A flat message of a V1 profile. Its members are composed by the account's owner: a person and anything that says that
/// something was written make one.
fn of_flat(object: &Map<String, Value>) -> Option<Inbound> {
    let person = text_of(object, &["from", "mobile"])?;
    let text = text_of(object, &["message", "body", "text", "custom_response"]);
    let kind = text_of(object, &["type"]);
    let is_message = text.is_some() || kind.is_some() || object.contains_key("wanumber");
    let kind = kind.unwrap_or_else(|| "text".to_owned()).to_lowercase();
    let event = match kind.as_str() {
        "system" | "errors" | "error" => Event::NotWritten { kind },
        "button" | "interactive" => Event::Button,
        "unsupported" | "unknown" => Event::Unsupported,
        _ => Event::Wrote { kind },
    };
    is_message.then(|| Inbound {
        business: text_of(object, &["wanumber", "to"]).as_deref().and_then(phone),
        person: phone(&person),
        at: text_of(object, &["created_at", "timestamp"]).and_then(|at| instant(&at)),
        text: text.map(|text| text.chars().take(TEXT_CHARS_MAX).collect()),
        quoted: text_of(object, &["reply_to"]).into_iter().collect(),
        ..Inbound::of(event)
    })
}

/// The messages and settings in Meta's `value` (Meta, webhooks, messages and user preferences).
fn of_meta(value: &Map<String, Value>) -> Vec<Inbound> {
    let metadata = value.get("metadata").and_then(Value::as_object);
    let business = metadata.and_then(|metadata| text_of(metadata, &["display_phone_number"]));
    let business = business.as_deref().and_then(phone);
    let contact = value.get("contacts").and_then(|contacts| contacts.get(0)).and_then(Value::as_object);
    let wa_id = contact.and_then(|contact| text_of(contact, &["wa_id"])).as_deref().and_then(phone);
    let each = |name: &str| {
        value.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    };
    let messages = each("messages").map(|message| of_message(message, business, wa_id));
    let preferences = each("user_preferences").filter_map(|preference| {
        let is_stop = match text_of(preference, &["value"])?.to_lowercase().as_str() {
            "stop" => true,
            "resume" => false,
            _ => return None,
        };
        Some(Inbound {
            business,
            person: text_of(preference, &["wa_id"]).as_deref().and_then(phone).or(wa_id),
            at: text_of(preference, &["timestamp"]).and_then(|at| instant(&at)),
            ..Inbound::of(Event::Preference { is_stop })
        })
    });
    let echoes = each("message_echoes").map(|echo| Inbound {
        id: text_of(echo, &["id"]),
        business,
        ..Inbound::of(Event::NotWritten { kind: "echo".to_owned() })
    });
    messages.chain(preferences).chain(echoes).collect()
}

fn of_message(message: &Map<String, Value>, business: Option<Phone>, wa_id: Option<Phone>) -> Inbound {
    let kind = text_of(message, &["type"]).unwrap_or_else(|| "text".to_owned()).to_lowercase();
    let part = |name: &str| message.get(name).and_then(Value::as_object);
    let context = part("context");
    let mut quoted: Vec<String> = context.and_then(|context| text_of(context, &["id"])).into_iter().collect();
    let mut text = None;
    let event = match kind.as_str() {
        "text" => {
            text = part("text").and_then(|text| text_of(text, &["body"]));
            Event::Wrote { kind }
        }
        "button" => {
            text = part("button").and_then(|button| text_of(button, &["text", "payload"]));
            Event::Button
        }
        "interactive" => {
            let reply = part("interactive").and_then(|interactive| {
                ["button_reply", "list_reply"].iter().find_map(|name| interactive.get(*name)?.as_object())
            });
            text = reply.and_then(|reply| text_of(reply, &["title", "id"]));
            Event::Button
        }
        "order" => {
            text = part("order").and_then(|order| text_of(order, &["text"]));
            Event::Order { items: part("order").map(items).unwrap_or_default() }
        }
        "reaction" => {
            let reaction = part("reaction");
            quoted.extend(reaction.and_then(|reaction| text_of(reaction, &["message_id"])));
            let emoji = reaction.and_then(|reaction| text_of(reaction, &["emoji"]));
            Event::Reaction { is_removed: emoji.is_none_or(|emoji| emoji.is_empty()) }
        }
        "unsupported" | "unknown" => Event::Unsupported,
        "system" => {
            let system = part("system");
            let to =
                system.and_then(|system| text_of(system, &["wa_id", "new_wa_id"])).as_deref().and_then(phone);
            match to {
                Some(to) => Event::NumberChanged { to },
                None => Event::NotWritten { kind },
            }
        }
        "errors" | "error" => Event::NotWritten { kind },
        _ => {
            text = part(&kind).and_then(|media| text_of(media, &["caption"]));
            Event::Wrote { kind }
        }
    };
    let is_true =
        |name: &str| context.and_then(|context| context.get(name)).and_then(Value::as_bool) == Some(true);
    Inbound {
        id: text_of(message, &["id"]),
        business,
        person: text_of(message, &["from"]).as_deref().and_then(phone).or(wa_id),
        at: text_of(message, &["timestamp"]).and_then(|at| instant(&at)),
        text: text.map(|text| text.chars().take(TEXT_CHARS_MAX).collect()),
        quoted,
        product: context
            .and_then(|context| context.get("referred_product")?.as_object())
            .and_then(|product| text_of(product, &["product_retailer_id"])),
        is_forwarded: is_true("forwarded") || is_true("frequently_forwarded"),
        ..Inbound::of(event)
    }
}

fn items(order: &Map<String, Value>) -> Vec<OrderItem> {
    let lines = order.get("product_items").and_then(Value::as_array).into_iter().flatten();
    let of = |line: &Map<String, Value>| OrderItem {
        product: text_of(line, &["product_retailer_id"]).unwrap_or_default(),
        quantity: text_of(line, &["quantity"]).and_then(|n| n.parse().ok()).unwrap_or(1),
        price: text_of(line, &["item_price"]),
        currency: text_of(line, &["currency"]),
    };
    lines.filter_map(Value::as_object).take(ITEMS_MAX).map(of).collect()
}

/// The tags of our original message, and its id, as Kaleyra V2 puts them beside an answer.
fn add_extra(inbound: &mut Inbound, extra: &Map<String, Value>) {
    let blank = |text: &String| !text.trim().is_empty();
    for name in ["reply_to", "trace_id"] {
        inbound.quoted.extend(text_of(extra, &[name]).filter(blank));
    }
    for (slot, name) in inbound.refs.iter_mut().zip(["ref", "ref1", "ref2"]) {
        *slot = text_of(extra, &[name]).filter(blank);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::Callback, *};

    fn parse(body: &[u8]) -> Vec<Inbound> {
        Callback::from_body(body).map(|callback| callback.inbound()).unwrap_or_default()
    }

    fn parse_query(query: &str) -> Vec<Inbound> {
        Callback::from_query(query).map(|callback| callback.inbound()).unwrap_or_default()
    }

    fn v2(message: &str) -> Vec<Inbound> {
        let body = format!(
            r#"{{"meta_object":{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"911161197855",
            "phone_number_id":"1"}},"contacts":[{{"wa_id":"919800000001"}}],"messages":[{message}]}},"field":"messages"}},
            "extra_info":{{"ref":"customer1","ref1":"","ref2":"","reply_to":"48c38d78","trace_id":""}}}}"#
        );
        parse(body.as_bytes())
    }

    fn kinds(found: &[Inbound]) -> Vec<&str> {
        found.iter().map(|inbound| inbound.event.kind()).collect()
    }

    #[test]
    fn a_reply_of_v2_says_who_wrote_what_to_which_message_of_ours() {
        let found = v2(
            r#"{"context":{"id":"wamid.A"},"from":"919800000001","id":"wamid.B","timestamp":"1722863329","type":"text",
            "text":{"body":"STOP"}}"#,
        );
        let [reply] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(reply.person.map(Phone::digits), Some(919_800_000_001));
        assert_eq!(reply.business.map(Phone::digits), Some(911_161_197_855));
        assert_eq!((reply.text.as_deref(), reply.at.map(|at| at.0)), (Some("STOP"), Some(1_722_863_329_000)));
        assert_eq!(reply.quoted, ["wamid.A", "48c38d78"]);
        assert_eq!(reply.refs, [Some("customer1".to_owned()), None, None]);
    }

    #[test]
    fn every_kind_of_message_is_told_apart() {
        for (message, kind) in [
            (
                r#"{"from":"1","id":"a","type":"reaction","reaction":{"message_id":"wamid.A","emoji":"x"}}"#,
                "reaction",
            ),
            (
                r#"{"from":"1","id":"a","type":"reaction","reaction":{"message_id":"wamid.A"}}"#,
                "reaction_removed",
            ),
            (r#"{"id":"a","type":"unsupported","errors":[{"code":131051}]}"#, "unsupported"),
            (r#"{"id":"a","type":"system","system":{"body":"x","wa_id":"919800000002"}}"#, "number_changed"),
            (
                r#"{"id":"a","type":"interactive","interactive":{"list_reply":{"id":"1","title":"Stop"}}}"#,
                "button",
            ),
            (r#"{"id":"a","type":"image","image":{"caption":"look"}}"#, "image"),
            (
                r#"{"id":"a","type":"order","order":{"product_items":[{"quantity":2,"item_price":"30","currency":"USD"}]}}"#,
                "order",
            ),
        ] {
            assert_eq!(kinds(&v2(message)), [kind], "{message}");
        }
    }

    #[test]
    fn the_flat_shapes_are_messages_and_the_notice_about_quality_is_none() {
        let found =
            parse_query("created_at=1603914166&type=text&from=14155550123&name=Asha&body=Hello%20World");
        assert_eq!((kinds(&found), found[0].at.map(|at| at.0)), (vec!["text"], Some(1_603_914_166_000)));
        assert_eq!(parse_query("created_at=nottimestamp&type=text&from=14155550123&body=Hi")[0].at, None);
        let profile = br#"{"body":"Hi","from":"919800000001","type":"text","created_at":"1603914166","wanumber":"911161197855",
            "mobile":"919800000001","message":"<message>","location":"<location>"}"#;
        let found = parse(profile);
        assert_eq!(found[0].text.as_deref(), Some("Hi"), "a placeholder that was not replaced is nothing");
        assert_eq!(found[0].business.map(Phone::digits), Some(911_161_197_855));
        let quality = parse_query("display_phone_number=911161197855&event=FLAGGED&current_limit=TIER_10K");
        assert_eq!(kinds(&quality), ["quality"]);
        // Receipts are none of it.
        assert!(parse_query("status=delivered&id=A1&from=911161197855").is_empty());
    }

    #[test]
    fn a_setting_in_whatsapp_is_read_from_metas_envelope() {
        let body = br#"{"object":"whatsapp_business_account","entry":[{"changes":[{"value":{"metadata":
            {"display_phone_number":"911161197855"},"user_preferences":[{"wa_id":"919800000001","value":"stop",
            "timestamp":1731705621}]},"field":"user_preferences"}]}]}"#;
        let found = parse(body);
        assert_eq!(kinds(&found), ["preference_stop"]);
        assert_eq!(found[0].at.map(|at| at.0), Some(1_731_705_621_000));
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in any::<Vec<u8>>(), query in any::<String>()) {
            parse(&body);
            parse_query(&query);
        }
    }
}
