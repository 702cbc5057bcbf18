//! Who runs: senders, receivers, their deaths, second processes, and copies.

use std::{
    fs,
    io::Write,
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{
    acts::Act,
    world::{Hours, Sender, World},
};
use crate::support::{
    crash::Dice,
    live::{Live, PATIENCE},
};

/// What happens to processes.
pub const ACTS: [Act; 13] = [
    ("run", 14, run),
    ("serve", 6, serve),
    ("receive", 3, receive),
    ("kill -9", 9, kill),
    ("kill -9 of the receiver", 1, kill_receiver),
    ("a signal", 4, signal),
    ("two signals", 2, two_signals),
    ("a restart", 4, restart),
    ("a cancellation and a death", 2, cancel_and_die),
    ("an idle caller", 2, idle_caller),
    ("a second process", 3, second),
    ("a copy", 2, copy),
    ("restore", 2, restore),
];

const DAY: i64 = 86_400_000;

/// A request may take three seconds; whoever is asked to end has done so after that, whoever calls.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

impl World {
    fn begin(&mut self, args: &[&str], is_console: bool) {
        let log = self.log();
        let n_requests_before = self.book.n_requests();
        self.lives.push((Instant::now(), None));
        let mut live = Live::start(self.scenario.command(args), &log);
        self.note(&format!("catalink {} (pid {})", args.join(" "), live.pid()));
        let address = if is_console { live.address() } else { None };
        if is_console && address.is_none() {
            let said = live.said();
            self.fail("the console opens", &said);
        }
        self.sender = Some(Sender { live, address, n_requests_before });
    }

    /// Sends a campaign in the foreground; a pause is lifted.
    pub fn begin_run(&mut self, at: usize) {
        let name = self.campaigns[at].name.clone();
        let now = Instant::now();
        if !self.campaigns[at].is_cancelled && !self.campaigns[at].is_purged {
            self.campaigns[at].speak(now);
        }
        let mut args = vec!["resume", &name, "--again"];
        // Whoever restores says so, as nobody has sent since the backup was made.
        if self.is_restored {
            args.push("--restored");
        }
        self.begin(&args, false);
    }

    /// kill -9: what was on the wire is in doubt, and not more.
    pub fn kill(&mut self) {
        let Some(sender) = &mut self.sender else { return };
        sender.live.kill();
        self.n_deaths += 1;
        self.count("deaths");
        self.note("kill -9");
        self.sender_is_gone();
        self.check_death();
    }

    /// A clean stop: nothing is left on the wire.
    pub fn stop(&mut self, signal: &str) {
        let Some(sender) = &mut self.sender else { return };
        sender.live.signal(signal);
        let asked_at = Instant::now();
        let ended = sender.live.wait(ENDS_WITHIN);
        let (said, words) = (sender.live.said(), sender.live.words.clone());
        self.note(&format!("SIG{signal} → {ended:?} after {:?}", asked_at.elapsed()));
        let Some(exit) = ended else {
            self.fail("a signal ends it", &format!("{words}\n{said}"));
        };
        // One that had not begun to listen dies of the signal, before it has done anything.
        let has_sent = self.book.n_requests() > self.sender.as_ref().unwrap().n_requests_before;
        let was_deaf = exit.code().is_none() && !has_sent;
        if !was_deaf && !matches!(exit.code(), Some(0 | 1 | 3 | 4 | 130)) {
            self.fail("a signal is answered by a clean end", &format!("{words}: {exit}\n{said}"));
        }
        self.sender_is_gone();
        let snapshot = self.look();
        let left = snapshot.campaigns.iter().find(|(_, rows)| rows.n("sending") > 0);
        if let Some((name, rows)) = left.filter(|_| has_sent) {
            self.fail("a clean stop leaves nothing in doubt", &format!("{name}: {:?}", rows.n_by_status));
        }
    }

    pub fn stop_receiver(&mut self) {
        if let Some((mut receiver, _)) = self.receiver.take() {
            receiver.signal("TERM");
            if receiver.wait(ENDS_WITHIN).is_none() {
                self.fail("a signal ends the receiver", &receiver.said());
            }
            self.note("the receiver is stopped");
        }
    }

    /// Nobody is alive, and this is a copy: whoever wants to send a campaign is refused.
    fn sends_nothing(&mut self, name: &str) {
        let n_before = self.book.n_requests();
        let done = self.run(&["resume", name, "--again"]);
        // Where nothing waits, there is nothing to refuse.
        let n = self.look().campaigns.get(name).map_or(0, |rows| rows.n("queued"));
        let is_open =
            !self.campaigns.iter().any(|one| one.name == name && (one.is_cancelled || one.is_purged));
        if self.book.n_requests() > n_before || done.code == Some(0) && n > 0 && is_open {
            self.fail("a copy sends nothing", &done.said);
        }
    }

    /// Moves the clock so that a campaign may send.
    pub fn open_hours(&mut self, at: usize) {
        let (hours, start_at) = (self.campaigns[at].hours, self.campaigns[at].start_at);
        let real = self.wall_ms() - self.clock_ms;
        let mut error = self.clock_ms;
        let is_open = |error: i64| {
            let of_day = (real + error).rem_euclid(DAY);
            // Not so near the end that it closes meanwhile.
            let is_in = match hours {
                Hours::Any => true,
                Hours::Morning => of_day < DAY / 2 - DAY / 24,
                Hours::Afternoon => (DAY / 2..DAY - DAY / 24).contains(&of_day),
            };
            // A time that is near comes by itself.
            is_in && start_at.is_none_or(|at| real + error + 9_500 >= at)
        };
        while !is_open(error) {
            error += DAY / 24;
        }
        if error != self.clock_ms {
            self.set_clock(error);
        }
    }
}

fn run(world: &mut World, dice: &mut Dice) {
    let (at, opens) = (world.pick(dice), dice.below(3) > 0);
    let Some(at) = at.filter(|_| world.sender.is_none()) else { return };
    if opens {
        world.open_hours(at);
    }
    world.begin_run(at);
    under_way(dice);
}

/// Most of the time a process comes to do something before the next step.
fn under_way(dice: &mut Dice) {
    let wait = dice.below(300);
    if wait > 40 {
        thread::sleep(Duration::from_millis(wait));
    }
}

fn serve(world: &mut World, dice: &mut Dice) {
    if world.sender.is_none() && world.database().exists() {
        world.begin(&["serve", "--listen", "127.0.0.1:0"], true);
        under_way(dice);
    }
}

fn receive(world: &mut World, _: &mut Dice) {
    if world.receiver.is_some() || !world.database().exists() {
        return;
    }
    let log = world.log();
    let mut live = Live::start(world.scenario.command(&["receive", "--listen", "127.0.0.1:0"]), &log);
    let Some(address) = live.address() else { world.fail("the receiver opens", &live.said()) };
    world.note("catalink receive");
    world.receiver = Some((live, address));
}

fn kill(world: &mut World, _: &mut Dice) {
    world.kill();
}

fn kill_receiver(world: &mut World, _: &mut Dice) {
    if let Some((mut receiver, _)) = world.receiver.take() {
        receiver.kill();
        world.note("kill -9 of the receiver");
    }
}

fn signal(world: &mut World, dice: &mut Dice) {
    let signal = dice.one_of(&["INT", "TERM", "HUP"]);
    world.stop(signal);
}

/// Ctrl-C, or a death, and the same again at once.
fn restart(world: &mut World, dice: &mut Dice) {
    let is_death = dice.below(3) == 0;
    let Some(sender) = world.sender.as_ref().filter(|sender| sender.address.is_none()) else { return };
    let words = sender.live.words.clone();
    let Some(at) = world.campaigns.iter().position(|one| words.contains(&format!(" {} ", one.name))) else {
        return;
    };
    if is_death {
        world.kill();
    } else {
        world.stop("INT");
    }
    world.begin_run(at);
    under_way(dice);
}

/// A campaign is cancelled while its requests are on the wire, and the sender dies of it.
fn cancel_and_die(world: &mut World, dice: &mut Dice) {
    let wait = Duration::from_millis(dice.below(400));
    if world.sender.is_none() {
        return;
    }
    let words = world.sender.as_ref().unwrap().live.words.clone();
    let Some(at) = world.campaigns.iter().position(|one| words.contains(&format!(" {} ", one.name))) else {
        return;
    };
    let name = world.campaigns[at].name.clone();
    if world.run(&["cancel", &name]).code == Some(0) {
        world.campaigns[at].hush("cancel");
        world.campaigns[at].is_cancelled = true;
    }
    thread::sleep(wait);
    world.kill();
}

fn two_signals(world: &mut World, _: &mut Dice) {
    let Some(sender) = &mut world.sender else { return };
    sender.live.signal("INT");
    thread::sleep(Duration::from_millis(3));
    sender.live.signal("INT");
    let ended = sender.live.wait(PATIENCE);
    world.note(&format!("SIGINT twice → {ended:?}"));
    if ended.is_none() {
        world.fail("two signals end it", "");
    }
    world.n_deaths += 1;
    world.count("deaths");
    world.sender_is_gone();
    world.check_death();
}

/// Somebody sends half the head of a request, and then nothing more.
fn idle_caller(world: &mut World, _: &mut Dice) {
    let Some(address) = world.mailbox() else { return };
    if let Ok(mut stream) = TcpStream::connect(&address) {
        drop(stream.write_all(b"POST /callbacks/x HTTP/1.1\r\nhost: "));
        world.idle.push(stream);
        world.note("an idle caller");
    }
}

/// Somebody else runs a campaign while one is being sent.
fn second(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let is_foreground = world.sender.as_ref().is_some_and(|sender| sender.address.is_none());
    if !is_foreground || world.book.n_requests() == world.sender.as_ref().unwrap().n_requests_before {
        return;
    }
    let (log, name) = (world.log(), world.campaigns[at].name.clone());
    let mut live = Live::start(world.scenario.command(&["run", &name, "--again"]), &log);
    let ended = live.wait(Duration::from_secs(1));
    let is_first_there = world.sender.as_mut().is_some_and(|sender| sender.live.ended().is_none());
    world.note(&format!("a second process: {ended:?} {}", live.said().lines().last().unwrap_or_default()));
    if ended.is_none() && is_first_there {
        world.fail("a second process is refused", &live.said());
    }
    if ended.is_none() {
        // The first one had just ended, so this one sends.
        live.signal("TERM");
        if live.wait(PATIENCE).is_none() {
            world.fail("a signal ends it", &live.said());
        }
    }
    // It may have sent for a moment in either case.
    if !is_first_there {
        world.lives.push((live.began_at, Some(Instant::now())));
    }
}

/// A copy of the database, or of the whole folder, sends nothing if the original has sent.
fn copy(world: &mut World, dice: &mut Dice) {
    let (at, way) = (world.pick(dice), dice.below(3));
    let Some(at) = at else { return };
    let is_whole = way == 0;
    if is_whole && world.is_anybody_alive() {
        return;
    }
    let name = world.campaigns[at].name.clone();
    let folder = tempfile::tempdir().unwrap();
    let put = folder.path().join("catalink.db");
    let has_sent = world.look().n_claims > 0;
    if is_whole {
        copy_folder(world, folder.path());
    } else {
        let backup = format!("backup-{}.db", world.counts.get("a copy").copied().unwrap_or_default());
        if world.run(&["backup", &backup, "--quiet"]).code != Some(0) {
            return;
        }
        fs::copy(world.scenario.path(&backup), &put).unwrap();
        fs::remove_file(world.scenario.path(&backup)).unwrap();
        if way == 1 {
            // Put back beside what the original has left there.
            let sentinel = world.scenario.path("catalink.db-sentinel");
            drop(fs::copy(sentinel, folder.path().join("catalink.db-sentinel")));
        }
    }
    if !has_sent {
        return;
    }
    let mut command = world.scenario.command(&["resume", &name, "--again"]);
    command.current_dir(folder.path()).env("KALEYRA_BASE_URL", world.trap.url());
    let log = world.log();
    let mut live = Live::start(command, &log);
    let ended = live.wait(Duration::from_secs(20));
    world.note(&format!("a copy ({way}): {ended:?} {}", live.said().lines().last().unwrap_or_default()));
    let n = world.trap.n_requests();
    if ended.is_none() || n > 0 {
        world.fail("a copy sends nothing", &format!("{n} requests; {}", live.said()));
    }
}

/// A backup is restored, then what it has replaced; nothing is sent until somebody says so, and nothing is missing.
fn restore(world: &mut World, dice: &mut Dice) {
    let (at, is_there_and_back) = (world.pick(dice), dice.below(2) == 0);
    let Some(at) = at.filter(|_| !world.is_anybody_alive()) else { return };
    let (name, n) = (world.campaigns[at].name.clone(), world.n_notes());
    let backup = format!("before-{n}.db");
    for args in [["backup", &backup, "--quiet"], ["restore", &backup, "--quiet"]] {
        let done = world.run(&args);
        if done.code != Some(0) {
            world.fail("a backup can be made and restored", &done.said);
        }
    }
    world.is_restored = true;
    world.sends_nothing(&name);
    if is_there_and_back {
        let replaced = (1..).map(|n| format!("catalink.db-replaced-{n}"));
        let replaced = replaced.take_while(|name| world.scenario.path(name).exists()).last();
        let Some(replaced) = replaced else { world.fail("what was there is kept", &backup) };
        let done = world.run(&["restore", &replaced, "--quiet"]);
        if done.code != Some(0) {
            world.fail("what was kept can be restored", &done.said);
        }
        world.sends_nothing(&name);
    }
    fs::remove_file(world.scenario.path(&backup)).unwrap();
}

fn copy_folder(world: &World, to: &Path) {
    for ending in ["", "-wal", "-sentinel", "-lock", "-ballast"] {
        let name = format!("catalink.db{ending}");
        let from = world.scenario.path(&name);
        if from.exists() {
            fs::copy(from, to.join(&name)).unwrap();
        }
    }
}
