//! Campaigns that have been over for long, and the data of their recipients: looked at first, then wiped.

use std::time::Duration;

use crate::{
    console::page::{failure::Failure, frame::Visit, words::admin_texts},
    queue::Outdated,
};

/// The most days that are taken: more than there have been since anybody sent anything.
const DAYS_MAX: u64 = 36_500;

/// What would be wiped.
#[derive(Debug)]
pub(crate) struct OutdatedData {
    pub(crate) days: u64,
    found: Outdated,
}

impl OutdatedData {
    pub(crate) fn campaigns(&self) -> &[(String, u64)] {
        &self.found.campaigns
    }

    pub(crate) fn n_rows(&self) -> u64 {
        self.found.campaigns.iter().map(|(_, n_rows)| n_rows).sum()
    }

    pub(crate) fn n_receipts(&self) -> u64 {
        self.found.n_receipts
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found == Outdated::default()
    }

    /// The button names what it does.
    pub(crate) fn act(&self) -> String {
        match self.n_rows() {
            0 => admin_texts().old_go_receipts.n(self.n_receipts()),
            n_rows => admin_texts().old_go.n(n_rows),
        }
    }
}

/// What has been over for so many days as a visitor typed.
pub(crate) async fn look(visit: &Visit, days: &str) -> Result<OutdatedData, Failure> {
    let given = days.trim();
    let days = given.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
    let days = days.ok_or_else(|| Failure::Refused(admin_texts().old_days_bad.with(given)))?;
    let found = visit.queue.outdated(span(days), visit.workspace.clock.now()).await?;
    Ok(OutdatedData { days, found })
}

fn span(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

/// Wipes what has been over for so many days.
pub(crate) async fn purge(visit: &Visit, days: u64) -> Result<Outdated, Failure> {
    let (queue, now) = (visit.queue.clone(), visit.workspace.clock.now());
    // A task of its own: what is begun is carried through, also when the visitor leaves.
    let purging = tokio::spawn(async move { queue.purge_older_than(span(days), now).await });
    Ok(purging.await.map_err(|error| Failure::broken(&error))??)
}
