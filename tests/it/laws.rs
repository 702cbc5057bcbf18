//! The order of things that everything else rests on.

use std::{collections::HashMap, fs};

use crate::support::{
    Answer, Provider, Scenario,
    crash::{Death, World},
};

/// A crash while requests are on the wire, and then a quiet run to the end. The laws are checked at both.
#[test]
fn a_request_that_left_before_a_crash_is_never_sent_again() {
    // At the very first request nothing but its own claim can have been committed yet.
    for (seed, n) in [(0, 1), (1, 30)] {
        let mut world = World::new(seed, 60, 16, 500);
        let life = world.live(Some(&Death::AtRequest(n)));
        assert!(life.n_sending > 0, "a request on the wire has a row that says so");
        world.finish();
    }
}

/// One request at a time, watched by strace: from the last write to the log up to the request there is a sync.
#[cfg(target_os = "linux")]
#[test]
fn the_claim_is_on_disk_before_the_first_byte_of_its_request() {
    let provider = Provider::with(|n, _| if n % 4 == 1 { Answer::wa500() } else { Answer::Accept });
    let options = ["--mps", "500", "--max-in-flight", "1", "--retry-initial", "10ms"];
    let scenario = Scenario::with(&provider, 12, &options);
    let calls = "trace=fsync,fdatasync,write,writev,pwrite64,sendto,sendmsg";
    let mut strace = scenario.traced(&["-y", "-s", "16", "-e", calls], &["run", "spring"]);
    let output = strace.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let n_requests = requests_after_a_sync(&scenario.read("trace"));
    assert_eq!(n_requests, provider.n_requests());
    assert!(n_requests > 12);
}

/// Walks through a trace and says how many requests left, each of them with nothing in the log that is not synced.
#[cfg(target_os = "linux")]
fn requests_after_a_sync(trace: &str) -> usize {
    let mut unsynced = HashMap::<String, String>::new();
    let mut syncing = HashMap::<&str, String>::new();
    let mut n_requests = 0;
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let file =
            call.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(file, _)| file.to_owned());
        if call.contains("POST /v2/") {
            assert!(unsynced.is_empty(), "a request left before its claim was synced: {unsynced:?} {line}");
            n_requests += 1;
        } else if call.starts_with("pwrite64(") && file.as_ref().is_some_and(|file| file.ends_with("-wal")) {
            unsynced.insert(file.unwrap(), line.to_owned());
        } else if call.starts_with("fsync(") || call.starts_with("fdatasync(") {
            if call.contains("<unfinished") {
                syncing.insert(thread, file.unwrap());
            } else {
                unsynced.remove(&file.unwrap());
            }
        } else if call.contains("sync resumed>")
            && let Some(file) = syncing.remove(thread)
        {
            unsynced.remove(&file);
        }
    }
    n_requests
}

#[test]
fn an_import_that_a_crash_interrupts_is_there_whole_or_not_at_all() {
    for (point, n_rows) in [("import:batch:2", 0), ("import:commit", 0), ("import:committed", 2_500)] {
        let scenario = Scenario::new();
        scenario.list("list.csv", 2_500);
        scenario.run(&["create", "spring", "--message", "Hi {{name}} https://wa.me/c/911161197855"]).exits(0);
        assert!(scenario.dies(&["import", "spring", "list.csv"], point), "{point}");
        assert_eq!(scenario.status("spring")["total"], n_rows, "{point}");
        scenario.run(&["import", "spring", "list.csv"]).exits(0);
        assert_eq!(scenario.count("queued"), 2_500, "{point}");
        scenario.run(&["doctor", "--verify", "spring"]).exits(0);
    }
}

#[test]
fn an_export_that_a_crash_interrupts_leaves_the_old_file() {
    let scenario = Scenario::with(&Provider::accepting(), 1_500, &[]);
    scenario.write("out.csv", "the old one");
    for point in ["export:page:2", "export:keep"] {
        assert!(scenario.dies(&["export", "spring", "-o", "out.csv", "--overwrite"], point), "{point}");
        assert_eq!(scenario.read("out.csv"), "the old one", "{point}");
        assert!(scenario.dies(&["export", "spring", "-o", "new.csv"], point), "{point}");
        assert!(!scenario.path("new.csv").exists(), "{point}");
    }
    scenario.run(&["export", "spring", "-o", "out.csv", "--overwrite"]).exits(0);
    assert_eq!(scenario.read("out.csv").lines().count(), 1_501);
}

#[test]
fn a_migration_that_a_crash_interrupts_goes_on_where_it_was() {
    let create = ["create", "spring", "--message", "Hi https://wa.me/c/911161197855"];
    let mut n_deaths = 0;
    let n_commits = (1..100).find(|n| {
        let scenario = Scenario::new();
        let dies = scenario.dies(&create, &format!("migration:commit:{n}"));
        n_deaths += u32::from(dies);
        if dies {
            scenario.run(&create).exits(0);
            scenario.run(&["status", "spring"]).exits(0);
            let names = fs::read_dir(scenario.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
            let copies = names.filter(|name| name.to_string_lossy().contains(".before-")).count();
            assert_eq!(copies, 0, "nothing was in it that could be kept");
        }
        !dies
    });
    let n_migrations =
        fs::read_dir(crate::support::scenario::repository().join("migrations")).unwrap().count();
    assert!(n_deaths as usize >= n_migrations, "{n_deaths} deaths, {n_commits:?} commits");
}
