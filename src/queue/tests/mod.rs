//! The SQL is held to the law of the domain, on a real SQLite file.

pub(crate) mod filled;
mod histories;
mod persons;
mod plans;

use std::{num::NonZeroU32, path::Path, time::Duration};

use tempfile::TempDir;

use super::*;
use crate::domain::{
    CampaignId, Layout, NewCampaign, NewRecipient, Phone, Reason, RecipientId, Rejection, RowCode, Standing,
    State, Status, Timestamp,
    campaign::{Pause, PauseCause},
    recipient::Event,
};

pub(crate) const NOW: Timestamp = Timestamp(1_790_000_000_000);

/// An empty queue: in a file of that folder, or where `CATALINK_TEST_ENGINE=postgres` says so in a server.
pub(super) async fn new_queue(folder: &Path) -> Queue {
    if is_on_server() {
        let cluster = server::tests::cluster::Cluster::get().expect("there is no PostgreSQL to test on");
        Queue::open_server(&cluster.database().await).await.unwrap()
    } else {
        Queue::open_or_create(&folder.join("q.db")).await.unwrap()
    }
}

/// Whether these tests run on a server.
pub(super) fn is_on_server() -> bool {
    std::env::var_os("CATALINK_TEST_ENGINE").is_some_and(|engine| engine == "postgres")
}

/// A queue in a folder of its own, with one campaign of `n` recipients.
pub(crate) struct World {
    pub(crate) queue: Queue,
    pub(super) campaign: CampaignId,
    pub(super) folder: TempDir,
}

pub(super) fn phone(n: u64) -> Phone {
    Phone::from_digits(919_800_000_000 + n).unwrap()
}

pub(super) fn good(line: u64, n: u64) -> NewRecipient {
    NewRecipient {
        line,
        standing: Standing::Good(phone(n)),
        refs: [Some(format!("order-{n}")), None, None],
        cells: vec![format!("name {n}"), "Pune".to_owned()],
        wrote_at: None,
        time_zone: None,
        mends: None,
    }
}

fn layout() -> Layout {
    let headers = ["to", "ref", "name", "city"].map(str::to_owned).to_vec();
    Layout::new(headers, vec![0], [Some(1), None, None], std::collections::BTreeMap::default())
}

impl World {
    pub(crate) async fn with(n: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = new_queue(folder.path()).await;
        Self::over(queue, folder, n).await
    }

    /// The same in an empty queue.
    pub(super) async fn over(queue: Queue, folder: TempDir, n: u64) -> Self {
        let plan = NewCampaign::new("spring", "Hi {{name}} https://wa.me/c/911161197855");
        let campaign = queue.create(plan, NOW).await.unwrap();
        let world = Self { queue, campaign, folder };
        world.import((0..n).map(|n| good(n + 2, n)).collect()).await.unwrap();
        world
    }

    pub(super) async fn import(&self, batch: Vec<NewRecipient>) -> Result<Added, QueueError> {
        self.import_into(self.campaign, batch).await
    }

    pub(super) async fn import_into(
        &self,
        campaign: CampaignId,
        batch: Vec<NewRecipient>,
    ) -> Result<Added, QueueError> {
        let new = NewImport {
            campaign,
            file_name: "list.csv".to_owned(),
            sha256: "00".to_owned(),
            layout: layout(),
            sender: None,
            is_dry_run: false,
        };
        let mut importing = self.queue.import(new).unwrap();
        tokio::task::spawn_blocking(move || {
            importing.add(batch)?;
            let added = importing.add(Vec::new())?;
            importing.finish(NOW)?;
            Ok(added)
        })
        .await
        .unwrap()
    }

    /// Runs a statement that the queue itself never would.
    pub(super) async fn execute(&self, statement: &'static str) {
        let done = in_commit!(self.queue, |connection| {
            engine::Text::new(statement).execute(connection).await?;
            Ok(())
        });
        done.unwrap();
    }

    /// From now on no notice can be written.
    pub(super) async fn refuse_notices(&self) {
        if is_on_server() {
            self.execute(
                "create function no_notice() returns trigger language plpgsql as 'begin raise exception ''no''; end'",
            )
            .await;
            self.execute("create trigger no_notice before insert on notice execute function no_notice()")
                .await;
        } else {
            self.execute(
                "create trigger no_notice before insert on notice begin select raise(abort, 'no'); end",
            )
            .await;
        }
    }

    /// And from now on one can be written again.
    pub(super) async fn allow_notices(&self) {
        let dropped =
            if is_on_server() { "drop trigger no_notice on notice" } else { "drop trigger no_notice" };
        self.execute(dropped).await;
    }

    pub(super) async fn start(&self) -> Lease {
        self.queue.start(self.campaign, NOW).await.unwrap();
        self.queue.take_lease(1, NOW).await.unwrap().0
    }

    pub(super) async fn claim(&self, lease: &Lease, n: u32) -> Claimed {
        self.claim_at(lease, n, NOW).await.unwrap()
    }

    pub(super) async fn claim_at(
        &self,
        lease: &Lease,
        n: u32,
        now: Timestamp,
    ) -> Result<Claimed, QueueError> {
        let limit = NonZeroU32::new(n).unwrap();
        self.queue.claim(ClaimOrder { campaign: self.campaign, limit, now, epoch: lease.epoch() }).await
    }

    pub(super) async fn rows(&self) -> Vec<ResultRow> {
        let mut rows = Vec::new();
        for import in self.queue.imports(self.campaign).await.unwrap() {
            rows.extend(self.queue.results(&import, 0, 10_000).await.unwrap());
        }
        rows
    }

    /// Line and status of every row, after a check that the counters agree with the rows.
    pub(super) async fn statuses(&self) -> Vec<(u64, Status)> {
        let counted = self.queue.verify(self.campaign).await.unwrap().counted;
        assert_eq!(self.queue.counts(self.campaign).await.unwrap(), counted);
        self.rows().await.into_iter().map(|row| (row.line, row.status)).collect()
    }
}

pub(super) fn settled(claim: Claim, end: End) -> Settlement {
    Settlement::new(claim, end, NOW)
}

pub(super) fn accepted() -> End {
    End::Accepted { message_id: Some("A1".to_owned()), note: None }
}

pub(super) fn reason() -> Reason {
    Reason::new("WA400", "refused")
}

#[tokio::test]
async fn nothing_is_claimed_from_a_campaign_that_is_not_running() {
    let world = World::with(2).await;
    let (lease, _) = world.queue.take_lease(1, NOW).await.unwrap();
    let claimed = world.claim(&lease, 5).await;
    assert_eq!((claimed.claims.len(), claimed.state), (0, State::Draft));
}

#[tokio::test]
async fn claims_come_in_file_order_and_only_once() {
    let world = World::with(3).await;
    let lease = world.start().await;
    let first = world.claim(&lease, 2).await;
    assert_eq!(first.claims.iter().map(|claim| claim.recipient.line).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(first.claims[0].recipient.cells, ["name 0", "Pune"]);
    let second = world.claim(&lease, 2).await;
    assert_eq!(second.claims.iter().map(|claim| claim.recipient.line).collect::<Vec<_>>(), [4]);
    assert_eq!(world.claim(&lease, 2).await.claims.len(), 0);
}

/// For each way in which a claim can end: the status in the file is the one that the domain's table gives, and the
/// bystander's row is untouched to the last column.
#[tokio::test]
async fn every_settlement_moves_its_row_as_the_domain_says_and_no_other() {
    let later = NOW.plus(Duration::from_secs(5));
    let pause = Pause { cause: PauseCause::LowBalance, detail: None, line: Some(2) };
    let ends = [
        (accepted(), Event::Accepted),
        (End::Failed(reason()), Event::Refused),
        (End::Unsendable(reason()), Event::Unsendable),
        (End::Retried { reason: reason(), due_at: later }, Event::Retried),
        (End::Released { reason: None, due_at: None }, Event::Released),
        (End::Released { reason: Some(reason()), due_at: Some(later) }, Event::Released),
        (End::Paused { pause: pause.clone(), reason: reason() }, Event::Released),
        (End::InDoubt(reason()), Event::Unanswered),
        (End::InDoubtAndPaused { pause, reason: reason() }, Event::Unanswered),
    ];
    for (end, event) in ends {
        let world = World::with(2).await;
        let lease = world.start().await;
        let mut claims = world.claim(&lease, 2).await.claims;
        let bystander = claims.pop().unwrap();
        let before = world.rows().await.pop();
        world.queue.settle(vec![settled(claims.pop().unwrap(), end)]).await.unwrap();
        let expected = Status::Sending.after(event).unwrap();
        assert_eq!(world.statuses().await[0], (2, expected), "{event:?}");
        assert_eq!(world.rows().await.pop(), before, "{event:?} touched a bystander");
        world.queue.settle(vec![settled(bystander, accepted())]).await.unwrap();
    }
}

#[tokio::test]
async fn an_account_fault_pauses_in_the_same_commit_and_counts_no_attempt() {
    let world = World::with(2).await;
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    let pause = Pause { cause: PauseCause::LowBalance, detail: Some("E110".to_owned()), line: Some(2) };
    world
        .queue
        .settle(vec![settled(claim, End::Paused { pause: pause.clone(), reason: reason() })])
        .await
        .unwrap();
    let campaign = world.queue.campaign("spring").await.unwrap();
    assert_eq!((campaign.state, campaign.pause), (State::Paused, Some(pause)));
    assert_eq!(world.rows().await[0].attempts, 0);
    assert_eq!(world.claim(&lease, 1).await.claims.len(), 0);
}

#[tokio::test]
async fn a_doubt_about_the_account_pauses_in_the_same_commit_and_is_not_sent_again_by_a_resume() {
    let world = World::with(1).await;
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    let pause = Pause { cause: PauseCause::LowBalance, detail: Some("E110".to_owned()), line: Some(2) };
    let end = End::InDoubtAndPaused { pause: pause.clone(), reason: reason() };
    world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    let campaign = world.queue.campaign("spring").await.unwrap();
    assert_eq!((campaign.state, campaign.pause), (State::Paused, Some(pause)));
    assert_eq!(world.statuses().await[0].1, Status::InDoubt);
    assert_eq!(world.rows().await[0].attempts, 1);
    world.queue.resume(campaign.id).await.unwrap();
    assert_eq!(world.claim(&lease, 1).await.claims.len(), 0);
}

#[tokio::test]
async fn every_request_that_did_not_end_in_an_acceptance_is_kept_with_its_number() {
    let world = World::with(1).await;
    let lease = world.start().await;
    let released = End::Released { reason: Some(reason()), due_at: None };
    let untouched = End::Released { reason: None, due_at: None };
    let retried = || End::Retried { reason: reason(), due_at: NOW };
    for end in [retried(), released, untouched, retried(), accepted()] {
        let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    }
    let row = world.rows().await.remove(0);
    assert_eq!((row.status, row.attempts), (Status::Accepted, 3));
    let kept = world.queue.attempts_of(RecipientId(row.recipient_id)).await.unwrap();
    let numbers: Vec<_> = kept.iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [Some(1), None, Some(2)]);
    assert!(
        kept.iter().all(|attempt| (attempt.code.as_str(), attempt.error.as_str()) == ("WA400", "refused"))
    );
}

/// Whoever has lost the right to send still knows what became of its own requests, and that ends the doubts about them.
#[tokio::test]
async fn a_late_answer_ends_the_doubt_of_its_own_claim_and_what_never_left_is_free_again() {
    let world = World::with(6).await;
    let lease = world.start().await;
    let claims = world.claim(&lease, 5).await.claims;
    drop(lease);
    let lease = world.start().await;
    let retried = End::Retried { reason: reason(), due_at: NOW };
    let ends = [accepted(), End::Failed(reason()), End::Unsendable(reason()), retried];
    let ends = ends.into_iter().chain([End::Released { reason: None, due_at: None }]);
    for (claim, end) in claims.into_iter().zip(ends) {
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    }
    let rows = world.rows().await;
    let found: Vec<_> = rows.iter().map(|row| (row.status, row.attempts)).collect();
    let expected = [
        (Status::Accepted, 1),
        (Status::Failed, 1),
        (Status::Failed, 0),
        (Status::InDoubt, 1),
        (Status::Queued, 0),
        (Status::Queued, 0),
    ];
    assert_eq!(found, expected);
    assert_eq!(rows[0].message_id.as_deref(), Some("A1"));
    world.statuses().await;
    let lines: Vec<_> =
        world.claim(&lease, 9).await.claims.iter().map(|claim| claim.recipient.line).collect();
    assert_eq!(lines, [6, 7], "what is in doubt is not sent again");
}

#[tokio::test]
async fn an_answer_that_comes_when_its_doubt_is_settled_is_kept_and_counts_nowhere() {
    let world = World::with(2).await;
    let lease = world.start().await;
    let claims = world.claim(&lease, 2).await.claims;
    drop(lease);
    let lease = world.start().await;
    world.queue.keep_doubts(world.campaign, Which::All, NOW).await.unwrap();
    for (claim, end) in claims.into_iter().zip([accepted(), End::Failed(reason())]) {
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    }
    drop(lease);
    for (row, code) in world.rows().await.into_iter().zip(["ACCEPTED", "WA400"]) {
        assert_eq!((row.status, row.attempts), (Status::Failed, 1));
        let kept = world.queue.attempts_of(RecipientId(row.recipient_id)).await.unwrap();
        let kept: Vec<_> = kept.iter().map(|attempt| (attempt.number, attempt.code.as_str())).collect();
        assert_eq!(kept, [(None, code)]);
    }
}

#[tokio::test]
async fn a_claim_says_when_more_is_due_only_where_it_got_less_than_it_asked_for() {
    let world = World::with(3).await;
    let lease = world.start().await;
    let claimed = world.claim(&lease, 2).await;
    assert_eq!((claimed.claims.len(), claimed.next_due_at), (2, None));
    let due_at = NOW.plus(Duration::from_secs(9));
    for claim in claimed.claims {
        world.queue.settle(vec![settled(claim, End::Retried { reason: reason(), due_at })]).await.unwrap();
    }
    let claimed = world.claim(&lease, 2).await;
    assert_eq!((claimed.claims.len(), claimed.next_due_at), (1, Some(due_at)));
}

#[tokio::test]
async fn a_retry_waits_until_it_is_due_and_then_goes_first() {
    let world = World::with(3).await;
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    let due_at = NOW.plus(Duration::from_secs(5));
    world.queue.settle(vec![settled(claim, End::Retried { reason: reason(), due_at })]).await.unwrap();
    let claimed = world.claim(&lease, 1).await;
    assert_eq!(claimed.claims[0].recipient.line, 3);
    let claimed = world.claim_at(&lease, 2, due_at).await.unwrap();
    let lines: Vec<_> = claimed.claims.iter().map(|claim| (claim.recipient.line, claim.attempt())).collect();
    assert_eq!(lines, [(2, 2), (4, 1)]);
}

#[tokio::test]
async fn a_dead_process_leaves_doubts_that_are_not_sent_again() {
    let world = World::with(3).await;
    let lease = world.start().await;
    let _claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    drop(lease);
    let (lease, recovered) = world.queue.take_lease(2, NOW).await.unwrap();
    assert_eq!(recovered.in_doubt, [(world.campaign, 1)]);
    assert_eq!(world.statuses().await[0], (2, Status::InDoubt));
    let lines: Vec<_> =
        world.claim(&lease, 9).await.claims.iter().map(|claim| claim.recipient.line).collect();
    assert_eq!(lines, [3, 4], "what is in doubt is not sent again");
}

#[tokio::test]
async fn an_old_lease_claims_nothing() {
    let world = World::with(1).await;
    let old = world.start().await;
    let stale = ClaimOrder { campaign: world.campaign, limit: NonZeroU32::MIN, now: NOW, epoch: old.epoch() };
    drop(old);
    world.queue.take_lease(2, NOW).await.unwrap();
    assert!(matches!(world.queue.claim(stale).await, Err(QueueError::LeaseLost)));
}

#[tokio::test]
async fn a_second_holder_of_the_lease_is_refused_by_name() {
    if is_on_server() {
        return; // A server has a test of its own for this.
    }
    let world = World::with(1).await;
    let _lease = world.start().await;
    let other = Queue::open(&world.folder.path().join("q.db")).await.unwrap();
    assert!(
        matches!(other.take_lease(7, NOW).await, Err(QueueError::Leased { holder }) if holder == "pid 1")
    );
}

#[tokio::test]
async fn duplicates_name_the_line_they_repeat_in_this_file_and_in_an_earlier_one() {
    let world = World::with(2).await;
    let added = world.import(vec![good(2, 1), good(3, 5), good(4, 5)]).await.unwrap();
    let taken: Vec<_> = added.taken.iter().map(|taken| (taken.line, taken.of_line)).collect();
    assert_eq!(taken, [(2, 3), (4, 3)]);
    let rows = world.rows().await;
    assert_eq!(rows[2].error.as_deref(), Some("same number as line 3 of list.csv"));
    assert_eq!(rows[4].error.as_deref(), Some("same number as line 3"));
    let statuses = world.statuses().await;
    assert_eq!(statuses.iter().filter(|(_, status)| *status == Status::Duplicate).count(), 2);
}

#[tokio::test]
async fn an_abandoned_import_leaves_nothing_behind() {
    let world = World::with(2).await;
    let before = world.rows().await;
    let new = NewImport {
        campaign: world.campaign,
        file_name: "half.csv".to_owned(),
        sha256: "01".to_owned(),
        layout: layout(),
        sender: None,
        is_dry_run: false,
    };
    let mut importing = world.queue.import(new).unwrap();
    let add = move || importing.add(vec![good(2, 8)]).and_then(|_| importing.add(Vec::new()));
    tokio::task::spawn_blocking(add).await.unwrap().unwrap();
    assert_eq!(world.rows().await, before);
    assert_eq!(world.queue.imports(world.campaign).await.unwrap().len(), 1);
    world.statuses().await;
}

#[tokio::test]
async fn what_was_suppressed_before_or_after_the_import_is_never_claimed() {
    let world = World::with(3).await;
    world.queue.suppress(vec![phone(0), phone(7)], "asked".to_owned(), NOW).await.unwrap();
    let added = world.import(vec![good(2, 7), good(3, 8)]).await.unwrap();
    assert_eq!(added.n_suppressed, 1);
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    world.queue.suppress(vec![phone(1)], "asked".to_owned(), NOW).await.unwrap();
    let back = End::Retried { reason: reason(), due_at: NOW };
    world.queue.settle(vec![settled(claim, back)]).await.unwrap();
    let lines: Vec<_> =
        world.claim(&lease, 9).await.claims.iter().map(|claim| claim.recipient.line).collect();
    assert_eq!(lines, [4, 3]);
    let suppressed =
        world.statuses().await.into_iter().filter(|(_, status)| *status == Status::Suppressed).count();
    assert_eq!(suppressed, 3);
}

#[tokio::test]
async fn a_rejected_row_keeps_its_text_and_code() {
    let world = World::with(0).await;
    let rejection = Rejection {
        code: RowCode::PhoneScientific,
        column: "to".to_owned(),
        found: "9.19E+11".to_owned(),
        to: "9.19E+11".to_owned(),
        text: "digits are lost".to_owned(),
    };
    let row = NewRecipient { standing: Standing::Rejected(rejection), ..good(2, 1) };
    world.import(vec![row]).await.unwrap();
    let row = world.rows().await.pop().unwrap();
    assert_eq!(row.input_to.as_deref(), Some("9.19E+11"));
    assert_eq!(row.code.as_deref(), Some("PHONE_SCIENTIFIC"));
    assert_eq!(row.cells, Some(vec!["name 1".to_owned(), "Pune".to_owned()]));
}

#[tokio::test]
async fn a_cancelled_campaign_takes_no_step_and_no_list() {
    let world = World::with(2).await;
    world.queue.cancel(world.campaign, NOW).await.unwrap();
    assert!(world.statuses().await.iter().all(|(_, status)| *status == Status::Cancelled));
    assert!(matches!(world.import(vec![good(2, 9)]).await, Err(QueueError::Step { .. })));
    assert!(matches!(world.queue.resume(world.campaign).await, Err(QueueError::Step { .. })));
}

#[tokio::test]
async fn a_retry_by_the_operator_starts_the_attempts_anew_and_opens_the_campaign() {
    let world = World::with(1).await;
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    world.queue.settle(vec![settled(claim, End::Failed(reason()))]).await.unwrap();
    world.queue.finish(world.campaign, NOW).await.unwrap();
    assert_eq!(world.queue.retry(world.campaign, Which::Codes(vec!["E1".to_owned()])).await.unwrap(), 0);
    assert_eq!(world.queue.retry(world.campaign, Which::Codes(vec!["WA400".to_owned()])).await.unwrap(), 1);
    let claimed = world.claim(&lease, 1).await;
    assert_eq!(
        (claimed.state, claimed.claims[0].attempt(), claimed.claims[0].n_attempts),
        (State::Running, 1, 1)
    );
}

#[tokio::test]
async fn an_unknown_campaign_is_answered_with_names_that_look_alike() {
    let world = World::with(0).await;
    let error = world.queue.campaign("sprnig").await.unwrap_err();
    assert!(matches!(error, QueueError::UnknownCampaign { near, .. } if near == ["spring"]));
}

#[tokio::test]
async fn a_file_that_is_no_database_says_so_and_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "dear diary, ".repeat(100)).unwrap();
    assert!(matches!(Queue::open(&path).await, Err(QueueError::NotADatabase { .. })));
    assert_eq!(std::fs::read(&path).unwrap(), "dear diary, ".repeat(100).as_bytes());
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    if is_on_server() {
        return; // A server has a test of its own for this.
    }
    let world = World::with(0).await;
    let mut connection = connect(&world.folder.path().join("q.db")).await.unwrap();
    engine::Text::new(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'from the future', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let error = Queue::open(&world.folder.path().join("q.db")).await.unwrap_err();
    assert!(matches!(error, QueueError::NewerVersion { found: 9999, .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with(1).await;
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[tokio::test]
async fn what_comes_back_to_a_cancelled_campaign_is_cancelled_in_the_same_commit() {
    let world = World::with(4).await;
    let lease = world.start().await;
    let ends = [
        End::Released { reason: None, due_at: None },
        End::Retried { reason: reason(), due_at: NOW.plus(Duration::from_mins(1)) },
        End::Paused {
            pause: Pause { cause: PauseCause::LowBalance, detail: None, line: None },
            reason: reason(),
        },
    ];
    let claims = world.claim(&lease, 4).await.claims;
    world.queue.cancel(world.campaign, NOW).await.unwrap();
    let settled: Vec<_> = claims.into_iter().zip(ends).map(|(claim, end)| settled(claim, end)).collect();
    world.queue.settle(settled).await.unwrap();
    let counts = world.queue.counts(world.campaign).await.unwrap();
    assert_eq!((counts.of(Status::Queued), counts.of(Status::Cancelled)), (0, 3));
    // One is on the wire when the process dies.
    drop(lease);
    world.queue.recover(2, NOW).await.unwrap();
    let counts = world.queue.counts(world.campaign).await.unwrap();
    assert_eq!((counts.of(Status::InDoubt), counts.n_open()), (1, 0));
    assert!(world.queue.verify(world.campaign).await.unwrap().wrong.is_empty());
    world.queue.purge(world.campaign, NOW).await.unwrap();
}

#[tokio::test]
async fn what_an_interrupted_cancellation_has_left_is_cancelled_by_whoever_comes_next() {
    let world = World::with(3).await;
    let campaign = world.campaign;
    let cancelled = world.queue.writer.command(move |connection| {
        Box::pin(async move {
            engine::Text::new("update campaign set state = 'cancelled' where campaign_id = $1")
                .bind(campaign.0)
                .execute(connection)
                .await?;
            Ok(())
        })
    });
    cancelled.await.unwrap();
    world.queue.recover(2, NOW).await.unwrap();
    let counts = world.queue.counts(campaign).await.unwrap();
    assert_eq!((counts.n_open(), counts.of(Status::Cancelled)), (0, 3));
}

/// What a value that no program wrote leads to: an error that names its place.
async fn damaged(statement: &'static str) -> QueueError {
    let world = World::with(1).await;
    world.execute(statement).await;
    world.queue.campaign("spring").await.unwrap_err()
}

#[tokio::test]
async fn a_damaged_limit_is_an_error_that_names_its_row_and_column() {
    for (statement, column) in [
        ("update campaign set in_flight_max = -1", "in_flight_max"),
        ("update campaign set attempts_max = 99999999999", "attempts_max"),
        ("update campaign set canary = -5", "canary"),
        ("update campaign set retry_initial_ms = -1", "retry_initial_ms"),
    ] {
        let words = damaged(statement).await.to_string();
        assert!(words.contains(&format!("campaign.{column} of row 1")), "{words}");
    }
}

#[tokio::test]
async fn a_running_sender_is_told_of_a_damaged_limit_too() {
    let world = World::with(1).await;
    world.execute("update campaign set in_flight_max = -1").await;
    let error = world.queue.pulse(world.campaign, &[]).await.unwrap_err();
    assert!(matches!(error, QueueError::Inconsistent { column: "in_flight_max", .. }), "{error}");
}

#[tokio::test]
async fn a_campaign_with_a_set_time_is_scheduled_by_its_start_and_begun_when_that_has_come() {
    let world = World::with(1).await;
    world.execute("update campaign set start_at = 1790000060000").await;
    assert_eq!(world.queue.start(world.campaign, NOW).await.unwrap(), State::Scheduled);
    let later = NOW.plus(Duration::from_mins(1));
    assert_eq!(world.queue.start(world.campaign, later).await.unwrap(), State::Running);
}
