//! What a purge leaves in the files of the database: nothing of anybody, however many they were and whoever reads.

use std::{collections::HashSet, fs};

use crate::support::{Answer, Provider, Scenario, number};

fn stored(n: usize) -> [u8; 6] {
    let digits: u64 = number(n).trim_start_matches('+').parse().unwrap();
    digits.to_be_bytes()[2..].try_into().unwrap()
}

/// How many of so many people are found in the files, by number, name, tag or the provider's id.
fn n_found(scenario: &Scenario, n: usize) -> usize {
    let mut words = HashSet::new();
    for n in 0..n {
        words.insert(stored(n).to_vec());
        for text in
            [format!("Asha {n}!"), format!("order-{n}!"), Provider::message_id(n), number(n)[1..].to_owned()]
        {
            words.insert(text.into_bytes());
        }
    }
    let lengths: HashSet<usize> = words.iter().map(Vec::len).collect();
    let mut found = HashSet::new();
    for ending in ["", "-wal", "-shm", "-sentinel", "-ballast"] {
        let bytes = fs::read(scenario.path(&format!("catalink.db{ending}"))).unwrap_or_default();
        for length in &lengths {
            found.extend(bytes.windows(*length).filter(|part| words.contains(*part)).map(<[u8]>::to_vec));
        }
    }
    found.len()
}

/// A campaign that is over: most were accepted, some refused, and the rest is cancelled.
fn over(n: usize) -> Scenario {
    let provider = Provider::with(|n, _| if n % 7 == 3 { Answer::wa400() } else { Answer::Accept });
    let scenario = Scenario::new().provider(&provider);
    let rows: Vec<_> = (0..n).map(|n| format!("{},Asha {n}!,order-{n}!", number(n))).collect();
    scenario.write("list.csv", format!("to,name,ref\n{}\n", rows.join("\n")));
    scenario.run(&["create", "spring", "--message", "Hi {{name}}", "--mps", "2000"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(n.min(1_000));
    if n > 1_000 {
        scenario.run(&["cancel", "spring"]).exits(0);
    }
    running.end();
    assert!(n_found(&scenario, n) >= n, "what is looked for was never there");
    scenario
}

#[test]
fn a_purge_leaves_nobody_in_the_files_whether_they_were_a_hundred_or_ten_thousand() {
    for n in [100, 1_000, 10_000] {
        let scenario = over(n);
        scenario.run(&["purge", "spring"]).exits(0);
        assert_eq!(n_found(&scenario, n), 0, "of {n}");
        scenario.run(&["doctor", "--verify", "spring"]).exits(0);
    }
}

#[test]
fn a_purge_beside_a_reader_says_what_remains_and_a_later_one_ends_it() {
    let scenario = over(300).set("CATALINK_SPANS", "busy=300");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(scenario.path("catalink.db"));
    let mut reader = runtime.block_on(sqlx::ConnectOptions::connect(&options)).unwrap();
    let mut ask = |text: &'static str| runtime.block_on(sqlx::query(text).execute(&mut reader)).unwrap();
    ask("begin");
    ask("select count(*) from recipient");
    for command in [&["purge", "spring"][..], &["purge", "--older-than", "1ms"]] {
        scenario.run(command).exits(1).says(&["traces of them remain", "somebody reads", "purge again"]);
    }
    assert!(n_found(&scenario, 300) > 0);
    ask("commit");
    scenario.run(&["purge", "--older-than", "1ms"]).exits(0).prints(&["purged `spring`"]);
    // The reader is still there, and reads nothing old any more.
    assert_eq!(n_found(&scenario, 300), 0);
    scenario.run(&["purge", "--older-than", "1ms"]).exits(0).says(&["nothing to purge"]);
}

#[test]
fn a_cancellation_that_a_crash_interrupts_leaves_nobody_waiting_and_can_be_purged() {
    for seed in 0..3 {
        let provider = Provider::with(move |n, _| match (n + seed) % 3 {
            0 => Answer::wa500(),
            1 => Answer::Say(503, String::new()),
            _ => Answer::AcceptAfter(std::time::Duration::from_millis(100)),
        });
        let options = ["--mps", "300", "--max-in-flight", "32", "--retry-initial", "50ms"];
        let scenario = Scenario::with(&provider, 400, &options);
        let running = scenario.start(&["run", "spring"]);
        provider.wait_for(40 + 10 * seed);
        scenario.run(&["cancel", "spring"]).exits(0);
        running.kill();
        assert_eq!((scenario.count("queued"), scenario.count("sending")), (0, 0));
        scenario.run(&["doctor", "--verify", "spring"]).exits(0);
        scenario.run(&["purge", "spring"]).exits(0);
    }
}
