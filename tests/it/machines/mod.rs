//! Several processes on one PostgreSQL, each by a way of its own, and a provider whose ledger is the truth.

mod chaos;
mod promoting;
mod serving;

use std::{
    collections::HashMap,
    fs::File,
    process::{Child, Command, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use tokio::runtime::Runtime;

use crate::support::{
    crash::is_final,
    metronome,
    postgres::Postgres,
    provider::{Answer, Provider},
    proxy::Proxy,
    scenario::{Scenario, number},
};

/// After so long without a renewal somebody else takes over, here.
pub const TTL: Duration = Duration::from_secs(5);

/// What moves bytes between processes and servers.
static WAYS: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
});

/// One campaign on a server, and the processes that may send it.
pub struct House {
    pub server: Postgres,
    pub provider: Provider,
    pub scenario: Scenario,
    pub members: Vec<Member>,
    n_recipients: usize,
}

/// A process, begun again when it is gone, and its way to the server.
pub struct Member {
    pub proxy: Proxy,
    child: Option<Child>,
    n_lives: usize,
}

impl House {
    /// None on a machine without PostgreSQL.
    pub fn with(n_members: usize, n_recipients: usize, rate: usize) -> Option<Self> {
        metronome::start();
        let server = Postgres::begin()?;
        server.ask("create database queue");
        let provider = Provider::with(|n, _| match n % 40 {
            7 => Answer::AcceptAfter(Duration::from_millis(150)),
            11 => Answer::wa500(),
            _ => Answer::AcceptAfter(Duration::from_millis(20)),
        });
        let scenario = Scenario::new()
            .provider(&provider)
            .set("CATALINK_DB", &Postgres::url(server.port, "queue"))
            .set("CATALINK_SPANS", &format!("lease={},answers=4000", TTL.as_millis()));
        scenario.list("list.csv", n_recipients);
        let rate_text = rate.to_string();
        let create = ["create", "spring", "--message", "Hi {{name}}, see https://wa.me/c/911161197855"];
        let limits = ["--mps", &rate_text, "--max-in-flight", "16", "--retry-initial", "20ms"];
        scenario.run(&[&create[..], &limits].concat()).exits(0);
        scenario.run(&["import", "spring", "list.csv"]).exits(0);
        let members = (0..n_members)
            .map(|_| Member { proxy: WAYS.block_on(Proxy::to(server.port)), child: None, n_lives: 0 })
            .collect();
        Some(Self { server, provider, scenario, members, n_recipients })
    }

    /// The program as a member runs it.
    pub fn command(&self, index: usize, args: &[&str]) -> Command {
        let mut command = self.scenario.command(args);
        command.env("CATALINK_DB", Postgres::url(self.members[index].proxy.port, "queue"));
        command.env("CATALINK_STATE", self.scenario.path("."));
        command
    }

    /// Begins whoever is not there.
    pub fn man(&mut self) {
        for index in 0..self.members.len() {
            if !self.members[index].is_gone() {
                continue;
            }
            let mut command = self.command(index, &["run", "spring", "--yes", "--quiet", "--stand-by"]);
            let name = format!("member-{index}-{}.log", self.members[index].n_lives);
            let log = File::create(self.scenario.path(&name)).unwrap();
            let child =
                command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).spawn().unwrap();
            self.members[index].child = Some(child);
            self.members[index].n_lives += 1;
        }
    }

    /// What a member said in its last life.
    pub fn said(&self, index: usize) -> String {
        let n_lives = self.members[index].n_lives;
        let log = self.scenario.path(&format!("member-{index}-{}.log", n_lives.saturating_sub(1)));
        std::fs::read_to_string(log).unwrap_or_default()
    }

    pub fn state(&self) -> String {
        self.server.ask_in("queue", "select state from campaign where name = 'spring'")
    }

    pub fn count(&self, status: &str) -> usize {
        let counted = format!("select count(*) from recipient where status = '{status}'");
        self.server.ask_in("queue", &counted).parse().unwrap_or_default()
    }

    /// Waits until something is so.
    pub fn wait(&self, what: &str, at_most: Duration, mut is_so: impl FnMut(&Self) -> bool) {
        let began_at = Instant::now();
        while !is_so(self) {
            let said: Vec<_> = (0..self.members.len()).map(|index| self.said(index)).collect();
            assert!(began_at.elapsed() < at_most, "{what}: {}: {said:#?}", self.state());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Until so many further requests have come.
    pub fn wait_for_requests(&self, n: usize) {
        let until = self.provider.n_requests() + n;
        self.wait("nothing is sent", Duration::from_mins(2), |house| house.provider.n_requests() >= until);
    }

    /// Holds the database against the ledger at the end. Says how many are in doubt.
    pub fn check(&self) -> usize {
        let mut answers = HashMap::<String, Vec<Answer>>::new();
        for (request, answer) in self.provider.ledger() {
            answers.entry(request.to().to_owned()).or_default().push(answer);
        }
        let rows = "select number, status, coalesce(code, '') from recipient order by recipient_id";
        let rows = self.server.ask_in("queue", rows);
        let mut n_rows = 0;
        let mut n_in_doubt = 0;
        for row in rows.lines() {
            let mut words = row.split('|');
            let (to, status) = (format!("+{}", words.next().unwrap()), words.next().unwrap());
            let answers = answers.get(&to).map(Vec::as_slice).unwrap_or_default();
            let n_final = answers.iter().filter(|answer| is_final(answer)).count();
            assert!(n_final <= 1, "{to} was messaged {n_final} times");
            match status {
                "accepted" => assert_eq!(n_final, 1, "{to} is accepted and was never messaged"),
                "in_doubt" => n_in_doubt += 1,
                other => panic!("{to} is {other} at the end, after {answers:?}"),
            }
            n_rows += 1;
        }
        assert_eq!(n_rows, self.n_recipients);
        assert!(answers.keys().all(|to| (0..self.n_recipients).any(|n| number(n) == *to)));
        let verified = self.command(0, &["doctor", "--verify", "spring"]).output().unwrap();
        assert!(verified.status.success(), "{verified:?}");
        n_in_doubt
    }

    /// Where more than the rate came within a second, but for what the machine's own lateness explains, and for those
    /// that came within two seconds after one of these moments.
    pub fn too_fast(&self, rate: usize, but_after: &[Instant]) -> Vec<String> {
        const JITTER: Duration = Duration::from_millis(25);
        let mut came: Vec<Instant> =
            self.provider.ledger().into_iter().map(|(request, _)| request.at).collect();
        came.sort_unstable();
        let is_apart = |at: &Instant| {
            but_after.iter().any(|moment| at >= moment && at.duration_since(*moment) < Duration::from_secs(2))
        };
        came.retain(|at| !is_apart(at));
        let too_fast = came.windows(rate + 1).filter_map(|window| {
            let (first, last) = (window[0], window[rate]);
            let (took, late) = (last.duration_since(first), metronome::lateness(first, last));
            let at = first.duration_since(came[0]);
            (took + late + JITTER < Duration::from_secs(1)).then(|| {
                format!("{} within {took:?} at {at:?}, while the machine was late by {late:?}", rate + 1)
            })
        });
        too_fast.collect()
    }
}

impl Member {
    /// Whether it is not there, or not any more.
    pub fn is_gone(&mut self) -> bool {
        self.child.as_mut().is_none_or(|child| child.try_wait().unwrap().is_some())
    }

    pub fn signal(&self, name: &str) {
        if let Some(child) = &self.child {
            drop(Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status());
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
