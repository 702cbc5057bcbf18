//! What leaves the machine, and what is recorded of it.

use std::time::{Duration, Instant};

use crate::support::{Answer, Provider, Scenario, scenario::number};

#[test]
fn a_request_is_exactly_the_documented_one() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.write("list.csv", "to,name,ref,ref1,ref2\n+919810000001,Asha,customer1,marketing,dictionary\n");
    scenario
        .run(&["create", "spring", "--message", "As requested, {{name}}: https://wa.me/c/911161197855"])
        .exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario.run(&["run", "spring"]).exits(0);

    let request = provider.requests().pop().unwrap();
    assert_eq!(request.path, "/v2/HXAP16TESTING97IN/whatsapp/+911161197855/messages");
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(request.headers["api-key"], "Averysecretkeyof33characters00003");
    assert_eq!(request.headers["cache-control"], "no-cache");
    let expected = serde_json::json!({
        "messaging_object": {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+919810000001",
            "type": "text",
            "text": { "preview_url": true, "body": "As requested, Asha: https://wa.me/c/911161197855" }
        },
        "extra_info": { "ref": "customer1", "ref1": "marketing", "ref2": "dictionary", "wa_source": "api" }
    });
    assert_eq!(request.body, expected);
}

#[test]
fn the_preview_is_what_is_sent() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 1, &["--no-preview-url", "--wa-source", "zoho"]);
    let preview = scenario.run(&["preview", "spring"]).exits(0).stdout;
    assert_eq!(provider.n_requests(), 0, "a preview sends nothing");
    scenario.run(&["run", "spring"]).exits(0);
    let sent = provider.requests().pop().unwrap().body;
    let shown = preview.lines().find(|line| line.starts_with('{')).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(shown).unwrap(), sent);
}

#[test]
fn every_row_of_the_file_has_an_answer_in_file_order() {
    let provider = Provider::with(|_, request| match request.to() {
        "+919810000001" => Answer::wa400(),
        "+919810000002" => Answer::Cut,
        _ => Answer::Accept,
    });
    let scenario = Scenario::new().provider(&provider);
    scenario.write(
        "list.csv",
        "to,name,ref,status\n+919810000000,Asha,a,gold\n+919810000001,Rahul,b,gold\n+919810000002,Zoë,c,\n\
         9.19877E+11,Excel,d,\n+919810000000,Again,e,\n",
    );
    scenario.run(&["create", "spring", "--message", "Hi {{name}}"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario.run(&["run", "spring"]).exits(3).prints(&["accepted", "WA400 1", "line 4"]);

    let rows = scenario.export();
    let column = |name: &str| rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("line"), ["2", "3", "4", "5", "6"]);
    assert_eq!(column("status"), ["accepted", "failed", "in_doubt", "rejected", "duplicate"]);
    assert_eq!(column("code"), ["", "WA400", "BROKEN", "PHONE_SCIENTIFIC", ""]);
    assert_eq!(
        column("to"),
        ["+919810000000", "+919810000001", "+919810000002", "9.19877E+11", "+919810000000"]
    );
    assert_eq!(column("attempts"), ["1", "1", "1", "0", "0"]);
    assert_eq!(column("ref"), ["a", "b", "c", "d", "e"]);
    assert_eq!(column("input_status"), ["gold", "gold", "", "", ""]);
    assert!(rows[0]["message_id"].starts_with('A') && rows[0]["accepted_at"].ends_with('Z'));
    assert_eq!(rows[1]["accepted_at"], "");
}

#[test]
fn a_free_tag_slot_carries_a_token_and_the_export_does_not() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &[]);
    scenario.run(&["run", "spring"]).exits(0);
    let tokens: Vec<String> = provider
        .requests()
        .iter()
        .map(|request| request.body["extra_info"]["ref1"].as_str().unwrap().to_owned())
        .collect();
    assert_ne!(tokens[0], tokens[1]);
    assert!(tokens.iter().all(|token| token.starts_with("catalink-")), "{tokens:?}");
    let rows = scenario.export();
    assert_eq!((rows[0]["ref"].as_str(), rows[0]["ref1"].as_str()), ("order-0", ""));
}

#[test]
fn without_a_token_the_free_slots_stay_free() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 1, &["--no-token"]);
    scenario.run(&["run", "spring"]).exits(0);
    let sent = provider.requests().pop().unwrap().body;
    assert_eq!(sent["extra_info"], serde_json::json!({ "ref": "order-0", "wa_source": "api" }));
}

#[test]
fn wa500_is_tried_again_until_the_attempts_are_used_up() {
    let provider =
        Provider::with(|_, request| if request.to() == number(1) { Answer::wa500() } else { Answer::Accept });
    let options = ["--max-attempts", "3", "--retry-initial", "20ms", "--retry-max-interval", "40ms"];
    let scenario = Scenario::with(&provider, 3, &options);
    scenario.run(&["run", "spring"]).exits(3);
    assert_eq!(provider.by_number()[&number(1)], 3);
    let rows = scenario.export();
    assert_eq!((rows[1]["status"].as_str(), rows[1]["code"].as_str()), ("failed", "WA500"));
    assert_eq!(rows[1]["attempts"], "3");
    assert_eq!((rows[0]["status"].as_str(), rows[2]["status"].as_str()), ("accepted", "accepted"));
}

#[test]
fn a_retry_keeps_its_time_over_a_restart() {
    let provider = Provider::with(|n, _| if n == 0 { Answer::wa500() } else { Answer::Accept });
    let options = ["--retry-initial", "3s", "--retry-max-interval", "3s"];
    let scenario = Scenario::with(&provider, 1, &options);
    let running = scenario.start(&["run", "spring"]);
    provider.wait_for(1);
    let first_at = provider.requests()[0].at;
    while scenario.count("queued") != 1 {}
    running.kill();
    scenario.run(&["run", "spring"]).exits(0);
    let waited = provider.requests()[1].at - first_at;
    assert!(waited >= Duration::from_millis(2_200), "tried again after {waited:?}");
    assert_eq!(scenario.count("accepted"), 1);
}

#[test]
fn the_first_ten_refusals_pause_the_campaign() {
    let provider = Provider::with(|_, _| Answer::wa400());
    let scenario = Scenario::with(&provider, 40, &["--max-in-flight", "1", "--mps", "1000"]);
    scenario.run(&["run", "spring"]).exits(4).says(&[
        "the message is wrong",
        "WA400",
        "catalink resume spring",
    ]);
    assert_eq!(scenario.status("spring")["pause_reason"], "refusals");
    assert_eq!((scenario.count("failed"), scenario.count("queued")), (10, 30));
}

#[test]
fn the_rate_is_never_exceeded_and_nearly_reached() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(30)));
    let scenario = Scenario::with(&provider, 240, &["--mps", "80"]);
    let began_at = Instant::now();
    scenario.run(&["run", "spring"]).exits(0);
    assert!(provider.peak_per_second() <= 80, "{} in one second", provider.peak_per_second());
    let requests = provider.requests();
    let span = requests[239].at - requests[0].at;
    let rate = 239.0 / span.as_secs_f64();
    assert!(rate >= 80.0 * 0.98, "{rate:.2} a second, {:?} in all", began_at.elapsed());
}

#[test]
fn no_more_requests_are_on_the_wire_than_allowed() {
    let provider = Provider::with(|_, _| Answer::AcceptAfter(Duration::from_millis(20)));
    let scenario = Scenario::with(&provider, 120, &["--mps", "2000", "--max-in-flight", "7"]);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.n_in_flight_peak(), 7);
}

#[test]
fn a_test_message_is_sent_beside_the_campaign() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &[]);
    scenario.run(&["test", "spring", "--to", "+919899999999"]).exits(0).prints(&["accepted: A"]);
    let sent = provider.requests().pop().unwrap();
    assert_eq!((sent.to(), sent.text()), ("+919899999999", "Hi Asha 0, see https://wa.me/c/911161197855"));
    assert_eq!(sent.body["extra_info"], serde_json::json!({ "wa_source": "api" }));
    assert_eq!(scenario.count("queued"), 2);
}

#[test]
fn a_test_number_without_its_country_is_refused_and_nobody_in_another_country_is_messaged() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 1, &[]);
    let test = |options: &[&str]| scenario.run(&[&["test", "spring", "--to"], options].concat());
    for number in ["9820010507", "09820010507", "919820010507", "447400123456"] {
        test(&[number]).exits(1).says(&["the country is not known", "--region IN"]);
    }
    test(&["94766299944", "--region", "IN"]).exits(1).says(&["a number of Sri Lanka", "write it with +"]);
    test(&["9820010507", "--region", "XX"]).exits(2).says(&["`XX` is not a country"]);
    assert_eq!(provider.n_requests(), 0);
    test(&["98200 10507", "--region", "IN"]).exits(0).says(&["test message to +919820010507 in India"]);
    test(&["07400 123456", "--region", "GB"]).exits(0).says(&["+447400123456 in United Kingdom"]);
    test(&["+94 76 629 9944"]).exits(0).says(&["+94766299944 in Sri Lanka"]);
    assert_eq!(provider.n_requests(), 3);
}

#[test]
fn a_test_message_is_not_sent_to_a_number_on_the_suppression_list() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 2, &[]);
    scenario.run(&["suppress", "add", "+919899999999"]).exits(0);
    scenario
        .run(&["test", "spring", "--to", "+919899999999"])
        .exits(1)
        .says(&["on the suppression list; nothing was sent", "catalink suppress remove +919899999999"]);
    assert_eq!(provider.n_requests(), 0);
    scenario.run(&["suppress", "remove", "+919899999999"]).exits(0);
    scenario.run(&["test", "spring", "--to", "+919899999999"]).exits(0);
    assert_eq!(provider.n_requests(), 1);
}

#[test]
fn send_does_all_three_steps_in_one() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.list("my list.csv", 3);
    scenario
        .run(&["send", "my list.csv", "--message", "Hi {{name}}"])
        .exits(0)
        .says(&["sending as `my-list`"]);
    assert_eq!(scenario.status("my-list")["counts"]["accepted"], 3);
    scenario.run(&["send", "my list.csv", "--message", "Hello {{name}}"]).exits(0).says(&[
        "3 recipients of them were messaged by `my-list` in the last 7 days",
        "sending as `my-list-2`",
    ]);
}

#[test]
fn the_same_message_to_the_same_people_has_to_be_confirmed() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &[]);
    scenario.run(&["run", "spring"]).exits(0);
    let message = "Hi {{name}}, see https://wa.me/c/911161197855";
    scenario.run(&["create", "again", "--message", message]).exits(0);
    scenario.run(&["import", "again", "list.csv"]).exits(0);
    scenario
        .run(&["run", "again"])
        .exits(1)
        .says(&["3 of the 3 who wait in `again` got the same message from `spring`"]);
    assert_eq!(provider.n_requests(), 3);
    scenario.run(&["run", "again", "--again"]).exits(0);
    assert_eq!(provider.n_requests(), 6);
}

#[test]
fn a_list_that_was_split_over_several_campaigns_is_still_the_same_list() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    let rows: Vec<String> = (0..10).map(|n| format!("+9198000000{n:02},A{n}\n")).collect();
    // Two parts of four with one person in both: seven people of ten, and neither part has half of them.
    for (name, part) in [("monday", &rows[..4]), ("tuesday", &rows[3..7]), ("all", &rows[..])] {
        scenario.write("list.csv", format!("to,name\n{}", part.concat()));
        scenario.run(&["create", name, "--message", "Hi {{name}}"]).exits(0);
        scenario.run(&["import", name, "list.csv"]).exits(0);
        if name != "all" {
            // Too few of them to be asked, but said.
            scenario.run(&["run", name]).exits(0);
        }
    }
    scenario.run(&["purge", "monday"]).exits(0);
    scenario.run(&["run", "all"]).exits(1).says(&[
        "7 of the 10 who wait in `all` got the same message from `monday` and `tuesday` in the last 30 days",
        "note: they would get it once more",
        "--again",
    ]);
    assert_eq!(provider.n_requests(), 8);
}

#[test]
fn a_few_who_got_the_same_message_are_named_before_they_get_it_again() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    for (name, n) in [("few", 2), ("many", 9)] {
        scenario.list("list.csv", n);
        scenario.run(&["create", name, "--message", "Hi {{name}}"]).exits(0);
        scenario.run(&["import", name, "list.csv"]).exits(0);
    }
    scenario.run(&["run", "few"]).exits(0);
    let run = scenario.run(&["run", "many"]).exits(0);
    let fact = "2 of the 9 who wait in `many` got the same message from `few` in the last 30 days";
    assert!(run.stderr.contains(fact), "{}", run.stderr);
    assert!(!run.stderr.contains("in the last 7 days"), "the same people are told of once: {}", run.stderr);
}

#[test]
fn a_preview_shows_first_what_is_most_likely_to_look_wrong() {
    let scenario = Scenario::new();
    scenario.write(
        "list.csv",
        "to,name\n+919810000001,Asha\n+919810000002,Wolfeschlegelsteinhausen\n+919810000003,محمد\n+919810000004,😀 Jo\n",
    );
    scenario.run(&["create", "spring", "--message", "Hi {{name}}: wa.me/c/911161197855"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let preview =
        scenario.run(&["preview", "spring", "--count", "4"]).exits(0).says(&["needs https:// in front"]);
    let lines: Vec<&str> = preview.stdout.lines().filter(|line| line.starts_with("line ")).collect();
    assert_eq!(
        lines,
        ["line 3: the longest", "line 2: the shortest", "line 4: right to left", "line 5: emoji"]
    );
}

#[test]
fn a_preview_shows_the_rows_that_lack_a_value_and_says_that_nothing_is_sent_to_them() {
    let scenario = Scenario::new();
    scenario.write(
        "list.csv",
        "to,name\n+919810000001,Asha\n+919810000002,\n+919810000003,محمد\n+919810000004,\n+919810000005,Wolfgang\n12,Jo\n",
    );
    scenario.run(&["create", "spring", "--message", "Hi {{name}}: https://wa.me/c/911161197855"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let lines = |output: &str| -> Vec<String> {
        output.lines().filter(|line| line.starts_with("line ")).map(str::to_owned).collect()
    };
    let preview = scenario.run(&["preview", "spring"]).exits(0);
    assert!(
        preview.stdout.contains("  nothing is sent: the message needs a value for {{name}}"),
        "{}",
        preview.stdout
    );
    let missing = "line 3: missing value, and 1 row like it";
    assert_eq!(
        lines(&preview.stdout),
        ["line 6: the longest", "line 2: the shortest", missing, "line 4: right to left"]
    );
    assert_eq!(
        preview.stdout.matches("messaging_object").count(),
        3,
        "a row that is refused takes no message's place"
    );
    // A row that is asked for by its line says why nothing is sent to it.
    let preview = scenario.run(&["preview", "spring", "--line", "7"]).exits(0);
    assert_eq!(lines(&preview.stdout), ["line 7: rejected"]);
    assert!(preview.stdout.contains("nothing is sent: "), "{}", preview.stdout);
    scenario.run(&["preview", "spring", "--line", "8"]).exits(1).says(&["has no recipients from line 8 on"]);
}

#[test]
fn a_preview_looks_for_the_link_in_what_is_sent_and_not_in_the_template() {
    let scenario = Scenario::new();
    let link = "https://wa.me/c/911161197855";
    scenario.write(
        "list.csv",
        format!("to,link\n+919810000001,{link}\n+919810000002,{link}\n+919810000003,soon\n"),
    );
    scenario.run(&["create", "spring", "--message", "See {{link}}"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let sentence = "1 of 3 messages (line 4): the message has no catalogue link";
    scenario.run(&["preview", "spring"]).exits(0).says(&[sentence]);
    scenario.write("whole.csv", format!("to,link\n+919810000001,{link}\n"));
    scenario.run(&["create", "summer", "--message", "See {{link}}"]).exits(0);
    scenario.run(&["import", "summer", "whole.csv"]).exits(0);
    let preview = scenario.run(&["preview", "summer"]).exits(0);
    assert!(!preview.stderr.contains("no catalogue link"), "{}", preview.stderr);
}

#[test]
fn a_preview_shows_nobody_who_is_on_the_suppression_list() {
    let scenario = Scenario::new();
    scenario.write("list.csv", "to,name\n+919810000001,Asha\n+919810000002,Ravi\n");
    scenario.run(&["suppress", "add", "+919810000001"]).exits(0);
    scenario.run(&["create", "spring", "--message", "Hi {{name}}"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let preview = scenario.run(&["preview", "spring"]).exits(0);
    assert!(!preview.stdout.contains("919810000001"), "{}", preview.stdout);
    let preview = scenario.run(&["preview", "spring", "--line", "2"]).exits(0);
    assert!(preview.stdout.contains("line 2: suppressed\n  nothing is sent"), "{}", preview.stdout);
}

#[test]
fn a_message_may_come_from_a_file_and_link_to_the_catalogue() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.list("list.csv", 1);
    scenario.write("message.txt", "\u{feff}Hello {{name}}\nour catalogue:\r\n");
    scenario.run(&["create", "spring", "--message-file", "message.txt", "--catalogue"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario.run(&["run", "spring"]).exits(0);
    let sent = provider.requests().pop().unwrap();
    assert_eq!(sent.text(), "Hello Asha 0\nour catalogue:\nhttps://wa.me/c/911161197855");
}

#[test]
fn what_failed_is_put_back_by_code_and_sent_again() {
    let provider = Provider::with(|n, _| if n < 2 { Answer::wa400() } else { Answer::Accept });
    let scenario = Scenario::with(&provider, 4, &["--max-in-flight", "1"]);
    scenario.run(&["run", "spring"]).exits(3);
    scenario.run(&["retry", "spring", "--code", "E999"]).exits(2).says(&["WA400 (2)"]);
    scenario.run(&["retry", "spring", "--code", "WA400"]).exits(0).says(&["2 recipients"]);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(scenario.count("accepted"), 4);
    assert_eq!(scenario.export()[0]["attempts"], "2");
}

#[test]
fn a_preview_looks_at_every_row_and_tells_programs_what_it_saw() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi {{name}}, {{link}}"]).exits(0);
    let mut list = String::from("to,name,link\n");
    for n in 0..21_000 {
        list.push_str(&format!("{},Asha,https://wa.me/c/911161197855\n", number(n)));
    }
    list.push_str(&format!("{},Ravi,wa.me/c/911161197855\n+919800000000,Mira,\n", number(21_000)));
    scenario.write("list.csv", list);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    scenario
        .run(&["preview", "spring"])
        .exits(0)
        .says(&["1 of 21,001 messages (line 21002)", "looked at all 21,001 rows"]);
    let told = scenario.run(&["preview", "spring", "--json", "--count", "2"]).exits(0).stdout;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&told["looked_at"], &told["looked_at_all"]), (&21_001.into(), &true.into()));
    let findings = told["findings"].as_array().unwrap();
    let rare: Vec<_> = findings.iter().filter(|finding| finding["rows"] == 1).collect();
    assert_eq!(rare.len(), 1, "{findings:?}");
    assert_eq!(rare[0]["places"][0]["line"], 21_002);
    let message = &told["messages"][1];
    assert_eq!(message["because"], "the shortest");
    assert_eq!((&message["file"], &message["line"]), (&"list.csv".into(), &21_002.into()));
    assert!(message["request"].to_string().contains("Hi Ravi, wa.me/c/911161197855"), "{message}");
    assert_eq!(
        (&told["unsent"][0]["code"], &told["unsent"][0]["line"]),
        (&"TEMPLATE_VALUE_MISSING".into(), &21_003.into())
    );
}
