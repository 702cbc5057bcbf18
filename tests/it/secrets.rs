//! The key is nowhere but in the request, and no log has a person's whole number.

use std::fs;

use crate::support::{Answer, Provider, Scenario, scenario::number};

const KEY: &str = "Averysecretkeyof33characters00003";

/// A provider that repeats the key and the number in whatever it says.
fn telltale() -> Provider {
    Provider::with(|n, request| {
        let words = format!("key {KEY} for {}", request.to());
        let body =
            format!(r#"{{"code":"X1","message":"{words}","data":{{}},"error":{{"error":"{words}"}}}}"#);
        match n % 6 {
            0 => Answer::Accept,
            1 => Answer::Say(400, body),
            2 => Answer::Say(502, format!("<title>{words}</title>")),
            3 => Answer::Cut,
            4 => Answer::Raw(words.into_bytes()),
            _ => Answer::SayWith(429, "retry-after: 0", body),
        }
    })
}

#[test]
fn no_log_of_any_level_has_the_key_or_a_whole_number() {
    let provider = telltale();
    for (flags, filter) in
        [(&["-v"][..], "warn"), (&["-v", "-v"], "warn"), (&[], "trace"), (&[], "debug,sqlx=trace")]
    {
        let scenario = Scenario::with(&provider, 14, &["--mps", "200", "--max-in-flight", "2"])
            .set("CATALINK_LOG", filter)
            .set("CATALINK_SPANS", "breaker=20");
        scenario.write("more.csv", "to,name\n+919800000001,A\n9.2E+11,B\n+919800000001,C\nnot a number,D\n");
        let commands: [&[&str]; 6] = [
            &["import", "spring", "more.csv"],
            &["preview", "spring"],
            &["run", "spring"],
            &["resolve", "spring", "--keep"],
            &["doctor"],
            &["status", "spring", "--json"],
        ];
        for args in commands {
            let ended = scenario.run(&[flags, args].concat());
            let all = format!("{}{}", ended.stdout, ended.stderr);
            assert!(!all.contains(KEY), "the key is in what `{args:?}` says:\n{all}");
            for digits in (0..14).map(|n| number(n)[1..].to_owned()).chain(["919800000001".to_owned()]) {
                assert!(
                    !ended.stderr.contains(&digits),
                    "{digits} is in the log of `{args:?}`:\n{}",
                    ended.stderr
                );
            }
            assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
            let is_logged = ended.stderr.contains("request recipient=");
            assert_eq!(is_logged, args[0] == "run", "{}", ended.stderr);
        }
    }
}

#[test]
fn no_file_has_the_key() {
    let provider = telltale();
    let scenario = Scenario::with(&provider, 14, &["--mps", "200", "--max-in-flight", "2"])
        .set("CATALINK_SPANS", "breaker=20");
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(8);
    #[cfg(target_os = "linux")]
    if let Ok(arguments) = fs::read(format!("/proc/{}/cmdline", running.pid())) {
        assert!(!String::from_utf8_lossy(&arguments).contains(KEY), "the key is an argument");
    }
    running.kill();
    scenario.run(&["resume", "spring"]);
    scenario.run(&["export", "spring", "-o", "out.csv"]).exits(0);
    scenario.run(&["export", "spring", "-o", "out.xlsx"]).exits(0);
    let mut n_files = 0;
    for entry in fs::read_dir(scenario.path("")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        let has_key = bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        assert!(!has_key, "the key is in {}", path.display());
        n_files += 1;
    }
    assert!(n_files >= 4);
    // Where the provider repeated it, it was taken out before it was recorded.
    assert!(provider.requests().iter().all(|request| request.headers["api-key"] == KEY));
}

#[test]
fn a_password_is_shown_once_and_a_house_without_an_admin_is_pointed_out() {
    let scenario = Scenario::new();
    let added = scenario.run(&["user", "add", "sen", "--role", "sender"]).exits(0);
    let password = added.stdout.trim().strip_prefix("password: ").expect("it is shown").to_owned();
    assert!(added.stderr.contains("there is no admin yet"), "{}", added.stderr);
    let added = scenario.run(&["user", "add", "asha", "--role", "admin"]);
    assert!(!added.stderr.contains("there is no admin"), "{}", added.stderr);
    let listed = scenario.run(&["user", "list"]);
    assert!(
        listed.stdout.contains("sen  sender") && listed.stdout.contains("asha  admin"),
        "{}",
        listed.stdout
    );
    for entry in fs::read_dir(scenario.path(".")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(password.len()).any(|part| part == password.as_bytes()));
    }
}
