//! The audit trail: who did what, written in the transaction that does it.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::{
    domain::{CampaignId, Status, Timestamp},
    queue::{Queue, counters::Counts, engine::Connection, error::QueueError},
};

/// Who does what nobody has asked for.
const ITSELF: &str = "catalink";

/// Who acts through a queue.
#[derive(Debug, Clone)]
pub(crate) struct Actor {
    who: Arc<str>,
    clock: fn() -> Timestamp,
}

/// An entry for the audit log, written with the change it describes.
#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    actor: Option<Actor>,
    command: &'static str,
    campaign: Option<CampaignId>,
    detail: String,
}

impl AuditEntry {
    /// An entry about something else that the same person does to the same campaign.
    pub(crate) fn saying(&self, command: &'static str, detail: impl Into<String>) -> Self {
        Self { command, detail: detail.into(), ..self.clone() }
    }
}

/// One line of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    #[serde(serialize_with = "in_rfc_3339")]
    pub at: Timestamp,
    /// The user of the operating system with the process, the user of the console, or `token:` and the name of a program's token.
    pub who: String,
    /// What was done: `create`, `import`, `mend`, `remove list`, `edit`, `rename`, `delete`, `test`, `schedule`, `start`, `pause`,
    /// `interrupt`, `continue`, `resume`, `finish`, `cancel`, `retry`, `resolve`, `rate`, `reach`, `in flight`, `account`,
    /// `reconcile`, `receipts`, `suppress`, `unsuppress`, `optouts`, `purge`, `download`, `undo`, `discard`, `user add`, `user remove`,
    /// `token add`, `token remove`, `notify test`, `move`, `refused sign-in`.
    pub command: String,
    /// To which campaign.
    pub campaign: Option<String>,
    /// Further facts, in words.
    pub detail: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn in_rfc_3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

impl AuditEntry {
    /// Who does it, where that is known.
    pub(crate) fn who(&self) -> Option<&str> {
        self.actor.as_ref().map(|actor| actor.who.as_ref())
    }

    /// The same about a campaign that is known only now.
    pub(crate) fn about(&self, campaign: CampaignId) -> Self {
        Self { campaign: Some(campaign), ..self.clone() }
    }

    /// The same with what came of it.
    pub(crate) fn with(&self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self.clone() }
    }

    /// The same, done by the program itself and not by the person in whose name it runs.
    pub(crate) fn by_itself(&self) -> Self {
        let actor = self.actor.as_ref().map(|actor| Actor { who: ITSELF.into(), clock: actor.clock });
        Self { actor, ..self.clone() }
    }
}

/// `1 row`, `12 rows`.
pub(crate) fn n_rows(n: u64) -> String {
    format!("{n} row{}", if n == 1 { "" } else { "s" })
}

/// Where a campaign stands, for the entry of its end: every status that somebody has, and what receipts say so far.
pub(crate) fn standing(counts: &Counts) -> String {
    let statuses = Status::ALL.map(|status| (status.name(), counts.of(status)));
    let funnel = counts.funnel();
    let receipts = funnel.named().filter(|_| !funnel.is_silent());
    let said = |(name, n): (&str, u64)| (n > 0).then(|| format!("{n} {}", name.replace('_', " ")));
    let mut words = statuses.into_iter().filter_map(said).collect::<Vec<_>>().join(", ");
    let receipts = receipts.filter_map(said).collect::<Vec<_>>().join(", ");
    if !receipts.is_empty() {
        words.push_str(&format!("; by the receipts so far {receipts}"));
    }
    words
}

/// What has changed between two counts: `in_doubt 3 → 0, delivered 5 → 8`.
pub(crate) fn change(before: &Counts, after: &Counts) -> String {
    let statuses = Status::ALL.map(|status| (status.name(), before.of(status), after.of(status)));
    let (told_before, told_after) = (before.funnel(), after.funnel());
    let receipts = told_before.named().zip(told_after.receipts());
    let receipts = receipts.map(|((name, before), after)| (name, before, after));
    let changed = statuses.into_iter().chain(receipts).filter(|(_, before, after)| before != after);
    let words = changed.map(|(name, before, after)| format!("{} {before} → {after}", name.replace('_', " ")));
    words.collect::<Vec<_>>().join(", ")
}

/// Writes an entry. A queue of which nobody said who uses it has no audit log.
pub(crate) async fn record(connection: &mut Connection, entry: &AuditEntry) -> Result<(), QueueError> {
    let Some(actor) = &entry.actor else { return Ok(()) };
    let (who, at, campaign) = (actor.who.as_ref(), (actor.clock)().0, entry.campaign.map(|id| id.0));
    query!(
        "insert into audit (at, who, command, campaign, detail)
        values ($1, $2, $3, (select name from campaign where campaign_id = $4), $5)",
        at,
        who,
        entry.command,
        campaign,
        entry.detail,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what happened by itself, and why.
pub(crate) async fn record_automatic(
    connection: &mut Connection,
    command: &'static str,
    campaign: CampaignId,
    detail: &str,
    now: Timestamp,
) -> Result<(), QueueError> {
    query!(
        "insert into audit (at, who, command, campaign, detail)
        values ($1, $2, $3, (select name from campaign where campaign_id = $4), $5)",
        now.0,
        ITSELF,
        command,
        campaign.0,
        detail,
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct AuditTrailRow {
    at: i64,
    who: String,
    command: String,
    campaign: Option<String>,
    detail: String,
}

impl Queue {
    /// The same queue in the hands of `who`: what is done through it is written down under that name.
    #[must_use]
    pub fn acting_as(&self, who: impl Into<Arc<str>>, clock: fn() -> Timestamp) -> Self {
        Self { actor: Some(Actor { who: who.into(), clock }), ..self.clone() }
    }

    pub(crate) fn audit_entry(
        &self,
        command: &'static str,
        campaign: Option<CampaignId>,
        detail: impl Into<String>,
    ) -> AuditEntry {
        AuditEntry { actor: self.actor.clone(), command, campaign, detail: detail.into() }
    }

    /// Writes down what somebody did that changes nothing in the queue, or nothing that is left in it.
    pub async fn write_down(
        &self,
        command: &'static str,
        campaign: Option<CampaignId>,
        detail: impl Into<String>,
    ) -> Result<(), QueueError> {
        let entry = self.audit_entry(command, campaign, detail);
        in_commit!(self, |connection| { record(connection, &entry).await })
    }

    /// The last `limit` lines of the trail, newest first; of one campaign where it is named.
    pub async fn audit_trail(
        &self,
        campaign: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AuditLine>, QueueError> {
        let found = query_as!(
            AuditTrailRow,
            "select at, who, command, campaign, detail from audit
            where cast($1 as text) is null or campaign = $1 order by audit_id desc limit $2",
            campaign,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(found
            .into_iter()
            .map(|row| AuditLine {
                at: Timestamp(row.at),
                who: row.who,
                command: row.command,
                campaign: row.campaign,
                detail: row.detail,
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use crate::queue::tests::{NOW, World, phone};

    #[tokio::test]
    async fn what_is_done_is_written_down_with_its_doer_and_what_fails_is_not() {
        let world = World::with(2).await;
        let queue = world.queue.acting_as("asha (pid 7)", || NOW);
        queue.resume(world.campaign).await.unwrap_err();
        queue.set_rate(world.campaign, 5.0).await.unwrap();
        queue.suppress(vec![phone(1)], "asked".to_owned(), NOW).await.unwrap();
        world.queue.set_rate(world.campaign, 6.0).await.unwrap();
        let trail = queue.audit_trail(None, 9).await.unwrap();
        let lines: Vec<_> = trail
            .iter()
            .map(|line| (line.command.as_str(), line.campaign.as_deref(), line.detail.as_str()))
            .collect();
        assert_eq!(
            lines,
            [("suppress", None, "1 number: asked, 1 row left the queues"), ("rate", Some("spring"), "5")]
        );
        assert!(trail.iter().all(|line| line.who == "asha (pid 7)" && line.at == NOW));
    }

    #[tokio::test]
    async fn the_trail_is_neither_changed_nor_shortened() {
        let world = World::with(1).await;
        let queue = world.queue.acting_as("asha", || NOW);
        queue.set_rate(world.campaign, 5.0).await.unwrap();
        for forgery in ["update audit set who = 'nobody'", "delete from audit"] {
            let forged = in_commit!(queue, |connection| {
                Ok(crate::queue::engine::Text::new(forgery).execute(connection).await?)
            });
            assert!(forged.is_err(), "{forgery}");
        }
        assert_eq!(queue.audit_trail(Some("spring"), 9).await.unwrap().len(), 1);
    }
}
