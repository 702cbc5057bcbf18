//! Notices: what an operator is told of without looking. Each is written in the commit of what it tells, and only where a
//! channel wants it.

mod channels;
mod deliveries;
#[cfg(test)]
mod tests;
mod watched;

use crate::queue::engine::Connection;

pub use self::{
    channels::{ChannelState, NoticeChannel},
    deliveries::{Delivery, Notice},
    watched::Watched,
};
use super::{error::QueueError, rows};
use crate::{
    domain::{
        CampaignId, RecipientId, Timestamp,
        campaign::Pause,
        notice::{Happened, NoticeKind, Place},
    },
    random,
};

/// How many letters and digits tell one notice from another: 100 bits of chance.
const ID_CHARACTERS: usize = 20;

/// Tells of a pause, and of the row whose answer it was.
pub(super) async fn paused(
    connection: &mut Connection,
    campaign: CampaignId,
    pause: &Pause,
    recipient: Option<RecipientId>,
    now: Timestamp,
) -> Result<(), QueueError> {
    if !is_any(connection).await? {
        return Ok(());
    }
    let mut place = match recipient {
        Some(recipient) => place(connection, recipient).await?,
        None => Place::default(),
    };
    place.line = place.line.or(pause.line);
    write(connection, Some(campaign), &Happened::paused(pause, place), None, now).await
}

struct PlaceRow {
    line: i64,
    file_name: String,
}

/// Where the list has a row.
pub(super) async fn place(connection: &mut Connection, recipient: RecipientId) -> Result<Place, QueueError> {
    let found = query_as!(
        PlaceRow,
        "select line, file_name from recipient join import using (import_id) where recipient_id = $1",
        recipient.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.map_or_else(Place::default, |row| Place {
        row: Some(recipient.0),
        file: Some(row.file_name),
        line: Some(rows::count(row.line)),
    }))
}

/// Whether there is a channel at all.
pub(super) async fn is_any(connection: &mut Connection) -> Result<bool, QueueError> {
    let is = query_scalar!(r#"select exists (select 1 from notice_channel) as "is!: bool""#);
    Ok(is.fetch_one(connection).await?)
}

/// Writes down what happened, and that each channel that wants to know is to be told. What is told of the same episode
/// already, or wanted by nobody, is not written.
pub(super) async fn write(
    connection: &mut Connection,
    campaign: Option<CampaignId>,
    happened: &Happened,
    episode: Option<&str>,
    now: Timestamp,
) -> Result<(), QueueError> {
    let kind = happened.kind();
    let name = kind.name();
    // A pause for too many opt-outs is a pause to whoever wants to know of pauses.
    let also = if kind == NoticeKind::OptOuts { NoticeKind::Paused.name() } else { name };
    let channels = query_scalar!(
        r#"select name from notice_channel
        where exists (select 1 from json_each(events) where atom in ($1, $2))"#,
        name,
        also,
    )
    .fetch_all(&mut *connection)
    .await?;
    if channels.is_empty() {
        return Ok(());
    }
    let webhook_id = format!("msg_{}", new_id()?);
    let (facts, campaign) = (rows::to_json(happened), campaign.map(|campaign| campaign.0));
    let written = query_scalar!(
        r#"insert into notice (webhook_id, kind, campaign_id, campaign, state, at, facts, episode) values (
            $1, $2, $3,
            (select name from campaign where campaign_id = $3), (select state from campaign where campaign_id = $3),
            $4, $5, $6
        ) on conflict (episode) do nothing returning notice_id as "id!: i64""#,
        webhook_id,
        name,
        campaign,
        now.0,
        facts,
        episode,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(notice) = written else { return Ok(()) };
    let channels = rows::to_json(&channels);
    query!(
        "insert into notice_delivery (notice_id, channel, next_at) select $1, atom, $2 from json_each($3)",
        notice,
        now.0,
        channels,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn new_id() -> Result<String, QueueError> {
    random::text(random::LEGIBLE, ID_CHARACTERS)
        .map_err(|error| QueueError::NoRandomness { reason: error.to_string() })
}
