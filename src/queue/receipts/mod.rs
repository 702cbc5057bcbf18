//! Receipts: what the provider says later, merged into the rows of those it is about.
//!
//! A receipt counts once its commit is synced. It finds its recipient by the token, then by any identifier, never by
//! the number, which Meta may rewrite. What finds nobody is kept, and looked at again when an answer or another receipt
//! brings its identifier; what is about a recipient on the wire waits for the answer. Who asked for no more messages is
//! on the suppression list as soon as the receipt has found its recipient, whatever else it changes.

mod changes;
mod kept;
mod matching;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::queue::engine::Connection;

use self::changes::Changes;
pub(super) use self::changes::learn_aliases;
use super::{
    Queue,
    counters::{self, Counts, Deltas},
    error::QueueError,
    upkeep::audit,
};
use crate::domain::{CampaignId, Meaning, Receipt, RecipientId, Timestamp};

/// How many receipts of a report are merged at once.
const BATCH: usize = 1_000;

/// A receipt, what its code means, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub receipt: Receipt,
    /// What its code means beyond its own recipient.
    pub meaning: Meaning,
    pub at: Timestamp,
}

/// Where receipts come from, and so what else they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// The provider, as things happen.
    Callback,
    /// A report about one campaign, some time later: what is about others is left alone, and nothing pauses.
    Report(CampaignId),
}

/// What came of some receipts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Those that found their recipient.
    pub n_matched: u64,
    /// Recipients of which more is known now.
    pub n_changed: u64,
}

/// What a report brought, or would bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// What came of its receipts.
    pub merged: Merged,
    pub before: Counts,
    pub after: Counts,
}

impl Queue {
    /// Merges the receipts of a report about one campaign; what is about others is left alone. All of it or nothing, in
    /// one transaction; nothing on a dry run.
    pub async fn reconcile(
        &self,
        campaign: CampaignId,
        heard: Vec<Heard>,
        report: &str,
        is_dry_run: bool,
    ) -> Result<Reconciled, QueueError> {
        let entry = self.audit_entry("reconcile", Some(campaign), report);
        let report = report.to_owned();
        in_commit!(self, |connection| {
            let before = counters::read(&mut *connection, campaign).await?;
            query!("savepoint reconcile").execute(&mut *connection).await?;
            let mut merged = Merged::default();
            for batch in heard.chunks(BATCH) {
                let mut deltas = Deltas::default();
                let part = take_in(connection, batch, Origin::Report(campaign), &mut deltas).await?;
                deltas.write(connection).await?;
                merged.n_matched += part.n_matched;
                merged.n_changed += part.n_changed;
            }
            let after = counters::read(&mut *connection, campaign).await?;
            if is_dry_run {
                query!("rollback to reconcile").execute(&mut *connection).await?;
            } else if merged.n_changed > 0 {
                let rows = audit::n_rows(merged.n_changed);
                let detail = format!("{report}: {rows} changed; {}", audit::change(&before, &after));
                audit::record(connection, &entry.with(detail)).await?;
            }
            query!("release reconcile").execute(connection).await?;
            Ok(Reconciled { merged, before, after })
        })
    }

    /// Takes receipts in. Returns after the commit that holds them was synced.
    pub async fn receive(&self, heard: Vec<Heard>) -> Result<(), QueueError> {
        if heard.is_empty() { Ok(()) } else { self.writer.receive(heard).await }
    }
}

/// The recipient whom a receipt is about; none where it is not known.
pub(super) async fn recipient_of(
    connection: &mut Connection,
    heard: &Heard,
) -> Result<Option<RecipientId>, QueueError> {
    Ok(matching::find(connection, std::slice::from_ref(heard)).await?.pop().flatten())
}

/// Takes receipts in, all with a few statements.
pub(super) async fn take_in(
    connection: &mut Connection,
    heard: &[Heard],
    origin: Origin,
    deltas: &mut Deltas,
) -> Result<Merged, QueueError> {
    let found = matching::find(connection, heard).await?;
    let mut known_already = kept::known(connection, heard).await?;
    let mut changes = Changes::of(connection, found.iter().flatten()).await?;
    let mut merged = Merged::default();
    let (mut kept, mut names) = (Vec::new(), HashSet::new());
    for (heard, found) in heard.iter().zip(&found) {
        let recipient = found.filter(|id| match origin {
            Origin::Callback => true,
            Origin::Report(campaign) => changes.campaign_of(*id) == Some(campaign),
        });
        let Some(recipient) = recipient else {
            // A status that is not known proves nothing, but it may tie one identifier to another.
            if origin == Origin::Callback {
                kept.push(kept::Kept { heard, recipient: None, is_open: true });
            }
            continue;
        };
        merged.n_matched += 1;
        let identity = kept::identity(heard);
        if known_already.contains(&identity) {
            continue;
        }
        names.extend(heard.receipt.ids.iter().cloned());
        let told = changes.hear(recipient, heard);
        if told.is_lasting {
            known_already.insert(identity);
        }
        if told.is_waiting || told.is_lasting {
            kept.push(kept::Kept { heard, recipient: Some(recipient), is_open: told.is_waiting });
        }
    }
    merged.n_changed = changes.n_changed();
    kept::keep(connection, &kept).await?;
    changes.write(connection, origin, deltas).await?;
    if kept::is_any_nameless(connection).await? {
        let open = kept::open_under(connection, &names).await?;
        merged.n_changed += follow(connection, open, deltas).await?;
    }
    Ok(merged)
}

/// Looks again at what was kept open for recipients that have just been settled, or under the identifiers that their
/// answers brought, and at whatever that leads to.
pub(super) async fn look_again(
    connection: &mut Connection,
    recipients: &[RecipientId],
    deltas: &mut Deltas,
) -> Result<(), QueueError> {
    if !kept::is_any_open(connection).await? {
        return Ok(());
    }
    let open = kept::open_for(connection, recipients).await?;
    follow(connection, open, deltas).await?;
    Ok(())
}

/// Merges receipts that were kept open, then those to which the identifiers of these lead, until nothing new comes up:
/// an identifier may be tied to its recipient by another receipt alone. Says how many recipients changed.
async fn follow(
    connection: &mut Connection,
    mut open: Vec<kept::Open>,
    deltas: &mut Deltas,
) -> Result<u64, QueueError> {
    let mut n_changed = 0;
    let mut looked_at = HashSet::new();
    while !open.is_empty() {
        looked_at.extend(open.iter().map(|open| open.receipt_id));
        let found = recipients_of(connection, &open).await?;
        let mut changes = Changes::of(connection, found.iter().flatten()).await?;
        let (mut told, mut names) = (Vec::new(), HashSet::new());
        for (open, found) in open.iter().zip(found) {
            let Some(recipient) = found else { continue };
            told.push((open.receipt_id, recipient, changes.hear(recipient, &open.heard)));
            names.extend(open.heard.receipt.ids.iter().cloned());
        }
        kept::close(connection, &told).await?;
        n_changed += changes.n_changed();
        changes.write(connection, Origin::Callback, deltas).await?;
        open = kept::open_under(connection, &names).await?;
        open.retain(|open| !looked_at.contains(&open.receipt_id));
    }
    Ok(n_changed)
}

/// The recipient of each open receipt; none where it is still not known.
async fn recipients_of(
    connection: &mut Connection,
    open: &[kept::Open],
) -> Result<Vec<Option<RecipientId>>, QueueError> {
    let nameless = open.iter().filter(|open| open.recipient.is_none());
    let nameless: Vec<Heard> = nameless.map(|open| open.heard.clone()).collect();
    let mut found = matching::find(connection, &nameless).await?.into_iter();
    Ok(open.iter().map(|open| open.recipient.or_else(|| found.next().flatten())).collect())
}
