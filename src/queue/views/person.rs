//! One person over all campaigns.

use crate::{
    domain::{Delivery, Phone, Status, Timestamp},
    queue::{Queue, error::QueueError, rows},
};

/// What became of a person in one campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub campaign: String,
    pub recipient_id: i64,
    pub line: u64,
    pub status: Status,
    pub code: Option<String>,
    /// Why it was not accepted.
    pub error: Option<String>,
    pub settled_at: Option<Timestamp>,
    pub delivery: Option<Delivery>,
    pub replied_at: Option<Timestamp>,
}

struct TaggedRowsRow {
    name: String,
    id: i64,
    line: i64,
}

struct PersonRowsRow {
    name: String,
    id: i64,
    line: i64,
    status: String,
    code: Option<String>,
    error: Option<String>,
    settled_at: Option<i64>,
    delivery: Option<String>,
    replied_at: Option<i64>,
}

impl Queue {
    /// The rows of a person in all campaigns, however their numbers are written, the newest campaign first.
    pub async fn person_rows(&self, person: Phone, limit: u32) -> Result<Vec<PersonRow>, QueueError> {
        let spellings = rows::all_spellings([person]);
        let found = query_as!(
            PersonRowsRow,
            r#"select campaign.name as "name!", recipient.recipient_id as "id!: i64", recipient.line as "line!: i64",
                recipient.status as "status!", recipient.code, recipient.error, recipient.settled_at as "settled_at: i64",
                recipient.delivery, recipient.replied_at as "replied_at: i64"
            from campaign cross join json_each($1) as spelling
            cross join recipient
            where recipient.campaign_id = campaign.campaign_id and recipient.number = cast(spelling.atom as bigint)
                and recipient.number is not null
            order by campaign.campaign_id desc limit $2"#,
            spellings,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        found
            .into_iter()
            .map(|row| {
                let delivery =
                    row.delivery.as_deref().map(|found| rows::delivery("recipient", row.id, found));
                Ok(PersonRow {
                    campaign: row.name,
                    recipient_id: row.id,
                    line: rows::count(row.line),
                    status: rows::status("recipient", row.id, &row.status)?,
                    code: row.code,
                    error: row.error,
                    settled_at: rows::instant(row.settled_at),
                    delivery: delivery.transpose()?,
                    replied_at: rows::instant(row.replied_at),
                })
            })
            .collect()
    }

    /// The numbers that begin with these digits in any campaign, at most `limit`.
    pub async fn numbers_beginning_with(&self, digits: &str, limit: u32) -> Result<Vec<Phone>, QueueError> {
        let ranges = rows::to_json(&super::searches::ranges_beginning_with(digits));
        let mut found = query_scalar!(
            r#"select distinct recipient.number as "number!: i64"
            from campaign cross join json_each($1) as range
            cross join recipient
            where recipient.campaign_id = campaign.campaign_id
                and recipient.number between cast(range.value ->> 0 as bigint) and cast(range.value ->> 1 as bigint)
                and recipient.number is not null limit $2"#,
            ranges,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        found.sort_unstable();
        found.into_iter().map(|number| rows::phone("recipient", number, number)).collect()
    }

    /// Rows whose tag `ref` is this one, in any campaign: their campaigns' names, ids and lines, the newest campaign first.
    pub async fn tagged_rows(&self, tag: &str, limit: u32) -> Result<Vec<(String, i64, u64)>, QueueError> {
        let found = query_as!(
            TaggedRowsRow,
            r#"select campaign.name as "name!", recipient.recipient_id as "id!: i64", recipient.line as "line!: i64"
            from campaign cross join recipient
            where recipient.campaign_id = campaign.campaign_id and recipient.ref = $1 and recipient.ref is not null
            order by campaign.campaign_id desc, recipient.recipient_id limit $2"#,
            tag,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found.into_iter().map(|row| (row.name, row.id, rows::count(row.line))).collect())
    }
}
