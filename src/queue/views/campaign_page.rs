//! What the page of a campaign shows of the queue, all of one moment: figures that are shown together add up.

use crate::{
    domain::{Campaign, CampaignId, Status, Timestamp},
    queue::{
        Counts, Minute, Problem, Queue, campaigns, counters, engine::Connection, error::QueueError, rows,
    },
};

/// So many of the newest attempts are looked through for those of one campaign.
const ATTEMPTS_LOOKED_AT: i64 = 2_000;

/// What a campaign is at one moment.
#[derive(Debug, Clone)]
pub struct Glimpse {
    pub campaign: Campaign,
    pub counts: Counts,
    /// The last minutes in which something was settled, in order.
    pub minutes: Vec<Minute>,
    /// The newest attempts that went wrong.
    pub problems: Vec<Problem>,
    /// Who came to no good end, by code; none where nobody asked for it.
    pub losses: Option<Vec<Loss>>,
}

/// Recipients that one code has kept from the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The code; empty where there is none.
    pub code: String,
    /// How many.
    pub n: u64,
    /// The words that the first of them came with.
    pub words: String,
    pub kind: LossKind,
}

/// Where somebody was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossKind {
    /// Refused, or out of attempts.
    Refused,
    /// Accepted and never handed on to `WhatsApp`.
    Unsent,
    /// Handed on and not delivered.
    Undelivered,
}

/// How much of a campaign is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Minutes.
    pub n_minutes: u32,
    /// Problems.
    pub n_problems: u32,
}

impl Queue {
    /// Looks at the campaign of that name in one snapshot. `wants_losses` says whether they are to be counted, which
    /// takes longer the more there are.
    pub async fn glimpse(
        &self,
        name: &str,
        extent: Extent,
        wants_losses: impl FnOnce(CampaignId, &Counts) -> bool + Send,
    ) -> Result<Glimpse, QueueError> {
        let mut snapshot = self.readers.begin().await?;
        let campaign = campaigns::find(&mut snapshot, name).await?;
        let id = campaign.id;
        let counts = counters::read(&mut snapshot, id).await?;
        let minutes = minutes(&mut snapshot, id, extent.n_minutes).await?;
        let problems = problems(&mut snapshot, id, extent.n_problems).await?;
        let losses = if wants_losses(id, &counts) { Some(losses(&mut snapshot, id).await?) } else { None };
        Ok(Glimpse { campaign, counts, minutes, problems, losses })
    }
}

struct MinutesRow {
    minute: i64,
    n_accepted: i64,
    n_settled: i64,
}

/// The minutes of a campaign in which something was settled, in order; of more than `limit`, the last ones.
async fn minutes(
    connection: &mut Connection,
    campaign: CampaignId,
    limit: u32,
) -> Result<Vec<Minute>, QueueError> {
    let mut found = query_as!(
        MinutesRow,
        "select minute, n_accepted, n_settled from pace where campaign_id = $1 order by minute desc limit $2",
        campaign.0,
        i64::from(limit),
    )
    .fetch_all(connection)
    .await?;
    found.reverse();
    Ok(found
        .into_iter()
        .map(|row| Minute {
            minute: row.minute,
            n_accepted: rows::count(row.n_accepted),
            n_settled: rows::count(row.n_settled),
        })
        .collect())
}

struct ProblemsRow {
    line: i64,
    number: Option<i64>,
    code: String,
    error: String,
    ended_at: i64,
}

/// The newest attempts of a campaign that went wrong. Older ones than the last two thousand of the whole queue are not
/// looked for.
async fn problems(
    connection: &mut Connection,
    campaign: CampaignId,
    limit: u32,
) -> Result<Vec<Problem>, QueueError> {
    let found = query_as!(
        ProblemsRow,
        r#"select recipient.line as "line!",
            recipient.number as "number: i64", last.code as "code!",
            last.error as "error!",
            last.ended_at as "ended_at!"
        from (select * from attempt order by attempt_id desc limit $2) as last
        join recipient using (recipient_id)
        where recipient.campaign_id = $1 and recipient.status <> 'accepted'
        order by last.attempt_id desc
        limit $3"#,
        campaign.0,
        ATTEMPTS_LOOKED_AT,
        i64::from(limit),
    )
    .fetch_all(connection)
    .await?;
    Ok(found
        .into_iter()
        .map(|row| Problem {
            line: rows::count(row.line),
            number: row.number,
            code: row.code,
            error: row.error,
            at: Timestamp(row.ended_at),
        })
        .collect())
}

struct UndeliveredRow {
    said: String,
    n: i64,
}

struct LossRow {
    code: String,
    n: i64,
    error: Option<String>,
}

impl LossRow {
    fn loss(self, kind: LossKind) -> Loss {
        Loss { code: self.code, n: rows::count(self.n), words: self.error.unwrap_or_default(), kind }
    }
}

/// Failed recipients, and those whose message was never handed on, by code, most first.
async fn losses(connection: &mut Connection, campaign: CampaignId) -> Result<Vec<Loss>, QueueError> {
    // The words are those of the first row of each code.
    let failed = query_as!(
        LossRow,
        r#"select coalesce(code, '') as "code!: String", kind.n as "n!: i64", error
        from (
            select min(recipient_id) as first, count(*) as n from recipient
            where campaign_id = $1 and status = 'failed' group by coalesce(code, '')
        ) as kind
        join recipient on recipient_id = kind.first
        order by kind.n desc, coalesce(code, '')"#,
        campaign.0
    )
    .fetch_all(&mut *connection)
    .await?;
    let unsent = query_as!(
        LossRow,
        r#"select coalesce(kind.code, '') as "code!: String", kind.n as "n!: i64", delivery_error as error
        from (
            select substr(delivery_error || ':', 1, instr(delivery_error || ':', ':') - 1) as code,
                min(recipient_id) as first, count(*) as n
            from recipient where campaign_id = $1 and is_unsent = 1 and status = 'accepted'
            group by 1
        ) as kind
        join recipient on recipient_id = kind.first
        order by kind.n desc, coalesce(kind.code, '')"#,
        campaign.0
    )
    .fetch_all(&mut *connection)
    .await?;
    // Of the index alone: those that were never handed on are among them.
    let undelivered = query_as!(
        UndeliveredRow,
        r#"select coalesce(delivery_error, '') as "said!: String", count(*) as "n!: i64"
        from recipient where campaign_id = $1 and delivery = 'undelivered'
        group by delivery_error order by count(*) desc, delivery_error limit 30"#,
        campaign.0
    )
    .fetch_all(connection)
    .await?;
    let undelivered = undelivered.into_iter().map(|row| (row.said, rows::count(row.n)));
    let failed = failed.into_iter().map(|row| row.loss(LossKind::Refused));
    let unsent = unsent.into_iter().map(|row| row.loss(LossKind::Unsent));
    let mut lost: Vec<Loss> = Vec::new();
    for (said, n) in undelivered {
        let (code, words) = said.split_once(':').unwrap_or((&said, ""));
        match lost.iter_mut().find(|loss| loss.code == code) {
            Some(known) => known.n += n,
            None => lost.push(Loss {
                code: code.to_owned(),
                n,
                words: words.trim_start().to_owned(),
                kind: LossKind::Undelivered,
            }),
        }
    }
    let unsent: Vec<_> = unsent.collect();
    for loss in &mut lost {
        let n_unsent = unsent.iter().find(|unsent| unsent.code == loss.code).map_or(0, |unsent| unsent.n);
        loss.n = loss.n.saturating_sub(n_unsent);
    }
    lost.retain(|loss| loss.n > 0);
    Ok(failed.chain(unsent).chain(lost).collect())
}

impl Glimpse {
    /// How many have failed that these losses do not tell of; none where they tell of more than there are.
    pub fn n_untold(counts: &Counts, losses: &[Loss]) -> Option<u64> {
        let n_told: u64 =
            losses.iter().filter(|loss| loss.kind == LossKind::Refused).map(|loss| loss.n).sum();
        counts.of(Status::Failed).checked_sub(n_told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::Reason,
        queue::{
            End, Which,
            tests::{World, settled},
        },
    };

    const EXTENT: Extent = Extent { n_minutes: 9, n_problems: 9 };

    /// Rows fail and are put back as fast as the writer can, while somebody looks.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_shown_together_adds_up_at_every_moment() {
        let world = World::with(40).await;
        let lease = world.start().await;
        let looking = world.queue.clone();
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let looks = tokio::spawn(async move {
            let (mut n_failed_seen, mut n_looks) = (std::collections::BTreeSet::new(), 0);
            while stopped.try_recv().is_err() {
                let glimpse = looking.glimpse("spring", EXTENT, |_, _| true).await.unwrap();
                assert_eq!(glimpse.counts.total(), 40);
                let n_failed = glimpse.counts.of(Status::Failed);
                let n_told: u64 = glimpse.losses.unwrap().iter().map(|loss| loss.n).sum();
                assert_eq!(n_told, n_failed);
                n_failed_seen.insert(n_failed);
                n_looks += 1;
            }
            (n_failed_seen.len(), n_looks)
        });
        for turn in 0..60_u32 {
            let claimed = world.claim(&lease, 40).await;
            let n_failing = (turn as usize * 7) % 39 + 1;
            let ends = claimed.claims.into_iter().enumerate().map(|(index, claim)| {
                let code = if index % 2 == 0 { "WA400" } else { "WA404" };
                if index < n_failing {
                    settled(claim, End::Failed(Reason::new(code, "no")))
                } else {
                    settled(claim, End::Released { reason: None, due_at: None })
                }
            });
            world.queue.writer.settle(ends.collect()).await.unwrap();
            world.queue.retry(world.campaign, Which::All).await.unwrap();
        }
        stop.send(()).unwrap();
        let (n_figures, n_looks) = looks.await.unwrap();
        assert!(n_figures > 3 && n_looks > 20, "{n_figures} figures in {n_looks} looks");
    }
}
