//! Changes of a campaign as a whole: its plan, its name, a copy of its lists, and its end before it began.

use super::{imports, removal};
use crate::{
    domain::{CampaignId, NewCampaign, State, Timestamp, campaign::check_name},
    queue::{
        Queue, campaigns,
        counters::Deltas,
        engine::Connection,
        error::{QueueError, name_taken},
        rows, states,
        upkeep::{audit, purge},
    },
};

/// Which campaign is changed, and what was known of it when that was decided.
#[derive(Debug, Clone, Copy)]
pub struct Edited {
    pub campaign: CampaignId,
    /// Whether only what may change after the first message is changed: nobody has to be unsent then.
    pub is_harmless: bool,
    /// Whether a process that sends it would not notice.
    pub is_unnoticed: bool,
    /// Where the campaign stood.
    pub state: State,
    /// The rows that the campaign's lists had.
    pub n_rows: u64,
}

impl Queue {
    /// Replaces what the creator of a campaign decided. `what` names the changes for the audit log. A scheduled
    /// campaign without a start is a draft again.
    pub async fn edit(&self, edited: Edited, plan: NewCampaign, what: String) -> Result<State, QueueError> {
        plan.check()?;
        let campaign = edited.campaign;
        let entry = self.audit_entry("edit", Some(campaign), what);
        in_commit!(self, |connection| {
            let state = state(connection, campaign).await?;
            let name = removal::name_of(connection, campaign).await?;
            let may_be_sent = matches!(state, State::Running | State::Cancelled) || state != edited.state;
            if state == State::Cancelled || edited.is_unnoticed && may_be_sent {
                return Err(QueueError::OnItsWay { name, state: state.name().to_owned() });
            }
            if rows::count(imports::n_rows(connection, campaign).await?) != edited.n_rows {
                return Err(QueueError::ListsChanged { name });
            }
            if !edited.is_harmless {
                removal::check_all_unused(connection, campaign).await?;
            }
            audit::record(connection, &entry).await?;
            forget_windows_of_other_sender(connection, campaign, &plan).await?;
            campaigns::write_plan(connection, campaign, &plan).await?;
            if state == State::Scheduled && plan.start_at.is_none() {
                return states::unschedule(connection, campaign).await;
            }
            Ok(state)
        })
    }

    /// Gives a campaign another name, in whatever state it is. The audit log has both names.
    pub async fn rename(&self, campaign: CampaignId, name: String) -> Result<(), QueueError> {
        check_name(&name)?;
        let entry = self.audit_entry("rename", Some(campaign), format!("now `{name}`"));
        in_commit!(self, |connection| {
            let earlier = removal::name_of(connection, campaign).await?;
            audit::record(connection, &entry).await?;
            let renamed = query!("update campaign set name = $1 where campaign_id = $2", name, campaign.0)
                .execute(&mut *connection)
                .await;
            name_taken(renamed, &name)?;
            audit::record(connection, &entry.saying("rename", format!("was `{earlier}`"))).await
        })
    }

    /// Deletes a campaign of which nobody was messaged, with its lists. Says how many rows it had.
    pub async fn delete(&self, campaign: CampaignId) -> Result<u64, QueueError> {
        let entry = self.audit_entry("delete", Some(campaign), "");
        in_commit!(self, |connection| {
            let state = state(connection, campaign).await?;
            if state == State::Running {
                let name = removal::name_of(connection, campaign).await?;
                return Err(QueueError::OnItsWay { name, state: state.name().to_owned() });
            }
            purge::check_not_purged(connection, campaign).await?;
            let n_rows = imports::n_rows(connection, campaign).await?;
            removal::remove_all(connection, campaign, &entry).await?;
            audit::record(connection, &entry).await?;
            forget(connection, campaign).await?;
            Ok(rows::count(n_rows))
        })
    }

    /// Makes a campaign with its plan and the lists of another one; nobody of them has been messaged by it.
    pub async fn copy_with_lists(
        &self,
        from: CampaignId,
        plan: NewCampaign,
        now: Timestamp,
    ) -> Result<CampaignId, QueueError> {
        let to = self.create(plan, now).await?;
        let entry = self.audit_entry("import", Some(to), "");
        let copied = in_commit!(self, |connection| {
            purge::check_not_purged(connection, from).await?;
            for list in removal::lists(connection, from).await? {
                copy_list(connection, &list, to, now).await?;
                audit::record(connection, &entry.saying("import", &list.file_name)).await?;
            }
            Ok(())
        });
        if copied.is_err() {
            self.remove_empty(to).await?;
        }
        copied.map(|()| to)
    }
}

/// Removes a campaign that has no rows any more, with all that is kept of it elsewhere.
async fn forget(connection: &mut Connection, campaign: CampaignId) -> Result<(), QueueError> {
    let id = campaign.0;
    query!("delete from draft where campaign_id = $1", id).execute(&mut *connection).await?;
    query!("delete from pace where campaign_id = $1", id).execute(&mut *connection).await?;
    query!("delete from verdict_run where campaign_id = $1", id).execute(&mut *connection).await?;
    query!("delete from counter where campaign_id = $1", id).execute(&mut *connection).await?;
    query!("delete from campaign where campaign_id = $1", id).execute(connection).await?;
    Ok(())
}

async fn state(connection: &mut Connection, campaign: CampaignId) -> Result<State, QueueError> {
    let found = query_scalar!("select state from campaign where campaign_id = $1", campaign.0)
        .fetch_one(connection)
        .await?;
    rows::state(campaign.0, &found)
}

/// Windows are those of one business number: with another one they are found anew when the campaign starts.
async fn forget_windows_of_other_sender(
    connection: &mut Connection,
    campaign: CampaignId,
    plan: &NewCampaign,
) -> Result<(), QueueError> {
    let sender = plan.sender.map(|phone| rows::stored(phone.digits()));
    query!(
        "update recipient set closes_at = null
        where campaign_id = $1 and status = 'queued' and closes_at is not null
            and exists (
                select 1 from campaign where campaign.campaign_id = $1 and sender is distinct from $2
            )",
        campaign.0,
        sender,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Copies a list: whoever has a number waits, unless it is on the suppression list now.
async fn copy_list(
    connection: &mut Connection,
    list: &removal::List,
    to: CampaignId,
    now: Timestamp,
) -> Result<(), QueueError> {
    let first =
        query_scalar!(r#"select coalesce(max(last_recipient_id), 0) + 1 as "next!: i64" from import"#)
            .fetch_one(&mut *connection)
            .await?;
    let offset = first - list.first_recipient_id;
    let end = list.last_recipient_id + offset;
    let import_id = query_scalar!(
        r#"insert into import (
            campaign_id, file_name, sha256, layout, first_recipient_id, last_recipient_id, n_mended, imported_at
        ) select $1, file_name, sha256, layout, $2, $3, n_mended, $4 from import where import_id = $5
        returning import_id as "id!""#,
        to.0,
        first,
        end,
        now.0,
        list.import_id,
    )
    .fetch_one(&mut *connection)
    .await?;
    query!(
        "insert into recipient (
            recipient_id, campaign_id, import_id, line, number, canonical, input_to, duplicate_of_line, status, code, error,
            ref, ref1, ref2, cells
        )
        select recipient_id + $1, $2, $3, line, number, canonical, input_to, duplicate_of_line,
            case when number is null then status else 'queued' end, case when number is null then code end,
            case when number is null then error end, ref, ref1, ref2, cells
        from recipient where recipient_id between $4 and $5",
        offset,
        to.0,
        import_id,
        list.first_recipient_id,
        list.last_recipient_id,
    )
    .execute(&mut *connection)
    .await?;
    imports::suppress(connection, first, end).await?;
    let mut deltas = Deltas::default();
    for (status, n) in removal::statuses(connection, first, end).await? {
        deltas.add(to, status, n);
    }
    deltas.write(connection).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Status;
    use crate::queue::tests::{NOW, World, accepted, good, phone, settled};

    fn harmless(world: &World, n_rows: u64) -> Edited {
        Edited {
            campaign: world.campaign,
            is_harmless: true,
            is_unnoticed: false,
            state: State::Draft,
            n_rows,
        }
    }

    #[tokio::test]
    async fn a_message_changes_only_before_the_first_one_is_sent_and_a_rate_always() {
        let world = World::with(2).await;
        let plan = world.queue.campaign("spring").await.unwrap().plan;
        let edited = Edited { is_harmless: false, ..harmless(&world, 2) };
        let other = NewCampaign { message: "Hello".to_owned(), ..plan.clone() };
        world.queue.edit(edited, other.clone(), "message".to_owned()).await.unwrap();
        assert_eq!(world.queue.campaign("spring").await.unwrap().plan.message, "Hello");
        let changed = world.queue.edit(Edited { n_rows: 3, ..edited }, other.clone(), String::new()).await;
        assert!(matches!(changed, Err(QueueError::ListsChanged { .. })), "{changed:?}");
        let lease = world.start().await;
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        let refused = world.queue.edit(edited, plan.clone(), String::new()).await;
        assert!(matches!(refused, Err(QueueError::ListInUse { .. })), "{refused:?}");
        let faster = NewCampaign { mps: 50.0, ..other };
        world.queue.edit(harmless(&world, 2), faster.clone(), "mps".to_owned()).await.unwrap();
        let unnoticed = Edited { is_unnoticed: true, ..harmless(&world, 2) };
        let refused = world.queue.edit(unnoticed, faster, String::new()).await;
        assert!(matches!(refused, Err(QueueError::OnItsWay { .. })), "{refused:?}");
    }

    #[tokio::test]
    async fn a_scheduled_campaign_without_a_start_is_a_draft_again() {
        let world = World::with(1).await;
        let mut plan = world.queue.campaign("spring").await.unwrap().plan;
        plan.start_at = Some(Timestamp(NOW.0 + 60_000));
        world.queue.edit(harmless(&world, 1), plan.clone(), "start".to_owned()).await.unwrap();
        assert_eq!(world.queue.start(world.campaign, NOW).await.unwrap(), State::Scheduled);
        plan.start_at = Some(Timestamp(NOW.0 + 90_000));
        let moved = world.queue.edit(harmless(&world, 1), plan.clone(), "start".to_owned()).await.unwrap();
        assert_eq!(moved, State::Scheduled);
        plan.start_at = None;
        let back = world.queue.edit(harmless(&world, 1), plan, "start".to_owned()).await.unwrap();
        assert_eq!((back, world.queue.campaign("spring").await.unwrap().state), (State::Draft, State::Draft));
    }

    #[tokio::test]
    async fn both_names_of_a_renamed_campaign_are_in_the_audit_log() {
        let world = World::with(1).await;
        let queue = world.queue.acting_as("asha", || NOW);
        queue.create(NewCampaign::new("taken", "Hi"), NOW).await.unwrap();
        for name in ["taken", "a/b", ".."] {
            queue.rename(world.campaign, name.to_owned()).await.unwrap_err();
        }
        queue.rename(world.campaign, "summer".to_owned()).await.unwrap();
        let lines = queue.audit_trail(None, 2).await.unwrap();
        let said: Vec<_> =
            lines.iter().map(|line| (line.campaign.as_deref(), line.detail.as_str())).collect();
        assert_eq!(said, [(Some("summer"), "was `spring`"), (Some("spring"), "now `summer`")]);
        assert_eq!(queue.campaign("summer").await.unwrap().id, world.campaign);
    }

    #[tokio::test]
    async fn a_campaign_is_deleted_with_its_rows_unless_somebody_was_messaged() {
        let world = World::with(2).await;
        let other = world.queue.create(NewCampaign::new("other", "Hi"), NOW).await.unwrap();
        world.import_into(other, vec![good(2, 7)]).await.unwrap();
        assert_eq!(world.queue.delete(other).await.unwrap(), 1);
        assert_eq!(world.queue.campaign_names().await.unwrap(), ["spring"]);
        let lease = world.start().await;
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        let refused = world.queue.delete(world.campaign).await;
        assert!(matches!(refused, Err(QueueError::OnItsWay { .. })), "{refused:?}");
        world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        world.queue.cancel(world.campaign, NOW).await.unwrap();
        let refused = world.queue.delete(world.campaign).await;
        assert!(matches!(refused, Err(QueueError::ListInUse { .. })), "{refused:?}");
        assert_eq!(world.statuses().await.len(), 2);
    }

    #[tokio::test]
    async fn a_copy_with_its_lists_waits_whole_and_leaves_out_who_is_suppressed_since() {
        let world = World::with(3).await;
        world.import(vec![good(2, 1), good(3, 8)]).await.unwrap();
        let lease = world.start().await;
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        world.queue.suppress(vec![phone(2)], "asked".to_owned(), NOW).await.unwrap();
        let plan = NewCampaign::new("again", "Hi");
        let copy = world.queue.copy_with_lists(world.campaign, plan, NOW).await.unwrap();
        let counts = world.queue.counts(copy).await.unwrap();
        assert_eq!(
            (counts.of(Status::Queued), counts.of(Status::Duplicate), counts.of(Status::Suppressed)),
            (3, 1, 1)
        );
        assert_eq!(world.queue.verify(copy).await.unwrap().wrong, Vec::<String>::new());
        assert_eq!(world.queue.imports(copy).await.unwrap().len(), 2);
        assert_eq!(world.queue.campaign("again").await.unwrap().state, State::Draft);
    }
}
