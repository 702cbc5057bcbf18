//! What people do, in a terminal and in the console, whatever is under way.

use std::{
    collections::HashSet,
    thread,
    time::{Duration, Instant},
};

use super::{
    fates::Temper,
    world::{ATTEMPTS_MAX, Campaign, Done, Hours, Rows, Word, World},
};
use crate::support::{crash::Dice, live::post, number};

/// So many people there are; each list has some of them.
const N_PEOPLE: u64 = 160;

/// A doubt that was closed without sending.
const CLOSED_DOUBT: &str = "IN_DOUBT";

/// At most so many campaigns.
const N_CAMPAIGNS: usize = 3;

/// A name, how often, and what it does.
pub type Act = (&'static str, u64, fn(&mut World, &mut Dice));

/// What people do.
pub const ACTS: [Act; 20] = [
    ("create", 5, create),
    ("import", 4, import),
    ("wait", 14, wait),
    ("pause", 6, pause),
    ("resume --detach", 3, resume),
    ("cancel", 1, cancel),
    ("rate", 3, rate),
    ("retry", 3, retry),
    ("resolve", 3, resolve),
    ("suppress add", 5, suppress),
    ("suppress remove", 2, unsuppress),
    ("export", 2, export),
    ("status --json", 3, status),
    ("doctor --verify", 2, verify),
    ("purge", 1, purge),
    ("a post of receipts", 12, receipts),
    ("a jump of the clock", 3, jump),
    ("console: start", 3, start_in_console),
    ("console: a foreign form", 1, foreign_form),
    ("an import that is killed", 1, killed_import),
];

impl World {
    /// One of the campaigns. The dice fall the same way whatever there is.
    pub fn pick(&self, dice: &mut Dice) -> Option<usize> {
        let roll = usize::try_from(dice.below(60)).unwrap();
        (!self.campaigns.is_empty()).then(|| roll % self.campaigns.len())
    }

    fn name(&self, at: usize) -> String {
        self.campaigns[at].name.clone()
    }

    /// Presses a button of the console. None where there is none, or where it has just died.
    fn press(&mut self, path: &str, body: &str) -> Option<(Instant, u16)> {
        let address = self.sender.as_ref()?.address.clone()?;
        let called = Instant::now();
        let headers = format!(
            "origin: http://{address}\r\nsec-fetch-site: same-origin\r\n\
            content-type: application/x-www-form-urlencoded\r\n"
        );
        let answer = post(&address, path, &headers, body);
        self.note(&format!("console: {path} {body} → {:?}", answer.as_ref().map(|(status, _)| status)));
        let (status, text) = answer?;
        if !matches!(status, 303 | 404 | 409 | 422) {
            self.fail("every button has an answer", &format!("{path} {body}: {status} {text}"));
        }
        self.count("forms of the console");
        Some((called, status))
    }

    /// The same by a command, or by the console where there is one and the dice want it.
    fn steer(&mut self, dice: &mut Dice, args: &[&str], path: &str, body: &str) -> (Instant, bool) {
        if dice.below(2) == 0
            && let Some((called, status)) = self.press(path, body)
        {
            return (called, status == 303);
        }
        let Done { called, code, .. } = self.run(args);
        (called, code == Some(0))
    }
}

pub fn create(world: &mut World, dice: &mut Dice) {
    let n = world.campaigns.len();
    let mps = dice.one_of(&[5.0, 40.5, 200.0, 700.0, 3_000.0]);
    let places = dice.one_of(&[1_usize, 4, 16, 64]);
    let temper = dice.one_of(&[Temper::Kind, Temper::Mixed, Temper::Mixed, Temper::Bad]);
    let hours = dice.one_of(&[Hours::Any, Hours::Any, Hours::Any, Hours::Morning, Hours::Afternoon]);
    let starts_in = (dice.below(3) == 0).then(|| i64::try_from(1_000 + dice.below(8_000)).unwrap());
    let resends = dice.below(4) == 0;
    if n >= N_CAMPAIGNS {
        return;
    }
    let name = format!("c{n}");
    let message = format!("Hi {{{{name}}}} from {name}, see https://wa.me/c/911161197855");
    let start_at = starts_in.map(|ms| world.wall_ms() + ms);
    let (mps_text, places_text, attempts) = (mps.to_string(), places.to_string(), ATTEMPTS_MAX.to_string());
    let mut args = vec!["create", &name, "--message", &message, "--mps", &mps_text];
    args.extend(["--max-in-flight", &places_text, "--max-attempts", &attempts]);
    args.extend(["--retry-initial", "20ms", "--retry-max-interval", "60ms"]);
    if resends {
        args.extend(["--on-unknown", "resend"]);
    }
    match hours {
        Hours::Any => {}
        Hours::Morning => args.extend(["--window", "00:00-12:00", "--time-zone", "UTC"]),
        Hours::Afternoon => args.extend(["--window", "12:00-00:00", "--time-zone", "UTC"]),
    }
    let at = start_at.map(|ms| jiff::Timestamp::from_millisecond(ms).unwrap().to_string());
    if let Some(at) = &at {
        args.extend(["--start-at", at, "--yes"]);
    }
    let done = world.run(&args);
    if done.code != Some(0) {
        world.fail("a campaign can be made", &done.said);
    }
    world.treat(&name, temper);
    world.campaigns.push(Campaign { hours, resends, start_at, ..Campaign::new(&name, places, mps) });
    import_into(world, n, dice);
}

/// Writes a list of some people, now and then with a row that cannot be used.
fn list(world: &mut World, dice: &mut Dice) -> (String, u64) {
    let (first, n) = (dice.below(N_PEOPLE), 20 + dice.below(60));
    let mut text = String::from("to,name,ref\n");
    for i in 0..n {
        let person = usize::try_from((first + i) % N_PEOPLE).unwrap();
        text.push_str(&format!("{},Asha {person},order-{i}\n", number(person)));
    }
    let n_bad = dice.below(3);
    for i in 0..n_bad {
        text.push_str(&format!("12345{i},Nobody,none\n"));
    }
    world.lists += 1;
    let name = format!("list-{}.csv", world.lists);
    world.scenario.write(&name, text);
    (name, n + n_bad)
}

fn import_into(world: &mut World, at: usize, dice: &mut Dice) {
    let (file, n_rows) = list(world, dice);
    let name = world.name(at);
    if world.run(&["import", &name, &file, "--quiet"]).code == Some(0) {
        world.campaigns[at].n_rows += n_rows;
    }
}

fn import(world: &mut World, dice: &mut Dice) {
    if let Some(at) = world.pick(dice) {
        import_into(world, at, dice);
    }
}

fn killed_import(world: &mut World, dice: &mut Dice) {
    let (at, wait) = (world.pick(dice), Duration::from_millis(5 + dice.below(60)));
    let Some(at) = at else { return };
    let ((file, n_rows), name, log) = (list(world, dice), world.name(at), world.log());
    let command = world.scenario.command(&["import", &name, &file, "--quiet"]);
    let mut live = crate::support::live::Live::start(command, &log);
    thread::sleep(wait);
    live.kill();
    let found = world.look().campaigns[&name].total();
    let known = world.campaigns[at].n_rows;
    world.note(&format!("an import of {n_rows} rows into {name} is killed: {known} → {found} rows"));
    if found != known && found != known + n_rows {
        world.fail("a list is in whole or not at all", &name);
    }
    world.campaigns[at].n_rows = found;
}

fn wait(world: &mut World, dice: &mut Dice) {
    let wait = Duration::from_millis(10 + dice.below(120));
    thread::sleep(wait);
    world.note(&format!("{wait:?} pass"));
}

fn pause(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let path = format!("/campaigns/{name}/pause");
    if let (_, true) = world.steer(dice, &["pause", &name], &path, "") {
        world.campaigns[at].hush("pause");
    }
}

fn resume(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let path = format!("/campaigns/{name}/resume");
    if let (called, true) = world.steer(dice, &["resume", &name, "--detach"], &path, "")
        && !world.campaigns[at].is_cancelled
    {
        world.campaigns[at].speak(called);
    }
}

fn cancel(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let path = format!("/campaigns/{name}/cancel");
    if let (_, true) = world.steer(dice, &["cancel", &name], &path, "") {
        world.campaigns[at].hush("cancel");
        world.campaigns[at].is_cancelled = true;
    }
}

fn rate(world: &mut World, dice: &mut Dice) {
    let mps = dice.one_of(&[120.0, 300.0, 1_000.0]);
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let path = format!("/campaigns/{name}/rate");
    let text = mps.to_string();
    if let (called, true) = world.steer(dice, &["rate", &name, &text], &path, &format!("mps={text}")) {
        world.campaigns[at].goes_at(mps, called);
    }
}

/// Who is still slow at the end need not be slow for long.
pub fn hurry(world: &mut World, at: usize) {
    const MPS: f64 = 300.0;
    let name = world.name(at);
    if world.campaigns[at].rates.last().is_some_and(|rate| rate.mps < MPS) {
        let called = world.run(&["rate", &name, &MPS.to_string()]).called;
        world.campaigns[at].goes_at(MPS, called);
    }
}

/// Whom a word is for, where that can be told.
fn whom(
    world: &mut World,
    name: &str,
    is_meant: impl Fn(&super::world::Line) -> bool,
) -> Option<HashSet<String>> {
    let snapshot = world.look();
    if world.is_anybody_alive() {
        return None;
    }
    let rows: &Rows = snapshot.campaigns.get(name)?;
    // What a dead process has left on the wire is in doubt as soon as anybody looks.
    Some(rows.lines.iter().filter(|(_, line)| is_meant(line)).map(|(to, _)| to.clone()).collect())
}

/// Puts back those with one code, or all but the doubts that were closed.
pub fn retry(world: &mut World, dice: &mut Dice) {
    const CODES: [&str; 7] = ["", "", "", "WA400", "WA500", "WAV2101", CLOSED_DOUBT];
    let code = dice.one_of(&CODES);
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let is_resend = code == CLOSED_DOUBT;
    let whom = whom(world, &name, |line| {
        let is_of_code = code.is_empty() || line.code.as_deref() == Some(code);
        line.is_unsent || line.status == "failed" && is_of_code
    });
    let path = format!("/campaigns/{name}/retry");
    let mut args = vec!["retry", &name];
    let mut body = String::new();
    if !code.is_empty() {
        args.extend(["--code", code]);
        body = format!("code={code}");
    }
    if let (called, true) = world.steer(dice, &args, &path, &body) {
        let given = Word { called, returned: Instant::now(), is_resend, whom };
        world.campaigns[at].words.push(given);
    }
}

pub fn resolve(world: &mut World, dice: &mut Dice) {
    let is_resend = dice.below(2) == 0;
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let whom = whom(world, &name, |line| matches!(line.status.as_str(), "in_doubt" | "sending"));
    let (how, flag) = if is_resend { ("resend", "--resend") } else { ("keep", "--keep") };
    let path = format!("/campaigns/{name}/resolve");
    let body = format!("how={how}");
    if let (called, true) = world.steer(dice, &["resolve", &name, flag], &path, &body)
        && is_resend
    {
        let given = Word { called, returned: Instant::now(), is_resend, whom };
        world.campaigns[at].words.push(given);
    }
}

fn suppress(world: &mut World, dice: &mut Dice) {
    let number = number(usize::try_from(dice.below(N_PEOPLE)).unwrap());
    if world.campaigns.is_empty() {
        return;
    }
    let body = format!("numbers={}&reason=asked", number.replace('+', "%2B"));
    let done = world.steer(dice, &["suppress", "add", &number], "/suppressions/add", &body);
    if done.1 {
        world.hush_number(&number, "suppress add");
    }
}

fn unsuppress(world: &mut World, dice: &mut Dice) {
    let roll = usize::try_from(dice.below(1_000)).unwrap();
    let Some(number) = world.suppressed.keys().nth(roll % world.suppressed.len().max(1)).cloned() else {
        return;
    };
    let done = world.run(&["suppress", "remove", &number]);
    if done.code == Some(0)
        && let Some(last) = world.suppressed.get_mut(&number).and_then(|silences| silences.last_mut())
    {
        last.until.get_or_insert(done.called);
    }
}

fn export(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    let file = format!("out-{name}.csv");
    if world.run(&["export", &name, "-o", &file, "--overwrite", "--quiet"]).code != Some(0) {
        return;
    }
    let n = csv::Reader::from_path(world.scenario.path(&file)).unwrap().records().count() as u64;
    let expected = world.campaigns[at].n_rows;
    if n != expected {
        world.fail("the export has every row", &format!("{name}: {n} of {expected}"));
    }
}

pub fn status(world: &mut World, dice: &mut Dice) {
    if let Some(at) = world.pick(dice) {
        status_of(world, at);
    }
}

pub fn status_of(world: &mut World, at: usize) {
    let name = world.name(at);
    let done = world.run(&["status", &name, "--json", "--quiet"]);
    let Ok(status) = serde_json::from_str::<serde_json::Value>(&done.said) else {
        world.fail("the status is JSON", &done.said);
    };
    let counts = status["counts"].as_object().unwrap();
    let sum: u64 = counts.values().map(|n| n.as_u64().unwrap()).sum();
    if status["total"] != sum || sum != world.campaigns[at].n_rows {
        world.fail("the figures add up", &done.said);
    }
}

fn verify(world: &mut World, dice: &mut Dice) {
    if let Some(at) = world.pick(dice) {
        verify_of(world, at);
    }
}

pub fn verify_of(world: &mut World, at: usize) {
    let name = world.name(at);
    let done = world.run(&["doctor", "--verify", &name]);
    if done.code != Some(0) {
        world.fail("a recount finds what the counters say", &done.said);
    }
}

fn purge(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let name = world.name(at);
    if world.run(&["purge", &name]).code == Some(0) {
        world.campaigns[at].is_purged = true;
        world.campaigns[at].hush("purge");
    }
}

fn receipts(world: &mut World, dice: &mut Dice) {
    let n = 1 + dice.below(12);
    world.post_receipts(n, dice);
}

fn jump(world: &mut World, dice: &mut Dice) {
    const HOUR: i64 = 3_600_000;
    let hours = i64::try_from(dice.below(49)).unwrap() - 24;
    let odd = i64::try_from(dice.below(5_000)).unwrap();
    world.set_clock(if dice.below(3) == 0 { 0 } else { hours * HOUR + odd });
}

/// Starts a draft in the console.
fn start_in_console(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    if world.sender.as_ref().is_none_or(|sender| sender.address.is_none()) {
        return;
    }
    let name = world.name(at);
    let n = world.look().campaigns.get(&name).map(|rows| rows.n("queued")).unwrap_or_default();
    world.press(&format!("/campaigns/{name}/start"), &format!("n={n}&again=on"));
}

/// Another site's page posts to the console: nothing happens.
fn foreign_form(world: &mut World, dice: &mut Dice) {
    let Some(at) = world.pick(dice) else { return };
    let Some(address) = world.sender.as_ref().and_then(|sender| sender.address.clone()) else { return };
    let path = format!("/campaigns/{}/cancel", world.name(at));
    let headers = "origin: https://elsewhere.example\r\nsec-fetch-site: cross-site\r\n\
        content-type: application/x-www-form-urlencoded\r\n";
    let answer = post(&address, &path, headers, "");
    if let Some((status, text)) = answer.filter(|(status, _)| *status != 403) {
        world.fail("another site's form changes nothing", &format!("{status} {text}"));
    }
    world.note("a foreign form is turned away");
}
