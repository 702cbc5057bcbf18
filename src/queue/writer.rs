//! The one writer task: whatever arrived while the last commit was being synced goes into the next.
//!
//! One tick is one `begin immediate … commit`: outcomes, then receipts and commands, then
//! claims. A claim is handed out only after
//! the commit that marked its rows `sending` has returned; an outcome counts as recorded only after its commit too.

use std::{collections::VecDeque, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use super::engine::{Connection, On};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    counters::Deltas,
    error::QueueError,
    file::{
        ballast,
        lock::DatabaseFile,
        sentinel::{self, Sentinel},
    },
    intake::imports::{self, ImportRun},
    receipts::{self, Heard, Origin},
    sending::{
        claims::{self, ClaimOrder, Claimed},
        settlements::{self, Settled, Settlement},
    },
    server::{
        Session,
        holding::{self, RENEWS_EVERY},
    },
};
use crate::trial;

/// The most requests that one commit holds. Beyond it a commit gets slower, not cheaper.
const GROUP_MAX: usize = 1_024;

/// How long outcomes alone wait for company, so that a slow campaign does not sync the disk once for every answer.
const GATHER: Duration = Duration::from_millis(10);

/// How long to wait before outcomes that could not be written are tried again.
const STORAGE_RETRY: Duration = Duration::from_millis(500);

/// One in so many of those tries is told of.
const STORAGE_RETRIES_TOLD: u32 = 60;

type Reply<T> = oneshot::Sender<Result<T, QueueError>>;
type CommandFuture<'c> = Pin<Box<dyn Future<Output = Deliver> + Send + 'c>>;
/// Tells an asker whether the commit came about.
type Tell = Box<dyn FnOnce(Result<(), QueueError>) + Send>;
type Command = Box<dyn for<'c> FnOnce(&'c mut Connection) -> CommandFuture<'c> + Send>;

/// What a command leaves behind: whether its writes are to be kept, and how its asker is told once they are.
pub(super) struct Deliver {
    keep: bool,
    tell: Tell,
}

/// Runs a block with the writer's connection inside the next commit, and returns what the block returns after that
/// commit: `in_commit!(self, |connection| { … })`. See [`Writer::command`]. (A macro because a closure that is async and
/// borrows its argument cannot yet be required to be `Send`.)
macro_rules! in_commit {
    ($queue:expr, |$connection:ident| $body:block) => {
        $queue.writer.command(move |$connection| Box::pin(async move $body)).await
    };
}

enum Write {
    Claim(ClaimOrder, Reply<Claimed>),
    Settle(Vec<Settlement>, Reply<Settled>),
    Receive(Vec<Heard>, Reply<()>),
    Command(Command),
    Import(Box<ImportRun>),
    /// The right to send is given up, where a server keeps it.
    Release(i64),
    Close,
}

/// What is written to otherwise in a file than in a server.
pub(super) enum Base {
    File {
        database: PathBuf,
        sentinel: Arc<Sentinel>,
        /// Held open until the connection is closed.
        _file: Arc<DatabaseFile>,
    },
    Server(Session),
}

/// The way to the writer task.
#[derive(Debug, Clone)]
pub struct Writer {
    inbox: mpsc::UnboundedSender<Write>,
    /// The database, where it can only be read.
    read_only: Option<Arc<PathBuf>>,
}

impl Writer {
    /// For a database that can only be read.
    pub(super) fn none(database: PathBuf) -> Self {
        let (inbox, _) = mpsc::unbounded_channel();
        Self { inbox, read_only: Some(Arc::new(database)) }
    }

    /// Whether nothing can be written.
    pub(super) fn is_none(&self) -> bool {
        self.read_only.is_some()
    }

    fn gone(&self) -> QueueError {
        match &self.read_only {
            Some(path) => QueueError::ReadOnly { path: path.as_ref().clone() },
            None => QueueError::Closed,
        }
    }

    pub(super) fn spawn(connection: Connection, base: Base) -> (Self, JoinHandle<()>) {
        let (inbox, requests) = mpsc::unbounded_channel();
        let task = Task { connection, base, requests, waiting: VecDeque::new() };
        let task = tokio::spawn(task.run());
        (Self { inbox, read_only: None }, task)
    }

    pub(super) async fn claim(&self, order: ClaimOrder) -> Result<Claimed, QueueError> {
        self.ask(|reply| Write::Claim(order, reply)).await
    }

    pub(super) async fn settle(&self, settlements: Vec<Settlement>) -> Result<Settled, QueueError> {
        self.ask(|reply| Write::Settle(settlements, reply)).await
    }

    pub(super) async fn receive(&self, heard: Vec<Heard>) -> Result<(), QueueError> {
        self.ask(|reply| Write::Receive(heard, reply)).await
    }

    pub(super) fn import(&self, run: ImportRun) -> Result<(), QueueError> {
        self.inbox.send(Write::Import(Box::new(run))).map_err(|_| self.gone())
    }

    /// Gives the right of that epoch up, once what was asked for before is written.
    pub(super) fn release(&self, epoch: i64) {
        // Where the writer is gone the right ends by itself.
        drop(self.inbox.send(Write::Release(epoch)));
    }

    pub(super) async fn close(&self) {
        // An inbox that is gone is closed already.
        drop(self.inbox.send(Write::Close));
        self.inbox.closed().await;
    }

    /// Runs `command` inside the next commit; what it returns is delivered after that commit. An error takes back what
    /// the command wrote, and nothing else of the commit.
    pub(super) async fn command<T, F>(&self, command: F) -> Result<T, QueueError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(
                &'c mut Connection,
            ) -> Pin<Box<dyn Future<Output = Result<T, QueueError>> + Send + 'c>>
            + Send
            + 'static,
    {
        self.ask(|reply: Reply<T>| {
            Write::Command(Box::new(move |connection| {
                Box::pin(async move {
                    let result = command(connection).await;
                    Deliver {
                        keep: result.is_ok(),
                        tell: Box::new(move |committed| {
                            // An asker that went away does not want to know.
                            drop(reply.send(committed.and(result)));
                        }),
                    }
                })
            }))
        })
        .await
    }

    async fn ask<T>(&self, write: impl FnOnce(Reply<T>) -> Write) -> Result<T, QueueError> {
        let (reply, answer) = oneshot::channel();
        self.inbox.send(write(reply)).map_err(|_| self.gone())?;
        answer.await.map_err(|_| QueueError::Closed)?
    }
}

struct Task {
    connection: Connection,
    base: Base,
    requests: mpsc::UnboundedReceiver<Write>,
    /// Taken from the inbox, but not part of the group that was being gathered.
    waiting: VecDeque<Write>,
}

/// What goes into one commit.
#[derive(Default)]
struct Group {
    settlements: Vec<Settlement>,
    /// Who settled them: the first so many, the next so many, and so on.
    settlers: Vec<(usize, Reply<Settled>)>,
    receipts: Vec<(Vec<Heard>, Reply<()>)>,
    commands: Vec<Command>,
    claims: Vec<(ClaimOrder, Reply<Claimed>)>,
}

/// What came of one commit.
struct Committed {
    outcome: Result<(), QueueError>,
    /// Those whose commands were run, each to be told the outcome.
    told: Vec<Tell>,
    /// What was claimed for each order that was reached; handed out only when the outcome is good.
    claimed: Vec<Result<Claimed, QueueError>>,
}

impl Group {
    fn len(&self) -> usize {
        self.settlements.len() + self.receipts.len() + self.commands.len() + self.claims.len()
    }

    fn waits_for_company(&self) -> bool {
        self.receipts.is_empty() && self.commands.is_empty() && self.claims.is_empty()
    }
}

impl Task {
    async fn run(mut self) {
        loop {
            let Some(first) = self.next().await else { break };
            match first {
                Write::Close => break,
                Write::Import(run) => self.import(*run).await,
                Write::Release(epoch) => self.release(epoch).await,
                first @ (Write::Claim(..) | Write::Settle(..) | Write::Receive(..) | Write::Command(_)) => {
                    let group = self.gather(first).await;
                    self.tick(group).await;
                }
            }
        }
        self.requests.close();
        if let Err(error) = self.connection.close().await {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    /// What is to be written next. The right to send is renewed meanwhile where that has to be.
    async fn next(&mut self) -> Option<Write> {
        if let Some(write) = self.waiting.pop_front() {
            return Some(write);
        }
        if let Base::File { .. } = &self.base {
            return self.requests.recv().await;
        }
        loop {
            if let Ok(write) = timeout(RENEWS_EVERY, self.requests.recv()).await {
                return write;
            }
            if matches!(&self.base, Base::Server(session) if session.server().is_held()) {
                self.tick(Group::default()).await;
            }
        }
    }

    /// An import into a file goes before everything else; beside a server it has a connection of its own, and holds nobody up
    /// who sends.
    async fn import(&mut self, run: ImportRun) {
        match &self.base {
            Base::File { .. } => imports::run(&mut self.connection, run).await,
            Base::Server(session) => imports::spawn(Arc::clone(session.server()), run),
        }
    }

    async fn release(&mut self, epoch: i64) {
        if let Err(error) = self.try_release(epoch).await {
            tracing::warn!(%error, "the right to send was not given up; whoever waits for it waits a little longer");
            self.rollback(&error).await;
        }
        if let Base::Server(session) = &self.base {
            session.server().lose(epoch);
        }
    }

    async fn try_release(&mut self, epoch: i64) -> Result<(), QueueError> {
        self.begin().await?;
        holding::release(&mut self.connection, epoch).await?;
        self.end().await
    }

    async fn begin(&mut self) -> Result<(), QueueError> {
        match &mut self.base {
            Base::File { .. } => begin(&mut self.connection).await,
            Base::Server(session) => session.begin(&mut self.connection).await,
        }
    }

    /// Ends what has begun by a commit.
    async fn end(&mut self) -> Result<(), QueueError> {
        match &mut self.base {
            Base::File { .. } => {
                query!("commit").execute(&mut self.connection).await?;
                Ok(())
            }
            Base::Server(session) => session.commit(&mut self.connection).await,
        }
    }

    /// Takes back what has begun, because of that error.
    async fn rollback(&mut self, error: &QueueError) {
        match &mut self.base {
            Base::File { .. } => rollback(&mut self.connection).await,
            Base::Server(session) => session.rollback(&mut self.connection, error).await,
        }
    }

    /// Collects what has arrived; outcomes alone wait a little for more.
    async fn gather(&mut self, first: Write) -> Group {
        let mut group = Group::default();
        let closes_at = Instant::now() + GATHER;
        let mut next = Some(first);
        while let Some(write) = next.take() {
            match write {
                Write::Settle(mut settlements, reply) => {
                    group.settlers.push((settlements.len(), reply));
                    group.settlements.append(&mut settlements);
                }
                Write::Receive(heard, reply) => group.receipts.push((heard, reply)),
                Write::Claim(order, reply) => group.claims.push((order, reply)),
                Write::Command(command) => group.commands.push(command),
                other @ (Write::Import(_) | Write::Release(_) | Write::Close) => {
                    self.waiting.push_back(other);
                    break;
                }
            }
            if group.len() >= GROUP_MAX {
                break;
            }
            next = self.requests.try_recv().ok();
            if next.is_none() && group.waits_for_company() {
                next = timeout_at(closes_at, self.requests.recv()).await.ok().flatten();
            }
        }
        group
    }

    /// Commits one group. Outcomes are facts about the world: when the storage fails they are kept and tried again
    /// until they are written, while everybody else is told.
    async fn tick(&mut self, group: Group) {
        let Group { settlements: mut facts, settlers, receipts, mut commands, claims } = group;
        if !receipts.is_empty() {
            commands.insert(0, take_in(receipts));
        }
        let Committed { told, mut claimed, mut outcome } = self.commit(&facts, commands, &claims).await;
        if outcome.as_ref().is_err_and(|error| error.is_storage() && !error.is_busy()) {
            // Whoever asked for this commit is told that it failed; the next one finds the room.
            if let Base::File { database, .. } = &self.base {
                ballast::free(database);
            }
            self.empty_log().await;
        }
        for tell in told {
            tell(outcome.clone());
        }
        for (index, (_, reply)) in claims.into_iter().enumerate() {
            let result = outcome.clone().and_then(|()| {
                claimed
                    .get_mut(index)
                    .map_or(Err(QueueError::Closed), |slot| std::mem::replace(slot, Err(QueueError::Closed)))
            });
            drop(reply.send(result));
        }
        if !facts.is_empty() && outcome.is_err() {
            outcome = self.commit_outcomes(&facts).await;
        }
        for (n, reply) in settlers {
            let rest = facts.split_off(n);
            let settled = Settled(std::mem::replace(&mut facts, rest));
            drop(reply.send(outcome.clone().map(|()| settled)));
        }
    }

    /// Commits outcomes alone, after a commit that held more than them has failed.
    async fn commit_outcomes(&mut self, facts: &[Settlement]) -> Result<(), QueueError> {
        let mut n_tried = 0_u32;
        loop {
            match self.commit(facts, Vec::new(), &[]).await.outcome {
                Err(error) if error.is_storage() || error.is_unreachable() => {
                    if n_tried.is_multiple_of(STORAGE_RETRIES_TOLD) {
                        let n_outcomes = facts.len();
                        tracing::error!(n_outcomes, %error, "outcomes cannot be written, trying again");
                    }
                    n_tried = n_tried.wrapping_add(1);
                    sleep(STORAGE_RETRY).await;
                    self.empty_log().await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Lets the log be written from its beginning again, where nobody reads it: it need not grow then.
    async fn empty_log(&mut self) {
        let Connection::Sqlite(held) = &mut self.connection else { return };
        let emptied = sqlx::query("pragma wal_checkpoint(passive)").execute(held.get()).await;
        if let Err(error) = emptied {
            tracing::debug!(%error, "the log cannot be brought into the database");
        }
    }

    async fn commit(
        &mut self,
        facts: &[Settlement],
        commands: Vec<Command>,
        claims: &[(ClaimOrder, Reply<Claimed>)],
    ) -> Committed {
        let (mut told, mut claimed) = (Vec::new(), Vec::new());
        let outcome = self.try_commit(facts, commands, claims, &mut told, &mut claimed).await;
        if let Err(error) = &outcome {
            self.rollback(error).await;
        }
        Committed { outcome, told, claimed }
    }

    async fn try_commit(
        &mut self,
        facts: &[Settlement],
        commands: Vec<Command>,
        claims: &[(ClaimOrder, Reply<Claimed>)],
        told: &mut Vec<Tell>,
        claimed: &mut Vec<Result<Claimed, QueueError>>,
    ) -> Result<(), QueueError> {
        self.begin().await?;
        let mut deltas = Deltas::default();
        if !facts.is_empty() && !settlements::settle(&mut self.connection, facts, &mut deltas).await? {
            // Some row is no longer ours to settle. Start over and find out which.
            self.rollback(&QueueError::LeaseLost).await;
            self.begin().await?;
            deltas = Deltas::default();
            settlements::settle_one_by_one(&mut self.connection, facts, &mut deltas).await?;
        }
        let connection = &mut self.connection;
        // What follows changes counters too, in transactions of its own, and none may pass below zero on the way.
        std::mem::take(&mut deltas).write(connection).await?;
        for command in commands {
            told.push(run_command(connection, command).await?);
        }
        for (order, _) in claims {
            claimed.push(Ok(claims::claim(connection, order, &mut deltas).await?));
        }
        deltas.write(connection).await?;
        let has_claimed = claimed.iter().flatten().any(|claimed| !claimed.claims.is_empty());
        let n_claims = self.count_claim(has_claimed).await?;
        let (has_claims, has_outcomes) = (!claims.is_empty(), !facts.is_empty());
        crash_points(has_claims, has_outcomes, "claim:commit", "outcome:commit");
        self.end().await?;
        crash_points(has_claims, has_outcomes, "claim:committed", "outcome:committed");
        if let (Some(n_claims), Base::File { sentinel, .. }) = (n_claims, &self.base) {
            sentinel.note(n_claims);
        }
        Ok(())
    }

    /// Counts a commit with a claim for the sentinel beside a file. In a server every tick is counted.
    async fn count_claim(&mut self, has_claimed: bool) -> Result<Option<i64>, QueueError> {
        match &self.base {
            Base::File { .. } if has_claimed => {
                sentinel::count_claim(self.connection.sqlite()?).await.map(Some)
            }
            Base::File { .. } | Base::Server(_) => Ok(None),
        }
    }
}

/// All receipts of a group as one command: their merging costs a few statements, however many they are.
fn take_in(receipts: Vec<(Vec<Heard>, Reply<()>)>) -> Command {
    let (heard, told): (Vec<_>, Vec<_>) = receipts.into_iter().unzip();
    let heard: Vec<Heard> = heard.into_iter().flatten().collect();
    Box::new(move |connection| {
        Box::pin(async move {
            let mut deltas = Deltas::default();
            let result = match receipts::take_in(connection, &heard, Origin::Callback, &mut deltas).await {
                Ok(_) => deltas.write(connection).await,
                Err(error) => Err(error),
            };
            if let Err(error) = &result {
                tracing::error!(%error, n_receipts = heard.len(), "receipts cannot be recorded");
            }
            Deliver {
                keep: result.is_ok(),
                tell: Box::new(move |committed| {
                    let result = committed.and(result);
                    for reply in told {
                        drop(reply.send(result.clone()));
                    }
                }),
            }
        })
    })
}

fn crash_points(has_claims: bool, has_outcomes: bool, of_claims: &str, of_outcomes: &str) {
    if has_claims {
        trial::crash_point(of_claims);
    }
    if has_outcomes {
        trial::crash_point(of_outcomes);
    }
}

/// Runs one command so that its failure takes back its own writes alone.
async fn run_command(connection: &mut Connection, command: Command) -> Result<Tell, QueueError> {
    query!("savepoint command").execute(&mut *connection).await?;
    let Deliver { keep, tell } = command(connection).await;
    if !keep {
        query!("rollback to command").execute(&mut *connection).await?;
    }
    query!("release command").execute(&mut *connection).await?;
    Ok(tell)
}

pub(super) async fn begin<'e>(connection: impl Into<On<'e>> + Send) -> Result<(), QueueError> {
    query!("begin" [" immediate" | ""] "").execute(connection).await?;
    Ok(())
}

/// Ends a transaction that failed. SQLite may have ended it already, which is no further trouble.
pub(super) async fn rollback<'e>(connection: impl Into<On<'e>> + Send) {
    if let Err(error) = query!("rollback").execute(connection).await {
        tracing::debug!(error = %Arc::new(error), "nothing to roll back");
    }
}
