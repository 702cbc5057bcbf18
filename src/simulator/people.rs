//! What people do in a rehearsal: they write by themselves, and they answer what reached them.

use serde_json::{Value, json};

use super::{
    SimulatorError,
    faults::{Chance, check_rate},
};
use crate::domain::{Phone, Timestamp};

/// What people answer to a message that was delivered, at most one thing each, and whether WhatsApp's windows are kept. Rates are
/// shares of the delivered messages, from 0 to 1, and together at most 1.
#[derive(Debug, Clone, Copy, Default)]
pub struct People {
    /// Whether a message to someone who has not written within 24 hours fails with 131047, as it does at WhatsApp.
    pub has_windows: bool,
    /// They answer with a question.
    pub reply_rate: f64,
    /// They order from the catalogue.
    pub order_rate: f64,
    /// They react with an emoji.
    pub reaction_rate: f64,
    /// They ask to be left alone.
    pub stop_rate: f64,
}

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrote {
    /// The message's id.
    pub id: String,
    /// `text`, `order`, `reaction`, or `stop` where it asks to be left alone.
    pub kind: &'static str,
    /// The business number that it was written to, digits only.
    pub to: String,
    pub at: Timestamp,
    /// When, in microseconds since the start.
    pub at_us: u64,
    /// When the receiver answered that it has it, in microseconds since the start.
    pub taken_us: Option<u64>,
}

/// What somebody does with a message that reached them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    Replies,
    Orders,
    Reacts,
    Stops,
}

impl People {
    pub(super) fn check(&self) -> Result<(), SimulatorError> {
        let rates = self.rates();
        rates.into_iter().try_for_each(|(name, rate, _)| check_rate(name, rate))?;
        check_rate("sum of all that people do", rates.iter().map(|(_, rate, _)| rate).sum())
    }

    fn rates(&self) -> [(&'static str, f64, Reaction); 4] {
        [
            ("replies", self.reply_rate, Reaction::Replies),
            ("orders", self.order_rate, Reaction::Orders),
            ("reactions", self.reaction_rate, Reaction::Reacts),
            ("stops", self.stop_rate, Reaction::Stops),
        ]
    }

    /// What the recipient of a delivered message does; most do nothing.
    pub(super) fn reaction(&self, chance: &mut Chance) -> Option<Reaction> {
        let mut left = chance.unit();
        for (_, rate, reaction) in self.rates() {
            if left < rate {
                return Some(reaction);
            }
            left -= rate;
        }
        None
    }
}

impl Reaction {
    pub(super) const fn kind(self) -> &'static str {
        match self {
            Self::Replies => "text",
            Self::Orders => "order",
            Self::Reacts => "reaction",
            Self::Stops => "stop",
        }
    }

    /// The message, as Meta has it (webhooks, messages: text, order, reaction); an order names no message that it belongs to.
    fn message(self, wamid: &str, business: &str) -> Value {
        let context = json!({ "from": business, "id": wamid });
        let item = |product: &str, price: u32| json!({ "product_retailer_id": product, "quantity": 1, "item_price": price, "currency": "INR" });
        match self {
            Self::Replies => {
                json!({ "type": "text", "text": { "body": "Is the blue one still there?" }, "context": context })
            }
            Self::Stops => json!({ "type": "text", "text": { "body": "STOP" }, "context": context }),
            Self::Reacts => json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": "😂" } }),
            Self::Orders => json!({
                "type": "order",
                "order": { "catalog_id": "3294000000002474", "text": "", "product_items": [item("shirt1122", 1_600), item("pant1122", 2_000)] },
            }),
        }
    }
}

/// One message of a person, as it is told.
#[derive(Debug, Clone)]
pub(super) struct Letter<'m> {
    /// The message's own id.
    pub(super) id: String,
    pub(super) from: Phone,
    /// The business number, digits only.
    pub(super) to: &'m str,
    pub(super) at: Timestamp,
    /// What the provider says of the message that was answered: its tags, and its id.
    pub(super) extra: Value,
}

impl Letter<'_> {
    /// The callback about an answer to the message `wamid`.
    pub(super) fn answer(self, reaction: Reaction, wamid: &str) -> Value {
        let message = reaction.message(wamid, self.to);
        self.callback(message)
    }

    /// The callback about a text that answers nothing.
    pub(super) fn text(self, text: &str) -> Value {
        self.callback(json!({ "type": "text", "text": { "body": text } }))
    }

    /// V2 of the provider's callbacks (Kaleyra, webhook payloads for incoming messages).
    fn callback(self, mut message: Value) -> Value {
        let from = self.from.digits().to_string();
        message["from"] = json!(from);
        message["id"] = json!(self.id);
        message["timestamp"] = json!(self.at.0.div_euclid(1_000).to_string());
        json!({
            "meta_object": {
                "value": {
                    "messaging_product": "whatsapp",
                    "metadata": { "display_phone_number": self.to, "phone_number_id": "104000000000060" },
                    "contacts": [{ "profile": { "name": "Somebody" }, "wa_id": from }],
                    "messages": [message],
                },
                "field": "messages",
            },
            "extra_info": self.extra,
        })
    }
}
