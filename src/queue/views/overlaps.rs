//! Who was messaged lately: what a person should know before the same people hear from us again.

use crate::{
    domain::{CampaignId, Timestamp},
    queue::{Queue, error::QueueError, rows, upkeep::purge},
};

/// The message of a campaign, as other campaigns have sent it to people who wait for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repetition {
    /// How many of those who wait have got it, from whichever of the campaigns.
    pub n_recipients: u64,
    /// The campaigns, the one with most of them first.
    pub names: Vec<String>,
}

/// Another campaign that has messaged some of the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    pub name: String,
    campaign: CampaignId,
    /// Whether its message is the same.
    pub is_same_message: bool,
    /// How many of the people who wait in this campaign it has messaged, or may have.
    pub n_recipients: u64,
}

struct OverlapsRow {
    campaign_id: i64,
    name: String,
    is_same_message: bool,
    purge_began_at: Option<i64>,
}

impl Queue {
    /// The other campaigns that have messaged people who wait in this one, since an instant; most people first.
    pub async fn overlaps(&self, campaign: CampaignId, since: Timestamp) -> Result<Vec<Overlap>, QueueError> {
        let others = query_as!(
            OverlapsRow,
            r#"select other.campaign_id, other.name, other.message = this.message as "is_same_message!: bool",
                other.purge_began_at
            from campaign as this
            join campaign as other on other.campaign_id <> this.campaign_id
            where this.campaign_id = $1 and other.started_at is not null
                and coalesce(other.finished_at, other.started_at) >= $2
            order by other.campaign_id"#,
            campaign.0,
            since.0,
        )
        .fetch_all(&self.readers)
        .await?;
        let mut overlaps = Vec::new();
        for other in others {
            if other.purge_began_at.is_some() {
                let n_recipients =
                    self.purged_overlap(campaign, CampaignId(other.campaign_id), since).await?;
                if n_recipients > 0 {
                    overlaps.push(Overlap {
                        name: other.name,
                        campaign: CampaignId(other.campaign_id),
                        is_same_message: other.is_same_message,
                        n_recipients,
                    });
                }
                continue;
            }
            let n = query_scalar!(
                r#"select (
                    select count(*)
                    from recipient as waiting"# [" indexed by recipient_queued" | ""] r#"
                    join recipient as messaged"# [" indexed by recipient_by_number" | ""] r#"
                        on messaged.campaign_id = $2 and messaged.number = waiting.number
                    where waiting.campaign_id = $1 and waiting.status = 'queued' and waiting.canonical is null
                        and messaged.status in ('accepted', 'in_doubt', 'sending')
                        and coalesce(messaged.settled_at, messaged.claimed_at) >= $3
                ) + (
                    select count(*)
                    from recipient as waiting"# [" indexed by recipient_queued" | ""] r#"
                    join recipient as messaged"# [" indexed by recipient_by_canonical" | ""] r#"
                        on messaged.campaign_id = $2 and messaged.canonical = waiting.canonical
                    where waiting.campaign_id = $1 and waiting.status = 'queued'
                        and messaged.status in ('accepted', 'in_doubt', 'sending')
                        and coalesce(messaged.settled_at, messaged.claimed_at) >= $3
                ) as "n!: i64""#,
                campaign.0,
                other.campaign_id,
                since.0,
            )
            .fetch_one(&self.readers)
            .await?;
            if n > 0 {
                overlaps.push(Overlap {
                    name: other.name,
                    campaign: CampaignId(other.campaign_id),
                    is_same_message: other.is_same_message,
                    n_recipients: rows::count(n),
                });
            }
        }
        overlaps.sort_by_key(|overlap| std::cmp::Reverse(overlap.n_recipients));
        Ok(overlaps)
    }

    /// Whether people who wait in this campaign got its message from others since an instant. A list that was split over
    /// several campaigns is still the same list, so each person is counted once over all of them.
    pub async fn repetition(
        &self,
        campaign: CampaignId,
        since: Timestamp,
    ) -> Result<Option<Repetition>, QueueError> {
        let mut same = self.overlaps(campaign, since).await?;
        same.retain(|overlap| overlap.is_same_message);
        let n_recipients = match same.as_slice() {
            [] => return Ok(None),
            [one] => one.n_recipients,
            several => {
                let campaigns: Vec<i64> = several.iter().map(|overlap| overlap.campaign.0).collect();
                self.messaged_by_any(campaign, &campaigns, since).await?
            }
        };
        Ok(Some(Repetition { n_recipients, names: same.into_iter().map(|overlap| overlap.name).collect() }))
    }

    /// How many who wait in `campaign` at least one of the others has messaged, or may have, since an instant.
    async fn messaged_by_any(
        &self,
        campaign: CampaignId,
        others: &[i64],
        since: Timestamp,
    ) -> Result<u64, QueueError> {
        let salt = self.salt().await?;
        let others = rows::to_json(&others);
        let (mut after, mut n_found) = (0, 0);
        loop {
            let numbers = self.waiting_numbers(campaign, after).await?;
            let Some(last) = numbers.last() else { return Ok(n_found) };
            after = *last;
            let traces = purge::traces(&salt, &numbers);
            n_found += query_scalar!(
                r#"select count(distinct nth) as "n!: i64" from (
                    select waiting.value ->> 0 as nth
                    from json_each($2) as other cross join json_each($1) as waiting cross join recipient as messaged
                    where messaged.campaign_id = cast(other.atom as bigint)
                        and messaged.number = cast(waiting.value ->> 1 as bigint)
                        and messaged.status in ('accepted', 'in_doubt', 'sending')
                        and coalesce(messaged.settled_at, messaged.claimed_at) >= $3
                    union all
                    select waiting.value ->> 0
                    from json_each($2) as other cross join json_each($1) as waiting cross join recipient as messaged
                    where messaged.campaign_id = cast(other.atom as bigint)
                        and messaged.number_hash = cast(waiting.value ->> 2 as bigint)
                        and messaged.status in ('accepted', 'in_doubt', 'sending')
                        and coalesce(messaged.settled_at, messaged.claimed_at) >= $3
                ) as found"#,
                traces,
                others,
                since.0,
            )
            .fetch_one(&self.readers)
            .await
            .map(rows::count)?;
        }
    }
}
