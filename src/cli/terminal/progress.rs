//! A running campaign as a bar on a terminal, as a line every few seconds elsewhere, or as lines of JSON for a program.

use std::{
    collections::HashSet,
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{ui::Ui, words};
use crate::{
    app::wording::{Face, pause, reach},
    domain::{RecipientId, Status, Timestamp, time::Told},
    queue::{Counts, End},
    sender::{Notice, Pace, Watcher},
};

/// How often a line is printed where no bar can be drawn.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// How often a program is told the figures.
const JSON_EVERY: Duration = Duration::from_secs(1);

/// How long the rate is averaged over for the time that is left.
const RATE_OVER: Duration = Duration::from_secs(10);

/// Shows a drain to the person at the terminal.
pub(crate) struct Progress {
    ui: Ui,
    /// In which the campaign's times are told.
    zone: TimeZone,
    bar: ProgressBar,
    n_total: u64,
    seen: Mutex<Seen>,
}

struct Seen {
    n_accepted: u64,
    n_failed: u64,
    n_in_doubt: u64,
    /// Those that wait for another attempt.
    retrying: HashSet<RecipientId>,
    n_open: u64,
    started_at: Instant,
    line_at: Instant,
    /// Settled so far at some instants of the last seconds.
    trail: std::collections::VecDeque<(Instant, u64)>,
    last_notice: Option<String>,
    /// What the campaign is being stopped for, while answers are waited for.
    stopping: Option<&'static str>,
}

/// The longest wait for an answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(30);

impl Seen {
    fn n_done(&self) -> u64 {
        self.n_accepted + self.n_failed + self.n_in_doubt
    }

    /// The figures in a sentence.
    fn sentence(&self, pace: Pace, rate: f64) -> String {
        if let (true, Some(stopping)) = (pace.is_ending, self.stopping) {
            return format!(
                "{stopping}: waiting for {}, at most {}",
                words::counted(pace.n_in_flight as u64, "answer", "answers"),
                words::duration(ANSWER_WAIT_MAX)
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "a time for the eye")]
        let left = (rate > 0.05).then(|| Duration::from_secs_f64(self.n_open as f64 / rate));
        let left = match (pace.next_retry_in, left) {
            (Some(wait), _) => format!(", next retry in {}", words::duration(wait)),
            (None, Some(left)) => format!(", {} left", words::duration(left)),
            (None, None) => String::new(),
        };
        let retries = match self.retrying.len() {
            0 => String::new(),
            n => format!(", {} waiting for retry", words::number(n as u64)),
        };
        let doubts = match self.n_in_doubt {
            0 => String::new(),
            n => format!(", {} in doubt", words::number(n)),
        };
        format!(
            "{} accepted, {} failed{doubts}{retries}, {rate:.1}/s of {:.1}/s, {} in flight{left}",
            words::number(self.n_accepted),
            words::number(self.n_failed),
            pace.rate_now,
            pace.n_in_flight,
        )
    }

    /// The figures for a program.
    fn facts(&self, pace: Pace, rate: f64, n_total: u64) -> Value {
        json!({
            "event": "progress",
            "total": n_total,
            "open": self.n_open,
            "accepted": self.n_accepted,
            "failed": self.n_failed,
            "in_doubt": self.n_in_doubt,
            "retrying": self.retrying.len(),
            "in_flight": pace.n_in_flight,
            "rate": (rate * 10.0).round() / 10.0,
            "rate_allowed": pace.rate_now,
        })
    }

    /// Settled per second, lately.
    fn rate(&mut self, now: Instant) -> f64 {
        let n_done = self.n_done();
        self.trail.push_back((now, n_done));
        while self.trail.front().is_some_and(|(at, _)| now.duration_since(*at) > RATE_OVER) {
            self.trail.pop_front();
        }
        let Some((at, n_before)) = self.trail.front() else { return 0.0 };
        let seconds = now.duration_since(*at).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for the eye")]
        let n = n_done.saturating_sub(*n_before) as f64;
        if seconds > 0.0 { n / seconds } else { 0.0 }
    }
}

impl Progress {
    /// Starts from the figures that the campaign has.
    pub(crate) fn start(ui: Ui, zone: TimeZone, counts: &Counts) -> Self {
        let n_open = counts.n_open();
        let bar = if ui.draws() {
            let style =
                ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len}, {percent}%\n{msg}")
                    .expect("the template is a constant")
                    .progress_chars("━╸─");
            ProgressBar::with_draw_target(Some(counts.total()), ProgressDrawTarget::stderr_with_hz(8))
                .with_style(style)
        } else {
            ProgressBar::hidden()
        };
        let now = Instant::now();
        let seen = Seen {
            n_accepted: counts.of(Status::Accepted),
            n_failed: counts.of(Status::Failed),
            n_in_doubt: counts.of(Status::InDoubt),
            retrying: HashSet::new(),
            n_open,
            started_at: now,
            line_at: now,
            trail: std::collections::VecDeque::new(),
            last_notice: None,
            stopping: None,
        };
        bar.set_position(counts.total() - n_open);
        Self { ui, zone, bar, n_total: counts.total(), seen: Mutex::new(seen) }
    }

    /// How long the drain has been watched.
    pub(crate) fn elapsed(&self) -> Duration {
        self.lock().started_at.elapsed()
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        // A watcher that panicked has printed already; its figures are still figures.
        self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn told(&self, at: Timestamp) -> Told<'_> {
        Told(at, &self.zone)
    }

    fn say(&self, text: &str) {
        if self.ui.draws() {
            self.bar.suspend(|| self.ui.note(text));
        } else {
            self.ui.note(text);
        }
    }
}

/// Until when a notice says that something waits.
fn until(notice: &Notice) -> Option<Timestamp> {
    match notice {
        Notice::NextRetryAt(at) | Notice::CanaryWaits(at) | Notice::WaitsUntil(at) => Some(*at),
        Notice::Held { until, .. } => Some(*until),
        Notice::ProviderDown { .. }
        | Notice::ProviderBack
        | Notice::SlowedDown { .. }
        | Notice::WaitsForPeople
        | Notice::Probing
        | Notice::Pausing(_)
        | Notice::Stopping { .. } => None,
    }
}

impl Watcher for Progress {
    fn settled(&self, recipient: RecipientId, end: &End) {
        let mut seen = self.lock();
        seen.retrying.remove(&recipient);
        match end {
            End::Accepted { .. } => seen.n_accepted += 1,
            End::Failed(_) | End::Unsendable(_) => seen.n_failed += 1,
            End::InDoubt(_) | End::InDoubtAndPaused { .. } => seen.n_in_doubt += 1,
            End::Retried { .. } => {
                seen.retrying.insert(recipient);
                return;
            }
            End::Released { .. } | End::Paused { .. } => return,
        }
        seen.n_open = seen.n_open.saturating_sub(1);
    }

    fn pace(&self, pace: Pace) {
        let now = Instant::now();
        let mut seen = self.lock();
        let rate = seen.rate(now);
        if self.ui.is_json() {
            if now.duration_since(seen.line_at) >= JSON_EVERY {
                seen.line_at = now;
                self.ui.json_line(&seen.facts(pace, rate, self.n_total));
            }
            return;
        }
        let text = seen.sentence(pace, rate);
        if self.ui.draws() {
            self.bar.set_position(self.n_total.saturating_sub(seen.n_open));
            self.bar.set_message(text);
        } else if now.duration_since(seen.line_at) >= LINE_EVERY {
            seen.line_at = now;
            let n_done = self.n_total.saturating_sub(seen.n_open);
            self.ui.note(format!("{} of {}: {text}", words::number(n_done), words::number(self.n_total)));
        }
    }

    fn notice(&self, notice: &Notice) {
        let text = match notice {
            // The bar counts the seconds.
            Notice::NextRetryAt(_) => return,
            Notice::CanaryWaits(at) => {
                format!(
                    "the first messages are out; the rest waits for their receipts, until {} at most",
                    self.told(*at)
                )
            }
            Notice::WaitsUntil(at) => format!("waiting until {} to send", self.told(*at)),
            Notice::ProviderDown { words, next_in } => {
                format!("the provider is in trouble ({words}); next try in {}", words::duration(*next_in))
            }
            Notice::ProviderBack => "the provider answers again".to_owned(),
            Notice::SlowedDown { words } => format!("slowing down: {words}"),
            Notice::Held { by, until } => {
                format!(
                    "whoever is left waits for {}, the first until {}",
                    reach::held(*by),
                    self.told(*until)
                )
            }
            Notice::WaitsForPeople => "whoever is left gets the message as soon as they write".to_owned(),
            Notice::Probing => "one message first; the rest follows when it is accepted".to_owned(),
            Notice::Pausing(pause) => format!("pausing: {}", pause::cause(pause.cause, Face::Terminal)),
            Notice::Stopping { n_in_flight } => format!(
                "stopping: waiting for the answers to {} in flight (Ctrl-C again stops at once)",
                words::number(*n_in_flight as u64)
            ),
        };
        let mut seen = self.lock();
        match notice {
            Notice::Pausing(_) => seen.stopping = Some("pausing"),
            Notice::Stopping { .. } => seen.stopping = Some("stopping"),
            Notice::CanaryWaits(_)
            | Notice::WaitsUntil(_)
            | Notice::ProviderDown { .. }
            | Notice::ProviderBack
            | Notice::SlowedDown { .. }
            | Notice::Probing
            | Notice::WaitsForPeople
            | Notice::Held { .. }
            | Notice::NextRetryAt(_) => {}
        }
        if seen.last_notice.as_ref() != Some(&text) {
            seen.last_notice = Some(text.clone());
            drop(seen);
            if self.ui.is_json() {
                let until = until(notice).map(|at| at.to_string());
                self.ui.json_line(&json!({ "event": "notice", "message": text, "until": until }));
            } else {
                self.say(&text);
            }
        }
    }
}
