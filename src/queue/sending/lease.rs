//! The right of one process to send from this database.
//!
//! Of a file a lock of the operating system says whether the holder lives; it cannot outlast its process. Of a server's
//! database the row says it (see `server/holding`). The lease row says who holds it, and its epoch which claims are the
//! holder's own.

use std::{fs::TryLockError, sync::Arc};

use super::cancellations;
use crate::{
    domain::{CampaignId, RecipientId, Status, Timestamp, notice::Happened},
    queue::{
        Queue,
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        file::{
            ballast::Ballast,
            lock::Lock,
            opening::FileStore,
            sentinel::{self, Withheld},
        },
        handle::Store,
        notices, receipts, rows,
        server::{Right, term::Term},
        transfer,
    },
    trial,
};

/// The right to send, given up when it is dropped.
#[derive(Debug)]
pub struct Lease {
    epoch: i64,
    term: Term,
    _hold: Hold,
}

/// What is held for its effect alone.
#[derive(Debug)]
enum Hold {
    File { _ballast: Ballast, _lock: Lock },
    Server(#[expect(dead_code, reason = "it is given up when it is dropped")] Right),
}

impl Lease {
    /// Which claims are the holder's own.
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// For how long its holder may let messages leave.
    pub fn term(&self) -> &Term {
        &self.term
    }
}

/// What taking the lease found: how many recipients a dead process had left in flight, now in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recovered {
    /// By campaign.
    pub in_doubt: Vec<(CampaignId, u64)>,
}

impl Queue {
    /// Takes the lease: locks, raises the epoch, and puts what dead processes left in flight in doubt, all before
    /// anything can be claimed. Refuses while another process holds it, and in a restored copy.
    pub async fn take_lease(&self, pid: u32, now: Timestamp) -> Result<(Lease, Recovered), QueueError> {
        let store = match &self.store {
            Store::File(store) => store,
            Store::Server(server) => {
                let (right, recovered) = self.take_right(server, pid, now).await?;
                let lease =
                    Lease { epoch: right.epoch, term: right.term.clone(), _hold: Hold::Server(right) };
                return Ok((lease, recovered));
            }
        };
        let lock = lock_or_refuse(self, store).await?;
        store.check_place()?;
        transfer::refuse_where_moved(self).await?;
        self.begin_use(store).await?;
        let (epoch, recovered) = self.take_over(store, pid, now, true).await?;
        self.go_on_with_use(store).await?;
        let hold = Hold::File { _ballast: Ballast::take(&store.path)?, _lock: lock };
        Ok((Lease { epoch, term: Term::endless(), _hold: hold }, recovered))
    }

    /// Why nothing is sent from this database until the operator says so; none where it may send.
    pub async fn withheld(&self) -> Result<Option<Withheld>, QueueError> {
        let moved = transfer::withheld(&mut *self.readers.acquire().await?).await?;
        if moved.is_some() {
            return Ok(moved);
        }
        match &self.store {
            Store::File(store) => self.withheld_file(store).await,
            Store::Server(server) => self.withheld_server(server).await,
        }
    }

    /// The operator says that this database may send: whatever became of what it was copied or restored from.
    pub async fn accept_restored(&self) -> Result<(), QueueError> {
        match &self.store {
            Store::File(store) => self.accept_restored_file(store).await?,
            Store::Server(server) => self.accept_restored_server(server).await?,
        }
        // Last: until then nothing is sent.
        transfer::forget_move(self).await
    }

    /// For the holder of the lock.
    async fn take_over(
        &self,
        store: &FileStore,
        pid: u32,
        now: Timestamp,
        is_to_send: bool,
    ) -> Result<(i64, Recovered), QueueError> {
        let home = store.file.identity().to_string();
        let (epoch, recovered) = in_commit!(self, |connection| {
            let epoch = raise_epoch(connection, pid, now).await?;
            if is_to_send {
                sentinel::count_lease(connection.sqlite()?, &home).await?;
            }
            let recovered = put_in_order(connection, now).await?;
            trial::crash_point("recovery:commit");
            Ok((epoch, recovered))
        })?;
        trial::crash_point("recovery:committed");
        Ok((epoch, recovered))
    }

    /// Puts in doubt what a dead process has left in flight, and ends the cancellations that it has left. Does nothing
    /// while its process lives, and where nothing can be written.
    pub async fn recover(&self, pid: u32, now: Timestamp) -> Result<(), QueueError> {
        if self.writer.is_none() {
            return Ok(());
        }
        let is_left = query_scalar!(
            r#"select exists (select 1 from recipient where status = 'sending') or exists (
                select 1 from campaign cross join counter
                where counter.campaign_id = campaign.campaign_id and state = 'cancelled' and axis = 'status' and value = 'queued' and n > 0
            ) as "is!: bool""#
        )
        .fetch_one(&self.readers)
        .await?;
        if !is_left {
            return Ok(());
        }
        let store = match &self.store {
            Store::File(store) => store,
            Store::Server(_) => return self.recover_released(now).await,
        };
        // Also in a restored copy: a doubt is what it is.
        match lock_or_refuse(self, store).await {
            Ok(_lock) => self.take_over(store, pid, now, false).await.map(drop),
            Err(QueueError::Leased { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The process that is sending from this database at this moment, if there is one.
    pub async fn sending_pid(&self) -> Result<Option<i64>, QueueError> {
        let store = match &self.store {
            Store::File(store) => store,
            Store::Server(_) => return self.holder_pid().await,
        };
        match store.file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                Ok(query_scalar!("select pid from lease").fetch_optional(&self.readers).await?)
            }
            Ok(_) | Err(TryLockError::Error(_)) => Ok(None),
        }
    }
}

/// The lock, or the process that has it.
pub(in crate::queue) async fn lock_or_refuse(queue: &Queue, store: &FileStore) -> Result<Lock, QueueError> {
    match store.file.try_lock() {
        Ok(lock) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let pid: Option<i64> =
                query_scalar!("select pid from lease").fetch_optional(&queue.readers).await?;
            Err(QueueError::Leased { holder: format!("pid {}", pid.unwrap_or_default()) })
        }
        Err(TryLockError::Error(error)) => {
            Err(QueueError::Open { path: store.path.clone(), source: Arc::new(error) })
        }
    }
}

struct RaiseEpochRow {
    epoch: i64,
}

async fn raise_epoch(connection: &mut Connection, pid: u32, now: Timestamp) -> Result<i64, QueueError> {
    let row = query_as!(
        RaiseEpochRow,
        "insert into lease (lease_id, epoch, pid, taken_at) values (1, 1, $1, $2)
        on conflict (lease_id) do update set epoch = lease.epoch + 1, pid = $1, taken_at = $2
        returning epoch",
        i64::from(pid),
        now.0,
    )
    .fetch_one(connection)
    .await?;
    Ok(row.epoch)
}

/// What a holder has left that is none any more: its requests are in doubt, its cancellations are ended.
pub(in crate::queue) async fn put_in_order(
    connection: &mut Connection,
    now: Timestamp,
) -> Result<Recovered, QueueError> {
    let recovered = recover(connection, now).await?;
    cancellations::end_cancellations(connection, now).await?;
    Ok(recovered)
}

struct RecoverRow {
    campaign_id: i64,
    n: i64,
}

/// A recipient that was `sending` when its process died may have been messaged, so it is in doubt: never back in the
/// queue.
async fn recover(connection: &mut Connection, now: Timestamp) -> Result<Recovered, QueueError> {
    let found = query_as!(
        RecoverRow,
        r#"select campaign_id, count(*) as "n!: i64" from recipient where status = 'sending'
        group by campaign_id order by campaign_id"#
    )
    .fetch_all(&mut *connection)
    .await?;
    if found.is_empty() {
        return Ok(Recovered::default());
    }
    let left = query_scalar!(
        r#"update recipient set status = 'in_doubt', attempts = attempts + 1, settled_at = $1, code = 'INTERRUPTED',
            error = 'the sending process ended before the answer was recorded'
        where status = 'sending'
        returning recipient_id as "recipient_id!""#,
        now.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut deltas = Deltas::default();
    let mut recovered = Recovered::default();
    for row in found {
        let (campaign, n) = (CampaignId(row.campaign_id), rows::count(row.n));
        deltas.shift(campaign, Status::Sending, Status::InDoubt, n);
        recovered.in_doubt.push((campaign, n));
    }
    // Receipts that came while the answer was awaited settle their doubts at once.
    let left: Vec<RecipientId> = left.into_iter().map(RecipientId).collect();
    receipts::look_again(connection, &left, &mut deltas).await?;
    deltas.write(&mut *connection).await?;
    for (campaign, n) in &recovered.in_doubt {
        notices::write(connection, Some(*campaign), &Happened::Doubts { n: *n }, None, now).await?;
    }
    Ok(recovered)
}
