//! Where a campaign stands: totals that add up, or an error.

use super::reasons::{Advice, Reason, reasons};
use crate::{
    domain::{Campaign, Funnel, Status},
    queue::{Counts, Queue, Reasoned, Tally},
    report::ReportError,
};

/// How many lines of recipients in doubt a summary names.
pub const DOUBT_LINES_MAX: u32 = 20;

/// The totals of one campaign, at one instant. There is no way to get one whose figures contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    tally: Tally,
}

impl Summary {
    /// Reads a campaign and its totals, at one instant.
    pub async fn named(queue: &Queue, name: &str) -> Result<(Campaign, Self), ReportError> {
        let (campaign, tally) = queue.standing(name, DOUBT_LINES_MAX).await?;
        Ok((campaign, Self::checked(tally)?))
    }

    /// Checks what was read: every imported row has one status, every failure one code, every delivery its acceptance.
    pub fn checked(tally: Tally) -> Result<Self, ReportError> {
        let counts = &tally.counts;
        ReportError::unless_equal("the sum of all statuses", tally.n_imported, counts.total())?;
        let n_failures = tally.failures.iter().map(|failure| failure.n).sum();
        ReportError::unless_equal("the sum of failures by code", counts.of(Status::Failed), n_failures)?;
        let n_in_doubt = counts.of(Status::InDoubt);
        let n_listed = tally.doubt_lines.len() as u64;
        ReportError::unless_equal(
            "the list of doubts",
            n_in_doubt.min(u64::from(DOUBT_LINES_MAX)),
            n_listed,
        )?;
        let funnel = counts.funnel();
        let n_reported = funnel.n_reported();
        ReportError::unless_equal("the number of receipts", n_reported.min(funnel.accepted), n_reported)?;
        let n_undelivered = tally.undelivered.iter().map(|(_, n)| n).sum();
        let known = funnel.undelivered;
        ReportError::unless_equal("the sum of undelivered messages by reason", known, n_undelivered)?;
        Ok(Self { tally })
    }

    /// Every row ever imported.
    pub fn total(&self) -> u64 {
        self.tally.n_imported
    }

    /// How many have each status and each delivery.
    pub fn counts(&self) -> &Counts {
        &self.tally.counts
    }

    /// The failed ones by code, most first.
    pub fn failures(&self) -> &[Reasoned] {
        &self.tally.failures
    }

    /// How many accepted messages the provider never handed to Meta: they can be sent again.
    pub fn n_unsent(&self) -> u64 {
        self.tally.n_unsent
    }

    /// Why messages were not accepted or did not arrive, most first; `advise` explains codes.
    pub fn reasons(&self, advise: &dyn Fn(&str) -> Option<Advice>) -> Vec<Reason> {
        reasons(&self.tally.failures, &self.tally.undelivered, advise)
    }

    /// The lines of the first recipients in doubt, at most [`DOUBT_LINES_MAX`].
    pub fn doubt_lines(&self) -> &[u64] {
        &self.tally.doubt_lines
    }

    /// Those to whom a message was to go: all but unusable, repeated, suppressed and cancelled rows.
    pub fn n_meant(&self) -> u64 {
        self.total() - self.n_left_out()
    }

    /// Those who were rightly never sent to.
    pub fn n_left_out(&self) -> u64 {
        [Status::Rejected, Status::Duplicate, Status::Suppressed, Status::Cancelled, Status::Skipped]
            .into_iter()
            .map(|status| self.counts().of(status))
            .sum()
    }

    /// What became of the accepted messages.
    pub fn funnel(&self) -> Funnel {
        self.counts().funnel()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        domain::{Layout, NewRecipient, Phone, Standing},
        queue::tests::filled::Filled,
    };

    async fn of_rows(n: u64) -> Filled {
        let filled = Filled::empty().await;
        let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
        let row = |line| NewRecipient {
            line,
            standing: Standing::Good(Phone::from_digits(919_800_000_000 + line).unwrap()),
            refs: [None, None, None],
            cells: Vec::new(),
            wrote_at: None,
            time_zone: None,
            mends: None,
        };
        filled.import(layout, (1..=n).map(row).collect()).await;
        filled
    }

    #[tokio::test]
    async fn counters_that_lost_a_row_are_an_error_and_not_a_summary() {
        let filled = of_rows(3).await;
        filled.alter("delete from recipient where line = 2").await;
        let error = Summary::named(&filled.queue, "spring").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the figures do not add up: the sum of all statuses is 2 where 3 was expected"
        );
    }

    #[tokio::test]
    async fn more_receipts_than_acceptances_are_an_error() {
        let filled = of_rows(2).await;
        filled.alter("update recipient set delivery = 'delivered' where line = 1").await;
        let error = Summary::named(&filled.queue, "spring").await.unwrap_err();
        assert!(
            matches!(error, ReportError::DoesNotAddUp { what: "the number of receipts", .. }),
            "{error:?}"
        );
    }

    #[tokio::test]
    async fn every_row_failure_doubt_and_receipt_is_in_the_summary() {
        let filled = of_rows(9).await;
        filled
            .alter(
                "update recipient set status = 'accepted', message_id = 'M' where line <= 5;
                update recipient set delivery = 'sent' where line = 1;
                update recipient set delivery = 'delivered' where line = 2;
                update recipient set delivery = 'read' where line = 3;
                update recipient set delivery = 'undelivered' where line = 4;
                update recipient set status = 'failed', code = 'WA400', error = 'no' where line in (6, 7);
                update recipient set status = 'in_doubt', code = 'TIMEOUT' where line = 8;",
            )
            .await;
        let (_, summary) = Summary::named(&filled.queue, "spring").await.unwrap();
        assert_eq!((summary.total(), summary.n_meant(), summary.doubt_lines()), (9, 9, &[8][..]));
        let reasoned = Reasoned { code: "WA400".to_owned(), example: Some("no".to_owned()), n: 2 };
        assert_eq!(summary.failures(), [reasoned]);
        let funnel = summary.funnel();
        assert_eq!(
            funnel,
            Funnel { accepted: 5, sent: 3, delivered: 2, read: 1, undelivered: 1, no_receipt: 1 }
        );
        assert_eq!((funnel.n_open(), funnel.is_silent()), (2, false));
    }
}
