//! People who ask to be left alone, and the way back.

use crate::{
    domain::{CampaignId, Phone, Status, Timestamp},
    queue::{
        Queue,
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        rows,
        upkeep::{
            audit,
            suppressions::{self, Suppression},
        },
    },
};

/// Who put a number on the suppression list, where a person did it themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// By a word that they wrote.
    Keyword,
    /// By the setting in WhatsApp.
    Meta,
    /// Perhaps: somebody has to decide.
    Maybe,
}

impl Source {
    const fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Meta => "meta",
            Self::Maybe => "maybe",
        }
    }
}

/// Somebody who may have asked to be left alone, and is not messaged until somebody has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    pub number: Phone,
    /// The word that was recognised.
    pub word: String,
    pub asked_at: Timestamp,
}

/// Puts a person on the list, and takes them out of every queue. What is only perhaps replaces nothing that is certain; what is
/// certain replaces a perhaps.
pub(super) async fn stop(
    connection: &mut Connection,
    person: Phone,
    source: Source,
    word: Option<&str>,
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let reason = match (source, word) {
        (Source::Keyword, Some(word)) => format!("wrote “{word}”"),
        (Source::Keyword, None) => "asked to stop".to_owned(),
        (Source::Meta, _) => "stopped marketing messages in WhatsApp".to_owned(),
        (Source::Maybe, _) => {
            format!("may have asked to stop (“{}”); nobody has decided yet", word.unwrap_or_default())
        }
    };
    let new = Suppression { number: person, reason: reason.clone(), added_at: now };
    let added = suppressions::add(connection, &[new], now, deltas).await?;
    let (canonical, name) = (rows::person(person), source.name());
    let is_new = i64::from(added.n_new > 0);
    query!(
        "update suppression set source = $1, word = $2, reason = $3, added_at = $4
        where canonical = $5 and (cast($6 as bigint) = 1 or (source = 'maybe' and $1 <> 'maybe'))",
        name,
        word,
        reason,
        now.0,
        canonical,
        is_new,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lifts what the person put there themselves, and nothing else.
pub(super) async fn lift(connection: &mut Connection, person: Phone) -> Result<(), QueueError> {
    let canonical = rows::person(person);
    query!(
        "delete from suppression where canonical = $1 and source in ('keyword', 'meta', 'maybe')",
        canonical
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct TakeAlongRow {
    reason: String,
    source: String,
    word: Option<String>,
}

/// A person who is on the list is on it under their new number too.
pub(super) async fn take_along(
    connection: &mut Connection,
    from: Phone,
    to: Phone,
    now: Timestamp,
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let (old, new) = (rows::person(from), rows::person(to));
    let known =
        query_as!(TakeAlongRow, "select reason, source, word from suppression where canonical = $1", old)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(known) = known else { return Ok(()) };
    let entry = Suppression { number: to, reason: known.reason, added_at: now };
    if suppressions::add(connection, &[entry], now, deltas).await?.n_new > 0 {
        query!(
            "update suppression set source = $1, word = $2 where canonical = $3",
            known.source,
            known.word,
            new,
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

struct OpenQuestionsRow {
    number: i64,
    word: Option<String>,
    added_at: i64,
}

impl Queue {
    /// Whether somebody has to decide about anybody.
    pub async fn has_open_questions(&self) -> Result<bool, QueueError> {
        let has = query_scalar!(
            r#"select exists (select 1 from suppression where source = 'maybe') as "has!: bool""#
        );
        Ok(has.fetch_one(&self.readers).await?)
    }

    /// Those of whom somebody has to decide, the first who wrote first.
    pub async fn open_questions(&self) -> Result<Vec<OpenQuestion>, QueueError> {
        let found = query_as!(
            OpenQuestionsRow,
            "select number, word, added_at from suppression where source = 'maybe' order by added_at, canonical"
        )
        .fetch_all(&self.readers)
        .await?;
        let question = |number, word: Option<String>, added_at| {
            let number = rows::phone("suppression", number, number)?;
            Ok(OpenQuestion { number, word: word.unwrap_or_default(), asked_at: Timestamp(added_at) })
        };
        found.into_iter().map(|row| question(row.number, row.word, row.added_at)).collect()
    }

    /// Decides: they asked to stop and stay on the list, or they did not and wait again where they waited. Says how many of the
    /// numbers were open.
    pub async fn decide(&self, numbers: Vec<Phone>, has_asked: bool) -> Result<u64, QueueError> {
        let what = if has_asked { "stays on the list" } else { "did not ask to stop" };
        let words = numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let entry = self.audit_entry("optouts", None, format!("{words}: {what}"));
        in_commit!(self, |connection| {
            let people = numbers.iter().map(|number| rows::person(*number)).collect::<Vec<_>>();
            let people = rows::to_json(&people);
            let n = if has_asked {
                query!(
                    "update suppression set source = 'keyword', reason = 'asked to stop, as somebody decided'
                    where source = 'maybe' and canonical in (select cast(atom as bigint) from json_each($1))",
                    people,
                )
                .execute(&mut *connection)
                .await?
                .rows_affected()
            } else {
                requeue(connection, &people).await?
            };
            let verdict = if has_asked { "asked" } else { "no" };
            query!(
                "update inbound set verdict = $1
                where verdict = 'maybe' and person in (select cast(atom as bigint) from json_each($2))",
                verdict,
                people,
            )
            .execute(&mut *connection)
            .await?;
            if n > 0 {
                audit::record(connection, &entry).await?;
            }
            Ok(n)
        })
    }

    /// Takes off the list what words or settings put there since an instant: a flood of forged messages is undone. Says how many.
    pub async fn undo_keywords(&self, since: Timestamp) -> Result<u64, QueueError> {
        let entry = self.audit_entry(
            "unsuppress",
            None,
            format!("what people's words put on the list since {since}"),
        );
        in_commit!(self, |connection| {
            let gone = query!(
                "delete from suppression where source in ('keyword', 'meta', 'maybe') and added_at >= $1",
                since.0,
            );
            let n = gone.execute(&mut *connection).await?.rows_affected();
            // Nobody wrote what was forged, so it says nothing of a campaign either.
            query!(
                "update inbound set verdict = 'no' where verdict in ('asked', 'maybe') and received_at >= $1",
                since.0
            )
            .execute(&mut *connection)
            .await?;
            if n > 0 {
                audit::record(connection, &entry).await?;
            }
            Ok(n)
        })
    }
}

struct RequeueRow {
    id: i64,
    campaign_id: i64,
}

/// Takes people off the list who were only perhaps on it, and puts them back into the queues that they left because of it.
async fn requeue(connection: &mut Connection, people: &str) -> Result<u64, QueueError> {
    let found = query_as!(
        RequeueRow,
        r#"select recipient.recipient_id as "id!: i64", recipient.campaign_id as "campaign_id!: i64"
        from json_each($1) as person cross join suppression cross join campaign cross join recipient
        where suppression.canonical = cast(person.atom as bigint) and suppression.source = 'maybe'
            and campaign.state in ('draft', 'scheduled', 'running', 'paused')
            and recipient.campaign_id = campaign.campaign_id
            and (recipient.number = cast(person.atom as bigint) or recipient.canonical = cast(person.atom as bigint))
            and recipient.status = 'suppressed' and recipient.settled_at >= suppression.added_at"#,
        people,
    )
    .fetch_all(&mut *connection)
    .await?;
    let n = query!(
        "delete from suppression where source = 'maybe' and canonical in (select cast(atom as bigint) from json_each($1))",
        people,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    let ids = rows::to_json(&found.iter().map(|row| row.id).collect::<Vec<_>>());
    query!(
        "update recipient set status = 'queued', due_at = 0, held_by = null, settled_at = null, error = null
        where recipient_id in (select cast(atom as bigint) from json_each($1)) and status = 'suppressed'",
        ids,
    )
    .execute(&mut *connection)
    .await?;
    let mut deltas = Deltas::default();
    for row in &found {
        deltas.shift(CampaignId(row.campaign_id), Status::Suppressed, Status::Queued, 1);
    }
    deltas.write(connection).await?;
    Ok(n)
}
