//! Where notices go: the channels of the settings, and how each of them is doing.

use crate::{
    domain::{Timestamp, notice::NoticeKind},
    queue::{Queue, engine::Connection, error::QueueError, rows},
};

/// A channel as the settings have it. Its address stays in the settings: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeChannel {
    pub name: String,
    /// `webhook`, `chat` or `email`.
    pub kind: &'static str,
    pub events: Vec<NoticeKind>,
}

/// How a channel is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelState {
    pub name: String,
    pub kind: String,
    /// When something was last sent to it.
    pub last_at: Option<Timestamp>,
    /// What was wrong then; none where it was taken.
    pub last_error: Option<String>,
    /// How many attempts have failed since one came through.
    pub n_failed: u64,
    /// Notices that are still to be delivered.
    pub n_waiting: u64,
    /// Notices that nobody tries to deliver any more.
    pub n_given_up: u64,
}

struct NoticeChannelsRow {
    name: String,
    kind: String,
    last_at: Option<i64>,
    last_error: Option<String>,
    n_failed: i64,
    n_waiting: i64,
    n_given_up: i64,
}

impl Queue {
    /// From here on notices are written for these channels and no others. Returns the channels that are gone and had
    /// notices waiting, and how many: those are dropped.
    pub async fn set_notice_channels(
        &self,
        channels: Vec<NoticeChannel>,
    ) -> Result<Vec<(String, u64)>, QueueError> {
        in_commit!(self, |connection| {
            let names = rows::to_json(&channels.iter().map(|channel| &channel.name).collect::<Vec<_>>());
            let dropped = drop_waiting(connection, &names).await?;
            query!("delete from notice_channel where name not in (select atom from json_each($1))", names)
                .execute(&mut *connection)
                .await?;
            for channel in &channels {
                let events =
                    rows::to_json(&channel.events.iter().map(|kind| kind.name()).collect::<Vec<_>>());
                query!(
                    "insert into notice_channel (name, kind, events) values ($1, $2, $3)
                    on conflict (name) do update set kind = $2, events = $3
                    where notice_channel.kind <> $2 or notice_channel.events <> $3",
                    channel.name,
                    channel.kind,
                    events,
                )
                .execute(&mut *connection)
                .await?;
            }
            Ok(dropped)
        })
    }

    /// Every channel that notices are written for, by name.
    pub async fn notice_channels(&self) -> Result<Vec<ChannelState>, QueueError> {
        let found = query_as!(
            NoticeChannelsRow,
            r#"select name, kind, last_at, last_error, n_failed,
                (
                    select count(*) from notice_delivery where channel = name and next_at is not null
                ) as "n_waiting!: i64",
                (
                    select count(*) from notice_delivery where channel = name and given_up_at is not null
                ) as "n_given_up!: i64"
            from notice_channel order by name"#
        )
        .fetch_all(&self.readers)
        .await?;
        let state = found.into_iter().map(|row| ChannelState {
            name: row.name,
            kind: row.kind,
            last_at: rows::instant(row.last_at),
            last_error: row.last_error,
            n_failed: rows::count(row.n_failed),
            n_waiting: rows::count(row.n_waiting),
            n_given_up: rows::count(row.n_given_up),
        });
        Ok(state.collect())
    }

    /// Writes down what came of something that was sent to a channel and was no notice: a test.
    pub async fn note_notice_test(
        &self,
        channel: String,
        error: Option<String>,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let detail = match &error {
            None => format!("{channel}: taken"),
            Some(error) => format!("{channel}: {error}"),
        };
        let entry = self.audit_entry("notify test", None, detail);
        in_commit!(self, |connection| {
            crate::queue::upkeep::audit::record(connection, &entry).await?;
            note(connection, &channel, error.as_deref(), now).await
        })
    }
}

/// Writes down how a channel is doing.
pub(super) async fn note(
    connection: &mut Connection,
    channel: &str,
    error: Option<&str>,
    now: Timestamp,
) -> Result<(), QueueError> {
    query!(
        "update notice_channel set last_at = $1, last_error = $2,
            n_failed = case when cast($2 as text) is null then 0 else n_failed + 1 end
        where name = $3",
        now.0,
        error,
        channel,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct DropWaitingRow {
    channel: String,
    n: i64,
}

/// Drops what waits for channels other than these.
async fn drop_waiting(connection: &mut Connection, names: &str) -> Result<Vec<(String, u64)>, QueueError> {
    let found = query_as!(
        DropWaitingRow,
        r#"select channel, count(*) as "n!: i64" from notice_delivery
        where next_at is not null and channel not in (select atom from json_each($1))
        group by channel order by channel"#,
        names,
    )
    .fetch_all(&mut *connection)
    .await?;
    if !found.is_empty() {
        query!(
            "delete from notice_delivery
            where next_at is not null and channel not in (select atom from json_each($1))",
            names,
        )
        .execute(connection)
        .await?;
    }
    Ok(found.into_iter().map(|row| (row.channel, rows::count(row.n))).collect())
}
