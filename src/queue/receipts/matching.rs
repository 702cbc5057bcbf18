//! Which recipient a receipt is about: by its token, then by any identifier.

use std::collections::{HashMap, HashSet};

use super::Heard;
use crate::{
    domain::{RecipientId, message::token::parse_token},
    queue::{engine::Connection, error::QueueError, rows},
};

/// The recipient of each receipt, in their order; none where it is not known.
pub(super) async fn find(
    connection: &mut Connection,
    heard: &[Heard],
) -> Result<Vec<Option<RecipientId>>, QueueError> {
    let mut found = vec![None; heard.len()];
    by_token(connection, heard, &mut found).await?;
    by_identifier(connection, heard, &mut found).await?;
    Ok(found)
}

struct ByTokenRow {
    position: i64,
    recipient_id: i64,
}

async fn by_token(
    connection: &mut Connection,
    heard: &[Heard],
    found: &mut [Option<RecipientId>],
) -> Result<(), QueueError> {
    let tokens: Vec<(usize, &str, i64)> = heard
        .iter()
        .enumerate()
        .filter_map(|(index, heard)| {
            let (key, recipient) = heard.receipt.refs.iter().flatten().find_map(|tag| parse_token(tag))?;
            Some((index, key, recipient.0))
        })
        .collect();
    if tokens.is_empty() {
        return Ok(());
    }
    let tokens = rows::to_json(&tokens);
    let matches = query_as!(
        ByTokenRow,
        r#"select wanted.position as "position!: i64", recipient.recipient_id as "recipient_id!: i64"
        from (
            select cast(value ->> 0 as bigint) as position, value ->> 1 as token_key, cast(value ->> 2 as bigint) as recipient_id
            from json_each($1)
        ) as wanted
        join campaign on campaign.token_key = wanted.token_key
        join recipient on recipient.recipient_id = wanted.recipient_id
            and recipient.campaign_id = campaign.campaign_id"#,
        tokens,
    )
    .fetch_all(connection)
    .await?;
    for row in matches {
        if let Some(slot) = usize::try_from(row.position).ok().and_then(|index| found.get_mut(index)) {
            *slot = Some(RecipientId(row.recipient_id));
        }
    }
    Ok(())
}

struct ByIdentifierRow {
    position: i64,
    recipient_id: i64,
}

/// An identifier that leads to two recipients leads nowhere.
async fn by_identifier(
    connection: &mut Connection,
    heard: &[Heard],
    found: &mut [Option<RecipientId>],
) -> Result<(), QueueError> {
    let names: Vec<(usize, &str)> = heard
        .iter()
        .enumerate()
        .filter(|(index, _)| found[*index].is_none())
        .flat_map(|(index, heard)| heard.receipt.ids.iter().map(move |id| (index, id.as_str())))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let names = rows::to_json(&names);
    let matches = query_as!(
        ByIdentifierRow,
        r#"with wanted as (
            select cast(value ->> 0 as bigint) as position, value ->> 1 as name from json_each($1)
        )
        select wanted.position as "position!: i64", recipient.recipient_id as "recipient_id!: i64"
        from wanted join recipient on "#
            ["substr(recipient.message_id, -8) = substr(wanted.name, -8)" | "right(recipient.message_id, 8) = right(wanted.name, 8)"]
            r#" and recipient.message_id = wanted.name
        union all
        select wanted.position, alias.recipient_id
        from wanted join alias on alias.name = wanted.name
        where alias.recipient_id is not null"#,
        names,
    )
    .fetch_all(connection)
    .await?;
    let mut candidates: HashMap<i64, HashSet<i64>> = HashMap::new();
    for row in matches {
        candidates.entry(row.position).or_default().insert(row.recipient_id);
    }
    for (position, recipients) in candidates {
        let slot = usize::try_from(position).ok().and_then(|index| found.get_mut(index));
        if let (Some(slot), 1) = (slot, recipients.len()) {
            *slot = recipients.into_iter().next().map(RecipientId);
        }
    }
    Ok(())
}
