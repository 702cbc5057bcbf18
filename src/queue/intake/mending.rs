//! Rejected rows that come again with a later list: the row of that list takes their place.
//!
//! Which row is which: a file of rejected rows says it (list and line); the same file read in another way has the same
//! lines; a list of the same name and columns is the earlier one corrected where at least half of the earlier one's usable
//! rows come again at their lines. Only rejected rows are replaced, so nobody who was or may be messaged is touched.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    imports::{NewImport, TakenLine},
    removal,
};
use crate::{
    domain::{CampaignId, Layout, NewRecipient, Status},
    queue::{
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        rows,
        upkeep::audit::{self, AuditEntry},
    },
};

/// How many rows are moved with one statement.
const AT_ONCE: usize = 5_000;

/// How many mended lines of a list the audit log names.
const LINES_NAMED: usize = 20;

/// A row that stands at a place: its list, its line there, and the row itself.
type Place = (i64, u64, i64);

/// What an import may mend, and what of it has come so far.
#[derive(Debug)]
pub(super) struct Mending {
    /// The campaign's earlier lists, by name.
    by_name: BTreeMap<String, Vec<i64>>,
    /// The earlier lists that the new one may be again.
    twins: Vec<Twin>,
    /// The rejected rows, in order; also by the places of those that they have mended themselves.
    rejected: Vec<Place>,
    /// Rejected rows whose place is taken, and by which row.
    taken: BTreeMap<i64, i64>,
}

/// An earlier list that the new one may be again.
#[derive(Debug)]
struct Twin {
    import_id: i64,
    /// The very same file, so that its lines are the same too.
    is_same_file: bool,
    n_usable: u64,
    /// How many rows of the new list have the number that the earlier one has at the same line.
    n_again: u64,
    /// Rejected rows whose place is taken if the new list turns out to be this one corrected.
    taken: BTreeMap<i64, i64>,
}

impl Mending {
    /// What a list may mend that comes into a campaign.
    pub(super) async fn of(connection: &mut Connection, new: &NewImport) -> Result<Option<Self>, QueueError> {
        let rejected = rejected(connection, new.campaign).await?;
        if rejected.is_empty() {
            return Ok(None);
        }
        let (mut by_name, mut twins) = (BTreeMap::<String, Vec<i64>>::new(), Vec::new());
        for list in removal::lists(connection, new.campaign).await? {
            by_name.entry(list.file_name.clone()).or_default().push(list.import_id);
            let is_same_file = list.sha256 == new.sha256;
            let has_columns = || has_headers(&list.layout, &new.layout);
            if is_same_file || list.file_name == new.file_name && has_columns() {
                let statuses =
                    removal::statuses(connection, list.first_recipient_id, list.last_recipient_id).await?;
                let usable = statuses.iter().filter(|(status, _)| *status != Status::Rejected);
                let n_usable = usable.map(|(_, n)| n).sum();
                let (import_id, taken) = (list.import_id, BTreeMap::new());
                twins.push(Twin { import_id, is_same_file, n_usable, n_again: 0, taken });
            }
        }
        Ok(Some(Self { by_name, twins, rejected, taken: BTreeMap::new() }))
    }

    /// Takes note of rows that came in, the first of them as row `first_id`, and of those whose number an earlier one has.
    pub(super) fn see(&mut self, first_id: i64, batch: &[NewRecipient], duplicates: &[TakenLine]) {
        let duplicates: BTreeMap<u64, u64> = duplicates.iter().map(|it| (it.line, it.of_line)).collect();
        for (id, row) in (first_id..).zip(batch) {
            let again = duplicates.get(&row.line) == Some(&row.line);
            if let Some(mended) = &row.mends {
                let list = self.list_of(mended.file_name.as_deref());
                let places = list.map(|list| at(&self.rejected, list, mended.line)).unwrap_or_default();
                take(&mut self.taken, places, id);
                continue;
            }
            for twin in &mut self.twins {
                let places = at(&self.rejected, twin.import_id, row.line);
                twin.n_again += u64::from(again);
                // Where lines have moved, what stands at the line now is somebody of another line.
                if twin.is_same_file || !duplicates.contains_key(&row.line) {
                    take(&mut twin.taken, places, id);
                }
            }
        }
    }

    /// The list of that name; without one, the only list that there is. None where several could be meant.
    fn list_of(&self, file_name: Option<&str>) -> Option<i64> {
        let lists = match file_name {
            Some(name) => self.by_name.get(name)?.as_slice(),
            None => match self.by_name.values().next()?.as_slice() {
                only if self.by_name.len() == 1 => only,
                _ => return None,
            },
        };
        // The same list may have come several times: its lines are those of the last time.
        lists.last().copied()
    }

    /// Puts the rows in the places that they take. Says how many rejected rows there were.
    pub(super) async fn finish(
        mut self,
        connection: &mut Connection,
        new: &NewImport,
        entry: &AuditEntry,
        deltas: &mut Deltas,
    ) -> Result<u64, QueueError> {
        for twin in self.twins {
            if twin.is_same_file || twin.n_usable <= twin.n_again * 2 {
                for (earlier, by) in twin.taken {
                    self.taken.entry(earlier).or_insert(by);
                }
            }
        }
        let taken: Vec<(i64, i64)> = self.taken.into_iter().collect();
        for part in taken.chunks(AT_ONCE) {
            set_aside(connection, part).await?;
        }
        if !taken.is_empty() {
            tell(connection, new, entry, &taken).await?;
            deltas.remove(new.campaign, Status::Rejected, taken.len() as u64);
        }
        Ok(taken.len() as u64)
    }
}

/// The rejected rows at a line of a list; a line with several numbers may have several.
fn at(rejected: &[Place], import_id: i64, line: u64) -> Vec<i64> {
    let first = rejected.partition_point(|place| (place.0, place.1) < (import_id, line));
    let here = rejected[first..].iter().take_while(|place| (place.0, place.1) == (import_id, line));
    here.map(|place| place.2).collect()
}

fn take(taken: &mut BTreeMap<i64, i64>, places: Vec<i64>, by: i64) {
    for earlier in places {
        taken.entry(earlier).or_insert(by);
    }
}

fn has_headers(one: &Layout, other: &Layout) -> bool {
    one.headers == other.headers
}

struct RejectedRow {
    import_id: i64,
    line: i64,
    recipient_id: i64,
}

/// The rejected rows of a campaign by the places at which they stand, their own and those of the rows that they mended.
async fn rejected(connection: &mut Connection, campaign: CampaignId) -> Result<Vec<Place>, QueueError> {
    let found = query_as!(
        RejectedRow,
        r#"with recursive
            mending (import_id, line, recipient_id) as (
                select import_id, line, by_recipient_id from mended where campaign_id = $1
                union all
                select mending.import_id, mending.line, mended.by_recipient_id
                from mending join mended on mended.recipient_id = mending.recipient_id
            )
        select import_id as "import_id!: i64", line as "line!: i64", recipient_id as "recipient_id!: i64"
        from recipient
        where campaign_id = $1 and status = 'rejected' and number is null and number_hash is null
        union all
        select mending.import_id, mending.line, mending.recipient_id
        from mending cross join recipient
        where recipient.recipient_id = mending.recipient_id and recipient.campaign_id = $1
            and recipient.status = 'rejected' and recipient.number is null and recipient.number_hash is null"#,
        campaign.0,
    )
    .fetch_all(connection)
    .await?;
    let places: BTreeSet<Place> =
        found.into_iter().map(|row| (row.import_id, rows::count(row.line), row.recipient_id)).collect();
    Ok(places.into_iter().collect())
}

/// Moves rejected rows out of the campaign, each for the row that took its place.
async fn set_aside(connection: &mut Connection, taken: &[(i64, i64)]) -> Result<(), QueueError> {
    let taken = rows::to_json(&taken);
    query!(
        "insert into mended (
            recipient_id, campaign_id, import_id, by_recipient_id, line, input_to, code, error, ref, ref1, ref2, cells
        )
        select recipient_id, campaign_id, import_id, cast(taken.value ->> 1 as bigint), line, input_to, code, error, ref, ref1, ref2, cells
        from json_each($1) as taken cross join recipient
        where recipient_id = cast(taken.value ->> 0 as bigint)",
        taken,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "update import set n_mended = n_mended + set_aside.n
        from (
            select import_id, count(*) as n
            from json_each($1) as taken cross join recipient
            where recipient_id = cast(taken.value ->> 0 as bigint)
            group by import_id
        ) as set_aside
        where import.import_id = set_aside.import_id",
        taken,
    )
    .execute(&mut *connection)
    .await?;
    query!(
        "delete from recipient where recipient_id in (select cast(value ->> 0 as bigint) from json_each($1))",
        taken
    )
    .execute(connection)
    .await?;
    Ok(())
}

struct TellRow {
    import_id: i64,
    file_name: String,
    line: i64,
    code: Option<String>,
}

/// Writes down which rows were mended: their lists, lines and what was wrong with them.
async fn tell(
    connection: &mut Connection,
    new: &NewImport,
    entry: &AuditEntry,
    taken: &[(i64, i64)],
) -> Result<(), QueueError> {
    let mut lists: BTreeMap<(i64, String), (u64, Vec<String>)> = BTreeMap::new();
    for part in taken.chunks(AT_ONCE) {
        let ids = rows::to_json(&part);
        let found = query_as!(
            TellRow,
            r#"select import.import_id as "import_id!", import.file_name, mended.line, mended.code
            from json_each($1) as taken
            cross join mended
            join import on import.import_id = mended.import_id
            where mended.recipient_id = cast(taken.value ->> 0 as bigint)
            order by taken.key"#,
            ids,
        )
        .fetch_all(&mut *connection)
        .await?;
        for row in found {
            let (n, lines) = lists.entry((row.import_id, row.file_name)).or_default();
            *n += 1;
            if lines.len() < LINES_NAMED {
                lines.push(format!("{} {}", row.line, row.code.unwrap_or_default()));
            }
        }
    }
    for ((_, file_name), (n, lines)) in lists {
        let rows = audit::n_rows(n);
        let more = if n > lines.len() as u64 { " …" } else { "" };
        let by = &new.file_name;
        let detail =
            format!("{rows} of {file_name} rejected before, now with {by}: line {}{more}", lines.join(", "));
        audit::record(connection, &entry.saying("mend", detail)).await?;
    }
    Ok(())
}

/// Puts the rejected rows back whose places the rows between two numbers have taken.
pub(super) async fn put_back(
    connection: &mut Connection,
    campaign: CampaignId,
    (first, last): (i64, i64),
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    let n_back = query!(
        "insert into recipient (
            recipient_id, campaign_id, import_id, line, input_to, status, code, error, ref, ref1, ref2, cells
        )
        select recipient_id, campaign_id, import_id, line, input_to, 'rejected', code, error, ref, ref1, ref2, cells
        from mended where by_recipient_id between $1 and $2",
        first,
        last,
    )
    .execute(&mut *connection)
    .await?
    .rows_affected();
    if n_back == 0 {
        return Ok(());
    }
    query!(
        "update import set n_mended = n_mended - back.n
        from (
            select import_id, count(*) as n from mended where by_recipient_id between $1 and $2 group by import_id
        ) as back
        where import.import_id = back.import_id",
        first,
        last,
    )
    .execute(&mut *connection)
    .await?;
    query!("delete from mended where by_recipient_id between $1 and $2", first, last)
        .execute(connection)
        .await?;
    deltas.add(campaign, Status::Rejected, n_back);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{RejectedRow, Rejection, RowCode, Standing, State},
        queue::tests::{NOW, World, accepted, good, settled},
    };

    fn bad(line: u64) -> NewRecipient {
        let rejection = Rejection {
            code: RowCode::PhoneTooShort,
            column: "to".to_owned(),
            found: "123".to_owned(),
            to: "123".to_owned(),
            text: "too short".to_owned(),
        };
        NewRecipient { standing: Standing::Rejected(rejection), ..good(line, line) }
    }

    fn mends(row: NewRecipient, file_name: Option<&str>, line: u64) -> NewRecipient {
        NewRecipient { mends: Some(RejectedRow { file_name: file_name.map(str::to_owned), line }), ..row }
    }

    /// A campaign without lists.
    async fn empty() -> World {
        let world = World::with(0).await;
        assert_eq!(world.statuses().await, []);
        world
    }

    /// Imports a list, and says how many rejected rows it mended.
    async fn import(world: &World, (file_name, sha256): (&str, &str), rows: Vec<NewRecipient>) -> u64 {
        let new = NewImport {
            campaign: world.campaign,
            file_name: file_name.to_owned(),
            sha256: sha256.to_owned(),
            sender: None,
            layout: Layout::new(
                ["to", "ref", "name", "city"].map(str::to_owned).to_vec(),
                vec![0],
                [Some(1), None, None],
                BTreeMap::default(),
            ),
            is_dry_run: false,
        };
        let mut importing = world.queue.import(new).unwrap();
        let importing = tokio::task::spawn_blocking(move || {
            importing.add(rows).unwrap();
            let n_mended = importing.close(NOW).unwrap();
            importing.finish(NOW).unwrap();
            n_mended
        });
        importing.await.unwrap()
    }

    #[tokio::test]
    async fn a_corrected_list_takes_the_places_of_the_rows_that_were_rejected_in_it() {
        let world = empty().await;
        import(&world, ("a.csv", "1"), vec![good(2, 2), bad(3), good(4, 4), bad(5), bad(6)]).await;
        // 5 is right now, 6 is wrong again, and 3 is the number of 2.
        let corrected = vec![good(2, 2), good(3, 2), good(4, 4), good(5, 5), bad(6)];
        assert_eq!(import(&world, ("a.csv", "2"), corrected).await, 2);
        let (q, r, d) = (Status::Queued, Status::Rejected, Status::Duplicate);
        assert_eq!(world.statuses().await, [(2, q), (3, r), (4, q), (2, d), (3, d), (4, d), (5, q), (6, r)]);
        for line in [3, 4, 5, 6] {
            let n_found = world.queue.find_line(world.campaign, line).await.unwrap().len();
            assert_eq!(n_found, if line < 5 { 2 } else { 1 }, "line {line}");
        }
    }

    #[tokio::test]
    async fn the_same_file_read_rightly_leaves_nobody_rejected_however_often_it_was_read_wrongly() {
        let world = empty().await;
        for n_mended in [0, 3] {
            assert_eq!(import(&world, ("a.csv", "1"), vec![bad(2), bad(3), bad(4)]).await, n_mended);
        }
        assert_eq!(import(&world, ("copy.csv", "1"), vec![good(2, 2), good(3, 3), good(4, 2)]).await, 3);
        let (q, d) = (Status::Queued, Status::Duplicate);
        assert_eq!(world.statuses().await, [(2, q), (3, q), (4, d)]);
    }

    #[tokio::test]
    async fn another_list_of_the_same_name_mends_nothing() {
        let world = empty().await;
        import(&world, ("export.csv", "1"), vec![good(2, 2), good(3, 3), good(4, 4), bad(5)]).await;
        let others = vec![good(2, 12), good(3, 3), good(4, 14), good(5, 15)];
        assert_eq!(import(&world, ("export.csv", "2"), others).await, 0);
        let counts = world.queue.counts(world.campaign).await.unwrap();
        assert_eq!((counts.of(Status::Rejected), counts.total()), (1, 8));
    }

    #[tokio::test]
    async fn a_file_of_rejected_rows_mends_those_of_its_list_over_several_rounds() {
        let world = empty().await;
        import(&world, ("a.csv", "1"), vec![good(2, 2), bad(3), bad(4), bad(5)]).await;
        import(&world, ("b.csv", "2"), vec![bad(3)]).await;
        let round = vec![mends(bad(2), Some("a.csv"), 4), mends(good(3, 5), Some("a.csv"), 5)];
        assert_eq!(import(&world, ("mend.csv", "3"), round).await, 2);
        // Line 4 of a.csv is line 2 of mend.csv by now; without a name, several lists could be meant.
        let round = vec![mends(good(2, 4), Some("a.csv"), 4), mends(good(3, 3), None, 3)];
        assert_eq!(import(&world, ("mend.csv", "4"), round).await, 1);
        let (q, r) = (Status::Queued, Status::Rejected);
        assert_eq!(world.statuses().await, [(2, q), (3, r), (3, r), (3, q), (2, q), (3, q)]);
    }

    #[tokio::test]
    async fn a_list_that_is_taken_out_gives_the_rejected_rows_back() {
        let world = empty().await;
        import(&world, ("a.csv", "1"), vec![good(2, 2), bad(3)]).await;
        let before = world.statuses().await;
        import(&world, ("mend.csv", "2"), vec![mends(good(2, 3), Some("a.csv"), 3)]).await;
        let imports = world.queue.imports(world.campaign).await.unwrap();
        assert_eq!(imports.iter().map(crate::queue::Import::n_rows).collect::<Vec<_>>(), [1, 1]);
        world.queue.remove_last_list(world.campaign, imports[1].import_id).await.unwrap();
        assert_eq!(world.statuses().await, before);
        assert_eq!(world.queue.verify(world.campaign).await.unwrap().wrong, Vec::<String>::new());
        // And it can be mended again.
        assert_eq!(import(&world, ("mend.csv", "3"), vec![mends(good(2, 3), Some("a.csv"), 3)]).await, 1);
        assert_eq!(world.queue.delete(world.campaign).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn who_was_messaged_is_not_messaged_again_when_the_list_comes_corrected() {
        let world = empty().await;
        let queue = world.queue.acting_as("asha", || NOW);
        import(&world, ("a.csv", "1"), vec![good(2, 2), bad(3)]).await;
        let lease = world.start().await;
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        world.queue.finish(world.campaign, NOW).await.unwrap();
        let world = World { queue, ..world };
        // The mended row has the number of the one who was messaged.
        assert_eq!(import(&world, ("a.csv", "1"), vec![good(2, 2), good(3, 2)]).await, 1);
        let (a, d) = (Status::Accepted, Status::Duplicate);
        assert_eq!(world.statuses().await, [(2, a), (2, d), (3, d)]);
        assert_eq!(world.queue.campaign("spring").await.unwrap().state, State::Finished);
        let told = world.queue.audit_trail(None, 5).await.unwrap();
        let mended = told.iter().find(|line| line.command == "mend").unwrap();
        assert_eq!(mended.detail, "1 row of a.csv rejected before, now with a.csv: line 3 PHONE_TOO_SHORT");
        world.queue.purge(world.campaign, NOW).await.unwrap();
        let n: i64 = crate::queue::engine::Text::new("select count(*) from mended")
            .fetch_scalar(&world.queue.readers)
            .await
            .unwrap();
        assert_eq!(n, 0, "what is set aside is personal too");
    }
}
