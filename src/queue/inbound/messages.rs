//! What people wrote, in the order in which it arrived.

use super::order_items;
use crate::{
    domain::{Phone, Timestamp, inbound::OrderItem},
    queue::{Queue, error::QueueError, rows},
};

/// A message that arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundEntry {
    /// Numbered as they arrived.
    pub inbound_id: i64,
    pub person: Option<Phone>,
    pub business: Option<Phone>,
    /// Text, button, order and so on.
    pub kind: String,
    /// When the provider says that it was written.
    pub at: Option<Timestamp>,
    pub received_at: Timestamp,
    /// The row that it answers.
    pub answers: Option<AnsweredRow>,
    /// Whether it asks to be left alone (`asked`, `maybe`, `start` or `no`), and by which word.
    pub verdict: String,
    pub word: Option<String>,
    pub n_characters: i64,
    pub items: Vec<OrderItem>,
    /// The product on whose page it was asked.
    pub product: Option<String>,
    /// What was written, as long as it is kept.
    pub text: Option<String>,
}

/// The row that a message answers, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredRow {
    pub campaign: String,
    pub line: i64,
    pub refs: [Option<String>; 3],
    /// `quoted`, `tag`, `after` or `held_out`.
    pub tie: String,
}

struct InboundRow {
    inbound_id: i64,
    person: Option<i64>,
    business: Option<i64>,
    kind: String,
    at: Option<i64>,
    received_at: i64,
    verdict: String,
    word: Option<String>,
    n_characters: i64,
    product: Option<String>,
    text: Option<String>,
    tie: Option<String>,
    items: String,
    line: Option<i64>,
    r#ref: Option<String>,
    ref1: Option<String>,
    ref2: Option<String>,
    campaign: Option<String>,
}

impl Queue {
    /// A page of what arrived after `after`, the first that arrived first.
    pub async fn inbound(&self, after: i64, limit: u32) -> Result<Vec<InboundEntry>, QueueError> {
        let found = query_as!(
            InboundRow,
            r#"select inbound_id, person, business, kind, at, received_at, verdict, word, n_characters, product, text, tie,
                coalesce(items, '[]') as "items!: String", line as "line?", ref as "ref?", ref1 as "ref1?", ref2 as "ref2?",
                campaign.name as "campaign?"
            from inbound
            left join recipient using (recipient_id)
            left join campaign using (campaign_id)
            where inbound_id > $1
            order by inbound_id
            limit $2"#,
            after,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        let phone =
            |number: Option<i64>| number.map(|number| rows::phone("inbound", number, number)).transpose();
        let mut page = Vec::with_capacity(found.len());
        for row in found {
            let answers = match (row.campaign, row.line, row.tie) {
                (Some(campaign), Some(line), Some(tie)) => {
                    Some(AnsweredRow { campaign, line, refs: [row.r#ref, row.ref1, row.ref2], tie })
                }
                _ => None,
            };
            page.push(InboundEntry {
                inbound_id: row.inbound_id,
                person: phone(row.person)?,
                business: phone(row.business)?,
                kind: row.kind,
                at: row.at.map(Timestamp),
                received_at: Timestamp(row.received_at),
                answers,
                verdict: row.verdict,
                word: row.word,
                n_characters: row.n_characters,
                items: order_items(row.inbound_id, &row.items)?,
                product: row.product,
                text: row.text,
            });
        }
        Ok(page)
    }
}
