//! Random histories of claims, answers, crashes, operators' words and clock jumps, held against a model of a page.

use std::{collections::BTreeSet, num::NonZeroU32};

use proptest::prelude::*;
use tempfile::TempDir;

use crate::domain::{
    CampaignId, Layout, NewCampaign, NewRecipient, Phone, Reason, Standing, State, Status, Timestamp,
    campaign::{Pause, PauseCause, Step},
    recipient::Event,
};
use crate::queue::{Claim, ClaimOrder, End, Lease, NewImport, Queue, QueueError, Settlement, Which};

const START: Timestamp = Timestamp(1_790_000_000_000);

#[derive(Debug, Clone)]
enum Act {
    Claim(u32),
    /// Ends the claim at that place (modulo how many there are) in one of the eight ways.
    Settle(usize, usize),
    /// An answer that comes back to a process that lost its lease.
    LateAnswer(usize, usize),
    /// The process dies with all it holds, and another one takes over.
    Crash,
    Step(Step),
    Retry,
    Resend,
    Keep,
    Suppress(u64),
    Import(u64, u64),
    /// Takes the last list out.
    Undo,
    Wait(i64),
    ClockJump(i64),
    Finish,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (1..5_u32).prop_map(Act::Claim),
        10 => (0..8_usize, 0..9_usize).prop_map(|(which, end)| Act::Settle(which, end)),
        2 => (0..8_usize, 0..9_usize).prop_map(|(which, end)| Act::LateAnswer(which, end)),
        2 => Just(Act::Crash),
        3 => Just(Act::Step(Step::Start)),
        1 => Just(Act::Step(Step::Pause)),
        3 => Just(Act::Step(Step::Resume)),
        1 => Just(Act::Retry),
        1 => Just(Act::Resend),
        1 => Just(Act::Keep),
        1 => (0..12_u64).prop_map(Act::Suppress),
        1 => (0..12_u64, 1..4_u64).prop_map(|(first, n)| Act::Import(first, n)),
        1 => Just(Act::Undo),
        3 => (1..9_000_i64).prop_map(Act::Wait),
        1 => (-90_000_000..90_000_000_i64).prop_map(Act::ClockJump),
        1 => Just(Act::Finish),
    ]
}

/// A whole history: the campaign is cancelled at most once, near its end.
fn history() -> impl Strategy<Value = Vec<Act>> {
    (prop::collection::vec(act(), 5..60), prop::option::weighted(0.2, prop::collection::vec(act(), 0..10)))
        .prop_map(|(mut acts, after_cancel)| {
            if let Some(rest) = after_cancel {
                acts.push(Act::Step(Step::Cancel));
                acts.extend(rest);
            }
            acts
        })
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    number: u64,
    status: Status,
    attempts: u32,
    due_at: i64,
    /// Whether nothing may be sent to it any more unless the operator says so.
    is_spent: bool,
    /// Whether it was handed to the provider, whatever came of it.
    was_asked: bool,
    /// The lease under which it came in doubt because its process died, and whether it had been asked for before.
    interrupted: Option<(i64, bool)>,
}

impl Row {
    fn go(&mut self, event: Event) {
        self.status = self.status.after(event).unwrap();
    }
}

struct World {
    queue: Queue,
    campaign: CampaignId,
    lease: Option<Lease>,
    _folder: TempDir,
    now: Timestamp,
    held: Vec<Claim>,
    ghosts: Vec<Claim>,
    // The model.
    rows: Vec<Row>,
    /// How many rows each list has.
    lists: Vec<usize>,
    state: State,
    suppressed: BTreeSet<u64>,
}

fn reason() -> Reason {
    Reason::new("X", "x")
}

fn phone(n: u64) -> Phone {
    Phone::from_digits(919_800_000_000 + n).unwrap()
}

/// The nine ways in which a claim ends, and the event that each is.
fn end(kind: usize, now: Timestamp) -> (End, Event) {
    let due_at = Timestamp(now.0 + 5_000);
    let pause = Pause { cause: PauseCause::LowBalance, detail: None, line: None };
    match kind {
        0 | 1 => (End::Accepted { message_id: Some("A".to_owned()), note: None }, Event::Accepted),
        2 => (End::Failed(reason()), Event::Refused),
        3 => (End::Unsendable(reason()), Event::Unsendable),
        4 => (End::Retried { reason: reason(), due_at }, Event::Retried),
        5 => (End::Released { reason: None, due_at: None }, Event::Released),
        6 => (End::Paused { pause, reason: reason() }, Event::Released),
        7 => (End::InDoubt(reason()), Event::Unanswered),
        _ => (End::InDoubtAndPaused { pause, reason: reason() }, Event::Unanswered),
    }
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let queue = super::new_queue(folder.path()).await;
        let campaign = queue.create(NewCampaign::new("spring", "Hi"), START).await.unwrap();
        let lease = Some(queue.take_lease(1, START).await.unwrap().0);
        let mut world = Self {
            queue,
            campaign,
            lease,
            _folder: folder,
            now: START,
            held: Vec::new(),
            ghosts: Vec::new(),
            rows: Vec::new(),
            lists: Vec::new(),
            state: State::Draft,
            suppressed: BTreeSet::new(),
        };
        world.import(0, 6).await;
        world.play(&Act::Step(Step::Start)).await;
        world
    }

    async fn import(&mut self, first: u64, n: u64) {
        let new = NewImport {
            campaign: self.campaign,
            file_name: "list.csv".to_owned(),
            sha256: "00".to_owned(),
            layout: Layout::new(
                vec!["to".to_owned()],
                vec![0],
                [None; 3],
                std::collections::BTreeMap::default(),
            ),
            sender: None,
            is_dry_run: false,
        };
        let row = |n| NewRecipient {
            line: n + 2,
            standing: Standing::Good(phone(n)),
            refs: [None, None, None],
            cells: Vec::new(),
            wrote_at: None,
            time_zone: None,
            mends: None,
        };
        let batch: Vec<_> = (first..first + n).map(row).collect();
        let (mut importing, now) = (self.queue.import(new).unwrap(), self.now);
        let import = move || importing.add(batch).and_then(|_| importing.finish(now));
        let imported = tokio::task::spawn_blocking(import).await.unwrap();
        let Ok(next) = self.state.after(Step::AddRecipients) else {
            assert!(matches!(imported, Err(QueueError::Step { .. })));
            return;
        };
        imported.unwrap();
        self.lists.push(usize::try_from(n).unwrap());
        let mut is_any_queued = false;
        for number in first..first + n {
            let status = if self.rows.iter().any(|row| row.number == number) {
                Status::Duplicate
            } else if self.suppressed.contains(&number) {
                Status::Suppressed
            } else {
                is_any_queued = true;
                Status::Queued
            };
            self.rows.push(Row {
                number,
                status,
                attempts: 0,
                due_at: 0,
                is_spent: false,
                was_asked: false,
                interrupted: None,
            });
        }
        if is_any_queued {
            self.state = next;
        }
    }

    /// Takes the last list out: all of it, unless one of its rows was handed to the provider.
    async fn undo(&mut self) {
        let Some(import) = self.queue.imports(self.campaign).await.unwrap().pop() else {
            assert!(self.rows.is_empty());
            return;
        };
        let first = self.rows.len() - self.lists.last().unwrap();
        let is_in_use = self.rows[first..].iter().any(|row| row.was_asked || row.status == Status::Sending);
        let undone = self.queue.remove_last_list(self.campaign, import.import_id).await;
        if self.state.after(Step::AddRecipients).is_err() {
            assert!(matches!(undone, Err(QueueError::Step { .. })), "{undone:?}");
        } else if is_in_use {
            assert!(matches!(undone, Err(QueueError::ListInUse { .. })), "{undone:?}");
        } else {
            assert_eq!(undone.unwrap().n_rows, self.lists.pop().unwrap() as u64);
            self.rows.truncate(first);
        }
    }

    /// What the model says is to be claimed, in order of the file.
    fn claimable(&self, limit: usize) -> Vec<usize> {
        if self.state != State::Running {
            return Vec::new();
        }
        let mut due: Vec<usize> = (0..self.rows.len())
            .filter(|&id| {
                let row = &self.rows[id];
                let is_due = row.due_at <= self.now.0;
                row.status == Status::Queued && is_due && !self.suppressed.contains(&row.number)
            })
            .collect();
        due.sort_by_key(|&id| (self.rows[id].due_at == 0, self.rows[id].due_at, id));
        due.truncate(limit);
        due.sort_unstable();
        due
    }

    async fn claim(&mut self, limit: u32) {
        let expected = self.claimable(limit as usize);
        let epoch = self.lease.as_ref().unwrap().epoch();
        let order = ClaimOrder {
            campaign: self.campaign,
            limit: NonZeroU32::new(limit).unwrap(),
            now: self.now,
            epoch,
        };
        let claims = self.queue.claim(order).await.unwrap().claims;
        let ids: Vec<usize> = claims.iter().map(row_of).collect();
        assert_eq!(ids, expected);
        for &id in &ids {
            assert!(!self.rows[id].is_spent, "row {id} would be messaged twice");
            self.rows[id].go(Event::Claimed);
        }
        if self.state == State::Running && ids.len() < limit as usize {
            for row in &mut self.rows {
                let is_found = row.status == Status::Queued && row.due_at <= self.now.0;
                if is_found && self.suppressed.contains(&row.number) {
                    row.go(Event::FoundSuppressed);
                }
            }
        }
        self.held.extend(claims);
    }

    async fn settle(&mut self, claim: Claim, kind: usize) {
        let id = row_of(&claim);
        let (end, event) = end(kind, self.now);
        let row = &mut self.rows[id];
        row.go(event);
        row.interrupted = None;
        row.was_asked |= !matches!(end, End::Released { reason: None, .. });
        row.due_at = if let End::Retried { due_at, .. } = &end { due_at.0 } else { 0 };
        row.attempts += u32::from(matches!(
            end,
            End::Accepted { .. }
                | End::Failed(_)
                | End::Retried { .. }
                | End::InDoubt(_)
                | End::InDoubtAndPaused { .. }
        ));
        row.is_spent = matches!(end, End::Accepted { .. } | End::InDoubt(_) | End::InDoubtAndPaused { .. });
        if matches!(end, End::Paused { .. } | End::InDoubtAndPaused { .. })
            && matches!(self.state, State::Draft | State::Scheduled | State::Running)
        {
            self.state = State::Paused;
        }
        self.queue.settle(vec![Settlement::new(claim, end, self.now)]).await.unwrap();
        if self.state == State::Cancelled {
            // What comes back to a cancelled campaign is cancelled in the same commit.
            self.cancel_queued();
        }
    }

    async fn crash(&mut self) {
        let epoch = self.lease.take().unwrap().epoch();
        self.ghosts.append(&mut self.held);
        for row in self.rows.iter_mut().filter(|row| row.status == Status::Sending) {
            row.go(Event::Unanswered);
            row.interrupted = Some((epoch, row.was_asked));
            row.was_asked = true;
            row.attempts += 1;
            row.is_spent = true;
        }
        self.lease = Some(self.queue.take_lease(1, self.now).await.unwrap().0);
    }

    /// Whoever has lost the lease still knows what became of its own claim.
    async fn answer_late(&mut self, claim: Claim, kind: usize) {
        let (end, _) = end(kind, self.now);
        let event = match &end {
            End::Accepted { .. } => Some(Event::Accepted),
            End::Failed(_) | End::Unsendable(_) => Some(Event::Refused),
            End::Released { .. } => Some(Event::PutBack),
            End::Retried { .. } | End::Paused { .. } | End::InDoubt(_) | End::InDoubtAndPaused { .. } => None,
        };
        let row = &mut self.rows[row_of(&claim)];
        let interrupted =
            row.interrupted.filter(|(epoch, _)| row.status == Status::InDoubt && *epoch == claim.epoch);
        let is_over = event == Some(Event::PutBack) && self.state == State::Finished;
        if let (Some((_, was_asked)), Some(event)) = (interrupted, event.filter(|_| !is_over)) {
            row.go(event);
            row.is_spent = event == Event::Accepted;
            row.attempts -= u32::from(!matches!(end, End::Accepted { .. } | End::Failed(_)));
            row.interrupted = None;
            if event == Event::PutBack {
                (row.due_at, row.was_asked) = (0, was_asked);
            }
        }
        self.queue.settle(vec![Settlement::new(claim, end, self.now)]).await.unwrap();
        if self.state == State::Cancelled {
            self.cancel_queued();
        }
    }

    async fn step(&mut self, step: Step) {
        let pause = Pause { cause: PauseCause::Operator, detail: None, line: None };
        let taken = match step {
            Step::Start => self.queue.start(self.campaign, self.now).await,
            Step::Pause => self.queue.pause(self.campaign, pause, self.now).await,
            Step::Resume => self.queue.resume(self.campaign).await,
            Step::Cancel => self.queue.cancel(self.campaign, self.now).await,
            Step::Schedule | Step::Unschedule | Step::Finish | Step::Reopen | Step::AddRecipients => {
                unreachable!("{step:?} is no act of an operator")
            }
        };
        match self.state.after(step) {
            Ok(next) => {
                assert_eq!(taken.unwrap(), next);
                self.state = next;
                if step == Step::Cancel {
                    self.cancel_queued();
                }
            }
            Err(_) => assert!(matches!(taken, Err(QueueError::Step { .. })), "{step:?} in {}", self.state),
        }
    }

    fn cancel_queued(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.status == Status::Queued) {
            row.go(Event::Cancelled);
        }
    }

    /// The operator's words about all that stand in `from`.
    async fn put_back(&mut self, from: Status) {
        let n = self.rows.iter().filter(|row| row.status == from).count();
        let put_back = if from == Status::Failed {
            self.queue.retry(self.campaign, Which::All).await
        } else {
            self.queue.resend_doubts(self.campaign, Which::All).await
        };
        if n > 0 {
            let Ok(next) = self.state.after(Step::Reopen) else {
                assert!(matches!(put_back, Err(QueueError::Step { .. })));
                return;
            };
            self.state = next;
        }
        assert_eq!(put_back.unwrap(), n as u64);
        for row in self.rows.iter_mut().filter(|row| row.status == from) {
            row.go(Event::PutBack);
            (row.due_at, row.is_spent) = (0, false);
        }
    }

    async fn play(&mut self, act: &Act) {
        match *act {
            Act::Claim(limit) => self.claim(limit).await,
            Act::Settle(which, kind) if !self.held.is_empty() => {
                let claim = self.held.swap_remove(which % self.held.len());
                self.settle(claim, kind).await;
            }
            Act::LateAnswer(which, kind) if !self.ghosts.is_empty() => {
                let claim = self.ghosts.swap_remove(which % self.ghosts.len());
                self.answer_late(claim, kind).await;
            }
            Act::Settle(..) | Act::LateAnswer(..) => {}
            Act::Crash => self.crash().await,
            Act::Step(step) => self.step(step).await,
            Act::Retry => self.put_back(Status::Failed).await,
            Act::Resend => self.put_back(Status::InDoubt).await,
            Act::Keep => {
                let n = self.queue.keep_doubts(self.campaign, Which::All, self.now).await.unwrap();
                let doubts = self.rows.iter_mut().filter(|row| row.status == Status::InDoubt);
                assert_eq!(doubts.map(|row| row.go(Event::DoubtKept)).count() as u64, n);
            }
            Act::Suppress(number) => {
                self.queue.suppress(vec![phone(number)], "asked".to_owned(), self.now).await.unwrap();
                self.suppressed.insert(number);
                for row in self.rows.iter_mut().filter(|row| row.number == number) {
                    if row.status == Status::Queued {
                        row.go(Event::FoundSuppressed);
                    }
                }
            }
            Act::Import(first, n) => self.import(first, n).await,
            Act::Undo => self.undo().await,
            Act::Wait(ms) => self.now = Timestamp(self.now.0 + ms),
            Act::ClockJump(ms) => {
                self.now = Timestamp(self.now.0 + ms);
                self.queue.shift_due(self.campaign, ms).await.unwrap();
                for row in self.rows.iter_mut().filter(|row| row.status == Status::Queued && row.due_at > 0) {
                    row.due_at = (row.due_at + ms).max(1);
                }
            }
            Act::Finish => {
                let is_open = |row: &Row| matches!(row.status, Status::Queued | Status::Sending);
                if self.state == State::Running && !self.rows.iter().any(is_open) {
                    self.state = State::Finished;
                }
                assert_eq!(self.queue.finish(self.campaign, self.now).await.unwrap(), self.state);
            }
        }
    }

    /// The file and the model say the same of every row, and the counters of all of them.
    async fn check(&self) {
        let counts = self.queue.counts(self.campaign).await.unwrap();
        assert_eq!(counts, self.queue.verify(self.campaign).await.unwrap().counted);
        assert_eq!(counts.total(), self.rows.len() as u64);
        let mut found = Vec::new();
        for import in self.queue.imports(self.campaign).await.unwrap() {
            found.extend(self.queue.results(&import, 0, 1_000).await.unwrap());
        }
        assert_eq!(found.len(), self.rows.len());
        for (id, (row, found)) in self.rows.iter().zip(found).enumerate() {
            let expected = (row.status, i64::from(row.attempts));
            assert_eq!((found.status, i64::try_from(found.attempts).unwrap()), expected, "row {id}");
        }
        assert_eq!(self.queue.campaign("spring").await.unwrap().state, self.state);
        assert!(
            self.state != State::Cancelled || counts.of(Status::Queued) == 0,
            "nothing waits in what is cancelled"
        );
    }
}

fn row_of(claim: &Claim) -> usize {
    usize::try_from(claim.recipient.id.0 - 1).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_history_messages_anybody_twice_or_forgets_anybody(acts in history()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for act in &acts {
                world.play(act).await;
                world.check().await;
            }
            world.queue.close().await;
        });
    }
}
