//! The right of one process to send from this database.
//!
//! A lock of the operating system on the file says whether the holder lives; it cannot outlast its process. The
//! lease row says who holds it, and its epoch which claims are the holder's own.

use std::{fs::TryLockError, sync::Arc};

use super::cancellations;
use crate::{
    domain::{CampaignId, RecipientId, Status, Timestamp, notice::Happened},
    queue::{
        Queue,
        counters::Deltas,
        engine::Connection,
        error::QueueError,
        file::{ballast::Ballast, lock::Lock, sentinel},
        notices, receipts, rows,
    },
    trial,
};

/// The right to send, given up when it is dropped.
#[derive(Debug)]
pub struct Lease {
    epoch: i64,
    // Held for their effect alone.
    _ballast: Ballast,
    _lock: Lock,
}

impl Lease {
    /// Which claims are the holder's own.
    pub fn epoch(&self) -> i64 {
        self.epoch
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
        let lock = lock_or_refuse(self).await?;
        self.check_place()?;
        self.begin_use().await?;
        let (epoch, recovered) = self.take_over(pid, now, true).await?;
        self.go_on_with_use().await?;
        let ballast = Ballast::take(&self.path)?;
        Ok((Lease { epoch, _ballast: ballast, _lock: lock }, recovered))
    }

    /// For the holder of the lock.
    async fn take_over(
        &self,
        pid: u32,
        now: Timestamp,
        is_to_send: bool,
    ) -> Result<(i64, Recovered), QueueError> {
        let home = self.file.identity().to_string();
        let (epoch, recovered) = in_commit!(self, |connection| {
            let epoch = raise_epoch(connection, pid, now).await?;
            if is_to_send {
                sentinel::count_lease(connection.sqlite()?, &home).await?;
            }
            let recovered = recover(connection, now).await?;
            cancellations::end_cancellations(connection, now).await?;
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
        if is_left {
            // Also in a restored copy: a doubt is what it is.
            match lock_or_refuse(self).await {
                Ok(_lock) => drop(self.take_over(pid, now, false).await?),
                Err(QueueError::Leased { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The process that is sending from this database at this moment, if there is one.
    pub async fn sending_pid(&self) -> Result<Option<i64>, QueueError> {
        match self.file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                Ok(query_scalar!("select pid from lease").fetch_optional(&self.readers).await?)
            }
            Ok(_) | Err(TryLockError::Error(_)) => Ok(None),
        }
    }
}

/// The lock, or the process that has it.
pub(crate) async fn lock_or_refuse(queue: &Queue) -> Result<Lock, QueueError> {
    match queue.file.try_lock() {
        Ok(lock) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let pid = query_scalar!("select pid from lease").fetch_optional(&queue.readers).await?;
            Err(QueueError::Leased { pid: pid.unwrap_or_default() })
        }
        Err(TryLockError::Error(error)) => {
            Err(QueueError::Open { path: queue.path.clone(), source: Arc::new(error) })
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
