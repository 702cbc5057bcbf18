//! A campaign with its rows, copied into another queue for a rehearsal.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::{
    domain::{CampaignId, Phone, Timestamp},
    queue::{Queue, connect, error::QueueError, names, rows},
};

/// Columns of a copied campaign that do not come from the original: it starts now, at any hour, for the first time, and for
/// everybody where nobody writes.
const OF_CAMPAIGN: [(&str, &str); 24] = [
    ("campaign_id", "?1"),
    ("name", "?2"),
    ("token_key", "?3"),
    ("mps", "coalesce(?4, mps)"),
    ("state", "'draft'"),
    ("pause_cause", "null"),
    ("pause_detail", "null"),
    ("pause_line", "null"),
    ("is_probing", "0"),
    ("account", "null"),
    ("interrupted_at", "null"),
    ("sent_under", "null"),
    ("sent_from", "null"),
    ("start_at", "null"),
    ("sending_hours", "null"),
    ("reach", "iif(?6 is null, 'any', reach)"),
    ("not_after", "?6"),
    ("finish_by", "null"),
    ("local_hours", "null"),
    ("local_days", "null"),
    ("cap_n", "null"),
    ("cap_within_ms", "null"),
    ("canary_ends_at", "null"),
    ("canary_is_passed", "0"),
];

/// Ids are moved behind those that the other queue has.
const OF_IMPORT: [(&str, &str); 4] = [
    ("import_id", "import_id + ?3"),
    ("campaign_id", "?2"),
    ("first_recipient_id", "first_recipient_id + ?4"),
    ("last_recipient_id", "last_recipient_id + ?4"),
];

/// What is in flight or held back in the original waits in the copy.
const OF_RECIPIENT: [(&str, &str); 9] = [
    ("recipient_id", "recipient_id + ?4"),
    ("campaign_id", "?2"),
    ("import_id", "import_id + ?3"),
    ("status", "iif(status = 'sending', 'queued', status)"),
    ("due_at", "case when held_by is null then due_at else 0 end"),
    ("held_by", "null"),
    ("closes_at", "null"),
    ("claimed_at", "null"),
    ("epoch", "null"),
];

struct WaitingPeopleRow {
    recipient_id: i64,
    number: i64,
}

impl Queue {
    /// Copies a campaign and its rows into `rehearsal`, as a draft of the same or a similar name that may start at once;
    /// so does the suppression list. `mps` replaces its rate. Where it
    /// ends at a set time, it keeps whom it reaches, because somebody writes until then. The original is only read. Returns the
    /// copy's id.
    pub async fn copy_to_rehearse(
        &self,
        campaign: CampaignId,
        rehearsal: &Self,
        mps: Option<f64>,
        ends_at: Option<Timestamp>,
    ) -> Result<CampaignId, QueueError> {
        let original = self.campaign_by_id(campaign).await?;
        let name = free_name(&original.plan.name, &rehearsal.campaign_names().await?);
        let token_key = names::new_token_key()?;
        let mut connection = connect(&rehearsal.file()?.path).await?;
        let path = self.file()?.path.to_string_lossy().into_owned();
        sqlx::query("attach database ? as original").bind(path).execute(&mut connection).await?;
        let copied = copy(&mut connection, campaign, &name, &token_key, mps, ends_at).await;
        connection.close().await?;
        copied
    }

    /// The people of a campaign who wait, in the order of the list.
    pub async fn waiting_people(&self, campaign: CampaignId) -> Result<Vec<Phone>, QueueError> {
        let found = query_as!(
            WaitingPeopleRow,
            r#"select recipient_id, number as "number!: i64" from recipient
            where campaign_id = $1 and status = 'queued' and number is not null order by recipient_id"#,
            campaign.0,
        );
        let found = found.fetch_all(&self.readers).await?;
        found.into_iter().map(|row| rows::phone("recipient", row.recipient_id, row.number)).collect()
    }
}

/// The name, or the name with the first number behind it that makes it another.
fn free_name(name: &str, taken: &[String]) -> String {
    let numbered = (2_u32..).map(|n| format!("{name}-{n}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken.contains(name)).expect("there are more numbers than campaigns")
}

async fn copy(
    connection: &mut SqliteConnection,
    from: CampaignId,
    name: &str,
    token_key: &str,
    mps: Option<f64>,
    ends_at: Option<Timestamp>,
) -> Result<CampaignId, QueueError> {
    let mut copying = connection.begin_with("begin immediate").await?;
    let campaign = last(&mut copying, "campaign_id", "campaign").await? + 1;
    let imports = last(&mut copying, "import_id", "import").await?;
    let recipients = last(&mut copying, "recipient_id", "recipient").await?;
    let statement = insert(&mut copying, "campaign", &OF_CAMPAIGN).await?;
    sqlx::query(AssertSqlSafe(format!("{statement} where campaign_id = ?5")))
        .bind(campaign)
        .bind(name)
        .bind(token_key)
        .bind(mps)
        .bind(from.0)
        .bind(ends_at.map(|at| at.0))
        .execute(&mut *copying)
        .await?;
    for (table, replaced) in [("import", &OF_IMPORT[..]), ("recipient", &OF_RECIPIENT[..])] {
        let statement = insert(&mut copying, table, replaced).await?;
        let order = if table == "recipient" { "order by recipient_id" } else { "" };
        sqlx::query(AssertSqlSafe(format!("{statement} where campaign_id = ?1 {order}")))
            .bind(from.0)
            .bind(campaign)
            .bind(imports)
            .bind(recipients)
            .execute(&mut *copying)
            .await?;
    }
    sqlx::query(
        "insert into main.counter (campaign_id, axis, value, n)
        select ?2, axis, iif(axis = 'status' and value = 'sending', 'queued', value), sum(n)
        from original.counter where campaign_id = ?1 group by 2, 3",
    )
    .bind(from.0)
    .bind(campaign)
    .execute(&mut *copying)
    .await?;
    // Every figure has its counter, zero or not.
    sqlx::query("insert into main.counter (campaign_id, axis, value, n) values (?, 'status', 'sending', 0)")
        .bind(campaign)
        .execute(&mut *copying)
        .await?;
    sqlx::query("insert or ignore into main.suppression select * from original.suppression")
        .execute(&mut *copying)
        .await?;
    copying.commit().await?;
    Ok(CampaignId(campaign))
}

/// The highest id of a table; 0 of an empty one.
async fn last(connection: &mut SqliteConnection, id: &str, table: &str) -> Result<i64, QueueError> {
    let statement = AssertSqlSafe(format!("select coalesce(max({id}), 0) from main.{table}"));
    Ok(sqlx::query_scalar(statement).fetch_one(connection).await?)
}

/// `insert into main.TABLE (…) select … from original.TABLE` with all of the table's columns, some of them replaced.
async fn insert(
    connection: &mut SqliteConnection,
    table: &str,
    replaced: &[(&str, &str)],
) -> Result<String, QueueError> {
    let columns: Vec<String> =
        sqlx::query_scalar("select name from pragma_table_info(?)").bind(table).fetch_all(connection).await?;
    let value = |column: &String| {
        let value = replaced.iter().find(|(name, _)| name == column).map(|(_, value)| *value);
        value.unwrap_or(column).to_owned()
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    Ok(format!(
        "insert into main.{table} ({}) select {} from original.{table}",
        columns.join(", "),
        values.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{State, Status},
        queue::tests::World,
    };

    #[tokio::test]
    async fn a_copy_has_the_rows_and_the_original_stays_as_it_is() {
        let world = World::with(5).await;
        let lease = world.start().await;
        world.claim(&lease, 2).await;
        let before = world.queue.counts(world.campaign).await.unwrap();
        assert_eq!(before.of(Status::Sending), 2);
        let rehearsal = Queue::open_or_create(&world.folder.path().join("rehearsal.db")).await.unwrap();
        for name in ["spring", "spring-2"] {
            let id = world.queue.copy_to_rehearse(world.campaign, &rehearsal, Some(7.0), None).await.unwrap();
            let copy = rehearsal.campaign_by_id(id).await.unwrap();
            assert_eq!((copy.plan.name.as_str(), copy.state, copy.plan.mps), (name, State::Draft, 7.0));
            let counts = rehearsal.counts(id).await.unwrap();
            assert_eq!((counts.of(Status::Queued), counts.of(Status::Sending)), (5, 0));
            assert_eq!(rehearsal.verify(id).await.unwrap().wrong, Vec::<String>::new());
        }
        assert_eq!(world.queue.counts(world.campaign).await.unwrap(), before);
        assert_eq!(world.queue.campaign_names().await.unwrap(), ["spring"]);
    }
}
