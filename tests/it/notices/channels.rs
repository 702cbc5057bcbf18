//! `notify`: what comes back, and what is wrong with a channel.

use super::peers::{Hook, Reply, SECRET, chat, nobody, secret, set, webhook};
use crate::support::{Answer, Provider, Scenario, provider::Tls};

#[test]
fn a_test_says_of_each_channel_what_came_back() {
    let (good, wrong) = (Hook::saying(204), Hook::with(|_| Reply::Say(404, "no_service\nsecond line")));
    let elsewhere = Hook::saying(200);
    let to = elsewhere.url();
    let moved = Hook::with(move |_| Reply::RedirectTo(to.clone()));
    let scenario = Scenario::new();
    let channels = [
        webhook("good", &good.url(), ""),
        chat("moved", &moved.url(), ""),
        chat("nobody", &nobody(), ""),
        chat("wrong", &wrong.url(), ""),
    ];
    set(&scenario, &channels.concat());
    let ended = scenario.run(&["notify", "test"]).exits(1);
    let ended = ended.prints(&[
        "ok   good (webhook, http://127.0.0.1:",
        "it answered 204",
        "FAIL moved (chat",
        "it answered 302, which leads to another address",
        "FAIL nobody (chat",
        "there is no connection: Connection refused",
        "FAIL wrong (chat",
        "it answered 404: no_service\n",
    ]);
    assert!(!ended.stdout.contains("a-secret-path"), "{}", ended.stdout);
    assert_eq!(elsewhere.got().len(), 0);
    good.got()[0].is_signed();
    assert_eq!(good.got()[0].kind(), "test");
    scenario.run(&["notify", "test", "good"]).exits(0);
    scenario.run(&["notify", "test", "gut"]).exits(1).says(&["no channel `gut`", "`good`, `moved`"]);
    let list = scenario.run(&["notify", "list"]).exits(0);
    list.prints(&["good  webhook", "last taken", "wrong  chat", "failed", "404: no_service"]);
    let facts = scenario.run(&["notify", "list", "--json"]).exits(0).stdout;
    let facts: serde_json::Value = serde_json::from_str(&facts).unwrap();
    assert_eq!(facts[0]["channel"], "good");
    assert!(!facts.to_string().contains("a-secret-path"), "{facts}");
    scenario.run(&["audit"]).exits(0).prints(&["notify test", "good: taken"]);
}

#[test]
fn a_test_without_channels_says_where_they_are_written() {
    Scenario::new().run(&["notify", "test"]).exits(1).says(&["no channel", "[notices.NAME]"]);
    Scenario::new().run(&["notify", "list"]).exits(0).says(&["0 channels"]);
}

#[test]
fn a_setting_that_cannot_be_used_is_named_with_its_line_and_key() {
    let scenario = Scenario::new();
    let said = |channels: &str, words: &[&str]| {
        set(&scenario, channels);
        scenario.run(&["notify", "list"]).exits(1).says(words);
    };
    let ops = "sid = 'X'\n[notices.ops]\nkind = 'chat'\n";
    said(
        &format!("{ops}url = 'http://example.com/x'"),
        &["[notices.ops] url", "line 4", "`example.com` must be reached by https"],
    );
    said(&format!("{ops}url = 'ops'"), &["line 4", "it is not an address"]);
    said(ops, &["[notices.ops]", "line 2", "needs `url`"]);
    said(&format!("{ops}url = 'https://x.example'\nsecret_file = 'secret'"), &["line 5", "no such key"]);
    said(&format!("{ops}url = 'https://x.example'\nevents = ['paused', 'payed']"), &["line 5", "`payed`"]);
    said(&format!("{ops}adress = 'https://x.example'"), &["line 4", "adress"]);
    said("[notices.ops]\nkind = 'sms'\n", &["line 2", "`sms`", "webhook, chat and email"]);
    said("[notices]\nping = 'http://example.com'\n", &["[notices] ping", "line 2"]);
    said("[notices]\nbackup_after = 'soon'\n", &["line 2", "`soon`"]);
    let mail = "[notices.post]\nkind = 'email'\nsmtp = 'smtp://mail.example.com'\nfrom = 'a@example.com'\n";
    said(&format!("{mail}to = 'nobody'"), &["[notices.post] to", "line 5", "`nobody`"]);
    said(&format!("{mail}to = []"), &["line 5", "nobody to write to"]);
    said(&format!("{mail}to = 'b@example.com'\nuser = 'me'"), &["line 6", "password_file"]);
    said(&format!("{mail}to = 'b@example.com'\nurl = 'https://x.example'"), &["line 6", "no such key"]);
    said(&format!("{}to = 'b@example.com'", mail.replace("smtp://", "")), &["line 3", "not a mail server"]);
    said(mail, &["line 1", "needs `to`"]);
}

#[test]
fn secrets_in_the_settings_or_readable_by_others_are_refused_and_shown_nowhere() {
    use std::os::unix::fs::PermissionsExt;
    let scenario = Scenario::new();
    for (line, key) in [("secret = 'whsec_shown'", "secret_file"), ("password='shown'", "password_file")] {
        set(&scenario, &format!("[notices.ops]\nkind = 'webhook'\n{line}"));
        let ended = scenario.run(&["notify", "list"]).exits(1).says(&["line 3", key]);
        assert!(!ended.stderr.contains("shown"), "{}", ended.stderr);
    }
    let hook = Hook::saying(200);
    set(&scenario, &webhook("ops", &hook.url(), ""));
    secret(&scenario, "secret", "not a secret");
    let ended = scenario.run(&["notify", "list"]).exits(1).says(&["secret_file", "openssl rand -base64 32"]);
    assert!(!ended.stderr.contains("not a secret"), "{}", ended.stderr);
    secret(&scenario, "secret", SECRET);
    std::fs::set_permissions(scenario.path("secret"), std::fs::Permissions::from_mode(0o644)).unwrap();
    scenario.run(&["notify", "list"]).exits(1).says(&["can be read by other users", "chmod 600"]);
}

#[test]
fn the_environment_goes_before_the_file() {
    let (of_file, of_environment) = (Hook::saying(200), Hook::saying(200));
    let scenario = Scenario::new().set("CATALINK_NOTICES_MY_OPS_URL", &of_environment.url());
    set(&scenario, &webhook("my-ops", &of_file.url(), ""));
    scenario.run(&["notify", "test"]).exits(0);
    assert_eq!((of_file.got().len(), of_environment.got().len()), (0, 1));
    let wrong = scenario.set("CATALINK_NOTICES_MY_OPS_URL", "http://example.com/a-secret");
    let ended = wrong.run(&["notify", "test"]).exits(1).says(&["CATALINK_NOTICES_MY_OPS_URL", "https"]);
    assert!(!ended.stderr.contains("a-secret"), "{}", ended.stderr);
}

#[test]
fn no_log_however_long_holds_a_hooks_address_or_a_secret() {
    let hook = Hook::with(|_| Reply::Say(500, ""));
    let scenario = Scenario::new();
    let gone = format!("{}a-secret-path", nobody());
    set(&scenario, &(webhook("ops", &hook.url(), "") + &chat("gone", &gone, "")));
    let ended = scenario.run(&["-vv", "notify", "test"]).exits(1);
    for hidden in ["a-secret-path", &SECRET[6..]] {
        assert!(!ended.stderr.contains(hidden) && !ended.stdout.contains(hidden), "{}", ended.stderr);
    }
}

#[test]
fn doctor_tells_of_a_channel_whose_last_notices_were_not_taken() {
    let hook = Hook::saying(500);
    let scenario = Scenario::new();
    set(&scenario, &chat("team", &hook.url(), ""));
    scenario.run(&["notify", "test"]).exits(1);
    let ended = scenario.run(&["doctor"]);
    assert!(ended.stdout.contains("ok   notices: `team`: failed"), "once may happen: {}", ended.stdout);
    scenario.run(&["notify", "test"]).exits(1);
    scenario.run(&["doctor"]).exits(1).prints(&["FAIL notices: `team`: failed", "it answered 500"]);
    hook.change(|_| Reply::Say(200, ""));
    scenario.run(&["notify", "test"]).exits(0);
    let ended = scenario.run(&["doctor"]);
    assert!(ended.stdout.contains("ok   notices: `team`: last taken"), "{}", ended.stdout);
}

#[test]
fn a_hook_by_https_has_to_prove_who_it_is() {
    let tls = Tls::new();
    let hook =
        Provider::with_tls(&tls, |_, _| Answer::Say(200, String::new()), |_| std::time::Duration::ZERO);
    let scenario = Scenario::new();
    scenario.write("ca.pem", tls.pem());
    let channel = webhook("ops", &format!("{}/hook", hook.https_url()), "");
    set(&scenario, &channel);
    scenario.run(&["notify", "test"]).exits(1).prints(&["FAIL ops", "there is no connection", "certificate"]);
    assert_eq!(hook.n_requests(), 0);
    set(&scenario, &format!("ca_file = 'ca.pem'\n{channel}"));
    scenario.run(&["notify", "test"]).exits(0).prints(&["ok   ops (webhook, https://127.0.0.1:"]);
    assert_eq!((hook.requests()[0].path.as_str(), hook.n_requests()), ("/hook", 1));
}
