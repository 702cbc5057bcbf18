//! What becomes of a campaign when its disk or its file fails.

use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

#[cfg(target_os = "linux")]
use crate::support::Ended;
use crate::support::{Answer, Provider, Scenario, crash::Remains};

/// A small file system in memory, if this system lets one be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(scenario: &Scenario, size: &str) -> Option<Self> {
        let place = scenario.path("disk");
        fs::create_dir(&place).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&place);
        let is_mounted = mount.output().is_ok_and(|output| output.status.success());
        // The runner of the checks is root in a container of its own; elsewhere there may be no such disk.
        is_mounted.then_some(Self(place))
    }

    /// Takes all the room that is left.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
        for size in [65_536, 4_096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

fn campaign(
    provider: &Provider,
    n: usize,
    options: &[&str],
    on_disk: bool,
) -> Option<(Scenario, Option<SmallDisk>)> {
    let scenario = Scenario::new().provider(provider).set("CATALINK_SPANS", "busy=300");
    scenario.list("list.csv", n);
    let disk = if on_disk { Some(SmallDisk::mount(&scenario, "12m")?) } else { None };
    let scenario = if on_disk { scenario.set("CATALINK_DB", "disk/catalink.db") } else { scenario };
    let create = ["create", "spring", "--message", "Hi {{name}} https://wa.me/c/911161197855"];
    scenario.run(&[&create[..], options].concat()).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    Some((scenario, disk))
}

#[test]
fn a_disk_that_fills_up_pauses_the_campaign_and_forgets_no_answer() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(60)));
    let options = ["--mps", "400", "--max-in-flight", "32"];
    let Some((scenario, Some(disk))) = campaign(&provider, 2_400, &options, true) else { return };
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(60);
    let filler = disk.fill();
    running.end().exits(4).says(&["the database cannot be written", "free some disk space"]);
    assert_eq!(scenario.status("spring")["pause_reason"], "storage");
    let all_known = || {
        let n_sent = provider.n_requests() as u64;
        assert!(n_sent < 2_400);
        assert_eq!((scenario.count("accepted"), scenario.count("in_doubt")), (n_sent, 0));
    };
    all_known();
    // What the log and the ballast gave back lasts for a few more, and their outcomes too.
    scenario.run(&["resume", "spring"]).exits(4);
    all_known();
    fs::remove_file(filler).unwrap();
    scenario.run(&["resume", "spring"]).exits(0);
    assert_eq!((scenario.count("accepted"), provider.n_requests()), (2_400, 2_400));
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
    assert!(!scenario.path("disk/catalink.db-ballast").exists(), "the room is given back at the end");
}

#[test]
fn a_disk_that_cannot_be_written_is_named_and_nothing_is_sent() {
    let provider = Provider::accepting();
    let Some((scenario, Some(disk))) = campaign(&provider, 5, &[], true) else { return };
    let remount =
        |options: &str| Command::new("mount").args(["-o", options]).arg(&disk.0).status().unwrap().success();
    assert!(remount("remount,ro"));
    scenario.run(&["run", "spring"]).exits(1).says(&["catalink.db"]);
    assert!(remount("remount,rw"));
    assert_eq!(provider.n_requests(), 0);
    scenario.run(&["run", "spring"]).exits(0);
}

/// Calls that fail as they do on a broken disk, from the n-th on of each thread, for some time or for good.
#[cfg(target_os = "linux")]
const FAULTS: [&str; 4] = [
    "fsync,fdatasync:error=EIO:when=10..12",
    "fsync,fdatasync:error=EIO:when=25",
    "pwrite64:error=EIO:when=60..64",
    "pwrite64:error=EIO:when=131",
];

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fails_for_a_moment_halts_the_campaign_and_forgets_no_answer() {
    let mut n_halted = 0;
    for fault in FAULTS {
        let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(20)));
        let (scenario, _) = campaign(&provider, 150, &["--mps", "200"], false).unwrap();
        let inject = format!("inject={fault}");
        let options = ["-e", "trace=fsync,fdatasync,pwrite64", "-e", &inject];
        let output = scenario.traced(&options, &["run", "spring"]).output().unwrap();
        let ended = Ended::new(&["run", fault], output);
        assert!(scenario.read("trace").contains("(INJECTED)"), "{fault} never happened");
        if ended.code == Some(0) {
            // It hit a commit of outcomes alone, which are written again until they are there.
            assert_eq!((scenario.count("accepted"), provider.n_requests()), (150, 150), "{fault}");
            continue;
        }
        n_halted += 1;
        let ended = ended.says(&["the database cannot be written"]);
        // The pause is a write too: where it failed as well, the words are an error's.
        assert!(matches!(ended.code, Some(1 | 4)), "{fault}: {ended:?}");
        let n_sent = provider.n_requests() as u64;
        assert!(n_sent < 150, "{fault}: it went on");
        assert_eq!((scenario.count("accepted"), scenario.count("in_doubt")), (n_sent, 0), "{fault}");
        scenario.run(&["resume", "spring"]).exits(0);
        assert_eq!((scenario.count("accepted"), provider.n_requests()), (150, 150), "{fault}");
        scenario.run(&["doctor", "--verify", "spring"]).exits(0);
    }
    assert!(n_halted > 0, "each fault hit outcomes alone");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fails_for_good_ends_the_sending_and_what_was_sent_is_in_doubt() {
    // Some answers take long, so that requests are always under way when the disk fails.
    let provider = Provider::with(|n, _| {
        Answer::AcceptAfter(Duration::from_millis(if n % 4 == 0 { 1_500 } else { 20 }))
    });
    let options = ["--mps", "200", "--max-in-flight", "16"];
    let (scenario, _) = campaign(&provider, 150, &options, false).unwrap();
    let fault = "inject=fsync,fdatasync:error=EIO:when=14+";
    let options = ["-e", "trace=fsync,fdatasync", "-e", fault];
    let mut strace = scenario.traced(&options, &["run", "spring"]);
    let mut strace = strace.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // It tries again and again to write down what the provider said, and sends nothing meanwhile.
    let began_at = Instant::now();
    while scenario.path("trace").metadata().map_or(0, |found| found.len()) == 0
        || scenario.read("trace").matches("(INJECTED)").count() < 8
    {
        assert!(began_at.elapsed() < Duration::from_mins(1), "{}", scenario.read("trace"));
        std::thread::sleep(Duration::from_millis(20));
    }
    let n_sent = provider.n_requests();
    let children = format!("/proc/{0}/task/{0}/children", strace.id());
    let child = fs::read_to_string(children).unwrap();
    assert!(Command::new("kill").args(["-KILL", child.trim()]).status().unwrap().success());
    strace.wait().unwrap();
    assert_eq!(provider.n_requests(), n_sent, "it sent what it could not write down");
    scenario.run(&["run", "spring"]).exits(3).says(&["catalink resolve spring --keep"]);
    let (n_accepted, n_doubts) = (scenario.count("accepted"), scenario.count("in_doubt"));
    assert_eq!(n_accepted + n_doubts, 150);
    assert!((1..=32).contains(&n_doubts), "{n_doubts} in doubt");
    assert_eq!(provider.by_number().len(), provider.n_requests(), "somebody was messaged twice");
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

/// A stranger's connection to the same file.
fn stranger(scenario: &Scenario) -> (tokio::runtime::Runtime, SqliteConnection) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = SqliteConnectOptions::new().filename(scenario.path("catalink.db"));
    let connection = runtime.block_on(options.connect()).unwrap();
    (runtime, connection)
}

#[test]
fn a_stranger_who_writes_for_long_is_waited_for() {
    let provider = Provider::accepting();
    let (scenario, _) = campaign(&provider, 60, &["--mps", "200"], false).unwrap();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(10);
    let (runtime, mut connection) = stranger(&scenario);
    let mut sql = |text: &'static str| runtime.block_on(sqlx::query(text).execute(&mut connection)).unwrap();
    sql("pragma busy_timeout = 5000");
    sql("begin immediate");
    let n_before = provider.n_requests();
    // Four times as long as a write waits for another one.
    let began_at = Instant::now();
    while began_at.elapsed() < Duration::from_millis(1_200) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let n_meanwhile = provider.n_requests() - n_before;
    assert!(n_meanwhile <= 20, "{n_meanwhile} requests left while no claim could be written");
    sql("commit");
    running.end().exits(0);
    assert_eq!((scenario.count("accepted"), provider.n_requests()), (60, 60));
}

#[test]
fn a_stranger_who_reads_for_long_is_in_nobodys_way() {
    let provider = Provider::accepting();
    let (scenario, _) = campaign(&provider, 40, &["--mps", "200"], false).unwrap();
    let (runtime, mut connection) = stranger(&scenario);
    let mut sql = |text: &'static str| runtime.block_on(sqlx::query(text).execute(&mut connection)).unwrap();
    sql("begin");
    sql("select count(*) from recipient");
    scenario.run(&["run", "spring"]).exits(0);
    sql("commit");
    assert_eq!((scenario.count("accepted"), provider.n_requests()), (40, 40));
}

#[test]
fn a_database_that_is_moved_away_stops_the_sending_and_keeps_the_answers() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(20)));
    let (scenario, _) = campaign(&provider, 200, &["--mps", "100"], false).unwrap();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(20);
    let (here, there) = (scenario.path("catalink.db"), scenario.path("moved.db"));
    let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    fs::rename(log(&here), log(&there)).unwrap();
    fs::rename(&here, &there).unwrap();
    running.end().exits(1).says(&["was moved, deleted or replaced"]);
    let n_sent = provider.n_requests();
    assert!(n_sent < 80, "{n_sent} requests");
    fs::rename(&there, &here).unwrap();
    if log(&there).exists() {
        fs::rename(log(&there), log(&here)).unwrap();
    }
    let remains = Remains::of(&here);
    assert_eq!((remains.count("accepted"), remains.count("sending")), (n_sent, 0));
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.n_requests(), 200);
}

#[test]
fn a_damaged_database_is_an_error_and_no_panic() {
    let provider = Provider::accepting();
    for (offset, n) in [(0, 100), (4_096, 40_000), (30_000, 60_000)] {
        let (scenario, _) = campaign(&provider, 300, &["--mps", "1000"], false).unwrap();
        let mut file = OpenOptions::new().write(true).open(scenario.path("catalink.db")).unwrap();
        file.seek(SeekFrom::Start(offset)).unwrap();
        file.write_all(&vec![0x5a; n]).unwrap();
        drop(file);
        let n_before = provider.n_requests();
        let ended = scenario.run(&["run", "spring"]).exits(1).says(&["error:"]);
        assert!(!ended.stderr.contains("RUST_BACKTRACE"), "{}", ended.stderr);
        let ledger = provider.requests().split_off(n_before);
        let numbers: std::collections::HashSet<_> =
            ledger.iter().map(|request| request.to().to_owned()).collect();
        assert_eq!(numbers.len(), ledger.len(), "somebody was messaged twice");
    }
}

#[test]
fn a_backup_that_is_put_back_sends_nothing_until_told_to_and_says_why() {
    let provider = Provider::with(|n, _| if n < 20 { Answer::Accept } else { Answer::e110() });
    let (scenario, _) = campaign(&provider, 60, &["--mps", "500"], false).unwrap();
    scenario.run(&["run", "spring"]).exits(4);
    scenario.run(&["backup", "backup.db"]).exits(0).says(&["run NAME --restored"]);
    provider.change(|_, _| Answer::Accept);
    scenario.run(&["resume", "spring"]).exits(0);
    assert_eq!(provider.by_number().len(), 60);
    fs::copy(scenario.path("backup.db"), scenario.path("catalink.db")).unwrap();
    let n_requests = provider.n_requests();
    for run in [&["resume", "spring"][..], &["run", "spring"]] {
        scenario.run(run).exits(1).says(&[
            "looks like a restored copy",
            "a newer state of it has sent",
            "--restored",
        ]);
    }
    scenario.run(&["--db", "backup.db", "resume", "spring"]).exits(1).says(&["but not from here"]);
    assert_eq!(provider.n_requests(), n_requests, "a copy has sent");
    scenario.run(&["run", "spring", "--restored"]).exits(0);
    assert!(provider.n_requests() > n_requests, "the operator's word counts");
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn two_names_of_one_database_are_one_database() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(30)));
    let (scenario, _) = campaign(&provider, 50, &["--mps", "20"], false).unwrap();
    std::os::unix::fs::symlink("catalink.db", scenario.path("other.db")).unwrap();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(2);
    scenario.run(&["--db", "other.db", "run", "spring"]).exits(5);
    running.signal("INT");
    running.end().exits(130);
}
