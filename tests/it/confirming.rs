//! What cannot be undone is said in a sentence first; a person is asked, a script is not.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use crate::support::{Answer, Provider, Scenario};

/// Runs the program on a terminal of its own (util-linux's script) and types an answer. Returns what the terminal shows
/// and the exit code.
#[cfg(target_os = "linux")]
fn on_a_terminal(scenario: &Scenario, args: &[&str], typed: &str) -> (String, Option<i32>) {
    let program = scenario.command(args);
    let words: Vec<_> = std::iter::once(program.get_program()).chain(program.get_args()).collect();
    let line: Vec<_> = words.iter().map(|word| format!("'{}'", word.to_string_lossy())).collect();
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command", &line.join(" "), "/dev/null"]);
    terminal.current_dir(scenario.path("")).env_clear();
    terminal.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut child = terminal.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ");
    (shown, output.status.code())
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_is_asked_before_a_run_and_a_no_sends_nothing() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 4, &["--mps", "2"]);
    for typed in ["n\n", "\n"] {
        let (shown, code) = on_a_terminal(&scenario, &["run", "spring"], typed);
        let sentence = "This sends the message of `spring` to 4 recipients from +911161197855, 2 a second";
        assert!(shown.contains(sentence), "{shown}");
        assert!(shown.contains("not confirmed; nothing was done"), "{shown}");
        assert_eq!(code, Some(1));
    }
    assert_eq!((provider.n_requests(), scenario.count("queued")), (0, 4));
    let (_, code) = on_a_terminal(&scenario, &["run", "spring"], "y\n");
    assert_eq!((code, provider.n_requests()), (Some(0), 4));
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_is_asked_before_a_cancel_and_a_purge_and_yes_answers() {
    let scenario = Scenario::with(&Provider::accepting(), 4, &[]);
    let (shown, _) = on_a_terminal(&scenario, &["cancel", "spring"], "n\n");
    assert!(shown.contains("4 recipients waiting are never messaged. It cannot be undone."), "{shown}");
    assert_eq!(scenario.status("spring")["state"], "draft");
    let (shown, code) = on_a_terminal(&scenario, &["cancel", "spring", "--yes"], "");
    assert!(!shown.contains("[y/N]") && code == Some(0), "{shown}");
    let (shown, _) = on_a_terminal(&scenario, &["purge", "spring"], "n\n");
    assert!(shown.contains("This deletes the data of 4 recipients of `spring`."), "{shown}");
    assert_eq!(scenario.export()[0]["to"], "+919810000000");
}

#[test]
fn a_dry_run_says_what_would_happen_and_does_nothing() {
    let provider =
        Provider::with(|_, request| if request.to().ends_with('0') { Answer::Cut } else { Answer::wa400() });
    let scenario = Scenario::with(&provider, 4, &[]);
    scenario.run(&["run", "spring", "--dry-run"]).exits(0).prints(&["4 recipients", "dry run"]);
    assert_eq!((provider.n_requests(), scenario.status("spring")["state"].as_str()), (0, Some("draft")));
    scenario.run(&["run", "spring"]).exits(3);
    scenario.run(&["retry", "spring", "--dry-run"]).exits(0).prints(&["This requeues 3 recipients"]);
    scenario
        .run(&["resolve", "spring", "--resend", "--dry-run"])
        .exits(0)
        .prints(&["again to 1 recipient in doubt", "would get it twice"]);
    scenario.run(&["cancel", "spring", "--dry-run"]).exits(0);
    assert_eq!((scenario.count("failed"), scenario.count("in_doubt")), (3, 1));
    assert_eq!(scenario.status("spring")["state"], "finished");
}

#[test]
fn a_retry_of_a_code_that_nobody_has_lists_the_codes_there_are() {
    let provider = Provider::with(|_, _| Answer::wa400());
    let scenario = Scenario::with(&provider, 2, &[]);
    scenario.run(&["run", "spring"]).exits(3);
    scenario
        .run(&["retry", "spring", "--code", "WA999"])
        .exits(2)
        .says(&["nobody in `spring` has failed with the code `WA999`", "WA400 (2)"]);
    assert_eq!(scenario.count("failed"), 2);
    scenario.run(&["retry", "spring", "--code", "WA400"]).exits(0);
    assert_eq!(scenario.count("queued"), 2);
}

#[test]
fn a_run_with_nobody_to_send_to_says_so_and_is_no_success() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.write("list.csv", "to\n12\n13\n");
    scenario.run(&["import", "spring", "list.csv"]);
    scenario.run(&["run", "spring"]).exits(3).says(&["nobody in `spring` is left to send to", "2 rejected"]);
}

#[test]
fn a_run_of_a_finished_campaign_shows_what_came_of_it() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &[]);
    scenario.run(&["run", "spring"]).exits(0);
    scenario
        .run(&["run", "spring"])
        .exits(0)
        .prints(&["accepted", "total"])
        .says(&["nobody in `spring` is left to send to"]);
}
