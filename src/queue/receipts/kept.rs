//! Receipts that are kept as they came: without a recipient, waiting for an answer, or of lasting use.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{Heard, changes::Effect};
use crate::{
    domain::{Meaning, Receipt, RecipientId, Said, Timestamp},
    queue::{engine::Connection, error::QueueError, rows},
};

/// How long a receipt that finds nobody is kept: Meta itself gives an undelivered message up after so long.
const OPEN_FOR: Duration = Duration::from_hours(30 * 24);

/// How many of those that are too old are removed at a time.
const REMOVED_AT_ONCE: i64 = 256;

/// A receipt that is to be kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'h> {
    pub(super) heard: &'h Heard,
    pub(super) recipient: Option<RecipientId>,
    pub(super) is_open: bool,
}

/// A receipt as it is written down.
#[derive(Debug, Serialize, Deserialize)]
struct Content {
    ids: Vec<String>,
    refs: [Option<String>; 3],
    said: String,
    at: Option<i64>,
    code: Option<String>,
    error: Option<String>,
    meaning: String,
}

impl Content {
    fn of(heard: &Heard) -> Self {
        let Receipt { ids, refs, report, at, code, error } = heard.receipt.clone();
        let at = at.map(|at| at.0);
        Self { ids, refs, said: name(&report), at, code, error, meaning: heard.meaning.name().to_owned() }
    }

    fn heard(self, receipt_id: i64, at: Timestamp) -> Result<Heard, QueueError> {
        let Self { ids, refs, said, at: happened_at, code, error, meaning } = self;
        let report = report(&said);
        let receipt = Receipt { ids, refs, report, at: happened_at.map(Timestamp), code, error };
        let meaning = Meaning::from_name(&meaning)
            .ok_or_else(|| rows::inconsistent("receipt", "content", receipt_id, &meaning))?;
        Ok(Heard { receipt, meaning, at })
    }
}

fn name(report: &Said) -> String {
    match report {
        Said::Sent => "sent",
        Said::Delivered => "delivered",
        Said::Read => "read",
        Said::Undelivered => "undelivered",
        Said::NotSent => "not sent",
        Said::Unknown(status) => status,
    }
    .to_owned()
}

fn report(name: &str) -> Said {
    match name {
        "sent" => Said::Sent,
        "delivered" => Said::Delivered,
        "read" => Said::Read,
        "undelivered" => Said::Undelivered,
        "not sent" => Said::NotSent,
        status => Said::Unknown(status.to_owned()),
    }
}

/// Equal in a receipt and its repetition. The time is left out: a repetition need not carry the same.
pub(super) fn identity(heard: &Heard) -> String {
    let receipt = &heard.receipt;
    let mut ids: Vec<&str> = receipt.ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    rows::to_json(&(ids, &receipt.refs, name(&receipt.report), &receipt.code, heard.meaning.name()))
}

/// The identities among these receipts that have been dealt with already. Only those are remembered for that whose
/// repetition would do something again; the merging of all others forgives repetition.
pub(super) async fn known(
    connection: &mut Connection,
    heard: &[Heard],
) -> Result<HashSet<String>, QueueError> {
    let lasting: Vec<String> = heard
        .iter()
        .filter(|heard| heard.receipt.report == Said::NotSent || heard.meaning != Meaning::Plain)
        .map(identity)
        .collect();
    if lasting.is_empty() {
        return Ok(HashSet::new());
    }
    let lasting = rows::to_json(&lasting);
    let found = query_scalar!(
        "select identity from receipt where is_open = 0 and identity in (select atom from json_each($1))",
        lasting,
    )
    .fetch_all(connection)
    .await?;
    Ok(found.into_iter().collect())
}

struct KeepRow {
    receipt_id: i64,
    recipient_id: Option<i64>,
    is_open: i64,
    content: String,
}

/// Each receipt once, with its identity, as a statement takes it: its repetitions say at most whose it is.
fn once<'h>(kept: &[Kept<'h>]) -> Vec<(String, Kept<'h>)> {
    let mut once: Vec<(String, Kept<'h>)> = Vec::with_capacity(kept.len());
    let mut places = HashMap::with_capacity(kept.len());
    for kept in kept {
        let identity = identity(kept.heard);
        let place = *places.entry(identity.clone()).or_insert(once.len());
        match once.get_mut(place) {
            None => once.push((identity, *kept)),
            Some((_, first)) if first.recipient.is_none() => {
                *first = Kept { heard: first.heard, ..*kept };
            }
            Some(_) => {}
        }
    }
    once
}

/// Writes receipts down, those that are there already excepted.
pub(super) async fn keep(connection: &mut Connection, kept: &[Kept<'_>]) -> Result<(), QueueError> {
    if kept.is_empty() {
        return Ok(());
    }
    let values: Vec<_> = once(kept)
        .into_iter()
        .map(|(identity, kept)| {
            let content = Content::of(kept.heard);
            (
                kept.recipient.map(|id| id.0),
                i64::from(kept.is_open),
                content.said.clone(),
                rows::to_json(&content),
                identity,
                kept.heard.at.0,
            )
        })
        .collect();
    let values = rows::to_json(&values);
    let added = query_as!(
        KeepRow,
        r#"insert into receipt (recipient_id, is_open, said, content, identity, received_at)
        select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), value ->> 2, value ->> 3, value ->> 4,
            cast(value ->> 5 as bigint)
        from json_each($1)
        where true
        on conflict (identity) do update set recipient_id = excluded.recipient_id, is_open = excluded.is_open
            where receipt.recipient_id is null and excluded.recipient_id is not null
        returning receipt_id as "receipt_id!", recipient_id as "recipient_id?: i64", is_open, content"#,
        values,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut names = Vec::new();
    for row in added.into_iter().filter(|row| row.is_open == 1 && row.recipient_id.is_none()) {
        let content = content(row.receipt_id, &row.content)?;
        names.extend(content.ids.into_iter().map(|name| (name, row.receipt_id)));
    }
    if names.is_empty() {
        return Ok(());
    }
    let names = rows::to_json(&names);
    query!(
        "insert into receipt_name (name, receipt_id)
        select value ->> 0, cast(value ->> 1 as bigint) from json_each($1) where true
        on conflict (name, receipt_id) do nothing",
        names,
    )
    .execute(&mut *connection)
    .await?;
    forget_old(connection, kept).await
}

/// Removes open receipts that have found nobody for long.
async fn forget_old(connection: &mut Connection, kept: &[Kept<'_>]) -> Result<(), QueueError> {
    let Some(now) = kept.iter().map(|kept| kept.heard.at).max() else { return Ok(()) };
    let oldest = now.minus(OPEN_FOR).0;
    query!(
        "delete from receipt where receipt_id in (
            select receipt_id from receipt where is_open = 1 and received_at < $1 order by received_at limit $2
        )",
        oldest,
        REMOVED_AT_ONCE,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether any receipt is open at all; nearly always none is.
pub(super) async fn is_any_open(connection: &mut Connection) -> Result<bool, QueueError> {
    let is_any = query_scalar!(r#"select exists (select 1 from receipt where is_open = 1) as "is!: bool""#)
        .fetch_one(connection)
        .await?;
    Ok(is_any)
}

/// Whether any receipt is open whose recipient is not known.
pub(super) async fn is_any_nameless(connection: &mut Connection) -> Result<bool, QueueError> {
    let is_any = query_scalar!(r#"select exists (select 1 from receipt_name) as "is!: bool""#)
        .fetch_one(connection)
        .await?;
    Ok(is_any)
}

/// A receipt that was kept and is still to be merged.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) receipt_id: i64,
    /// Whom it waits for; none where that is to be found out.
    pub(super) recipient: Option<RecipientId>,
    pub(super) heard: Heard,
}

impl Open {
    fn of(receipt_id: i64, recipient: Option<i64>, json: &str, received_at: i64) -> Result<Self, QueueError> {
        let heard = content(receipt_id, json)?.heard(receipt_id, Timestamp(received_at))?;
        Ok(Self { receipt_id, recipient: recipient.map(RecipientId), heard })
    }
}

struct OpenForRow {
    receipt_id: i64,
    recipient_id: Option<i64>,
    content: String,
    received_at: i64,
}

/// Open receipts for these recipients, oldest first: those that wait for them, and those under the identifiers of
/// their answers.
pub(super) async fn open_for(
    connection: &mut Connection,
    recipients: &[RecipientId],
) -> Result<Vec<Open>, QueueError> {
    let ids = rows::to_json(&recipients.iter().map(|id| id.0).collect::<Vec<_>>());
    let found = query_as!(
        OpenForRow,
        r#"select receipt.receipt_id as "receipt_id!: i64", receipt.recipient_id as "recipient_id?: i64",
            receipt.content as "content!: String", receipt.received_at as "received_at!: i64"
        from json_each($1) as settled
        join receipt on receipt.recipient_id = cast(settled.atom as bigint)
        where receipt.is_open = 1 and receipt.recipient_id is not null
        union
        select receipt.receipt_id, receipt.recipient_id, receipt.content, receipt.received_at
        from json_each($1) as settled
        join recipient on recipient.recipient_id = cast(settled.atom as bigint)
        join receipt_name on receipt_name.name = recipient.message_id
        join receipt on receipt.receipt_id = receipt_name.receipt_id
        where receipt.is_open = 1 and receipt.recipient_id is null
        order by 1"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    found
        .into_iter()
        .map(|row| Open::of(row.receipt_id, row.recipient_id, &row.content, row.received_at))
        .collect()
}

struct OpenUnderRow {
    receipt_id: i64,
    content: String,
    received_at: i64,
}

/// Open receipts under these names whose recipient is not known, oldest first.
pub(super) async fn open_under(
    connection: &mut Connection,
    names: &HashSet<String>,
) -> Result<Vec<Open>, QueueError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let names = rows::to_json(&names.iter().collect::<Vec<_>>());
    let found = query_as!(
        OpenUnderRow,
        r#"select distinct receipt.receipt_id as "receipt_id!: i64", receipt.content as "content!: String",
            receipt.received_at as "received_at!: i64"
        from json_each($1) as learnt
        join receipt_name on receipt_name.name = learnt.atom
        join receipt on receipt.receipt_id = receipt_name.receipt_id
        where receipt.is_open = 1 and receipt.recipient_id is null
        order by 1"#,
        names,
    )
    .fetch_all(connection)
    .await?;
    found.into_iter().map(|row| Open::of(row.receipt_id, None, &row.content, row.received_at)).collect()
}

/// Takes note of what became of receipts: those that wait for their recipient's answer are found by it from now on,
/// those of lasting use stay, the others go.
pub(super) async fn close(
    connection: &mut Connection,
    told: &[(i64, RecipientId, Effect)],
) -> Result<(), QueueError> {
    let values: Vec<_> = told
        .iter()
        .map(|(receipt_id, recipient, told)| {
            let is_kept = told.is_waiting || told.is_lasting;
            (*receipt_id, recipient.0, i64::from(told.is_waiting), i64::from(is_kept))
        })
        .collect();
    let told = rows::to_json(&values);
    query!(
        "update receipt set is_open = told.is_waiting, recipient_id = told.recipient_id
        from (
            select
                cast(value ->> 0 as bigint) as receipt_id,
                cast(value ->> 1 as bigint) as recipient_id,
                cast(value ->> 2 as bigint) as is_waiting
            from json_each($1)
            where cast(value ->> 3 as bigint) = 1
        ) as told
        where receipt.receipt_id = told.receipt_id",
        told,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "delete from receipt where receipt_id in (
            select cast(value ->> 0 as bigint) from json_each($1) where cast(value ->> 3 as bigint) = 0
        )",
        told,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "delete from receipt_name where receipt_id in (select cast(value ->> 0 as bigint) from json_each($1))",
        told
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn content(receipt_id: i64, json: &str) -> Result<Content, QueueError> {
    serde_json::from_str(json).map_err(|_| rows::inconsistent("receipt", "content", receipt_id, json))
}
