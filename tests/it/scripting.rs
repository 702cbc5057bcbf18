//! What a program that drives catalink reads: JSON, exit codes, the log.

use std::process::Command;

use serde_json::Value;

use crate::support::{Answer, Provider, Scenario, scenario::repository};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(json).collect()
}

#[test]
fn every_error_is_json_where_json_is_asked_for() {
    let scenario = Scenario::new();
    for (args, exit, code) in [
        (&["status", "spring", "--json"][..], 1, "NO_DATABASE"),
        (&["--json", "nonsense"], 2, "USAGE"),
        (&["create", "spring", "--message", "Hi", "--mps", "fast", "--json"], 2, "USAGE"),
        (&["create", "spring", "--message", "Hi {{name", "--json"], 1, "ERROR"),
    ] {
        let ended = scenario.run(args).exits(exit);
        let error = json(&ended.stdout)["error"].clone();
        assert_eq!(
            (error["code"].as_str(), error["exit"].as_i64()),
            (Some(code), Some(exit.into())),
            "{args:?}"
        );
        assert!(!error["message"].as_str().unwrap().is_empty());
        assert_eq!(ended.stderr, "", "{args:?}");
    }
    let created = scenario.run(&["create", "spring", "--message", "Hi", "--json"]).exits(0);
    assert_eq!(json(&created.stdout)["state"], "draft");
    let again = scenario.run(&["create", "spring", "--message", "Hi", "--json"]).exits(1);
    assert_eq!(json(&again.stdout)["error"]["code"], "CAMPAIGN_EXISTS");
    let unknown = scenario.run(&["run", "sprung", "--json"]).exits(1);
    assert_eq!(json(&unknown.stdout)["error"]["hint"], "is it spring?");
}

#[test]
fn every_command_that_does_something_says_so_in_json() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &[]);
    let said = |args: &[&str]| json(&scenario.run(&[args, &["--json"]].concat()).exits(0).stdout);
    assert_eq!(said(&["rate", "spring", "10"])["mps"], 10.0);
    assert_eq!(
        said(&["pause", "spring"]),
        serde_json::json!({"campaign": "spring", "state": "paused", "queued": 3})
    );
    assert_eq!(said(&["pause", "spring"])["pause_reason"], "operator");
    assert_eq!(said(&["suppress", "add", "+919810000000"])["left_queues"][0]["recipients"], 1);
    assert_eq!(said(&["suppress", "list"])[0]["to"], "+919810000000");
    assert_eq!(said(&["suppress", "remove", "+919810000000"])["removed"], 1);
    assert_eq!(said(&["suppress", "list"]), serde_json::json!([]));
    assert_eq!(said(&["retry", "spring"])["requeued"], 0);
    assert_eq!(said(&["resolve", "spring", "--keep"])["in_doubt"], 0);
    assert_eq!(said(&["cancel", "spring", "--dry-run"])["dry_run"], true);
    assert_eq!(said(&["cancel", "spring"])["cancelled"], 2);
    assert_eq!(said(&["doctor", "--verify", "spring"])["rows"], 3);
    assert!(said(&["backup", "copy.db"])["bytes"].as_u64().unwrap() > 0);
    assert_eq!(said(&["purge", "spring"])["campaigns"][0]["recipients"], 3);
    assert_eq!(said(&["user", "add", "asha", "--role", "admin"])["role"], "admin");
    assert_eq!(said(&["user", "list"])[0]["user"], "asha");
    assert!(said(&["audit"]).as_array().unwrap().len() > 5);
}

#[test]
fn a_run_tells_a_program_its_progress_and_its_end() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 50, &["--mps", "20"]);
    let ended = scenario.run(&["run", "spring", "--json"]).exits(0);
    let events = lines(&ended.stdout);
    let progress = events.iter().find(|event| event["event"] == "progress").unwrap();
    assert_eq!(progress["total"], 50);
    assert!(progress["accepted"].as_u64().unwrap() + progress["open"].as_u64().unwrap() <= 50);
    let last = events.last().unwrap();
    assert_eq!(
        (&last["event"], &last["exit"], &last["state"]),
        (&"finished".into(), &0.into(), &"finished".into())
    );
    assert_eq!(last["counts"]["accepted"], 50);
    let again = scenario.run(&["run", "spring", "--json"]).exits(0);
    assert_eq!(json(&again.stdout)["event"], "finished");
}

#[test]
fn a_run_that_pauses_says_why_in_its_last_line() {
    let provider = Provider::with(|_, _| Answer::e110());
    let scenario = Scenario::with(&provider, 5, &[]);
    let ended = scenario.run(&["run", "spring", "--json"]).exits(4);
    let last = lines(&ended.stdout).pop().unwrap();
    assert_eq!((&last["event"], &last["pause_reason"]), (&"paused".into(), &"low_balance".into()));
    let again = scenario.run(&["run", "spring", "--json"]).exits(4);
    assert_eq!(json(&again.stdout)["event"], "paused");
}

#[test]
fn a_monitor_sees_who_sends_and_what_is_waited_for() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 5, &["--start-at", "2099-01-01T00:00:00Z"]);
    let running = scenario.start(&["run", "spring"]);
    let began = std::time::Instant::now();
    let status = loop {
        let status = scenario.status("spring");
        if status["is_sending"] == true {
            break status;
        }
        assert!(began.elapsed().as_secs() < 30, "{status}");
    };
    assert_eq!(status["waits_for"], "start");
    assert_eq!(status["waits_until"], "2099-01-01T00:00:00.000Z");
    assert!(status["eta_seconds"].as_u64().unwrap() > 86_400);
    assert!(status["sender_pid"].as_i64().unwrap() > 0);
    scenario.run(&["status", "spring"]).exits(0).prints(&["waits for its start"]);
    running.signal("INT");
    running.end().exits(130);
    let status = scenario.status("spring");
    assert_eq!((&status["is_sending"], &status["eta_seconds"]), (&false.into(), &Value::Null));
    assert_eq!(status["waits_for"], "process");
}

#[test]
fn the_only_campaign_there_is_is_shown_with_its_figures() {
    let scenario = Scenario::with(&Provider::accepting(), 3, &[]);
    scenario.run(&["status"]).exits(0).prints(&["spring: draft", "3 queued"]);
}

#[test]
fn a_campaign_that_another_run_does_not_send_is_not_said_to_be_sent() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 40, &["--mps", "5"]);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(2);
    running.kill();
    scenario.run(&["create", "autumn", "--message", "Hi", "--start-at", "2099-01-01T00:00:00Z"]).exits(0);
    scenario.run(&["import", "autumn", "list.csv"]).exits(0);
    let running = scenario.start(&["run", "autumn"]);
    while scenario.status("autumn")["is_sending"] == false {}
    assert_eq!(scenario.status("spring")["is_sending"], false);
    running.kill();
}

#[test]
fn what_standard_output_does_not_take_is_an_error() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    for args in
        [&["status", "--json"][..], &["export", "spring"], &["completions", "bash"], &["report", "spring"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = scenario.command(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(!output.stderr.is_empty());
    }
    for args in [&["status", "--json"][..], &["completions", "bash"], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = scenario.command(args).stdout(writer).output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{args:?}");
    }
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_whole_number() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 5, &[]);
    scenario.run(&["run", "spring", "--log", "run.log"]).exits(0);
    let log = scenario.read("run.log");
    let requests: Vec<_> = log.lines().filter(|line| line.contains("request")).collect();
    assert_eq!(requests.len(), 5, "{log}");
    assert!(requests[0].contains("outcome=\"accepted\"") && requests[0].contains("ms="), "{}", requests[0]);
    assert!(!log.contains("9810000000"), "{log}");
    let elsewhere = scenario.run(&["status", "--log", "no/such/folder/log"]).exits(1);
    assert!(elsewhere.stderr.contains("cannot write the log `no/such/folder/log`"), "{}", elsewhere.stderr);
}

#[test]
fn the_shell_completes_the_names_of_campaigns() {
    let scenario = Scenario::new();
    for name in ["spring", "sprint", "autumn"] {
        scenario.run(&["create", name, "--message", "Hi"]).exits(0);
    }
    let completed = |words: &[&str]| {
        let mut command = scenario.command(&[&["--"], words].concat());
        command.env("COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string());
        let output = command.env("_CLAP_IFS", "\n").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let mut found: Vec<_> = completed(&["catalink", "run", "spr"]).lines().map(str::to_owned).collect();
    found.sort();
    assert_eq!(found, ["spring", "sprint"]);
    assert!(completed(&["catalink", "import", "spring", "--hidden", ""]).contains("leave-out"));
    scenario.run(&["man", "--dir", "man"]).exits(0);
    assert!(scenario.read("man/catalink-run.1").contains("other"));
}

#[test]
fn the_script_of_the_readme_sends_a_list_with_nothing_but_exit_codes_and_json() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let script = readme.split("```sh script\n").nth(1).unwrap().split("```").next().unwrap();
    let is_there = Command::new("jq").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        assert!(std::env::var_os("CI").is_none(), "this test needs jq: apt-get install jq");
        eprintln!("left out: the script of the README needs jq");
        return;
    }
    let provider = Provider::with(|n, _| match n {
        0 => Answer::wa400(),
        1 => Answer::e110(),
        _ => Answer::Accept,
    });
    let scenario = Scenario::new().provider(&provider);
    scenario.list("customers.csv", 12);
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_catalink")).parent().unwrap();
    let mut command = Command::new("sh");
    let program = scenario.command(&[]);
    command.arg("-eu").arg("-c").arg(script).current_dir(scenario.path("")).env_clear();
    command.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let path = std::env::var_os("PATH").unwrap();
    command.env("PATH", format!("{}:{}", bin.display(), path.display()));
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(scenario.status("autumn")["counts"]["accepted"], 12);
    assert_eq!(scenario.read("autumn-results.csv").lines().count(), 13);
}

#[test]
fn a_wrong_value_is_a_wrong_use_in_every_command() {
    let scenario = Scenario::with(&Provider::accepting(), 3, &[]);
    for args in [
        &["create", "bad name!", "--message", "Hi"][..],
        &["create", "b", "--message", "Hi", "--mps", "0"],
        &["create", "b", "--message", "Hi", "--sender", "abc"],
        &["rename", "spring", "../x"],
        &["copy", "spring", ".."],
        &["suppress", "add", "abc"],
        &["windows", "show", "abc"],
        &["optouts", "--asked", "abc"],
        &["resolve", "spring", "--keep", "--to", "abc"],
        &["rate", "spring", "x"],
        &["retry", "spring", "--code", "WA999"],
        &["report", "spring", "--by", "shoe"],
        &["export", "spring", "-o", "results.pdf"],
    ] {
        let said = scenario.run(&[args, &["--json"]].concat()).exits(2).stdout;
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(
            (&said["error"]["exit"], &said["error"]["code"]),
            (&2.into(), &"USAGE".into()),
            "{args:?}: {said}"
        );
    }
}
