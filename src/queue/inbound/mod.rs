//! What people write: taken in, and all that follows from it in the same commit. Whoever wrote can be reached, whoever asked to be
//! left alone is on the suppression list before the provider is answered, and whoever answers a message got it.

mod messages;
mod opt_outs;
pub(super) mod stops;
#[cfg(test)]
mod tests;
mod ties;

use std::{collections::BTreeSet, time::Duration};

use crate::queue::engine::Connection;

pub(super) use self::ties::AFTER;
pub use self::{
    messages::{AnsweredRow, InboundEntry},
    opt_outs::OpenQuestion,
};
use super::{Queue, counters::Deltas, error::QueueError, notices, reach::windows, rows};
use crate::{
    domain::{
        CampaignId, Event, Inbound, RecipientId, Timestamp,
        inbound::{OrderItem, intake::Intake, optout::Verdict},
        notice::{Happened, Place},
        reach::Opening,
    },
    trial,
};

/// What came of messages that people wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Those that were not known.
    pub n_new: u64,
    /// People who asked to be left alone.
    pub n_asked: u64,
    /// People who may have asked, and of whom somebody has to decide.
    pub n_maybe: u64,
}

impl Queue {
    /// Takes in what people wrote. Returns after the commit that holds it was synced. What comes again changes nothing.
    pub async fn hear(
        &self,
        inbound: Vec<Inbound>,
        intake: &Intake,
        now: Timestamp,
    ) -> Result<TakenIn, QueueError> {
        if inbound.is_empty() {
            return Ok(TakenIn::default());
        }
        let judged: Vec<(Inbound, Verdict)> = inbound
            .into_iter()
            .map(|inbound| {
                let verdict = intake.words.judge(&inbound);
                (inbound, verdict)
            })
            .collect();
        let intake = intake.clone();
        in_commit!(self, |connection| { take_in(connection, &judged, &intake, now).await })
    }

    /// Deletes what people wrote and is not to be kept any longer.
    pub async fn forget_texts(&self, now: Timestamp) -> Result<(), QueueError> {
        in_commit!(self, |connection| { forget_texts(connection, now).await })
    }
}

async fn take_in(
    connection: &mut Connection,
    judged: &[(Inbound, Verdict)],
    intake: &Intake,
    now: Timestamp,
) -> Result<TakenIn, QueueError> {
    let mut deltas = Deltas::default();
    let mut taken = TakenIn::default();
    let mut openings: Vec<Opening> = Vec::new();
    let mut left = BTreeSet::new();
    for (inbound, verdict) in judged {
        tell_of_quality(connection, inbound, now).await?;
        if !insert(connection, inbound, verdict, intake.keep_text, now).await? {
            continue;
        }
        taken.n_new += 1;
        openings.extend(inbound.opening(now));
        let answered = ties::tie(connection, inbound, now, &mut deltas).await?;
        tell_of_order(connection, inbound, answered, now).await?;
        left.extend(answered.filter(|_| is_stop(inbound, verdict)));
        follow(connection, inbound, verdict, now, &mut deltas, &mut taken).await?;
    }
    windows::open(connection, &openings).await?;
    deltas.write(connection).await?;
    stops::judge(connection, &left, intake.stops, now).await?;
    forget_texts(connection, now).await?;
    trial::crash_point("inbound:commit");
    Ok(taken)
}

/// Tells of a number whose quality has changed. The same is told once a day: it comes without a time and without an id.
async fn tell_of_quality(
    connection: &mut Connection,
    inbound: &Inbound,
    now: Timestamp,
) -> Result<(), QueueError> {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let Event::Quality { event, limit } = &inbound.event else { return Ok(()) };
    let happened = Happened::quality(event, limit.as_deref(), inbound.business);
    let episode = format!("quality {} {}", now.0 / DAY_MS, rows::to_json(&happened));
    notices::write(connection, None, &happened, Some(&episode), now).await
}

/// Tells of an order and of the row that it answers, where it answers one.
async fn tell_of_order(
    connection: &mut Connection,
    inbound: &Inbound,
    campaign: Option<CampaignId>,
    now: Timestamp,
) -> Result<(), QueueError> {
    let Event::Order { items } = &inbound.event else { return Ok(()) };
    if !notices::is_any(connection).await? {
        return Ok(());
    }
    let identity = inbound.identity();
    let recipient = query_scalar!("select recipient_id from inbound where identity = $1", identity)
        .fetch_one(&mut *connection)
        .await?;
    let place = match recipient {
        Some(recipient) => notices::place(connection, RecipientId(recipient)).await?,
        None => Place::default(),
    };
    let n_items = items.iter().fold(0_u64, |sum, item| sum.saturating_add(item.quantity));
    notices::write(connection, campaign, &Happened::Order { n_items, place }, None, now).await
}

/// Whether somebody asks to stop for certain, in words or by the setting.
fn is_stop(inbound: &Inbound, verdict: &Verdict) -> bool {
    matches!(inbound.event, Event::Preference { is_stop: true }) || matches!(verdict, Verdict::Asked { .. })
}

/// Deletes texts whose time is over. It costs nothing where none is kept.
async fn forget_texts(connection: &mut Connection, now: Timestamp) -> Result<(), QueueError> {
    query!("update inbound set text = null, text_until = null where text_until <= $1", now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// What a message says about being messaged, and what follows from it.
async fn follow(
    connection: &mut Connection,
    inbound: &Inbound,
    verdict: &Verdict,
    now: Timestamp,
    deltas: &mut Deltas,
    taken: &mut TakenIn,
) -> Result<(), QueueError> {
    let Some(person) = inbound.person else { return Ok(()) };
    match (&inbound.event, verdict) {
        (Event::Preference { is_stop: true }, _) => {
            taken.n_asked += 1;
            opt_outs::stop(connection, person, opt_outs::Source::Meta, None, now, deltas).await
        }
        (Event::Preference { is_stop: false }, _) | (_, Verdict::Start { .. }) => {
            opt_outs::lift(connection, person).await
        }
        (Event::NumberChanged { to }, _) => opt_outs::take_along(connection, person, *to, now, deltas).await,
        (_, Verdict::Asked { word }) => {
            taken.n_asked += 1;
            opt_outs::stop(connection, person, opt_outs::Source::Keyword, Some(word), now, deltas).await
        }
        (_, Verdict::Maybe { word }) => {
            taken.n_maybe += 1;
            opt_outs::stop(connection, person, opt_outs::Source::Maybe, Some(word), now, deltas).await
        }
        (_, Verdict::No) => Ok(()),
    }
}

/// Writes it down, unless it is known. Says whether it was new.
async fn insert(
    connection: &mut Connection,
    inbound: &Inbound,
    verdict: &Verdict,
    keep_text: Option<Duration>,
    now: Timestamp,
) -> Result<bool, QueueError> {
    let identity = inbound.identity();
    let (business, person) = (inbound.business.map(rows::person), inbound.person.map(rows::person));
    let kind = inbound.event.kind();
    let at = inbound.wrote_at(now).map(|at| at.0);
    let (verdict, word) = match verdict {
        Verdict::Asked { word } => ("asked", Some(word.as_str())),
        Verdict::Maybe { word } => ("maybe", Some(word.as_str())),
        Verdict::Start { word } => ("start", Some(word.as_str())),
        // The setting in WhatsApp is a request too, without a word.
        Verdict::No if is_stop(inbound, verdict) => ("asked", None),
        Verdict::No => ("no", None),
    };
    let is_reply = i64::from(inbound.event.is_reply());
    let text_until = keep_text.filter(|_| inbound.text.is_some()).map(|keep| now.plus(keep).0);
    let text = inbound.text.as_ref().filter(|_| text_until.is_some());
    let n_characters = inbound.text.as_ref().map_or(0, |text| rows::stored(text.chars().count() as u64));
    let items = match &inbound.event {
        Event::Order { items } => {
            let lines = items.iter().map(|item| (&item.product, item.quantity, &item.price, &item.currency));
            Some(rows::to_json(&lines.collect::<Vec<_>>()))
        }
        Event::Wrote { .. }
        | Event::Button
        | Event::Reaction { .. }
        | Event::Unsupported
        | Event::Preference { .. }
        | Event::NumberChanged { .. }
        | Event::NotWritten { .. }
        | Event::Quality { .. } => None,
    };
    let inserted = query!(
        "insert into inbound (
            identity, business, person, kind, at, received_at, verdict, word, n_characters, items, product, text, text_until,
            is_reply
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (identity) do nothing",
        identity,
        business,
        person,
        kind,
        at,
        now.0,
        verdict,
        word,
        n_characters,
        items,
        inbound.product,
        text,
        text_until,
        is_reply,
    );
    Ok(inserted.execute(connection).await?.rows_affected() == 1)
}

/// The lines of an order as [`insert`] stores them.
pub(super) fn order_items(inbound_id: i64, json: &str) -> Result<Vec<OrderItem>, QueueError> {
    let items: Vec<(String, u64, Option<String>, Option<String>)> =
        serde_json::from_str(json).map_err(|_| rows::inconsistent("inbound", "items", inbound_id, json))?;
    let of = |(product, quantity, price, currency)| OrderItem { product, quantity, price, currency };
    Ok(items.into_iter().map(of).collect())
}
