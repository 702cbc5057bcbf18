//! What receipts change: rows, counters, aliases, the suppression list, and campaigns that have to pause.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{Heard, Origin};
use crate::{
    domain::{
        CampaignId, Delivery, Known, Meaning, Phone, RecipientId, Said, State, Status, Timestamp,
        campaign::Pause,
        receipt::{Delivered, proof::Change, verdict::Verdicts},
    },
    queue::{
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        reach::windows,
        rows, states,
        upkeep::{
            audit,
            suppressions::{self, Suppression},
        },
    },
};

/// A message that was on the wire when a campaign paused is settled within this time after it.
const STRAGGLERS_MS: i64 = 30_000;

/// Said of a message that was not sent for no reason given.
const NOT_HANDED_ON: &str = "a receipt says that the provider did not hand the message to Meta";

/// The recipients that some receipts are about, and what becomes of them.
#[derive(Debug, Default)]
pub(super) struct Changes {
    recipients: HashMap<RecipientId, Subject>,
    verdicts: Vec<Verdict>,
    aliases: Vec<(String, i64)>,
    opted_out: Vec<(Phone, String, Timestamp)>,
    /// Whose messages came too late for their window, by campaign, and when each had left.
    closed: Vec<(CampaignId, Phone, Timestamp)>,
}

/// What is to become of a receipt that was merged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// Its recipient's answer is still awaited.
    pub(super) is_waiting: bool,
    /// It is kept, so that its repetition is not taken for news.
    pub(super) is_lasting: bool,
}

#[derive(Debug)]
struct Subject {
    campaign: CampaignId,
    number: Option<Phone>,
    message_id: Option<String>,
    settled_at: Option<i64>,
    before: Known,
    now: Known,
    /// The code and the words that go with the status, and when the change was heard of.
    words: Option<(Option<String>, Option<String>, Timestamp)>,
}

/// News of one message that may say something of its campaign.
#[derive(Debug)]
struct Verdict {
    campaign: CampaignId,
    before: Option<Delivery>,
    after: Delivery,
    meaning: Meaning,
    words: String,
    settled_at: i64,
    heard_at: Timestamp,
}

struct OfRow {
    recipient_id: i64,
    campaign_id: i64,
    number: Option<i64>,
    status: String,
    message_id: Option<String>,
    settled_at: Option<i64>,
    delivery: Option<String>,
    delivery_at: Option<i64>,
    delivered_at: Option<i64>,
    read_at: Option<i64>,
    delivery_error: Option<String>,
    is_unsent: i64,
}

impl Changes {
    /// Reads how these recipients stand.
    pub(super) async fn of(
        connection: &mut Connection,
        recipients: impl Iterator<Item = &RecipientId>,
    ) -> Result<Self, QueueError> {
        let mut ids: Vec<i64> = recipients.map(|id| id.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut changes = Self::default();
        if ids.is_empty() {
            return Ok(changes);
        }
        let ids = rows::to_json(&ids);
        let found = query_as!(
            OfRow,
            r#"select recipient_id as "recipient_id!", campaign_id, number, status, message_id, settled_at, delivery,
                delivery_at, delivered_at, read_at, delivery_error, is_unsent
            from recipient where recipient_id in (select cast(atom as bigint) from json_each($1))"#,
            ids,
        )
        .fetch_all(connection)
        .await?;
        for row in found {
            let id = row.recipient_id;
            let delivered = match row.delivery {
                None => None,
                Some(name) => Some(Delivered {
                    delivery: rows::delivery("recipient", id, &name)?,
                    at: Timestamp(row.delivery_at.unwrap_or_default()),
                    delivered_at: row.delivered_at.map(Timestamp),
                    read_at: row.read_at.map(Timestamp),
                    error: row.delivery_error,
                }),
            };
            let status = rows::status("recipient", id, &row.status)?;
            let known = Known { status, delivered, is_unsent: row.is_unsent != 0 };
            let subject = Subject {
                campaign: CampaignId(row.campaign_id),
                number: row.number.and_then(|n| Phone::from_digits(rows::count(n)).ok()),
                message_id: row.message_id,
                settled_at: row.settled_at,
                before: known.clone(),
                now: known,
                words: None,
            };
            changes.recipients.insert(RecipientId(id), subject);
        }
        Ok(changes)
    }

    /// The campaign of a recipient that was read.
    pub(super) fn campaign_of(&self, recipient: RecipientId) -> Option<CampaignId> {
        self.recipients.get(&recipient).map(|subject| subject.campaign)
    }

    /// How many recipients stand elsewhere now, or of how many more is known.
    pub(super) fn n_changed(&self) -> u64 {
        self.recipients.values().filter(|subject| subject.is_changed()).count() as u64
    }

    /// Merges one receipt, and says what is to become of it.
    pub(super) fn hear(&mut self, recipient: RecipientId, heard: &Heard) -> Effect {
        let Some(subject) = self.recipients.get_mut(&recipient) else { return Effect::default() };
        let own = subject.message_id.as_ref();
        let others = heard.receipt.ids.iter().filter(|id| own != Some(*id));
        self.aliases.extend(others.map(|id| (id.clone(), recipient.0)));
        // Whoever asked for no more messages asked for it, whatever became of this one.
        let has_opted_out = heard.meaning == Meaning::OptedOut;
        if let (true, Some(number)) = (has_opted_out, subject.number) {
            self.opted_out.push((number, opt_out_reason(heard), heard.at));
        }
        if let (Meaning::WindowClosed, Some(number), Some(at)) =
            (heard.meaning, subject.number, subject.settled_at)
        {
            self.closed.push((subject.campaign, number, Timestamp(at)));
        }
        let change = subject.now.after(&heard.receipt, heard.at);
        let verdict = match &change {
            Change::To(known) => subject.verdict(known, heard),
            Change::Nothing => subject.further_verdict(heard),
            Change::Waits => None,
        };
        let is_further = change == Change::Nothing && verdict.is_some();
        self.verdicts.extend(verdict);
        if let Change::To(known) = &change {
            subject.move_to(known.clone(), heard);
        }
        let is_lasting =
            is_further || has_opted_out || matches!(heard.receipt.report, Said::NotSent | Said::Unknown(_));
        // Put back by its answer, the recipient has to leave the queue then.
        let is_on_the_wire = subject.now.status == Status::Sending;
        Effect { is_waiting: is_on_the_wire && (change == Change::Waits || has_opted_out), is_lasting }
    }

    /// Writes all of it.
    pub(super) async fn write(
        self,
        connection: &mut Connection,
        origin: Origin,
        deltas: &mut Deltas,
    ) -> Result<(), QueueError> {
        write_rows(connection, &self.recipients, deltas).await?;
        learn_aliases(connection, &self.aliases).await?;
        if origin == Origin::Callback {
            write_down(connection, &self.recipients).await?;
            judge(connection, &self.verdicts).await?;
        }
        windows::close(connection, &self.closed).await?;
        for (number, reason, at) in self.opted_out {
            let new = Suppression { number, reason, added_at: at };
            suppressions::add(connection, &[new], at, deltas).await?;
        }
        Ok(())
    }
}

impl Subject {
    fn is_changed(&self) -> bool {
        self.before != self.now
    }

    /// How it stands now, as its row is written: which row it is, what receipts say, and the words of a new status.
    fn stored(&self, id: RecipientId) -> impl Serialize {
        let Known { status, delivered, is_unsent } = &self.now;
        let delivered = delivered.as_ref();
        let words = self.words.as_ref();
        (
            (id.0, self.before.status.name(), status.name(), self.message_id.as_deref()),
            (
                delivered.map(|delivered| delivered.delivery.name()),
                delivered.map(|delivered| delivered.at.0),
                delivered.and_then(|delivered| delivered.error.as_deref()),
                i64::from(*is_unsent),
                delivered.and_then(|delivered| delivered.delivered_at).map(|at| at.0),
                delivered.and_then(|delivered| delivered.read_at).map(|at| at.0),
            ),
            (
                i64::from(words.is_some()),
                words.and_then(|(code, _, _)| code.as_deref()),
                words.and_then(|(_, text, _)| text.as_deref()),
                words.map(|(_, _, at)| at.0),
            ),
        )
    }

    fn verdict(&self, known: &Known, heard: &Heard) -> Option<Verdict> {
        let of = |known: &Known| known.delivered.as_ref().map(|delivered| delivered.delivery);
        // Never handed to Meta and closed as failed: that did not arrive either.
        let after = of(known).or((known.status == Status::Failed).then_some(Delivery::Undelivered))?;
        if of(&self.now) == Some(after) {
            return self.further_verdict(heard);
        }
        Some(self.verdict_from(of(&self.now), after, heard))
    }

    /// A message that was known not to have arrived may still turn out to be the victim of a fault of the account.
    fn further_verdict(&self, heard: &Heard) -> Option<Verdict> {
        let known = self.now.delivered.as_ref()?;
        let tells_of_all = matches!(heard.meaning, Meaning::WindowClosed | Meaning::Fault(_));
        let is_undelivered = known.delivery == Delivery::Undelivered;
        let is_news = known.error != heard.receipt.delivery_error();
        (tells_of_all && is_undelivered && is_news)
            .then(|| self.verdict_from(None, Delivery::Undelivered, heard))
    }

    fn verdict_from(&self, before: Option<Delivery>, after: Delivery, heard: &Heard) -> Verdict {
        let words = match (&heard.receipt.code, &heard.receipt.error) {
            (Some(code), Some(error)) => format!("{code}: {error}"),
            (code, error) => code.clone().or_else(|| error.clone()).unwrap_or_default(),
        };
        Verdict {
            campaign: self.campaign,
            before,
            after,
            meaning: heard.meaning,
            words,
            settled_at: self.settled_at.unwrap_or_default(),
            heard_at: heard.at,
        }
    }

    fn move_to(&mut self, known: Known, heard: &Heard) {
        let receipt = &heard.receipt;
        if known.status != self.now.status {
            let (code, words) = if known.status == Status::Failed {
                let code = receipt.code.clone().unwrap_or_else(|| "NOT_SENT".to_owned());
                (Some(code), receipt.error.clone().unwrap_or_else(|| NOT_HANDED_ON.to_owned()))
            } else {
                (None, format!("was {}; a receipt shows that the message was taken", self.now.status))
            };
            self.words = Some((code, Some(words), heard.at));
        }
        if self.message_id.is_none() && known.status == Status::Accepted {
            self.message_id = receipt.ids.first().cloned();
        }
        self.now = known;
    }
}

/// Writes down in sum what receipts have settled: doubts above all. What a report settles is in the entry of the report.
async fn write_down(
    connection: &mut Connection,
    recipients: &HashMap<RecipientId, Subject>,
) -> Result<(), QueueError> {
    type Moves = BTreeMap<(Status, Status), u64>;
    let mut settled: BTreeMap<CampaignId, (Timestamp, Moves)> = BTreeMap::new();
    for subject in recipients.values() {
        let (before, now) = (subject.before.status, subject.now.status);
        if let Some((_, _, at)) = subject.words.as_ref().filter(|_| before != now) {
            let (last, moves) = settled.entry(subject.campaign).or_insert((*at, Moves::new()));
            *last = (*last).max(*at);
            *moves.entry((before, now)).or_default() += 1;
        }
    }
    for (campaign, (at, moves)) in settled {
        let told: Vec<_> =
            moves.iter().map(|((before, now), n)| format!("{n} {before}, now {now}")).collect();
        audit::record_automatic(connection, "receipts", campaign, &told.join("; "), at).await?;
    }
    Ok(())
}

fn opt_out_reason(heard: &Heard) -> String {
    let code = heard.receipt.code.as_deref().unwrap_or("not sent");
    let day = heard.at.to_string();
    let day = day.split('T').next().unwrap_or_default();
    format!("asked for no more messages ({code}), as a receipt of {day} says")
}

async fn write_rows(
    connection: &mut Connection,
    recipients: &HashMap<RecipientId, Subject>,
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let changed: Vec<_> = recipients.iter().filter(|(_, subject)| subject.is_changed()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let values: Vec<_> = changed.iter().map(|(id, subject)| subject.stored(**id)).collect();
    let values = rows::to_json(&values);
    let n_written = query!(
        "update recipient set
            status = change.status,
            message_id = change.message_id,
            delivery = change.delivery,
            delivery_at = change.delivery_at,
            delivered_at = change.delivered_at,
            read_at = change.read_at,
            delivery_error = change.delivery_error,
            is_unsent = change.is_unsent,
            code = case when change.has_moved = 1 then change.code else recipient.code end,
            error = case when change.has_moved = 1 then change.error else recipient.error end,
            settled_at = case when change.has_moved = 1 then change.heard_at else recipient.settled_at end
        from (
            select
                cast(value -> 0 ->> 0 as bigint) as recipient_id,
                value -> 0 ->> 1 as status_before,
                value -> 0 ->> 2 as status,
                value -> 0 ->> 3 as message_id,
                value -> 1 ->> 0 as delivery,
                cast(value -> 1 ->> 1 as bigint) as delivery_at,
                value -> 1 ->> 2 as delivery_error,
                cast(value -> 1 ->> 3 as bigint) as is_unsent,
                cast(value -> 1 ->> 4 as bigint) as delivered_at,
                cast(value -> 1 ->> 5 as bigint) as read_at,
                cast(value -> 2 ->> 0 as bigint) as has_moved,
                value -> 2 ->> 1 as code,
                value -> 2 ->> 2 as error,
                cast(value -> 2 ->> 3 as bigint) as heard_at
            from json_each($1)
        ) as change
        where recipient.recipient_id = change.recipient_id and recipient.status = change.status_before",
        values,
    )
    .execute(connection)
    .await?
    .rows_affected();
    debug_assert_eq!(n_written, changed.len() as u64, "the rows were read in this very transaction");
    for (_, subject) in changed {
        let of = |known: &Known| known.delivered.as_ref().map(|delivered| delivered.delivery);
        deltas.shift(subject.campaign, subject.before.status, subject.now.status, 1);
        deltas.shift_delivery(subject.campaign, of(&subject.before), of(&subject.now), 1);
    }
    Ok(())
}

/// Remembers by which identifiers receipts speak of recipients.
pub(in crate::queue) async fn learn_aliases(
    connection: &mut Connection,
    aliases: &[(String, i64)],
) -> Result<(), QueueError> {
    if aliases.is_empty() {
        return Ok(());
    }
    // A statement takes each name once.
    let mut of: BTreeMap<&str, Option<i64>> = BTreeMap::new();
    for (name, recipient) in aliases {
        let known = of.entry(name.as_str()).or_insert(Some(*recipient));
        *known = known.filter(|known| known == recipient);
    }
    let aliases = rows::to_json(&of.into_iter().collect::<Vec<_>>());
    query!(
        "insert into alias (name, recipient_id)
        select value ->> 0, cast(value ->> 1 as bigint) from json_each($1) where true
        on conflict (name) do update set recipient_id = null
            where alias.recipient_id is distinct from excluded.recipient_id",
        aliases,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct JudgeRow {
    state: String,
    verdicts: String,
    counts_from: i64,
}

/// Adds verdicts to the runs of running campaigns, and pauses those whose run says so.
async fn judge(connection: &mut Connection, verdicts: &[Verdict]) -> Result<(), QueueError> {
    let mut by_campaign: BTreeMap<CampaignId, Vec<&Verdict>> = BTreeMap::new();
    for verdict in verdicts {
        by_campaign.entry(verdict.campaign).or_default().push(verdict);
    }
    for (campaign, verdicts) in by_campaign {
        let row = query_as!(
            JudgeRow,
            r#"select state, coalesce(verdicts, '') as "verdicts!: String", coalesce(counts_from, 0) as "counts_from!: i64"
            from campaign left join verdict_run on verdict_run.campaign_id = campaign.campaign_id
            where campaign.campaign_id = $1"#,
            campaign.0,
        )
        .fetch_one(&mut *connection)
        .await?;
        if row.state != State::Running.name() {
            continue;
        }
        let mut run = Verdicts::from_text(&row.verdicts);
        let mut counts_from = row.counts_from;
        for verdict in verdicts.iter().filter(|verdict| verdict.settled_at >= row.counts_from) {
            if let Some(cause) = run.add(verdict.before, verdict.after, verdict.meaning) {
                let detail = Some(verdict.words.clone());
                let pause = Pause { cause, detail, line: None };
                states::pause(connection, campaign, &pause, None, verdict.heard_at).await?;
                run = Verdicts::default();
                counts_from = verdict.heard_at.0 + STRAGGLERS_MS;
                break;
            }
        }
        let text = run.text();
        if text != row.verdicts || counts_from != row.counts_from {
            query!(
                "insert into verdict_run (campaign_id, verdicts, counts_from) values ($1, $2, $3)
                on conflict (campaign_id) do update set verdicts = $2, counts_from = $3",
                campaign.0,
                text,
                counts_from,
            )
            .execute(&mut *connection)
            .await?;
        }
    }
    Ok(())
}
