//! Many campaigns with their figures at once: what lists and metrics show. The work is bounded by what is shown, or is a
//! few statements for all.

use std::collections::HashMap;

use crate::{
    domain::{Campaign, CampaignId, State, Timestamp},
    queue::{Queue, campaigns, counters::Counts, engine::Connection, error::QueueError, rows},
};

/// A campaign and its figures.
#[derive(Debug, Clone)]
pub struct Overview {
    pub campaign: Campaign,
    pub counts: Counts,
}

/// Which campaigns are looked for: those for which all of this holds.
#[derive(Debug, Clone, Default)]
pub struct CampaignFilter {
    /// In one of these states; in any where there is none.
    pub states: Vec<State>,
    /// With this in their name, in capitals or not.
    pub text: String,
    /// Created at this time or later.
    pub since: Option<Timestamp>,
    /// Created before that campaign.
    pub before: Option<CampaignId>,
    /// Those that were put out of sight, or those that were not; both where nothing is said.
    pub is_archived: Option<bool>,
}

/// All campaigns together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    /// How many campaigns are in each state.
    pub states: Vec<(State, u64)>,
    /// How many recipients they have, by status and delivery.
    pub counts: Counts,
}

struct SumRow {
    axis: String,
    value: String,
    n: i64,
}

struct StateRow {
    state: String,
    n: i64,
}

impl Queue {
    /// Every campaign with its figures, in order of creation.
    pub async fn overviews(&self) -> Result<Vec<Overview>, QueueError> {
        let mut moment = self.readers.begin().await?;
        let ids = all(&mut moment).await?;
        with_counts(&mut moment, &ids).await
    }

    /// At most so many campaigns that pass a filter, the newest first.
    pub async fn newest_overviews(
        &self,
        filter: &CampaignFilter,
        limit: u32,
    ) -> Result<Vec<Overview>, QueueError> {
        let mut moment = self.readers.begin().await?;
        let ids = newest(&mut moment, filter, limit).await?;
        let mut found = with_counts(&mut moment, &ids).await?;
        found.reverse();
        Ok(found)
    }

    /// At most so many campaigns, in order of creation: those that are on their way, and then the newest others.
    pub async fn foremost_overviews(&self, limit: u32) -> Result<Vec<Overview>, QueueError> {
        let mut moment = self.readers.begin().await?;
        let mut ids = query_scalar!(
            r#"select campaign_id as "id!" from campaign where state in ('running', 'paused', 'scheduled')
            order by campaign_id desc limit $1"#,
            i64::from(limit),
        )
        .fetch_all(&mut *moment)
        .await?;
        for id in newest(&mut moment, &CampaignFilter::default(), limit).await? {
            if ids.len() < limit as usize && !ids.contains(&id) {
                ids.push(id);
            }
        }
        with_counts(&mut moment, &ids).await
    }

    /// At most so many campaigns with rows in doubt, the newest first.
    pub async fn doubtful_overviews(&self, limit: u32) -> Result<Vec<Overview>, QueueError> {
        let mut moment = self.readers.begin().await?;
        let ids = query_scalar!(
            r#"select campaign.campaign_id as "id!" from counter join campaign using (campaign_id)
            where axis = 'status' and value = 'in_doubt' and n > 0 and archived_at is null
            order by campaign.campaign_id desc limit $1"#,
            i64::from(limit),
        )
        .fetch_all(&mut *moment)
        .await?;
        let mut found = with_counts(&mut moment, &ids).await?;
        found.reverse();
        Ok(found)
    }

    /// What all campaigns come to.
    pub async fn together(&self) -> Result<Together, QueueError> {
        let mut moment = self.readers.begin().await?;
        let mut together = Together::default();
        let states = query_as!(
            StateRow,
            r#"select state, count(*) as "n!: i64" from campaign"# [" indexed by campaign_by_state" | ""] " group by state"
        )
        .fetch_all(&mut *moment)
        .await?;
        for state in State::ALL {
            let found = states.iter().find(|row| row.state == state.name());
            together.states.push((state, found.map_or(0, |row| rows::count(row.n))));
        }
        let sums = query_as!(
            SumRow,
            r#"select axis, value, cast(sum(n) as bigint) as "n!: i64" from counter group by axis, value"#
        )
        .fetch_all(&mut *moment)
        .await?;
        for row in sums {
            set(&mut together.counts, CampaignId(0), &row.axis, &row.value, row.n)?;
        }
        Ok(together)
    }

    /// How many campaigns there are.
    pub async fn n_campaigns(&self) -> Result<u64, QueueError> {
        let n = query_scalar!(r#"select count(*) as "n!: i64" from campaign"#);
        Ok(rows::count(n.fetch_one(&self.readers).await?))
    }
}

/// The ids of all campaigns, in order of creation, as one row: a row for each would cost a wake-up of two threads each.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<i64>, QueueError> {
    let ids = query_scalar!(
        r#"select json_group_array(campaign_id) as "ids!: String"
        from (select campaign_id from campaign order by campaign_id) as known"#
    );
    let ids = ids.fetch_one(connection).await?;
    serde_json::from_str(&ids).map_err(|_| rows::inconsistent("campaign", "campaign_id", 0, &ids))
}

async fn newest(
    connection: &mut Connection,
    filter: &CampaignFilter,
    limit: u32,
) -> Result<Vec<i64>, QueueError> {
    let before = filter.before.map_or(i64::MAX, |id| id.0);
    let since = filter.since.map_or(i64::MIN, |at| at.0);
    let states: Vec<_> = filter.states.iter().map(|state| state.name()).collect();
    let (n_states, states) = (rows::stored(states.len() as u64), rows::to_json(&states));
    let ids = query_scalar!(
        r#"select campaign_id as "id!" from campaign
        where campaign_id < $1 and created_at >= $2 and instr(lower(name), $3) > 0
            and (cast($4 as bigint) = 0 or state in (select atom from json_each($5)))
            and (cast($7 as boolean) is null or (archived_at is not null) = cast($7 as boolean))
        order by campaign_id desc limit $6"#,
        before,
        since,
        filter.text.to_ascii_lowercase(),
        n_states,
        states,
        i64::from(limit),
        filter.is_archived,
    );
    Ok(ids.fetch_all(connection).await?)
}

/// These campaigns with their figures, in order of creation.
async fn with_counts(connection: &mut Connection, ids: &[i64]) -> Result<Vec<Overview>, QueueError> {
    let wanted = rows::to_json(&ids);
    // What is zero is not read: it is most of them.
    let found = query_scalar!(
        "select json_group_array(" ["json_array" | "json_build_array"] r#"(campaign_id, axis, value, n)) as "found!: String"
        from counter where campaign_id in (select cast(atom as bigint) from json_each($1)) and n > 0"#,
        wanted,
    )
    .fetch_one(&mut *connection)
    .await?;
    let found: Vec<(i64, String, String, i64)> =
        serde_json::from_str(&found).map_err(|_| rows::inconsistent("counter", "n", 0, &found))?;
    let mut counts = HashMap::<i64, Counts>::new();
    for (id, axis, value, n) in found {
        set(counts.entry(id).or_insert_with(Counts::zero), CampaignId(id), &axis, &value, n)?;
    }
    let campaigns = campaigns::by_ids(connection, ids).await?.into_iter();
    Ok(campaigns
        .map(|campaign| {
            let counts = counts.remove(&campaign.id.0).unwrap_or_else(Counts::zero);
            Overview { campaign, counts }
        })
        .collect())
}

fn set(counts: &mut Counts, campaign: CampaignId, axis: &str, value: &str, n: i64) -> Result<(), QueueError> {
    let n = rows::count(n);
    match axis {
        "status" => counts.set_status(rows::status("counter", campaign.0, value)?, n),
        _ => counts.set_delivery(rows::delivery("counter", campaign.0, value)?, n),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{Delivery, NewCampaign, State, Status},
        queue::{
            CampaignFilter,
            tests::{NOW, World, good},
        },
    };

    #[tokio::test]
    async fn what_is_asked_for_together_is_what_each_campaign_says() {
        let world = World::with(3).await;
        let other = world.queue.create(NewCampaign::new("other", "Hi"), NOW).await.unwrap();
        world.import_into(other, vec![good(2, 7)]).await.unwrap();
        world.queue.create(NewCampaign::new("third", "Hi"), NOW).await.unwrap();
        for overview in world.queue.overviews().await.unwrap() {
            let alone = world.queue.overview(&overview.campaign.plan.name).await.unwrap();
            assert_eq!(overview.counts, alone.counts);
        }
        let together = world.queue.together().await.unwrap();
        assert_eq!(together.counts.of(Status::Queued), 4);
        assert_eq!(together.counts.delivered(Delivery::Read), 0);
        assert!(together.states.contains(&(State::Draft, 3)));
        assert_eq!(world.queue.n_campaigns().await.unwrap(), 3);
    }

    #[tokio::test]
    async fn pages_of_campaigns_go_from_the_newest_to_the_first_and_miss_none() {
        let world = World::with(1).await;
        for n in 0..4 {
            world.queue.create(NewCampaign::new(format!("c{n}"), "Hi"), NOW).await.unwrap();
        }
        let (mut names, mut before) = (Vec::new(), None);
        loop {
            let page = world
                .queue
                .newest_overviews(&CampaignFilter { before, ..CampaignFilter::default() }, 2)
                .await
                .unwrap();
            let Some(last) = page.last() else { break };
            before = Some(last.campaign.id);
            names.extend(page.into_iter().map(|overview| overview.campaign.plan.name));
        }
        assert_eq!(names, ["c3", "c2", "c1", "c0", "spring"]);
        let of = |state| CampaignFilter { states: vec![state], ..CampaignFilter::default() };
        let running = world.queue.newest_overviews(&of(State::Running), 2).await.unwrap();
        assert!(running.is_empty());
        let drafts = world.queue.newest_overviews(&of(State::Draft), 9).await.unwrap();
        assert_eq!(drafts.len(), 5);
    }

    #[tokio::test]
    async fn what_is_on_its_way_comes_before_what_is_newer() {
        let world = World::with(1).await;
        let _lease = world.start().await;
        for n in 0..4 {
            world.queue.create(NewCampaign::new(format!("c{n}"), "Hi"), NOW).await.unwrap();
        }
        let found = world.queue.foremost_overviews(2).await.unwrap();
        let names: Vec<_> = found.iter().map(|overview| overview.campaign.plan.name.as_str()).collect();
        assert_eq!(names, ["spring", "c3"]);
    }
}
