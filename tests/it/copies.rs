//! Copies of a database, other names of it, and what its disk allows: nobody is messaged from two of them.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{Answer, Ended, Provider, Scenario};

/// A campaign of which some messages were sent before the balance was used up.
fn half_sent(n: usize, n_sent: usize) -> (Provider, Scenario) {
    let provider = Provider::with(move |n, _| if n < n_sent { Answer::Accept } else { Answer::e110() });
    let scenario = Scenario::with(&provider, n, &["--mps", "500"]);
    scenario.run(&["run", "spring"]).exits(4);
    provider.change(|_, _| Answer::Accept);
    (provider, scenario)
}

fn nobody_twice(provider: &Provider) {
    // The answers that told of the low balance took nothing.
    let taken = provider.ledger().into_iter().filter(|(_, answer)| matches!(answer, Answer::Accept));
    let taken: Vec<_> = taken.map(|(request, _)| request.to().to_owned()).collect();
    let numbers: std::collections::HashSet<_> = taken.iter().collect();
    assert_eq!(numbers.len(), taken.len(), "somebody was messaged twice");
}

fn copy_folder(scenario: &Scenario, to: &str) {
    fs::create_dir_all(scenario.path(to)).unwrap();
    for entry in fs::read_dir(scenario.path("")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_str().unwrap().starts_with("catalink.db") {
            fs::copy(entry.path(), scenario.path(to).join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn a_whole_folder_that_was_copied_sends_nothing_until_told_to_and_doctor_says_so() {
    let (provider, scenario) = half_sent(30, 10);
    copy_folder(&scenario, "copy");
    let n_before = provider.n_requests();
    let db = ["--db", "copy/catalink.db"];
    scenario
        .run(&[&db[..], &["resume", "spring"]].concat())
        .exits(1)
        .says(&["it is a copy, or it was moved here from another disk", "--restored"]);
    assert_eq!(provider.n_requests(), n_before, "a copy has sent");
    let looked = scenario.run(&[&db[..], &["doctor"]].concat()).exits(1);
    assert!(looked.stdout.contains("nothing is sent from it"), "{}", looked.stdout);
    scenario.run(&["resume", "spring"]).exits(0);
    assert_eq!(scenario.count("accepted"), 30);
    nobody_twice(&provider);
}

#[test]
fn a_copy_that_was_made_before_anything_was_sent_sends_nothing_either() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 5, &[]);
    copy_folder(&scenario, "copy");
    let db = ["--db", "copy/catalink.db"];
    scenario.run(&[&db[..], &["run", "spring"]].concat()).exits(1).says(&["it is a copy"]);
    scenario.run(&["run", "spring"]).exits(0);
    scenario.run(&[&db[..], &["run", "spring"]].concat()).exits(1).says(&["it is a copy"]);
    assert_eq!(provider.n_requests(), 5);
    scenario.run(&[&db[..], &["run", "spring", "--restored"]].concat()).exits(0);
    assert_eq!(provider.n_requests(), 10, "the operator's word counts");
}

#[test]
fn a_sentinel_that_a_power_cut_left_empty_keeps_nobody_from_sending_where_nothing_was_sent() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 10, &[]);
    scenario.write("catalink.db-sentinel", "");
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(scenario.count("accepted"), 10);
    nobody_twice(&provider);
    let (_provider, scenario) = half_sent(10, 5);
    scenario.write("catalink.db-sentinel", "");
    scenario.run(&["resume", "spring"]).exits(1).says(&["it has sent before, but not from here"]);
}

#[test]
fn a_database_that_was_renamed_with_its_sentinel_goes_on() {
    let (provider, scenario) = half_sent(20, 10);
    fs::create_dir(scenario.path("there")).unwrap();
    for ending in ["", "-sentinel"] {
        let name = format!("catalink.db{ending}");
        fs::rename(scenario.path(&name), scenario.path("there").join(&name)).unwrap();
    }
    scenario.run(&["--db", "there/catalink.db", "resume", "spring"]).exits(0);
    assert_eq!(provider.by_number().len(), 20);
}

#[test]
fn hard_links_of_a_database_are_one_database() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(30)));
    let scenario = Scenario::with(&provider, 50, &["--mps", "20"]);
    fs::create_dir(scenario.path("there")).unwrap();
    fs::hard_link(scenario.path("catalink.db"), scenario.path("there/link.db")).unwrap();
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(2);
    scenario.run(&["--db", "there/link.db", "run", "spring"]).exits(5);
    running.kill();
    let n_sent = provider.n_requests();
    // The log of the first name is not seen under the second one.
    scenario.run(&["--db", "there/link.db", "run", "spring"]).exits(1).says(&["not from here"]);
    assert_eq!(provider.n_requests(), n_sent);
}

#[test]
fn a_log_that_was_removed_after_a_crash_is_missed() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2_000, &["--mps", "1000"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(300);
    running.kill();
    fs::remove_file(scenario.path("catalink.db-wal")).unwrap();
    let n_sent = provider.n_requests();
    for _ in 0..2 {
        scenario.run(&["run", "spring"]).exits(1).says(&["`-wal` file was removed", "--restored"]);
    }
    assert_eq!(provider.n_requests(), n_sent);
    assert_eq!(provider.by_number().len(), n_sent, "somebody was messaged twice");
}

#[test]
fn a_backup_that_is_copied_beside_the_log_of_a_crash_is_not_opened_and_can_be_restored() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 1_000, &["--mps", "500"]);
    scenario.run(&["backup", "backup.db"]).exits(0);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(100);
    running.kill();
    let log = fs::read(scenario.path("catalink.db-wal")).unwrap();
    assert!(!log.is_empty());
    fs::copy(scenario.path("backup.db"), scenario.path("catalink.db")).unwrap();
    let n_sent = provider.n_requests();
    for command in [&["run", "spring"][..], &["status"], &["run", "spring", "--restored"]] {
        scenario.run(command).exits(1).says(&["does not belong to it", "catalink restore FILE"]);
    }
    assert_eq!(fs::read(scenario.path("catalink.db-wal")).unwrap(), log, "the log is left alone");
    scenario.run(&["restore", "backup.db"]).exits(0).says(&["kept as", "--restored"]);
    assert!(!scenario.path("catalink.db-wal").exists());
    assert_eq!(fs::read(scenario.path("catalink.db-replaced-1-wal")).unwrap(), log);
    scenario.run(&["run", "spring"]).exits(1).says(&["looks like a restored copy"]);
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
    assert_eq!(provider.n_requests(), n_sent);
    scenario.run(&["run", "spring", "--restored"]).exits(0);
    scenario.run(&["doctor", "--verify", "spring"]).exits(0);
}

#[test]
fn a_backup_is_restored_in_the_place_of_the_database_which_is_kept() {
    let (provider, scenario) = half_sent(20, 10);
    scenario.run(&["backup", "backup.db"]).exits(0);
    let backup = fs::read(scenario.path("backup.db")).unwrap();
    scenario.run(&["resume", "spring"]).exits(0);
    scenario.run(&["restore", "backup.db"]).exits(0).prints(&["restored from `backup.db`"]);
    assert_eq!(fs::read(scenario.path("backup.db")).unwrap(), backup, "the backup stays as it is");
    assert_eq!((scenario.count("accepted"), scenario.count("queued")), (10, 10));
    let n_requests = provider.n_requests();
    scenario.run(&["resume", "spring"]).exits(1).says(&["looks like a restored copy"]);
    scenario.run(&["--db", "catalink.db-replaced-1", "status", "spring"]).exits(0).prints(&["20"]);
    assert_eq!(provider.n_requests(), n_requests);
    scenario.run(&["restore", "backup.db"]).exits(0).says(&["catalink.db-replaced-2"]);
    scenario.run(&["resume", "spring", "--restored"]).exits(0);
    assert_eq!(scenario.count("accepted"), 20);
}

#[test]
fn nothing_is_restored_from_what_is_no_backup_or_while_somebody_has_the_database() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(30)));
    let scenario = Scenario::with(&provider, 40, &["--mps", "20"]);
    scenario.run(&["backup", "backup.db"]).exits(0);
    let before = fs::metadata(scenario.path("catalink.db")).unwrap().ino();
    scenario.write("notes.txt", "dear diary, ".repeat(100));
    let mut damaged = fs::read(scenario.path("backup.db")).unwrap();
    for byte in &mut damaged[4_096..40_000] {
        *byte = 0x5a;
    }
    scenario.write("damaged.db", damaged);
    for (file, words) in [
        ("notes.txt", "is not a catalink database, or it is damaged"),
        ("damaged.db", "is not a catalink database, or it is damaged"),
        ("missing.db", "there is no database at"),
        ("catalink.db", "it is the database itself"),
    ] {
        scenario.run(&["restore", file]).exits(1).says(&[words]);
    }
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(2);
    scenario.run(&["restore", "backup.db"]).exits(5).says(&["another process has the database"]);
    running.signal("INT");
    running.end().exits(130);
    // Somebody who only looks is somebody.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let queue = runtime.block_on(catalink::queue::Queue::open(&scenario.path("catalink.db"))).unwrap();
    scenario.run(&["restore", "backup.db"]).exits(5).says(&["another process has the database"]);
    runtime.block_on(queue.close());
    assert_eq!(fs::metadata(scenario.path("catalink.db")).unwrap().ino(), before, "it was replaced");
    let left = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let left: Vec<_> = fs::read_dir(scenario.path("")).unwrap().map(left).collect();
    assert!(!left.iter().any(|name| name.contains("replaced") || name.contains("restoring")), "{left:?}");
}

#[expect(clippy::print_stderr, reason = "what was not tried is told to whoever runs the tests")]
fn tell(words: &str) {
    eprintln!("{words}");
}

/// A folder under another path, which cannot be written there, where this system lets one be made.
struct ReadOnly(PathBuf);

impl ReadOnly {
    fn of(folder: &Path, place: PathBuf) -> Option<Self> {
        fs::create_dir(&place).unwrap();
        let mount = |args: &[&str]| {
            let mut mount = Command::new("mount");
            mount.args(args).output().is_ok_and(|output| output.status.success())
        };
        let (from, to) = (folder.to_str().unwrap(), place.to_str().unwrap());
        let is_mounted = mount(&["--bind", from, to]) && mount(&["-o", "remount,bind,ro", to]);
        if !is_mounted {
            tell("skipped: no folder can be mounted read-only here");
        }
        is_mounted.then_some(Self(place))
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn a_database_on_a_disk_that_cannot_be_written_can_be_read_with_and_without_a_log() {
    let provider = Provider::accepting();
    let mut scenario = Scenario::new().provider(&provider);
    fs::create_dir(scenario.path("disk")).unwrap();
    scenario = scenario.set("CATALINK_DB", "disk/catalink.db");
    scenario.list("list.csv", 200);
    scenario.run(&["create", "spring", "--message", "Hi {{name}}", "--mps", "400"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let Some(_disk) = ReadOnly::of(&scenario.path("disk"), scenario.path("seen")) else { return };
    let look = |n_accepted: usize| {
        let reads: [&[&str]; 7] = [
            &["status"],
            &["status", "spring"],
            &["report", "spring"],
            &["export", "spring"],
            &["preview", "spring"],
            &["suppress", "list"],
            &["audit"],
        ];
        for command in reads {
            scenario.run(&[&["--db", "seen/catalink.db"], command].concat()).exits(0);
        }
        let csv = scenario.run(&["--db", "seen/catalink.db", "export", "spring"]).exits(0).stdout;
        assert_eq!(csv.matches(",accepted,").count(), n_accepted);
        scenario
            .run(&["--db", "seen/catalink.db", "suppress", "add", "+919810000000"])
            .exits(1)
            .says(&["written"]);
    };
    look(0);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(60);
    running.kill();
    assert!(fs::metadata(scenario.path("disk/catalink.db-wal")).unwrap().len() > 0);
    let csv = scenario.run(&["--db", "seen/catalink.db", "export", "spring"]).exits(0).stdout;
    let n_accepted = csv.matches(",accepted,").count();
    assert!(n_accepted > 0, "{csv}");
    look(n_accepted);
}

#[test]
fn a_file_that_may_not_grow_pauses_the_campaign_and_nobody_is_forgotten() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(20)));
    let scenario = Scenario::with(&provider, 9_000, &["--mps", "2000", "--max-in-flight", "32"]);
    let program = scenario.command(&["run", "spring"]);
    let mut limited = Command::new("bash");
    limited.args(["-c", "ulimit -f 4500; exec \"$0\" \"$@\""]);
    limited.arg(program.get_program()).args(program.get_args());
    limited.current_dir(scenario.path("")).env_clear();
    limited.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    // Somebody who reads keeps the log from being written from its beginning, so that it grows to the limit.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(scenario.path("catalink.db"));
    let mut reader = runtime.block_on(sqlx::ConnectOptions::connect(&options)).unwrap();
    let mut ask = |text: &'static str| runtime.block_on(sqlx::query(text).execute(&mut reader)).unwrap();
    ask("begin");
    ask("select count(*) from recipient");
    let child = limited.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    provider.wait_for(100);
    let (mut n_sent, mut moved_at) = (0, Instant::now());
    while moved_at.elapsed() < Duration::from_secs(2) {
        if provider.n_requests() != n_sent {
            (n_sent, moved_at) = (provider.n_requests(), Instant::now());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(n_sent < 9_000, "it never came to the limit");
    ask("commit");
    let ended = Ended::new(&["run", "with a limit"], child.wait_with_output().unwrap());
    ended.exits(4).says(&["the database cannot be written", "free some disk space"]);
    let n_sent = provider.n_requests() as u64;
    assert_eq!((scenario.count("accepted"), scenario.count("in_doubt")), (n_sent, 0));
    scenario.run(&["resume", "spring"]).exits(0);
    assert_eq!((scenario.count("accepted"), provider.n_requests()), (9_000, 9_000));
}

#[test]
fn where_no_file_may_have_the_room_that_answers_need_nothing_is_sent() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 10, &[]);
    let program = scenario.command(&["run", "spring"]);
    let mut limited = Command::new("bash");
    limited.args(["-c", "ulimit -f 2500; exec \"$0\" \"$@\""]);
    limited.arg(program.get_program()).args(program.get_args());
    limited.current_dir(scenario.path("")).env_clear();
    limited.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = Ended::new(&["run", "with a limit"], limited.output().unwrap());
    ended.exits(1).says(&["there is no room for", "File too large"]);
    assert_eq!(provider.n_requests(), 0);
}
