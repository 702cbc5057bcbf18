//! A recipient list becomes a queue.

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{Answer, Provider, Scenario};

fn created(message: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", message]).exits(0);
    scenario
}

fn import(scenario: &Scenario, args: &[&str]) -> Value {
    let all: Vec<&str> = ["import", "spring"].iter().chain(args).chain(&["--json"]).copied().collect();
    serde_json::from_str(&scenario.run(&all).exits(0).stdout).unwrap()
}

#[test]
fn the_report_adds_up_and_names_every_problem() {
    let scenario = created("Hi {{name}}");
    scenario.write(
        "list.csv",
        "Mobile,name\n+919810000001,Asha\n\n9.19877E+11,Excel\n+919810000001,Again\n+919810000002,\n",
    );
    let report = import(&scenario, &["list.csv"]);
    for (key, n) in
        [("rows", 4), ("queued", 1), ("rejected", 2), ("duplicate", 1), ("suppressed", 0), ("ignored", 1)]
    {
        assert_eq!(report[key], n, "{key} in {report}");
    }
    let problems: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["line"].as_u64().unwrap(), problem["code"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(problems, [(4, "PHONE_SCIENTIFIC".to_owned()), (6, "TEMPLATE_VALUE_MISSING".to_owned())]);
    let duplicate = &report["duplicates"][0];
    assert_eq!((duplicate["line"].as_u64(), duplicate["of_line"].as_u64()), (Some(5), Some(2)));
    assert_eq!(duplicate["to"], "+919810000001");
    assert_eq!(
        (&report["format"], &report["encoding"], &report["delimiter"]),
        (&"csv".into(), &"utf-8".into(), &",".into())
    );
    assert_eq!(report["columns"]["to"], "Mobile");
}

#[test]
fn hidden_rows_of_a_sheet_need_an_answer_and_those_left_out_are_ignored() {
    let scenario = created("Hi {{Name}}");
    scenario.write("list.xlsx", include_bytes!("../fixtures/importer/cells/filtered-rows.xlsx"));
    let refused = scenario.run(&["import", "spring", "list.xlsx", "--json"]).exits(1);
    let answer: Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(answer["error"]["code"], "NEEDS_CHOICE");
    assert_eq!(answer["error"]["choices"], serde_json::json!(["leave-out", "include"]));
    let refused = scenario.run(&["import", "spring", "list.xlsx"]).exits(1);
    assert!(
        refused.stderr.contains("2 of 4 rows are hidden in the sheet (a filter on `City`)"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("--hidden leave-out"), "{}", refused.stderr);
    let report = import(&scenario, &["list.xlsx", "--hidden", "leave-out"]);
    assert_eq!((&report["rows"], &report["queued"], &report["ignored"]), (&2.into(), &2.into(), &2.into()));
}

#[test]
fn a_dash_for_a_name_needs_an_answer_and_null_is_sent_to_nobody() {
    let scenario = created("Hi {{Name}}");
    scenario.write("list.csv", "Phone,Name\n+919823456710,NULL\n+919823456711,-\n+919823456712,Asha\n");
    let refused = scenario.run(&["import", "spring", "list.csv"]).exits(1);
    assert!(refused.stderr.contains("--blank-text=-"), "{}", refused.stderr);
    assert!(scenario.export().is_empty(), "nothing was kept");
    let report = import(&scenario, &["list.csv", "--blank-text", "-"]);
    assert_eq!((&report["queued"], &report["rejected"]), (&1.into(), &2.into()));
    assert_eq!(report["problems"][0]["code"], "TEMPLATE_VALUE_MISSING");
    assert_eq!(scenario.export()[0]["Name"], "NULL");
    let notes = report["notes"].to_string();
    assert!(notes.contains("--keep-text=NULL"), "{notes}");
}

#[test]
fn columns_can_be_named_by_hand() {
    let scenario = created("Hi {{name}}");
    scenario.write("list.csv", "a;b;c\n+919810000001;+919810000009;Asha\n");
    import(&scenario, &["list.csv", "--column", "to=b", "--column", "name=c", "--column", "ref=a"]);
    let row = scenario.export().pop().unwrap();
    assert_eq!((row["to"].as_str(), row["ref"].as_str()), ("+919810000009", "+919810000001"));
}

#[test]
fn numbers_without_a_country_code_need_a_region() {
    let scenario = created("Hi");
    scenario.write("list.csv", "phone,name\n9810000001,Asha\n9810000002,Rahul\n");
    scenario
        .run(&["import", "spring", "list.csv", "--dry-run", "--json"])
        .exits(3)
        .prints(&["\"rejected\": 2", "--region IN"]);
    assert_eq!(import(&scenario, &["list.csv", "--region", "IN"])["queued"], 2);
    assert_eq!(scenario.export()[0]["to"], "+919810000001");
}

#[test]
fn a_dry_run_counts_and_keeps_nothing() {
    let scenario = created("Hi");
    scenario.list("list.csv", 5);
    assert_eq!(import(&scenario, &["list.csv", "--dry-run"])["queued"], 5);
    assert_eq!(scenario.status("spring")["total"], 0);
    assert_eq!(import(&scenario, &["list.csv"])["queued"], 5);
}

#[test]
fn the_same_file_twice_adds_no_recipient_twice() {
    let scenario = created("Hi {{name}}");
    scenario.list("list.csv", 5);
    import(&scenario, &["list.csv"]);
    let again = import(&scenario, &["list.csv"]);
    assert_eq!((&again["queued"], &again["duplicate"]), (&0.into(), &5.into()));
    assert_eq!((scenario.count("queued"), scenario.count("duplicate")), (5, 5));
}

#[test]
fn refused_rows_come_back_mended_and_only_they_are_added() {
    let scenario = created("Hi {{name}}");
    scenario.write("list.csv", "Mobile,name\n+919810000001,Asha\n98100,Rahul\n+919810000003,\n");
    scenario.run(&["import", "spring", "list.csv", "--rejects", "mend.csv"]).exits(0);
    let rejects = scenario.read("mend.csv");
    assert_eq!(rejects.lines().count(), 3, "{rejects}");
    scenario.write(
        "mended.csv",
        rejects.replace("98100,", "+919810000002,").replace("+919810000003,,", "+919810000003,Zoë,"),
    );
    let report = import(&scenario, &["mended.csv"]);
    assert_eq!((&report["queued"], &report["rejected"]), (&2.into(), &0.into()), "{report}");
    assert_eq!(scenario.count("queued"), 3);
}

#[test]
fn standard_input_is_a_file_too() {
    let scenario = created("Hi");
    let list = "\u{feff}phone\tname\n+919810000001\tAsha\n";
    scenario
        .run_with_input(&["import", "spring", "-", "--json"], list.as_bytes())
        .exits(0)
        .prints(&["\"queued\": 1"]);
}

#[test]
fn a_refused_file_says_so_in_json_and_leaves_nothing() {
    let scenario = created("Hi");
    scenario.write("list.csv", "name,city\nAsha,Pune\n");
    let refused = scenario.run(&["import", "spring", "list.csv", "--json"]).exits(1).stdout;
    let refused: Value = serde_json::from_str(&refused).unwrap();
    assert_eq!(refused["error"]["code"], "NO_PHONE_COLUMN");
    assert_eq!(scenario.status("spring")["total"], 0);
}

#[test]
fn suppressed_numbers_are_left_out_at_import_and_while_they_wait() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.run(&["suppress", "add", "+919810000000", "--reason", "asked"]).exits(0).says(&["1 number put"]);
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.list("list.csv", 3);
    assert_eq!(import(&scenario, &["list.csv"])["suppressed"], 1);
    scenario.run(&["suppress", "add", "+91 98100 00001"]).exits(0);
    scenario.run(&["run", "spring"]).exits(0);
    assert_eq!(provider.n_requests(), 1);
    assert_eq!((scenario.count("suppressed"), scenario.count("accepted")), (2, 1));
    scenario.run(&["suppress", "list"]).exits(0).prints(&["+919810000000,asked,"]);
    scenario.run(&["suppress", "remove", "+919810000000"]).exits(0).says(&["1 number taken"]);
}

#[test]
fn of_a_file_of_people_who_said_no_every_number_is_suppressed_and_a_bad_line_costs_itself_alone() {
    let scenario = Scenario::new();
    for (name, numbers) in [("spring", 1..4), ("summer", 2..3)] {
        scenario.run(&["create", name, "--message", "Hi"]).exits(0);
        let rows: Vec<String> = numbers.map(|n| format!("+91981000000{n}")).collect();
        scenario.write("list.csv", format!("Phone\n{}\n", rows.join("\n")));
        scenario.run(&["import", name, "list.csv"]).exits(0);
    }
    scenario.write(
        "no.csv",
        "Name,Phone,Mobile,UNSUB_TIME,UNSUB_REASON\n\
         Asha,+919810000001 / +919810000004,+919810000002,2026-10-01 10:00:00,too many\n\
         Om,98,+919810000005,,\n\
         Ravi,,,2026-10-02 10:00:00,NORMAL\n\
         Mia,+4915112345678,,2026-10-03,\n",
    );
    scenario.run(&["suppress", "import", "no.csv", "--reason", "by mail"]).exits(0).says(&[
        "3 rows with 5 numbers in columns `Phone` and `Mobile`",
        "5 numbers put on the list, 0 there already",
        "2 recipients left the queue of `spring`",
        "1 recipient left the queue of `summer`",
        "not read: 2 numbers, whose owners can still be messaged",
        "line 3, column `Phone`: `98`: ",
        "line 4: there is no number",
    ]);
    scenario.run(&["suppress", "export", "-o", "out.csv"]).exits(0);
    let written = std::fs::read_to_string(scenario.path("out.csv")).unwrap();
    let lines: Vec<_> = written.lines().collect();
    assert_eq!(lines.len(), 6, "{written}");
    assert_eq!(
        lines[..4],
        [
            "to,reason,added_at",
            "+919810000001,too many,2026-10-01T10:00:00.000Z",
            "+919810000002,too many,2026-10-01T10:00:00.000Z",
            "+919810000004,too many,2026-10-01T10:00:00.000Z",
        ]
    );
    assert!(lines[4].starts_with("+919810000005,by mail,") && !lines[4].contains("2026-10-0"), "{written}");
    assert_eq!(lines[5], "+4915112345678,by mail,2026-10-03T00:00:00.000Z");
    scenario.run(&["suppress", "export", "-o", "out.csv"]).exits(1).says(&["exists already"]);
    // What was written here is read here, and one column alone can be asked for.
    scenario
        .run(&["suppress", "import", "out.csv"])
        .exits(0)
        .says(&["0 numbers put on the list, 5 there already"]);
    scenario.write("two.csv", "Phone,Partner Mobile\n+919810000008,+919810000009\n");
    scenario.run(&["suppress", "import", "two.csv", "--column", "Phone"]).exits(0).says(&["1 number put"]);
    scenario.write("none.csv", "Phone,Name\n98,Om\n99,Ravi\n");
    scenario
        .run(&["suppress", "import", "none.csv"])
        .exits(1)
        .says(&["none of the 2 rows has a number that can be used; line 2: "]);
}

#[test]
fn a_person_who_is_suppressed_in_one_spelling_is_left_out_in_the_other() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.run(&["suppress", "add", "+54 9 11 6677 3399"]).exits(0).says(&["1 number put"]);
    scenario
        .run(&["suppress", "add", "+54 11 6677 3399"])
        .exits(0)
        .says(&["0 numbers put on the list, 1 there"]);
    scenario.write(
        "list.csv",
        "Phone,Name\n+54 11 6677 3399,Ana\n+52 1 55 1234 5678,Bia\n+52 55 1234 5678,Bia\n",
    );
    let answer = import(&scenario, &["list.csv"]);
    let counts = ["queued", "suppressed", "duplicate"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1]);
    scenario.run(&["suppress", "remove", "+54 11 6677 3399"]).exits(0).says(&["1 number taken"]);
}

#[test]
fn of_several_files_each_is_imported_or_not_and_the_answer_says_which() {
    let scenario = created("Hi");
    scenario.write("good.csv", "Mobile,name\n+919810000001,Asha\n");
    scenario.write("bad.csv", "City\nPune\n");
    let answer = scenario.run(&["import", "spring", "good.csv", "bad.csv", "--json"]).exits(1).stdout;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["error"]["code"], "NO_PHONE_COLUMN");
    assert_eq!(answer["error"]["file"], "bad.csv");
    assert_eq!(answer["imported"][0]["queued"], 1);
    assert_eq!(scenario.export().len(), 1);
    let both = scenario.run(&["import", "spring", "good.csv", "good.csv", "--json"]).exits(0).stdout;
    let both: Value = serde_json::from_str(&both).unwrap();
    assert_eq!((&both["rows"], &both["duplicates_total"]), (&2.into(), &2.into()));
    for report in both["files"].as_array().unwrap() {
        assert_eq!((&report["queued"], &report["duplicate"]), (&0.into(), &1.into()));
        assert!(report["notes"][0].as_str().unwrap().contains("imported before, as `good.csv`"), "{report}");
    }
}

#[test]
fn where_two_columns_could_be_meant_each_is_named_with_the_option_that_picks_it() {
    let scenario = created("Hi");
    scenario.write("two.csv", "left,right\n9541136571,9533241052\n9072304509,9786435888\n");
    scenario.run(&["import", "spring", "two.csv", "--region", "IN"]).exits(1).says(&[
        "several columns could be the telephone number; say which one: --column to=HEADER",
        "hint: --column to=\"left\"   (2 rows, such as 9541136571, 9072304509)",
        "--column to=\"right\"   (2 rows, such as 9533241052, 9786435888)",
    ]);
    let answer = scenario.run(&["import", "spring", "two.csv", "--region", "IN", "--json"]).exits(1).stdout;
    let error = &serde_json::from_str::<Value>(&answer).unwrap()["error"];
    assert_eq!(error["code"], "NEEDS_CHOICE");
    assert_eq!(error["choices"], serde_json::json!(["left", "right"]));
    scenario.run(&["import", "spring", "two.csv", "--region", "IN", "--column", "to=right"]).exits(0);
    assert_eq!(scenario.export()[0]["to"], "+919533241052");
}

/// Text that spreadsheets, CSV and JSON each have their own trouble with.
const NASTY: [&str; 16] = [
    "=1+1",
    "+1",
    "-x",
    "@a",
    "\tx",
    "\"quoted\"",
    "two\nlines",
    "two\r\nlines",
    "محمد \u{202b}علي\u{202c}",
    " spaced ",
    "'",
    "''=x",
    "a,b;c|d",
    "👨‍👩‍👧 \u{feff}x",
    "＝1",
    "9.19877E+11",
];

#[test]
fn what_was_exported_can_be_imported_again_and_loses_nothing() {
    let scenario = created("Hi");
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["Mobile", "Name", "ref", "Note"]).unwrap();
    for (n, name) in NASTY.iter().enumerate() {
        for (m, note) in NASTY.iter().enumerate() {
            let number = format!("+9198100{:05}", n * NASTY.len() + m);
            writer.write_record([&number, *name, &format!("{note}{n}"), *note]).unwrap();
        }
    }
    scenario.write("list.csv", String::from_utf8(writer.into_inner().unwrap()).unwrap());
    import(&scenario, &["list.csv"]);
    let kept = |campaign: &str| {
        let text = scenario.run(&["export", campaign]).exits(0).stdout;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().unwrap().clone();
        let place = |name: &str| header.iter().position(|known| known == name).unwrap();
        let places = ["to", "ref", "Name", "Note"].map(place);
        let rows: Vec<[String; 4]> =
            reader.records().map(Result::unwrap).map(|row| places.map(|at| row[at].to_owned())).collect();
        rows
    };
    let before = kept("spring");
    assert_eq!(before.len(), NASTY.len() * NASTY.len());
    for (campaign, file, options) in [
        ("plain", "plain.csv", &["--format", "csv"][..]),
        ("safe", "safe.csv", &["--format", "csv", "--excel-safe"]),
        ("workbook", "workbook.xlsx", &["--format", "xlsx"]),
        ("filtered", "filtered.csv", &["--status", "queued"]),
    ] {
        scenario.run(&[&["export", "spring", "-o", file], options].concat()).exits(0);
        scenario.run(&["create", campaign, "--message", "Hi"]).exits(0);
        scenario.run(&["import", campaign, file]).exits(0);
        let after = kept(campaign);
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "{file}");
        }
        assert_eq!(before.len(), after.len(), "{file}");
    }
}

/// A cell as people and programs fill it: pieces that spreadsheets, CSV and JSON each have their own trouble with, put
/// together in any order, and characters of any kind.
fn cell() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(NASTY.to_vec()).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["'", "''", "\"", "=", "+", "-", "@", "\t", "\r", "\n", " ", ",", ";", "0049", "007"])
            .prop_map(str::to_owned),
        2 => "[ -~]{0,8}",
        2 => "\\PC{0,6}",
        1 => "[\u{1}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{200b}-\u{200f}\u{2028}\u{feff}\u{fffd}-\u{ffff}]{1,2}",
    ];
    prop_oneof![
        2 => Just(String::new()),
        5 => prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat()),
    ]
}

/// A column's name, among them those of our own columns, blank ones and ones that occur twice.
fn header() -> impl Strategy<Value = String> {
    let names = [
        "Name",
        "Name",
        "status",
        "to ",
        "input_status",
        "line",
        "error",
        "",
        " ",
        "=Name",
        "-",
        "'=x",
        "a,b",
        "two\nlines",
        "say \"hi\"",
        "Straße",
        "اسم",
        "名前",
        "👨‍👩‍👧",
        "catalink",
        "Phone 2",
        "Country",
        "Opted in",
        "1",
        "ref3",
    ];
    prop_oneof![4 => prop::sample::select(names.to_vec()).prop_map(str::to_owned), 1 => "\\PC{1,10}"]
}

/// Whom a row is for.
#[derive(Debug, Clone)]
enum Whom {
    /// Somebody of their own.
    Somebody,
    /// The person of the first row.
    First,
    /// Somebody who is on the suppression list.
    Suppressed,
    /// Nobody: what stands there is no number.
    Nobody(String),
}

fn whom() -> impl Strategy<Value = Whom> {
    prop_oneof![
        6 => Just(Whom::Somebody),
        1 => Just(Whom::First),
        1 => Just(Whom::Suppressed),
        2 => prop_oneof![cell(), Just("9.19877E+11".to_owned()), Just("n/a".to_owned()), Just("=12".to_owned())]
            .prop_map(Whom::Nobody),
    ]
}

/// The rows of an export in the plain format, the header first.
fn exported(scenario: &Scenario, campaign: &str) -> Vec<Vec<String>> {
    let text = scenario.run(&["export", campaign]).exits(0).stdout;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of a row of an export that another import keeps as cells: all but the number and the tags.
fn kept(row: &[String]) -> Vec<&String> {
    row.iter().enumerate().filter(|(at, _)| ![1, 11, 12, 13].contains(at)).map(|(_, cell)| cell).collect()
}

/// A row as a workbook has it: its times are dates of the campaign's zone, which is UTC here.
fn with_dates(row: &[String]) -> Vec<String> {
    let mut row = row.to_vec();
    for at in [7, 9, 15, 16, 17, 18] {
        if let Some((seconds, _)) = row[at].split_once('.') {
            row[at] = seconds.replace('T', " ");
        }
    }
    row
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_imported_and_sent_an_export_of_it_brings_all_of_it_back(
        headers in prop::collection::vec(header(), 1..6),
        rows in prop::collection::vec((whom(), prop::collection::vec(cell(), 8)), 1..12),
    ) {
        let provider = Provider::with(|n, _| match n % 3 {
            0 => Answer::Accept,
            1 => Answer::wa400(),
            _ => Answer::Cut,
        });
        let scenario = created("Hi").provider(&provider);
        let mut writer = csv::Writer::from_writer(Vec::new());
        let names = ["Phone", "ref", "ref1"].into_iter().chain(headers.iter().map(String::as_str));
        writer.write_record(names).unwrap();
        let number = |n: usize| format!("+9198100{n:05}");
        for (n, (whom, cells)) in rows.iter().enumerate() {
            let to = match whom {
                Whom::Nobody(text) if 0 < n => text.clone(),
                Whom::First => number(0),
                Whom::Suppressed if 0 < n => number(99_999),
                Whom::Somebody | Whom::Suppressed | Whom::Nobody(_) => number(n),
            };
            writer.write_record(std::iter::once(&to).chain(&cells[..2 + headers.len()])).unwrap();
        }
        scenario.write("list.csv", writer.into_inner().unwrap());
        scenario.run(&["suppress", "add", &number(99_999)]).exits(0);
        scenario.run(&["import", "spring", "list.csv", "--column", "to=Phone"]).exits(0);
        // Some of everything: accepted, failed, in doubt; and what still waits is cancelled.
        let run = scenario.run(&["run", "spring"]);
        if rows.len() % 2 == 0 && run.code != Some(0) {
            scenario.run(&["cancel", "spring"]);
        }
        let before = exported(&scenario, "spring");
        prop_assert_eq!(before.len(), rows.len() + 1);
        for (campaign, file, options) in [
            ("plain", "plain.csv", &["--format", "csv"][..]),
            ("safe", "safe.csv", &["--format", "csv", "--excel-safe"]),
            ("workbook", "workbook.xlsx", &["--format", "xlsx"]),
        ] {
            scenario.run(&[&["export", "spring", "-o", file], options].concat()).exits(0);
            scenario.run(&["create", campaign, "--message", "Hi"]).exits(0);
            scenario.run(&["import", campaign, file]).exits(0);
            let after = exported(&scenario, campaign);
            prop_assert_eq!(after.len(), before.len(), "{}", file);
            for (old, new) in kept(&before[0]).iter().zip(&after[0][20..]) {
                prop_assert!(new.ends_with(old.as_str()), "{}: column {:?} became {:?}", file, old, new);
            }
            for (old, new) in before.iter().zip(&after).skip(1) {
                prop_assert_eq!(&old[1], &new[1], "the number in {}", file);
                prop_assert_eq!(&old[11..14], &new[11..14], "the tags in {}", file);
                let old: Vec<String> = if campaign == "workbook" { with_dates(old) } else { old.clone() };
                let new_cells: Vec<&String> = new[20..].iter().collect();
                prop_assert_eq!(kept(&old), new_cells, "the cells in {}", file);
                let is_good = ["queued", "duplicate", "suppressed"].contains(&new[2].as_str());
                prop_assert!(is_good || old[2] == "rejected", "{:?} became {:?} in {}", old[2], new[2], file);
            }
        }
    }
}

#[test]
fn a_column_that_may_say_who_opted_out_is_asked_about_with_both_readings_and_their_counts() {
    let scenario = created("Hi {{name}}");
    scenario.write(
        "list.csv",
        "Name,Mobile,WhatsApp Opt Out\nA,+919823456710,TRUE\nB,+919823456711,FALSE\nC,+919823456712,FALSE\n",
    );
    let asked = scenario.run(&["import", "spring", "list.csv"]).exits(1);
    for line in [
        "--column opt_out=\"WhatsApp Opt Out\"   (messages 2 rows, leaves out 1, such as TRUE, FALSE)",
        "--column consent=\"WhatsApp Opt Out\"   (messages 1 row, leaves out 2, such as TRUE, FALSE)",
        "--column consent=HEADER where a no does, or --ignore-consent",
    ] {
        assert!(asked.stderr.contains(line), "{line} is not in {}", asked.stderr);
    }
    let json: Value =
        serde_json::from_str(&scenario.run(&["import", "spring", "list.csv", "--json"]).exits(1).stdout)
            .unwrap();
    assert_eq!(json["error"]["code"], "NEEDS_CHOICE");
    assert_eq!(json["error"]["choices"][0], "opt_out=WhatsApp Opt Out");
    assert_eq!(scenario.status("spring")["total"], 0);
    let report = import(&scenario, &["list.csv", "--dry-run", "--ignore-consent"]);
    assert_eq!(report["queued"], 3);
    assert!(report["notes"][0].as_str().unwrap().starts_with("WARNING"), "{report}");
    let report = import(&scenario, &["list.csv", "--column", "opt_out=WhatsApp Opt Out"]);
    assert_eq!((&report["queued"], &report["columns"]["opt_out"]), (&2.into(), &"WhatsApp Opt Out".into()));
    let problem = &report["problems"][0];
    assert_eq!((&problem["line"], &problem["code"]), (&2.into(), &"NO_CONSENT".into()));
    assert!(problem["message"].as_str().unwrap().contains("asked not to be messaged"), "{problem}");
}

#[test]
fn columns_of_one_name_are_told_apart_by_their_position() {
    let scenario = created("Hi");
    for (name, header) in
        [("a.csv", "Name,Phone,Phone"), ("b.csv", "Name,phone,Phone"), ("c.csv", "Name,Handy,Handy")]
    {
        scenario
            .write(name, format!("{header}\nA,+919823456710,+919823456720\nB,+919823456711,+919823456721\n"));
        scenario.run(&["import", "spring", name]).exits(1).says(&[
            "--column to=\"#2\"   (2 rows, such as +919823456710",
            "--column to=\"#3\"   (2 rows, such as +919823456720",
        ]);
        scenario.run(&["import", "spring", name, "--column", "to=#3", "--dry-run"]).exits(0);
    }
    scenario.run(&["import", "spring", "a.csv", "--column", "to=#3"]).exits(0);
    assert_eq!(scenario.export()[0]["to"], "+919823456720");
    // The same number twice is no question.
    scenario.write("same.csv", "Phone,Phone\n+919823456712,+919823456712\n+919823456713,\n");
    scenario.run(&["import", "spring", "same.csv"]).exits(0);
    scenario.run(&["import", "spring", "same.csv", "--column", "to=#9"]).exits(1).says(&["no column `#9`"]);
}

#[test]
fn columns_of_one_name_that_the_message_uses_are_asked_about_where_they_differ() {
    let scenario = created("Hi {{Name}}");
    let rows = "+919823456710,Asha,Rao\n+919823456711,Zoë,\n";
    for (name, header) in
        [("a.csv", "Phone,Name,Name"), ("b.csv", "Phone,NAME,name"), ("c.tsv", "Phone,Name , Name")]
    {
        let delimited = format!("{header}\n{rows}");
        let text = if name.ends_with("tsv") { delimited.replace(',', "\t") } else { delimited };
        scenario.write(name, text);
        let told = scenario.run(&["import", "spring", name]).exits(1);
        told.says(&["--column Name=\"#2\"   (Asha", "--column Name=\"#3\"   (Rao"]);
    }
    let refused = scenario.run(&["import", "spring", "a.csv", "--json"]).exits(1).stdout;
    let refused: Value = serde_json::from_str(&refused).unwrap();
    assert_eq!(refused["error"]["code"], "NEEDS_CHOICE", "{refused}");
    assert_eq!(refused["error"]["choices"], serde_json::json!(["#2", "#3"]));
    // An exact name is one column, and what adds nothing is no question.
    scenario.write("exact.csv", "Phone,Name,name\n+919823456712,Exact,other\n");
    scenario.write("same.csv", "Phone,Name,Name\n+919823456713,Asha,Asha\n+919823456714,Zoë,\n");
    for name in ["exact.csv", "same.csv"] {
        scenario.run(&["import", "spring", name]).exits(0);
    }
    scenario.run(&["import", "spring", "a.csv", "--column", "Name=#3", "--dry-run"]).exits(0);
    let shown = scenario.run(&["preview", "spring", "--count", "3"]).exits(0).stdout;
    assert!(shown.contains("Hi Exact"), "{shown}");
}

#[test]
fn what_was_answered_about_a_list_holds_for_the_next_one_with_the_same_header() {
    const OTHER: &str = "Mobile,Name,Name\n+919823456799,A,B\n";
    let scenario = created("Hi {{Name}}");
    let list = |n: u32| {
        format!(
            "Customer Mobile,Dealer Mobile,Name,Name,No Marketing\n\
             +91982345{n:04},+919823456720,A,B,no\n+91982346{n:04},+919823456721,C,D,yes\n"
        )
    };
    for (name, text) in [("monday.csv", list(1)), ("tuesday.csv", list(2)), ("other.csv", OTHER.to_owned())] {
        scenario.write(name, text);
    }
    let answers =
        ["--column", "to=Customer Mobile", "--column", "Name=#4", "--column", "opt_out=No Marketing"];
    // A dry run answers nothing for later.
    scenario.run(&[&["import", "spring", "monday.csv", "--dry-run"], &answers[..]].concat()).exits(0);
    scenario
        .run(&["import", "spring", "tuesday.csv"])
        .exits(1)
        .says(&["several columns could be the telephone number"]);
    scenario.run(&[&["import", "spring", "monday.csv"], &answers[..]].concat()).exits(0);
    scenario.run(&["import", "spring", "tuesday.csv", "--ask-again"]).exits(1);
    scenario.run(&["import", "spring", "other.csv"]).exits(1).says(&["several columns are called `Name`"]);
    let report = import(&scenario, &["tuesday.csv"]);
    assert_eq!((&report["queued"], &report["rejected"]), (&1.into(), &1.into()), "{report}");
    assert_eq!(report["problems"][0]["code"], "NO_CONSENT");
    let note = report["notes"][0].as_str().unwrap();
    for part in ["an earlier file with the same header", "'to=Customer Mobile'", "Name=#4", "--ask-again"] {
        assert!(note.contains(part), "{part} in {note}");
    }
    // What is said now goes first.
    let dealer = import(&scenario, &["tuesday.csv", "--column", "to=Dealer Mobile", "--dry-run"]);
    assert_eq!(dealer["columns"]["to"], "Dealer Mobile", "{dealer}");
}

#[test]
fn that_nobody_is_left_out_is_said_anew_for_each_list() {
    let scenario = created("Hi");
    for (name, n) in [("monday.csv", 1), ("tuesday.csv", 2)] {
        scenario.write(name, format!("Mobile,Newsletter\n+91982345000{n},yes\n+91982346000{n},no\n"));
    }
    scenario.run(&["import", "spring", "monday.csv", "--ignore-consent"]).exits(0);
    scenario.run(&["import", "spring", "tuesday.csv"]).exits(1).says(&["--column consent=HEADER"]);
    // Nor does a country hold for numbers that nobody has looked at.
    scenario.write("a.csv", "Mobile,City\n9823450001,Pune\n");
    scenario.write("b.csv", "Mobile,City\n1749123456,Ulm\n");
    scenario.run(&["import", "spring", "a.csv", "--region", "IN"]).exits(0);
    let refused = scenario.run(&["import", "spring", "b.csv", "--json"]).exits(3).stdout;
    assert!(refused.contains("PHONE_AMBIGUOUS_COUNTRY"), "{refused}");
}
