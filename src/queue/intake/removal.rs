//! Takes imported lists out of a campaign again, as long as nobody of them may have been messaged.

use super::{imports, mending};
use crate::{
    domain::{CampaignId, Layout, Status, campaign::Step},
    queue::{
        Queue,
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        rows, states,
        upkeep::{audit, purge},
    },
};

/// A list that was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedList {
    /// The file's name, without its folder.
    pub file_name: String,
    pub n_rows: u64,
}

/// An imported list as far as its removal goes.
pub(super) struct List {
    pub(super) import_id: i64,
    pub(super) file_name: String,
    pub(super) sha256: String,
    pub(super) layout: Layout,
    pub(super) first_recipient_id: i64,
    pub(super) last_recipient_id: i64,
}

impl Queue {
    /// Takes the last list of a campaign out, which is the import of that number, with all its rows.
    pub async fn remove_last_list(
        &self,
        campaign: CampaignId,
        import_id: i64,
    ) -> Result<RemovedList, QueueError> {
        let entry = self.audit_entry("remove list", Some(campaign), "");
        in_commit!(self, |connection| {
            states::check_step(connection, campaign, Step::AddRecipients).await?;
            purge::check_not_purged(connection, campaign).await?;
            match lists(connection, campaign).await?.pop() {
                Some(found) if found.import_id == import_id => {
                    remove(connection, campaign, &found, &entry).await
                }
                _ => Err(QueueError::NoSuchList { name: name_of(connection, campaign).await? }),
            }
        })
    }

    /// Refuses where somebody of these imports may have been messaged: their lists cannot be taken out.
    pub async fn check_unused(&self, campaign: CampaignId, import_ids: &[i64]) -> Result<(), QueueError> {
        let mut reader = self.readers.acquire().await?;
        for list in lists(&mut reader, campaign).await? {
            if import_ids.contains(&list.import_id) {
                check_unused(&mut reader, campaign, &list).await?;
            }
        }
        Ok(())
    }
}

/// Takes all lists of a campaign out, inside a transaction that puts others in.
pub(super) async fn remove_all(
    connection: &mut Connection,
    campaign: CampaignId,
    entry: &audit::AuditEntry,
) -> Result<(), QueueError> {
    for list in lists(connection, campaign).await?.iter().rev() {
        remove(connection, campaign, list, entry).await?;
    }
    Ok(())
}

/// Refuses where anybody of the campaign may have been messaged.
pub(super) async fn check_all_unused(
    connection: &mut Connection,
    campaign: CampaignId,
) -> Result<(), QueueError> {
    for list in lists(connection, campaign).await? {
        check_unused(connection, campaign, &list).await?;
    }
    Ok(())
}

struct ListsRow {
    import_id: i64,
    file_name: String,
    sha256: String,
    layout: String,
    first_recipient_id: i64,
    last_recipient_id: i64,
}

pub(super) async fn lists(
    connection: &mut Connection,
    campaign: CampaignId,
) -> Result<Vec<List>, QueueError> {
    let found = query_as!(
        ListsRow,
        "select import_id, file_name, sha256, layout, first_recipient_id, last_recipient_id from import
        where campaign_id = $1 order by import_id",
        campaign.0
    )
    .fetch_all(connection)
    .await?;
    found
        .into_iter()
        .map(|row| {
            Ok(List {
                import_id: row.import_id,
                file_name: row.file_name,
                sha256: row.sha256,
                layout: imports::layout(row.import_id, &row.layout)?,
                first_recipient_id: row.first_recipient_id,
                last_recipient_id: row.last_recipient_id,
            })
        })
        .collect()
}

async fn remove(
    connection: &mut Connection,
    campaign: CampaignId,
    list: &List,
    entry: &audit::AuditEntry,
) -> Result<RemovedList, QueueError> {
    check_unused(connection, campaign, list).await?;
    let mut deltas = Deltas::default();
    let mut n_rows = 0;
    for (status, n) in statuses(connection, list.first_recipient_id, list.last_recipient_id).await? {
        deltas.remove(campaign, status, n);
        n_rows += n;
    }
    mending::put_back(connection, campaign, (list.first_recipient_id, list.last_recipient_id), &mut deltas)
        .await?;
    deltas.write(connection).await?;
    query!(
        "delete from recipient where recipient_id between $1 and $2 and import_id = $3",
        list.first_recipient_id,
        list.last_recipient_id,
        list.import_id,
    )
    .execute(&mut *connection)
    .await?;
    query!("delete from import where import_id = $1", list.import_id).execute(&mut *connection).await?;
    let detail = format!("{}: {}", list.file_name, audit::n_rows(n_rows));
    audit::record(connection, &entry.saying("remove list", detail)).await?;
    Ok(RemovedList { file_name: list.file_name.clone(), n_rows })
}

struct StatusesRow {
    status: String,
    n: i64,
}

/// How many of these rows have each status.
pub(super) async fn statuses(
    connection: &mut Connection,
    first: i64,
    last: i64,
) -> Result<Vec<(Status, u64)>, QueueError> {
    let found = query_as!(
        StatusesRow,
        r#"select status as "status!: String", count(*) as "n!: i64" from recipient
        where recipient_id between $1 and $2 group by status"#,
        first,
        last,
    )
    .fetch_all(connection)
    .await?;
    found
        .into_iter()
        .map(|row| Ok((rows::status("recipient", first, &row.status)?, rows::count(row.n))))
        .collect()
}

/// Refuses where a row of the list was handed to the provider, or a receipt has spoken of it.
async fn check_unused(
    connection: &mut Connection,
    campaign: CampaignId,
    list: &List,
) -> Result<(), QueueError> {
    let n_asked = query_scalar!(
        r#"select count(*) as "n!: i64" from recipient
        where recipient_id between $1 and $2 and (
            status in ('sending', 'accepted', 'failed', 'in_doubt')
            or attempts > 0 or attempts_forgiven > 0 or message_id is not null
            or exists (select 1 from attempt where attempt.recipient_id = recipient.recipient_id)
            or exists (select 1 from receipt where receipt.recipient_id = recipient.recipient_id)
            or exists (select 1 from alias where alias.recipient_id = recipient.recipient_id)
        )"#,
        list.first_recipient_id,
        list.last_recipient_id,
    )
    .fetch_one(&mut *connection)
    .await?;
    if n_asked == 0 {
        return Ok(());
    }
    Err(QueueError::ListInUse {
        name: name_of(connection, campaign).await?,
        file_name: list.file_name.clone(),
        n_asked: rows::count(n_asked),
    })
}

pub(super) async fn name_of(connection: &mut Connection, campaign: CampaignId) -> Result<String, QueueError> {
    let name = query_scalar!("select name from campaign where campaign_id = $1", campaign.0);
    Ok(name.fetch_one(connection).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::State,
        queue::{
            NewImport,
            tests::{NOW, World, accepted, good, settled},
        },
    };

    fn list(campaign: CampaignId) -> NewImport {
        NewImport {
            campaign,
            file_name: "right.csv".to_owned(),
            sha256: "01".to_owned(),
            layout: Layout::new(
                vec!["to".to_owned()],
                vec![0],
                [None; 3],
                std::collections::BTreeMap::default(),
            ),
            sender: None,
            is_dry_run: false,
        }
    }

    async fn last(world: &World) -> i64 {
        world.queue.imports(world.campaign).await.unwrap().last().unwrap().import_id
    }

    #[tokio::test]
    async fn the_last_list_is_taken_out_with_its_rows_and_the_others_stay() {
        let world = World::with(3).await;
        world.import(vec![good(2, 1), good(3, 7)]).await.unwrap();
        let id = last(&world).await;
        let removed = world.queue.remove_last_list(world.campaign, id).await.unwrap();
        assert_eq!(removed, RemovedList { file_name: "list.csv".to_owned(), n_rows: 2 });
        assert_eq!(world.statuses().await.len(), 3);
        assert_eq!(world.queue.verify(world.campaign).await.unwrap().wrong, Vec::<String>::new());
        let again = world.queue.remove_last_list(world.campaign, id).await;
        assert!(matches!(again, Err(QueueError::NoSuchList { .. })), "{again:?}");
        world.import(vec![good(2, 7)]).await.unwrap();
        assert_eq!(world.statuses().await.pop(), Some((2, Status::Queued)));
    }

    #[tokio::test]
    async fn a_list_of_which_one_row_was_sent_stays_and_is_not_replaced() {
        let world = World::with(2).await;
        let lease = world.start().await;
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        let is_refused = async || {
            let refused = world.queue.remove_last_list(world.campaign, last(&world).await).await;
            assert!(matches!(refused, Err(QueueError::ListInUse { n_asked: 1, .. })), "{refused:?}");
            let mut importing = world.queue.import_instead(list(world.campaign)).unwrap();
            let replacing = tokio::task::spawn_blocking(move || {
                importing.add(vec![good(2, 9)])?;
                importing.finish(NOW)
            });
            let refused = replacing.await.unwrap();
            assert!(matches!(refused, Err(QueueError::ListInUse { .. })), "{refused:?}");
        };
        is_refused().await;
        world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        is_refused().await;
        assert_eq!(world.statuses().await, [(2, Status::Accepted), (3, Status::Queued)]);
    }

    #[tokio::test]
    async fn lists_take_the_place_of_the_earlier_ones_together_or_not_at_all() {
        let world = World::with(3).await;
        for is_finished in [false, true] {
            let mut importing = world.queue.import_instead(list(world.campaign)).unwrap();
            let second = list(world.campaign);
            let replacing = tokio::task::spawn_blocking(move || {
                importing.add(vec![good(2, 1), good(3, 8)])?;
                importing.next(second, NOW)?;
                importing.add(vec![good(2, 8), good(3, 9)])?;
                let added = importing.add(Vec::new())?;
                if is_finished { importing.finish(NOW).map(|()| added) } else { Ok(added) }
            });
            assert_eq!(replacing.await.unwrap().unwrap().taken.len(), 1);
            let n_lists = world.queue.imports(world.campaign).await.unwrap().len();
            assert_eq!((n_lists, world.statuses().await.len()), if is_finished { (2, 4) } else { (1, 3) });
        }
        assert_eq!(world.queue.verify(world.campaign).await.unwrap().wrong, Vec::<String>::new());
        assert_eq!(world.queue.campaign("spring").await.unwrap().state, State::Draft);
    }

    #[tokio::test]
    async fn a_file_without_rows_replaces_nothing() {
        let world = World::with(3).await;
        let importing = world.queue.import_instead(list(world.campaign)).unwrap();
        let refused = tokio::task::spawn_blocking(move || importing.finish(NOW)).await.unwrap();
        assert!(matches!(refused, Err(QueueError::NothingInstead)), "{refused:?}");
        assert_eq!(world.statuses().await.len(), 3);
    }
}
