//! The windows of people with business numbers, and the rows that wait for them.

use crate::{
    domain::{
        CampaignId, Phone, Timestamp,
        reach::{Opening, WINDOW, WINDOW_KEPT, Window, WindowSource},
    },
    queue::{Queue, engine::Connection, error::QueueError, rows},
};

/// How many people of one sender can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowCounts {
    pub sender: Phone,
    pub n_open: u64,
    /// Those of them that close within an hour.
    pub n_closing: u64,
    /// When the first of them closes.
    pub first_closes_at: Option<Timestamp>,
}

/// Who of those who wait in a campaign can be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reachable {
    /// Queued rows.
    pub n_queued: u64,
    /// When the windows of those who can be reached close, soonest first.
    pub closings: Vec<Timestamp>,
    /// Whether anything is known of any window of the sender.
    pub is_known: bool,
}

struct OpeningsRow {
    person: i64,
    last_at: i64,
    kind: String,
    source: String,
    is_weak: i64,
}

struct ReachableRow {
    openings: String,
    is_known: bool,
    n_queued: i64,
}

struct WindowCountsRow {
    sender: i64,
    n_open: i64,
    n_closing: i64,
    first_at: i64,
}

struct WindowsOfRow {
    sender: i64,
    last_at: i64,
    kind: String,
    source: String,
    is_weak: i64,
    closed_at: Option<i64>,
}

impl Queue {
    /// Takes note of people who have written. Rows that wait for them can be claimed once this has returned.
    pub async fn open_windows(&self, openings: Vec<Opening>) -> Result<u64, QueueError> {
        in_commit!(self, |connection| { open(connection, &openings).await })
    }

    /// What is known of a person's window with each sender.
    pub async fn windows_of(&self, person: Phone) -> Result<Vec<(Phone, Window)>, QueueError> {
        let person = rows::person(person);
        let found = query_as!(
            WindowsOfRow,
            "select sender, last_at, kind, source, is_weak, closed_at from contact_window
            where person = $1 order by sender",
            person,
        )
        .fetch_all(&self.readers)
        .await?;
        let window = |row: &str| {
            WindowSource::from_name(row)
                .ok_or_else(|| rows::inconsistent("contact_window", "source", person, row))
        };
        found
            .into_iter()
            .map(|row| {
                let known = Window {
                    last_at: Timestamp(row.last_at),
                    source: window(&row.source)?,
                    kind: row.kind,
                    is_weak: row.is_weak != 0,
                    closed_at: rows::instant(row.closed_at),
                };
                Ok((rows::phone("contact_window", person, row.sender)?, known))
            })
            .collect()
    }

    /// How many windows are open at an instant, by sender.
    pub async fn window_counts(&self, now: Timestamp) -> Result<Vec<WindowCounts>, QueueError> {
        let opened_after = now.minus(WINDOW).0;
        let hour_on = opened_after + 3_600_000;
        let found = query_as!(
            WindowCountsRow,
            r#"select sender as "sender!: i64", count(*) as "n_open!: i64",
                count(*) filter (where last_at <= $2) as "n_closing!: i64", min(last_at) as "first_at!: i64"
            from contact_window where last_at > $1 and (closed_at is null or closed_at < last_at)
            group by sender order by sender"#,
            opened_after,
            hour_on,
        )
        .fetch_all(&self.readers)
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(WindowCounts {
                    sender: rows::phone("contact_window", 0, row.sender)?,
                    n_open: rows::count(row.n_open),
                    n_closing: rows::count(row.n_closing),
                    first_closes_at: Some(Timestamp(row.first_at).plus(WINDOW)),
                })
            })
            .collect()
    }

    /// Who of those who wait in a campaign can be reached from `sender` at `until`, which is now and the margin.
    pub async fn reachable(
        &self,
        campaign: CampaignId,
        sender: Phone,
        until: Timestamp,
    ) -> Result<Reachable, QueueError> {
        let sender = rows::person(sender);
        let opened_after = until.minus(WINDOW).0;
        let found = query_as!(
            ReachableRow,
            r#"select
                (
                    select json_group_array(last_at) from (
                        select last_at from contact_window cross join recipient
                        where recipient.campaign_id = $1 and recipient.number = person and sender = $2
                            and last_at > $3 and (closed_at is null or closed_at < last_at) and status = 'queued'
                        union all
                        select last_at from contact_window cross join recipient
                        where recipient.campaign_id = $1 and recipient.canonical = person and sender = $2
                            and recipient.number <> person
                            and last_at > $3 and (closed_at is null or closed_at < last_at) and status = 'queued'
                        order by last_at
                    ) as open
                ) as "openings!: String",
                exists (select 1 from contact_window where sender = $2) as "is_known!: bool",
                coalesce((
                    select n from counter where campaign_id = $1 and axis = 'status' and value = 'queued'
                ), 0) as "n_queued!: i64""#,
            campaign.0,
            sender,
            opened_after,
        )
        .fetch_one(&self.readers)
        .await?;
        let openings: Vec<i64> = serde_json::from_str(&found.openings)
            .map_err(|_| rows::inconsistent("contact_window", "last_at", campaign.0, &found.openings))?;
        Ok(Reachable {
            n_queued: rows::count(found.n_queued),
            closings: openings.into_iter().map(|at| Timestamp(at).plus(WINDOW)).collect(),
            is_known: found.is_known,
        })
    }

    /// Who has written to a business number since an instant, in the order of their numbers: at most `limit` after `after`.
    pub async fn openings(
        &self,
        sender: Phone,
        since: Timestamp,
        after: Option<Phone>,
        limit: u32,
    ) -> Result<Vec<Opening>, QueueError> {
        let of = rows::person(sender);
        let after = after.map_or(0, rows::person);
        let found = query_as!(
            OpeningsRow,
            "select person, last_at, kind, source, is_weak from contact_window
            where sender = $1 and person > $2 and last_at > $3 and (closed_at is null or closed_at < last_at)
            order by person limit $4",
            of,
            after,
            since.0,
            i64::from(limit),
        )
        .fetch_all(&self.readers)
        .await?;
        let openings = found.into_iter().map(|row| {
            let person = rows::phone("contact_window", of, row.person)?;
            let source = WindowSource::from_name(&row.source)
                .ok_or_else(|| rows::inconsistent("contact_window", "source", row.person, &row.source))?;
            let (at, is_weak) = (Timestamp(row.last_at), row.is_weak != 0);
            Ok(Opening { sender, person, at, kind: row.kind, source, is_weak })
        });
        openings.collect()
    }
}

/// Takes note of people who have written, and lets the rows that wait for them see it. Says how many windows are later than
/// what was known. The same opening twice, and openings in any order, come to the same.
pub(crate) async fn open(connection: &mut Connection, openings: &[Opening]) -> Result<u64, QueueError> {
    if openings.is_empty() {
        return Ok(0);
    }
    let of = |opening: &Opening| {
        let Opening { sender, person, at, kind, source, is_weak } = opening;
        let (sender, person) = (sender.canonical().digits(), person.canonical().digits());
        (sender, person, at.0, kind.clone(), source.name(), i64::from(*is_weak))
    };
    let mut latest = std::collections::BTreeMap::new();
    for opening in openings {
        let row = of(opening);
        let known = latest.entry((row.0, row.1)).or_insert_with(|| row.clone());
        if known.2 < row.2 {
            *known = row;
        }
    }
    let rows_given = rows::to_json(&latest.values().collect::<Vec<_>>());
    let n_later = query!(
        "insert into contact_window (sender, person, last_at, kind, source, is_weak)
        select cast(value ->> 0 as bigint), cast(value ->> 1 as bigint), cast(value ->> 2 as bigint), value ->> 3, value ->> 4,
            cast(value ->> 5 as bigint)
        from json_each($1) where true
        on conflict (sender, person) do update set
            last_at = excluded.last_at, kind = excluded.kind, source = excluded.source, is_weak = excluded.is_weak
        where excluded.last_at > contact_window.last_at",
        rows_given,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    show(connection, &rows_given).await?;
    forget_old(connection, openings).await?;
    Ok(n_later)
}

/// Deletes windows with the same business numbers that say nothing any more.
async fn forget_old(connection: &mut Connection, openings: &[Opening]) -> Result<(), QueueError> {
    let latest = openings.iter().map(|opening| opening.at).max().unwrap_or_default();
    let before = latest.minus(WINDOW_KEPT).0;
    let senders: std::collections::BTreeSet<u64> =
        openings.iter().map(|opening| opening.sender.canonical().digits()).collect();
    let senders = rows::to_json(&senders);
    query!(
        "delete from contact_window where sender in (select cast(atom as bigint) from json_each($1)) and last_at < $2",
        senders,
        before,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets all windows: what a restored copy knows of them is of another time.
pub(crate) async fn forget_all(connection: &mut Connection) -> Result<(), QueueError> {
    query!("delete from contact_window").execute(&mut *connection).await?;
    query!(
        "update recipient set closes_at = null where recipient_id in (
            select waiting.recipient_id from campaign cross join recipient as waiting
            where waiting.campaign_id = campaign.campaign_id and waiting.status = 'queued'
                and waiting.closes_at is not null
        )"
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct CloseRow {
    sender: i64,
    person: i64,
}

/// Messages of these campaigns that left at these instants were refused because the window was closed (131047).
pub(crate) async fn close(
    connection: &mut Connection,
    closings: &[(CampaignId, Phone, Timestamp)],
) -> Result<(), QueueError> {
    if closings.is_empty() {
        return Ok(());
    }
    let of = |(campaign, person, at): &(CampaignId, Phone, Timestamp)| {
        (campaign.0, person.canonical().digits(), at.0)
    };
    let given = rows::to_json(&closings.iter().map(of).collect::<Vec<_>>());
    let closed = query_as!(
        CloseRow,
        r#"update contact_window set closed_at = closing.at
        from (
            select coalesce(campaign.sender, campaign.sent_from) as sender, cast(value ->> 1 as bigint) as person, max(cast(value ->> 2 as bigint)) as at
            from json_each($1) as given cross join campaign
            where campaign.campaign_id = cast(given.value ->> 0 as bigint)
            group by 1, 2
        ) as closing
        where contact_window.sender = closing.sender and contact_window.person = closing.person
            and (contact_window.closed_at is null or contact_window.closed_at < closing.at)
        returning contact_window.sender as "sender!: i64", contact_window.person as "person!: i64""#,
        given,
    )
    .fetch_all(&mut *connection)
    .await?;
    let closed: Vec<_> = closed.into_iter().map(|row| (row.sender, row.person)).collect();
    show(connection, &rows::to_json(&closed)).await
}

/// Brings the rows that wait for these people (JSON: sender, person …) in step with their windows.
async fn show(connection: &mut Connection, people: &str) -> Result<(), QueueError> {
    let window_ms = rows::ms(WINDOW);
    query!(
        "update recipient set closes_at = (
            select case when closed_at is null or closed_at < last_at then last_at + $2 end
            from campaign cross join contact_window
            where campaign.campaign_id = recipient.campaign_id
                and contact_window.sender = coalesce(campaign.sender, campaign.sent_from)
                and contact_window.person = coalesce(recipient.canonical, recipient.number)
        )
        where recipient_id in (
            select waiting.recipient_id
            from json_each($1) as given cross join campaign cross join recipient as waiting
            where coalesce(campaign.sender, campaign.sent_from) = cast(given.value ->> 0 as bigint)
                and campaign.state in ('draft', 'scheduled', 'running', 'paused')
                and waiting.campaign_id = campaign.campaign_id and waiting.number = cast(given.value ->> 1 as bigint)
                and waiting.status in ('queued', 'sending')
            union
            select waiting.recipient_id
            from json_each($1) as given cross join campaign cross join recipient as waiting
            where coalesce(campaign.sender, campaign.sent_from) = cast(given.value ->> 0 as bigint)
                and campaign.state in ('draft', 'scheduled', 'running', 'paused')
                and waiting.campaign_id = campaign.campaign_id and waiting.canonical = cast(given.value ->> 1 as bigint)
                and waiting.status in ('queued', 'sending')
        )",
        people,
        window_ms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Brings all rows of a campaign in step with the windows of the number that it is sent from from now on.
pub(crate) async fn show_all(
    connection: &mut Connection,
    campaign: CampaignId,
    sender: Phone,
    now: Timestamp,
) -> Result<(), QueueError> {
    let sender = rows::person(sender);
    let (window_ms, opened_after) = (rows::ms(WINDOW), now.minus(WINDOW).0);
    query!("update campaign set sent_from = $1 where campaign_id = $2", sender, campaign.0)
        .execute(&mut *connection)
        .await?;
    query!(
        "update recipient set closes_at = (
            select last_at + $3 from contact_window
            where sender = $2 and person = coalesce(recipient.canonical, recipient.number)
        )
        where recipient_id in (
            select waiting.recipient_id from contact_window cross join recipient as waiting
            where sender = $2 and last_at > $4 and (closed_at is null or closed_at < last_at)
                and waiting.campaign_id = $1 and waiting.number = person and waiting.status = 'queued'
            union
            select waiting.recipient_id from contact_window cross join recipient as waiting
            where sender = $2 and last_at > $4 and (closed_at is null or closed_at < last_at)
                and waiting.campaign_id = $1 and waiting.canonical = person and waiting.status = 'queued'
        )",
        campaign.0,
        sender,
        window_ms,
        opened_after,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::NewCampaign,
        queue::tests::{NOW, World, good, phone},
    };

    const SENDER: u64 = 911_161_197_855;

    fn sender() -> Phone {
        Phone::from_digits(SENDER).unwrap()
    }

    fn wrote(n: u64, at: Timestamp) -> Opening {
        let (person, kind) = (phone(n), "text".to_owned());
        Opening { sender: sender(), person, at, kind, source: WindowSource::Inbound, is_weak: false }
    }

    /// A campaign of its own sender with these people.
    async fn world(n: u64) -> World {
        let world = World::with(0).await;
        let plan = NewCampaign { sender: Some(sender()), ..NewCampaign::new("reach", "Hi") };
        let campaign = world.queue.create(plan, NOW).await.unwrap();
        world.import_into(campaign, (0..n).map(|n| good(n + 2, n)).collect()).await.unwrap();
        World { campaign, ..world }
    }

    async fn open_rows(world: &World) -> usize {
        world.queue.reachable(world.campaign, sender(), NOW).await.unwrap().closings.len()
    }

    /// The rows whose closing is written beside them.
    async fn shown(world: &World) -> Vec<Option<i64>> {
        crate::queue::engine::Text::new("select closes_at from recipient order by recipient_id")
            .fetch_scalars(&world.queue.readers)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn openings_in_any_order_and_any_number_come_to_the_latest() {
        let world = world(2).await;
        let (early, late) = (Timestamp(NOW.0 - 5_000), Timestamp(NOW.0 - 1_000));
        assert_eq!(world.queue.open_windows(vec![wrote(0, late), wrote(0, early)]).await.unwrap(), 1);
        assert_eq!(world.queue.open_windows(vec![wrote(0, early), wrote(0, late)]).await.unwrap(), 0);
        let known = world.queue.windows_of(phone(0)).await.unwrap();
        assert_eq!(
            known.iter().map(|(of, window)| (*of, window.last_at)).collect::<Vec<_>>(),
            [(sender(), late)]
        );
        assert_eq!(shown(&world).await, [Some(late.0 + 86_400_000), None]);
        assert_eq!(open_rows(&world).await, 1);
    }

    #[tokio::test]
    async fn a_refusal_closes_the_window_until_the_person_writes_again() {
        let world = world(1).await;
        world.queue.open_windows(vec![wrote(0, Timestamp(NOW.0 - 5_000))]).await.unwrap();
        let closing = vec![(world.campaign, phone(0), Timestamp(NOW.0 - 4_000))];
        let given = closing.clone();
        in_commit!(world.queue, |connection| { close(connection, &given).await }).unwrap();
        assert_eq!((open_rows(&world).await, shown(&world).await), (0, vec![None]));
        assert_eq!(world.queue.windows_of(phone(0)).await.unwrap()[0].1.closes_at(), None);
        world.queue.open_windows(vec![wrote(0, Timestamp(NOW.0 - 3_000))]).await.unwrap();
        // What was refused earlier comes once more.
        in_commit!(world.queue, |connection| { close(connection, &closing).await }).unwrap();
        assert_eq!(open_rows(&world).await, 1);
    }

    #[tokio::test]
    async fn a_window_belongs_to_one_business_number_and_to_every_spelling_of_the_person() {
        let world = world(0).await;
        let (with_nine, without) = (5_491_155_551_234, 541_155_551_234);
        let row = |digits: u64| crate::domain::NewRecipient {
            standing: crate::domain::Standing::Good(Phone::from_digits(digits).unwrap()),
            ..good(2, 0)
        };
        world.import_into(world.campaign, vec![row(with_nine)]).await.unwrap();
        let other = Opening { sender: phone(99), ..wrote(0, NOW) };
        let person = Phone::from_digits(without).unwrap();
        world.queue.open_windows(vec![Opening { person, ..other }]).await.unwrap();
        assert_eq!((open_rows(&world).await, shown(&world).await), (0, vec![None]));
        world.queue.open_windows(vec![Opening { person, ..wrote(0, NOW) }]).await.unwrap();
        assert_eq!(open_rows(&world).await, 1);
        assert_eq!(shown(&world).await, [Some(NOW.0 + 86_400_000)]);
        let counts = world.queue.window_counts(NOW).await.unwrap();
        assert_eq!(counts.iter().map(|of| of.n_open).sum::<u64>(), 2);
    }

    #[tokio::test]
    async fn old_windows_are_forgotten_when_somebody_writes_and_a_restored_copy_has_none() {
        let world = world(2).await;
        let old = Timestamp(NOW.0 - 49 * 3_600_000);
        world.queue.open_windows(vec![wrote(0, old)]).await.unwrap();
        assert_eq!(world.queue.windows_of(phone(0)).await.unwrap().len(), 1);
        world.queue.open_windows(vec![wrote(1, NOW)]).await.unwrap();
        assert!(world.queue.windows_of(phone(0)).await.unwrap().is_empty());
        assert_eq!(open_rows(&world).await, 1);
        world.queue.accept_restored().await.unwrap();
        assert_eq!((open_rows(&world).await, shown(&world).await), (0, vec![None, None]));
    }

    async fn import_list(world: &World, is_dry_run: bool, rows: Vec<crate::domain::NewRecipient>) {
        let new = crate::queue::NewImport {
            campaign: world.campaign,
            file_name: "list.csv".to_owned(),
            sha256: "01".to_owned(),
            layout: crate::domain::Layout::default(),
            sender: Some(sender()),
            is_dry_run,
        };
        let mut importing = world.queue.import(new).unwrap();
        let importing = tokio::task::spawn_blocking(move || {
            importing.add(rows)?;
            importing.finish(NOW)
        });
        importing.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_list_that_says_when_people_wrote_opens_their_windows_in_the_imports_commit() {
        let world = world(2).await;
        let at = Timestamp(NOW.0 - 3_600_000);
        // A person of an earlier list, and a new one; the third has not written lately.
        let rows = || {
            let wrote = |line, n| crate::domain::NewRecipient { wrote_at: Some(at), ..good(line, n) };
            vec![wrote(2, 1), wrote(3, 7), good(4, 8)]
        };
        import_list(&world, true, rows()).await;
        assert_eq!(open_rows(&world).await, 0, "a dry run opens nothing");
        import_list(&world, false, rows()).await;
        assert_eq!(open_rows(&world).await, 2);
        let closes_at = Some(at.0 + 86_400_000);
        assert_eq!(shown(&world).await, [None, closes_at, None, closes_at, None]);
        let known = world.queue.windows_of(phone(7)).await.unwrap();
        assert_eq!((known[0].1.source, known[0].1.kind.as_str()), (WindowSource::List, "column"));
        // What they wrote themselves later goes before what the list says.
        world.queue.open_windows(vec![wrote(7, NOW)]).await.unwrap();
        import_list(&world, false, vec![crate::domain::NewRecipient { wrote_at: Some(at), ..good(5, 7) }])
            .await;
        assert_eq!(world.queue.windows_of(phone(7)).await.unwrap()[0].1.last_at, NOW);
    }

    #[tokio::test]
    async fn a_list_that_is_added_on_the_way_sees_the_windows_that_are_known() {
        let world = world(1).await;
        let lease = world.start().await;
        world.queue.begin_sending(world.campaign, lease.epoch(), sender(), NOW).await.unwrap();
        world.queue.open_windows(vec![wrote(5, NOW)]).await.unwrap();
        world.import(vec![good(9, 5)]).await.unwrap();
        assert_eq!(shown(&world).await, [None, Some(NOW.0 + 86_400_000)]);
    }

    #[tokio::test]
    async fn a_campaign_of_the_settings_number_sees_the_windows_once_it_is_known() {
        let world = World::with(2).await;
        world.queue.open_windows(vec![wrote(1, NOW)]).await.unwrap();
        assert_eq!(shown(&world).await, [None, None]);
        let campaign = world.campaign;
        in_commit!(world.queue, |connection| { show_all(connection, campaign, sender(), NOW).await })
            .unwrap();
        assert_eq!(shown(&world).await, [None, Some(NOW.0 + 86_400_000)]);
        world.queue.open_windows(vec![wrote(0, NOW)]).await.unwrap();
        assert_eq!(open_rows(&world).await, 2);
        assert!(shown(&world).await.iter().all(Option::is_some));
    }
}
