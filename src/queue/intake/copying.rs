//! A campaign with its rows, copied into another queue for a rehearsal.

use crate::{
    domain::{CampaignId, Phone, Timestamp},
    queue::{
        Queue, connect,
        engine::{Argument, Connection, Text},
        error::QueueError,
        handle::Store,
        names, rows,
        transfer::{self, CAMPAIGN, COUNTER, IMPORT, Load, RECIPIENT, SUPPRESSION, Table},
        writer,
    },
};

/// Columns of a copied campaign that do not come from the original: it starts now, at any hour, for the first time, and for
/// everybody where nobody writes.
const OF_CAMPAIGN: [(&str, &str); 24] = [
    ("campaign_id", "$2"),
    ("name", "$3"),
    ("token_key", "$4"),
    ("mps", "coalesce($5, mps)"),
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
    ("reach", "iif($6 is null, 'any', reach)"),
    ("not_after", "$6"),
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
    ("import_id", "import_id + $3"),
    ("campaign_id", "$2"),
    ("first_recipient_id", "first_recipient_id + $4"),
    ("last_recipient_id", "last_recipient_id + $4"),
];

/// What is in flight waits in the copy, and is counted so.
const OF_COUNTER: [(&str, &str); 2] =
    [("campaign_id", "$2"), ("value", "iif(axis = 'status' and value = 'sending', 'queued', value)")];

/// What is in flight or held back in the original waits in the copy.
const OF_RECIPIENT: [(&str, &str); 9] = [
    ("recipient_id", "recipient_id + $4"),
    ("campaign_id", "$2"),
    ("import_id", "import_id + $3"),
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
        let mut into = Connection::from(connect(&rehearsal.file()?.path).await?);
        let mut moment = self.readers.begin().await?;
        let from = match &self.store {
            Store::File(store) => {
                transfer::attach(&mut into, &store.path).await?;
                Original::Attached
            }
            Store::Server(_) => Original::Apart(&mut moment),
        };
        writer::begin(&mut into).await?;
        let copied = copy(from, &mut into, campaign, [&name, &token_key], mps, ends_at).await;
        match &copied {
            Ok(_) => query!("commit").execute(&mut into).await.map(drop)?,
            Err(_) => writer::rollback(&mut into).await,
        }
        moment.commit().await?;
        into.close().await?;
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

/// Where the original is: in a file that SQLite copies from by itself, several times as fast, or elsewhere.
enum Original<'f> {
    Attached,
    Apart(&'f mut Connection),
}

async fn copy(
    mut from: Original<'_>,
    into: &mut Connection,
    id: CampaignId,
    [name, token_key]: [&str; 2],
    mps: Option<f64>,
    ends_at: Option<Timestamp>,
) -> Result<CampaignId, QueueError> {
    let campaign = last(into, "campaign_id", "campaign").await? + 1;
    let imports = last(into, "import_id", "import").await?;
    let recipients = last(into, "recipient_id", "recipient").await?;
    let [copy, imports, recipients] = [campaign, imports, recipients].map(Argument::from);
    let of_campaign =
        [copy.clone(), name.into(), token_key.into(), mps.into(), Argument::from(ends_at.map(|at| at.0))];
    let of_rows = [copy.clone(), imports, recipients];
    let of_counters = [copy];
    let added = "on conflict (campaign_id, axis, value) do update set n = counter.n + excluded.n";
    for (table, replaced, arguments, ending) in [
        (CAMPAIGN, &OF_CAMPAIGN[..], &of_campaign[..], ""),
        (IMPORT, &OF_IMPORT, &of_rows, ""),
        (RECIPIENT, &OF_RECIPIENT, &of_rows, "order by recipient_id"),
        (COUNTER, &OF_COUNTER, &of_counters, added),
    ] {
        let load = Load { only: Some(id), replaced, arguments, ending };
        from.carry(into, table, &load).await?;
    }
    // Every figure has its counter, zero or not.
    Text::new("insert into counter (campaign_id, axis, value, n) values ($1, 'status', 'sending', 0)")
        .bind(campaign)
        .execute(&mut *into)
        .await?;
    let ending = "on conflict do nothing";
    from.carry(into, SUPPRESSION, &Load { ending, ..Load::default() }).await?;
    Ok(CampaignId(campaign))
}

impl Original<'_> {
    async fn carry(
        &mut self,
        into: &mut Connection,
        table: Table,
        load: &Load<'_>,
    ) -> Result<(), QueueError> {
        match self {
            Self::Attached => transfer::carry_attached(into, table, load).await,
            Self::Apart(from) => transfer::carry(from, into, table, load).await.map(drop),
        }
    }
}

/// The highest id of a table; 0 of an empty one.
async fn last(connection: &mut Connection, id: &str, table: &str) -> Result<i64, QueueError> {
    let highest = Text::new(format!("select coalesce(max({id}), 0) from {table}"));
    Ok(highest.fetch_scalar(connection).await?)
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
