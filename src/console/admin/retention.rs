//! Campaigns that have been over for long, and the data of their recipients: looked at first, then wiped.

use std::{sync::Arc, time::Duration};

use axum::{Form, extract::State, response::Response};
use serde::Deserialize;

use super::settings_page::{self, Told};
use crate::{
    console::{
        Shared,
        page::{
            failure::Failure,
            frame::Visit,
            words::{self, HOUSE},
        },
    },
    queue::Outdated,
};

/// The most days that are taken: more than there have been since anybody sent anything.
const DAYS_MAX: u64 = 36_500;

/// What would be wiped.
#[derive(Debug)]
pub(crate) struct Old {
    pub(crate) days: u64,
    found: Outdated,
}

impl Old {
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
            0 => HOUSE.old_go_receipts.n(self.n_receipts()),
            n_rows => HOUSE.old_go.n(n_rows),
        }
    }
}

/// What has been over for so many days as a visitor typed.
pub(crate) async fn look(visit: &Visit, days: &str) -> Result<Old, Failure> {
    let given = days.trim();
    let days = given.parse().ok().filter(|days| (1..=DAYS_MAX).contains(days));
    let days = days.ok_or_else(|| Failure::Refused(HOUSE.old_days_bad.with(given)))?;
    let found = visit.queue.outdated(span(days), visit.desk.clock.now()).await?;
    Ok(Old { days, found })
}

fn span(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Meant {
    days: String,
    /// What the visitor was shown.
    rows: u64,
    receipts: u64,
}

/// Wipes what was shown; where that is something else by now it is shown again instead.
pub(crate) async fn purge(
    State(shared): State<Arc<Shared>>,
    visit: Visit,
    Form(meant): Form<Meant>,
) -> Result<Response, Failure> {
    let old = look(&visit, &meant.days).await?;
    if (old.n_rows(), old.n_receipts()) != (meant.rows, meant.receipts) {
        let came_to = Some(Err(HOUSE.old_changed.to_string()));
        return settings_page::show(&shared, &visit, Told { came_to, old: Some(old), ..Told::default() });
    }
    let (queue, now) = (visit.queue.clone(), visit.desk.clock.now());
    // A task of its own: what is begun is carried through, also when the visitor leaves.
    let wiping = tokio::spawn(async move { queue.purge_older_than(span(old.days), now).await });
    let wiped = wiping.await.map_err(|error| Failure::broken(&error))??;
    let lines = wiped.campaigns.iter();
    let lines = lines.map(|(name, n_rows)| HOUSE.old_wiped_one.with2(name, words::EN.rows.n(n_rows)));
    let mut told: Vec<_> = lines.collect();
    if wiped.n_receipts > 0 {
        told.push(HOUSE.old_receipts.n(wiped.n_receipts));
    }
    let came_to = Some(Ok(HOUSE.old_wiped.with(told.join(", "))));
    settings_page::show(&shared, &visit, Told { came_to, ..Told::default() })
}
