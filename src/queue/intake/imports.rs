//! Adding a file's rows: one transaction, all of them or none.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use crate::{
    domain::{
        CampaignId, Layout, NewRecipient, Phone, Standing, Status, Timestamp,
        campaign::Step,
        reach::{Opening, WindowSource},
    },
    queue::{
        Queue,
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        intake::{
            insertion::{Insertion, cells},
            mending::Mending,
            removal,
        },
        reach::windows,
        rows,
        server::{self, Server},
        states,
        upkeep::{audit, purge},
        writer::{begin, rollback},
    },
    trial,
};

/// A file that is about to be imported.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Into which campaign.
    pub campaign: CampaignId,
    /// The file's name, without its folder.
    pub file_name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How its columns are used.
    pub layout: Layout,
    /// The business number that its people wrote to, where the list says when they did; none where it is not known.
    pub sender: Option<Phone>,
    /// Whether to take everything back at the end, after having counted it.
    pub is_dry_run: bool,
}

/// A file that was imported. Its rows are numbered in order, without a gap except where rows were mended.
#[derive(Debug, Clone)]
pub struct Import {
    pub import_id: i64,
    /// The file's name, without its folder.
    pub file_name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How its columns are used.
    pub layout: Layout,
    pub first_recipient_id: i64,
    pub last_recipient_id: i64,
    /// How many of its rejected rows came in mended with a later list.
    pub n_mended: u64,
    pub imported_at: Timestamp,
}

impl Import {
    /// How many rows it has.
    pub fn n_rows(&self) -> u64 {
        rows::count(self.last_recipient_id - self.first_recipient_id + 1).saturating_sub(self.n_mended)
    }
}

/// What became of a batch beyond what the importer knew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    /// Rows whose number an earlier row has.
    pub taken: Vec<TakenLine>,
    /// Rows on the suppression list.
    pub n_suppressed: u64,
}

/// A row whose number an earlier row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenLine {
    pub line: u64,
    /// The line of the earlier row, in its own file.
    pub of_line: u64,
    pub to: Phone,
}

#[derive(Debug)]
enum Part {
    Batch(Vec<NewRecipient>, oneshot::Sender<Result<Added, QueueError>>),
    /// The next file of the same transaction.
    Next(Box<NewImport>, Timestamp, oneshot::Sender<Result<(), QueueError>>),
    /// No more rows of this file.
    Close(Timestamp, oneshot::Sender<Result<u64, QueueError>>),
    Finish(Timestamp, oneshot::Sender<Result<(), QueueError>>),
}

/// What the writer needs to carry an import through.
pub(crate) struct ImportRun {
    new: NewImport,
    parts: mpsc::Receiver<Part>,
    entry: audit::AuditEntry,
    /// Whether the campaign's earlier lists are taken out first.
    replaces: bool,
    /// Whether the transaction has begun: it does with the first row.
    has_begun: bool,
}

/// An import under way. Dropping it takes everything back.
#[derive(Debug)]
pub struct Importing {
    parts: mpsc::Sender<Part>,
    /// The answer to the batch before, which is inserted while the next one is read.
    answer: Option<oneshot::Receiver<Result<Added, QueueError>>>,
}

impl Importing {
    /// Adds rows in file order, and says what became of the batch before; an empty batch only asks. For a thread that
    /// may block.
    pub fn add(&mut self, batch: Vec<NewRecipient>) -> Result<Added, QueueError> {
        let next = if batch.is_empty() {
            None
        } else {
            let (reply, answer) = oneshot::channel();
            if self.parts.blocking_send(Part::Batch(batch, reply)).is_err() {
                // The writer gave up on the batch before, whose answer says why.
                return self.answered().and(Err(QueueError::ImportAbandoned));
            }
            Some(answer)
        };
        let added = self.answered();
        self.answer = next;
        added
    }

    fn answered(&mut self) -> Result<Added, QueueError> {
        match self.answer.take() {
            Some(answer) => answer.blocking_recv().map_err(|_| QueueError::ImportAbandoned)?,
            None => Ok(Added::default()),
        }
    }

    /// Goes on with another file, in the same transaction. For a thread that may block.
    pub fn next(&mut self, new: NewImport, now: Timestamp) -> Result<(), QueueError> {
        self.answered()?;
        self.ask(|reply| Part::Next(Box::new(new), now, reply))
    }

    /// Ends the file, and says how many rows that were rejected before it has mended. For a thread that may block.
    pub fn close(&mut self, now: Timestamp) -> Result<u64, QueueError> {
        self.answered()?;
        self.ask(|reply| Part::Close(now, reply))
    }

    /// Commits, or on a dry run takes everything back. For a thread that may block.
    pub fn finish(mut self, now: Timestamp) -> Result<(), QueueError> {
        self.answered()?;
        self.ask(|reply| Part::Finish(now, reply))
    }

    fn ask<T>(
        &self,
        part: impl FnOnce(oneshot::Sender<Result<T, QueueError>>) -> Part,
    ) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        self.parts.blocking_send(part(reply)).map_err(|_| QueueError::ImportAbandoned)?;
        answer.blocking_recv().map_err(|_| QueueError::ImportAbandoned)?
    }
}

struct ImportsRow {
    import_id: i64,
    file_name: String,
    sha256: String,
    layout: String,
    first_recipient_id: i64,
    last_recipient_id: i64,
    n_mended: i64,
    imported_at: i64,
}

impl Queue {
    /// Begins an import. Other writes of this process wait until it ends.
    pub fn import(&self, new: NewImport) -> Result<Importing, QueueError> {
        self.begin_import(new, false)
    }

    /// Begins an import in place of the campaign's earlier lists, which are taken out in the same transaction. Refused
    /// with the first row where anybody of them may have been messaged.
    pub fn import_instead(&self, new: NewImport) -> Result<Importing, QueueError> {
        self.begin_import(new, true)
    }

    fn begin_import(&self, new: NewImport, replaces: bool) -> Result<Importing, QueueError> {
        let (parts, received) = mpsc::channel(1);
        let entry = self.audit_entry("import", Some(new.campaign), "");
        self.writer.import(ImportRun { new, parts: received, entry, replaces, has_begun: false })?;
        Ok(Importing { parts, answer: None })
    }

    /// The name of a campaign into which the file with that digest was imported, if there is one.
    pub async fn campaign_with_list(&self, sha256: &str) -> Result<Option<String>, QueueError> {
        let found = query_scalar!(
            "select name from import join campaign using (campaign_id) where sha256 = $1 order by import_id limit 1",
            sha256
        );
        Ok(found.fetch_optional(&self.readers).await?)
    }

    /// The files imported into a campaign, in order.
    pub async fn imports(&self, campaign: CampaignId) -> Result<Vec<Import>, QueueError> {
        let found = query_as!(
            ImportsRow,
            "select import_id, file_name, sha256, layout, first_recipient_id, last_recipient_id, n_mended, imported_at
            from import where campaign_id = $1 order by import_id",
            campaign.0
        )
        .fetch_all(&self.readers)
        .await?;
        found
            .into_iter()
            .map(|row| {
                Ok(Import {
                    import_id: row.import_id,
                    file_name: row.file_name,
                    sha256: row.sha256,
                    layout: layout(row.import_id, &row.layout)?,
                    first_recipient_id: row.first_recipient_id,
                    last_recipient_id: row.last_recipient_id,
                    n_mended: rows::count(row.n_mended),
                    imported_at: Timestamp(row.imported_at),
                })
            })
            .collect()
    }
}

/// How a list's columns are used, as it is stored.
pub(super) fn layout(import_id: i64, stored: &str) -> Result<Layout, QueueError> {
    serde_json::from_str(stored).map_err(|_| rows::inconsistent("import", "layout", import_id, stored))
}

/// Carries one import into a server's database through, on a connection of its own.
pub(crate) fn spawn(server: Arc<Server>, run: ImportRun) {
    // Whoever imports waits for its answers, and nobody for the task: where the process ends the import is taken back.
    let _task = tokio::spawn(async move {
        match server.connect().await {
            Ok(connection) => carry_through(&mut connection.into(), run).await,
            Err(error) => refuse(run, &error).await,
        }
    });
}

/// Tells whoever imports that nothing can be begun.
async fn refuse(mut run: ImportRun, error: &QueueError) {
    match run.parts.recv().await {
        Some(Part::Batch(_, reply)) => drop(reply.send(Err(error.clone()))),
        Some(Part::Close(_, reply)) => drop(reply.send(Err(error.clone()))),
        Some(Part::Next(_, _, reply) | Part::Finish(_, reply)) => drop(reply.send(Err(error.clone()))),
        None => {}
    }
}

/// Carries one import through, on the writer's connection. Its numbers and tags come in no order, so that every row
/// touches pages all over the indexes: for this while they have more room in memory.
pub(crate) async fn run(connection: &mut Connection, run: ImportRun) {
    set_cache(connection, "pragma cache_size = -49152").await;
    carry_through(connection, run).await;
    set_cache(connection, "pragma cache_size = -2000; pragma shrink_memory").await;
}

async fn set_cache(connection: &mut Connection, pragma: &'static str) {
    let Connection::Sqlite(held) = connection else { return };
    if let Err(error) = sqlx::raw_sql(pragma).execute(held.get()).await {
        tracing::debug!(error = %Arc::new(error), "the size of the cache stays as it was");
    }
}

async fn carry_through(connection: &mut Connection, mut run: ImportRun) {
    let mut open = None;
    while let Some(part) = run.parts.recv().await {
        match part {
            Part::Batch(batch, reply) => {
                let added = add(connection, &mut run, &mut open, batch).await;
                let failed = added.is_err();
                drop(reply.send(added));
                if failed {
                    break;
                }
            }
            Part::Next(new, now, reply) => {
                let closed = close(connection, &run, open.take(), now).await;
                let failed = closed.is_err();
                run.new = *new;
                drop(reply.send(closed.map(drop)));
                if failed {
                    break;
                }
            }
            Part::Close(now, reply) => {
                let closed = close(connection, &run, open.take(), now).await;
                let failed = closed.is_err();
                drop(reply.send(closed));
                if failed {
                    break;
                }
            }
            Part::Finish(now, reply) => {
                let finished = finish(connection, &run, open.take(), now).await;
                if finished.is_err() {
                    rollback(&mut *connection).await;
                }
                drop(reply.send(finished));
                return;
            }
        }
    }
    rollback(&mut *connection).await;
}

/// A file of which rows have come.
struct Open {
    import_id: i64,
    next_recipient_id: i64,
    first_recipient_id: i64,
    has_suppressions: bool,
    /// None where no row of the campaign is rejected.
    mending: Option<Mending>,
    insertion: Insertion,
    deltas: Deltas,
    n_queued: u64,
}

async fn add(
    connection: &mut Connection,
    run: &mut ImportRun,
    open: &mut Option<Open>,
    batch: Vec<NewRecipient>,
) -> Result<Added, QueueError> {
    if batch.is_empty() {
        return Ok(Added::default());
    }
    if !run.has_begun {
        start(connection, run).await?;
    }
    let new = &run.new;
    if open.is_none() {
        *open = Some(open_list(connection, new).await?);
    }
    let open = open.as_mut().expect("it was opened just above");
    let first_id = open.next_recipient_id;
    let last_id = first_id + rows::stored(batch.len() as u64) - 1;
    open.next_recipient_id = last_id + 1;

    let n_rows = batch.len() as u64;
    let n_rejected = batch.iter().filter(|row| matches!(row.standing, Standing::Rejected(_))).count() as u64;
    let n_inserted = open.insertion.insert(connection, first_id, &batch).await?;
    let mut added = Added::default();
    if n_inserted < n_rows {
        added.taken = insert_taken(connection, new, open, first_id, &batch).await?;
    }
    if let Some(mending) = &mut open.mending {
        mending.see(first_id, &batch, &added.taken);
    }
    if open.has_suppressions {
        added.n_suppressed = suppress(connection, first_id, last_id).await?;
    }
    windows::open(connection, &openings(new, &batch)).await?;
    let n_taken = added.taken.len() as u64;
    let n_queued = n_rows - n_rejected - n_taken - added.n_suppressed;
    open.n_queued += n_queued;
    open.deltas.add(new.campaign, Status::Rejected, n_rejected);
    open.deltas.add(new.campaign, Status::Duplicate, n_taken);
    open.deltas.add(new.campaign, Status::Suppressed, added.n_suppressed);
    open.deltas.add(new.campaign, Status::Queued, n_queued);
    trial::crash_point("import:batch");
    Ok(added)
}

async fn start(connection: &mut Connection, run: &mut ImportRun) -> Result<(), QueueError> {
    begin(&mut *connection).await?;
    number_alone(connection).await?;
    if run.replaces {
        server::lock(connection).await?;
    }
    run.has_begun = true;
    let campaign = run.new.campaign;
    // A campaign that takes no more recipients refuses before any work is done.
    states::check_step(connection, campaign, Step::AddRecipients).await?;
    purge::check_not_purged(connection, campaign).await?;
    if run.replaces {
        removal::remove_all(connection, campaign, &run.entry).await?;
    }
    Ok(())
}

/// Rows are numbered without a gap, so one import at a time numbers them. A file has one writer; in a server this is a lock
/// that nobody else takes, so that an import holds up other imports alone until its last statements.
async fn number_alone(connection: &mut Connection) -> Result<(), QueueError> {
    const NUMBERS: i64 = 0x6e75_6d62_6572;
    if let Connection::Postgres(held) = connection {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(NUMBERS).execute(held.get()).await?;
    }
    Ok(())
}

async fn open_list(connection: &mut Connection, new: &NewImport) -> Result<Open, QueueError> {
    let next_recipient_id =
        query_scalar!(r#"select coalesce(max(last_recipient_id), 0) + 1 as "next!: i64" from import"#)
            .fetch_one(&mut *connection)
            .await?;
    let has_suppressions = query_scalar!(r#"select exists (select 1 from suppression) as "has!: bool""#)
        .fetch_one(&mut *connection)
        .await?;
    let mending = Mending::of(connection, new).await?;
    let layout = rows::to_json(&new.layout);
    let import_id = query_scalar!(
        r#"insert into import (
            campaign_id, file_name, sha256, layout, first_recipient_id, last_recipient_id, imported_at
        ) values ($1, $2, $3, $4, $5, 0, 0)
        returning import_id as "id!""#,
        new.campaign.0,
        new.file_name,
        new.sha256,
        layout,
        next_recipient_id,
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(Open {
        import_id,
        next_recipient_id,
        first_recipient_id: next_recipient_id,
        has_suppressions,
        mending,
        insertion: Insertion::of(new.campaign, import_id),
        deltas: Deltas::default(),
        n_queued: 0,
    })
}

/// When the people of these rows wrote, as the list says it.
fn openings(new: &NewImport, batch: &[NewRecipient]) -> Vec<Opening> {
    let Some(sender) = new.sender else { return Vec::new() };
    let opening = |row: &NewRecipient| match (&row.standing, row.wrote_at) {
        (Standing::Good(person), Some(at)) => Some(Opening {
            sender,
            person: *person,
            at,
            kind: "column".to_owned(),
            source: WindowSource::List,
            is_weak: false,
        }),
        (Standing::Good(_) | Standing::Rejected(_), _) => None,
    };
    batch.iter().filter_map(opening).collect()
}

/// A good row by position, for the statement that inserts duplicates.
fn row(row: &NewRecipient) -> impl serde::Serialize {
    let (number, spellings) = match &row.standing {
        Standing::Good(phone) => {
            let (canonical, other) = phone.spellings();
            let spellings = [Some(canonical), other].into_iter().flatten().map(Phone::digits).collect();
            (Some(phone.digits()), spellings)
        }
        Standing::Rejected(_) => (None, Vec::new()),
    };
    (row.line, number, row.refs.clone(), cells(row), spellings)
}

struct InsertTakenRow {
    line: i64,
    duplicate_of_line: i64,
    input_to: String,
}

/// Inserts the rows that the unique index turned away, as duplicates that name the line they repeat.
async fn insert_taken(
    connection: &mut Connection,
    new: &NewImport,
    open: &Open,
    first_id: i64,
    batch: &[NewRecipient],
) -> Result<Vec<TakenLine>, QueueError> {
    let rows_json = rows::to_json(&batch.iter().map(row).collect::<Vec<_>>());
    let found = query_as!(
        InsertTakenRow,
        r#"insert into recipient (
            recipient_id, campaign_id, import_id, line, input_to, duplicate_of_line, status, error, ref, ref1, ref2, cells
        )
        select
            $1 + new.key, $2, $3, cast(new.value ->> 0 as bigint), '+' || (new.value ->> 1), earlier.line, 'duplicate',
            'same number as line ' || earlier.line
                || case when earlier.import_id = $3 then '' else ' of ' || import.file_name end,
            new.value -> 2 ->> 0, new.value -> 2 ->> 1, new.value -> 2 ->> 2, new.value ->> 3
        -- `cross` keeps this order: without it each batch would walk all recipients of the campaign.
        from json_each($4) as new
        cross join json_each(cast(new.value -> 4 as text)) as spelling
        cross join recipient as earlier
        join import on import.import_id = earlier.import_id
        where earlier.campaign_id = $2 and earlier.number = cast(spelling.atom as bigint)
            and not exists (select 1 from recipient as known where known.recipient_id = $1 + new.key)
        returning line, duplicate_of_line as "duplicate_of_line!", input_to as "input_to!""#,
        first_id,
        new.campaign.0,
        open.import_id,
        rows_json,
    )
    .fetch_all(connection)
    .await?;
    let mut taken = Vec::with_capacity(found.len());
    for row in found {
        let to = row.input_to;
        taken.push(TakenLine {
            line: rows::count(row.line),
            of_line: rows::count(row.duplicate_of_line),
            to: Phone::parse(&to)
                .map_err(|_| rows::inconsistent("recipient", "input_to", row.line, "a number"))?,
        });
    }
    taken.sort_unstable_by_key(|line| line.line);
    Ok(taken)
}

pub(super) async fn suppress(
    connection: &mut Connection,
    first_id: i64,
    last_id: i64,
) -> Result<u64, QueueError> {
    let suppressed = query!(
        "update recipient set status = 'suppressed', error = (
            select 'on the suppression list: ' || reason from suppression
            where suppression.canonical = coalesce(recipient.canonical, recipient.number)
        )
        where recipient_id between $1 and $2 and status = 'queued'
            and exists (
                select 1 from suppression
                where suppression.canonical = coalesce(recipient.canonical, recipient.number)
            )",
        first_id,
        last_id,
    )
    .execute(connection)
    .await?;
    Ok(suppressed.rows_affected())
}

/// Ends a file, and says how many rows it has mended. One without rows leaves nothing.
async fn close(
    connection: &mut Connection,
    run: &ImportRun,
    open: Option<Open>,
    now: Timestamp,
) -> Result<u64, QueueError> {
    let Some(mut open) = open else { return Ok(0) };
    // From here on it changes what others change too.
    server::lock(connection).await?;
    purge::check_not_purged(connection, run.new.campaign).await?;
    let n_rows = rows::count(open.next_recipient_id - open.first_recipient_id);
    let detail = format!("{}: {}, {} queued", run.new.file_name, audit::n_rows(n_rows), open.n_queued);
    audit::record(connection, &run.entry.saying("import", detail)).await?;
    let last_recipient_id = open.next_recipient_id - 1;
    query!(
        "update import set first_recipient_id = $1, last_recipient_id = $2, imported_at = $3 where import_id = $4",
        open.first_recipient_id,
        last_recipient_id,
        now.0,
        open.import_id,
    )
    .execute(&mut *connection)
    .await?;
    if open.n_queued > 0 {
        states::add_recipients(connection, run.new.campaign).await?;
        show_windows(connection, run.new.campaign, now).await?;
    }
    let n_mended = match open.mending {
        Some(mending) => mending.finish(connection, &run.new, &run.entry, &mut open.deltas).await?,
        None => 0,
    };
    open.deltas.write(connection).await?;
    Ok(n_mended)
}

/// What is known of the windows of people in a campaign that is on its way; before its start they are shown by the start.
async fn show_windows(
    connection: &mut Connection,
    campaign: CampaignId,
    now: Timestamp,
) -> Result<(), QueueError> {
    let sent_from = query_scalar!("select sent_from from campaign where campaign_id = $1", campaign.0)
        .fetch_one(&mut *connection)
        .await?;
    match sent_from {
        Some(sender) => {
            let sender = rows::phone("campaign", campaign.0, sender)?;
            windows::show_all(connection, campaign, sender, now).await
        }
        None => Ok(()),
    }
}

async fn finish(
    connection: &mut Connection,
    run: &ImportRun,
    open: Option<Open>,
    now: Timestamp,
) -> Result<(), QueueError> {
    if !run.has_begun {
        // Files without rows never began a transaction, and replace nothing.
        return if run.replaces { Err(QueueError::NothingInstead) } else { Ok(()) };
    }
    close(connection, run, open, now).await?;
    if run.new.is_dry_run {
        rollback(&mut *connection).await;
        return Ok(());
    }
    trial::crash_point("import:commit");
    let committed = query!("commit").execute(connection).await.map_err(QueueError::from);
    trial::crash_point("import:committed");
    match committed {
        // Whether its rows are there tells whoever looks.
        Err(error) if error.is_unreachable() => Err(QueueError::Unanswered),
        committed => committed.map(drop),
    }
}

/// How many rows the imports of a campaign have, by what they say of themselves.
pub(crate) async fn n_rows(connection: &mut Connection, campaign: CampaignId) -> Result<i64, QueueError> {
    Ok(query_scalar!(
        r#"select cast(coalesce(sum(last_recipient_id - first_recipient_id + 1 - n_mended), 0) as bigint) as "n!: i64" from import
        where campaign_id = $1"#,
        campaign.0
    )
    .fetch_one(connection)
    .await?)
}
