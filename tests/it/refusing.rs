//! What a user can get wrong: one clear message each, the right exit code, nothing half-written.

use crate::support::{Provider, Scenario};

fn with_campaign() -> Scenario {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi {{name}}"]).exits(0);
    scenario
}

#[test]
fn an_unknown_campaign_is_answered_with_the_near_names() {
    with_campaign()
        .run(&["status", "sprnig"])
        .exits(1)
        .says(&["error: there is no campaign `sprnig`", "hint: is it spring?"]);
}

#[test]
fn a_database_that_is_not_there_is_not_made_by_looking() {
    let scenario = Scenario::new();
    scenario.run(&["status"]).exits(1).says(&["there is no database at `catalink.db`", "catalink create"]);
    assert!(!scenario.path("catalink.db").exists());
}

#[test]
fn a_missing_key_is_named_with_the_way_to_get_it() {
    let scenario = Scenario::with(&Provider::accepting(), 1, &[]).unset("KALEYRA_API_KEY");
    scenario
        .run(&["run", "spring"])
        .exits(1)
        .says(&["the API key (KALEYRA_API_KEY) is not set", "hint: export KALEYRA_API_KEY"]);
    assert_eq!(scenario.status("spring")["state"], "draft");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    with_campaign()
        .run(&["import", "spring", "nowhere.csv"])
        .exits(1)
        .says(&["cannot import `nowhere.csv`", "No such file"]);
}

#[test]
fn a_file_without_a_number_column_is_refused_whole() {
    let scenario = with_campaign();
    scenario.write("list.csv", "name,city\nAsha,Pune\nRahul,Delhi\n");
    scenario
        .run(&["import", "spring", "list.csv"])
        .exits(1)
        .says(&["cannot import `list.csv`", "--column to="]);
    assert_eq!(scenario.status("spring")["total"], 0);
}

#[test]
fn a_message_with_an_unknown_column_is_refused_with_the_columns_there_are() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi {{first_name}}"]).exits(0);
    scenario.write("list.csv", "to,name\n+919810000001,Asha\n");
    scenario.run(&["import", "spring", "list.csv"]).exits(1).says(&[
        "{{first_name}}",
        "name",
        "--column first_name=HEADER",
    ]);
    assert_eq!(scenario.status("spring")["total"], 0);
}

#[test]
fn a_column_that_the_file_does_not_have_is_named() {
    let scenario = with_campaign();
    scenario.write("list.csv", "to,name\n+919810000001,Asha\n");
    scenario
        .run(&["import", "spring", "list.csv", "--column", "ref=Oder"])
        .exits(1)
        .says(&["the file has no column `Oder`"]);
}

#[test]
fn a_rate_of_zero_is_refused() {
    let scenario = Scenario::new();
    scenario
        .run(&["create", "spring", "--message", "Hi", "--mps", "0"])
        .exits(2)
        .says(&["0 messages per second is not a rate", "0.01 to 100000"]);
    let scenario = Scenario::with(&Provider::accepting(), 1, &[]);
    scenario.run(&["run", "spring", "--mps", "0"]).exits(2).says(&["is not a rate"]);
    scenario.run(&["rate", "spring", "0"]).exits(2).says(&["is not a rate"]);
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let scenario = with_campaign();
    let sql = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
               values (9999, 'future', 1, x'00', 0)";
    let done =
        std::process::Command::new("sqlite3").arg(scenario.path("catalink.db")).arg(sql).status().unwrap();
    assert!(done.success());
    scenario.run(&["status"]).exits(1).says(&["written by a newer catalink (schema 9999"]);
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let scenario = Scenario::new();
    scenario.write("notes.db", "dear diary\n".repeat(500));
    scenario.run(&["--db", "notes.db", "status"]).exits(1).says(&["`notes.db` is not a catalink database"]);
    assert_eq!(scenario.read("notes.db"), "dear diary\n".repeat(500));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    Scenario::new()
        .run(&["--db", "no/such/folder/q.db", "create", "spring", "--message", "Hi"])
        .exits(1)
        .says(&["cannot open the database `no/such/folder/q.db`", "--db PATH"]);
}

#[test]
fn two_campaigns_of_one_name_are_refused() {
    with_campaign()
        .run(&["create", "spring", "--message", "Hi"])
        .exits(1)
        .says(&["a campaign `spring` exists already"]);
}

#[test]
fn a_message_that_does_not_parse_is_refused_with_its_place() {
    Scenario::new()
        .run(&["create", "spring", "--message", "Hello\nHi {{name"])
        .exits(1)
        .says(&["the message is not a usable template", "line 2, column 4"]);
}

#[test]
fn a_campaign_without_recipients_is_not_run() {
    let scenario = with_campaign();
    scenario
        .run(&["run", "spring"])
        .exits(1)
        .says(&["`spring` has no recipients", "catalink import spring FILE"]);
}

#[test]
fn an_existing_export_is_replaced_only_when_told() {
    let scenario = Scenario::with(&Provider::accepting(), 2, &[]);
    scenario.write("out.csv", "mine");
    scenario
        .run(&["export", "spring", "-o", "out.csv"])
        .exits(1)
        .says(&["`out.csv` exists already", "--overwrite"]);
    assert_eq!(scenario.read("out.csv"), "mine");
    scenario.run(&["export", "spring", "-o", "out.csv", "--overwrite"]).exits(0);
    assert_eq!(scenario.read("out.csv").lines().count(), 3);
}

#[test]
fn plain_http_beyond_this_machine_is_refused() {
    let scenario =
        Scenario::with(&Provider::accepting(), 1, &[]).set("KALEYRA_BASE_URL", "http://api.example.com");
    scenario.run(&["run", "spring"]).exits(1).says(&["must be reached by https"]);
}

#[test]
fn a_key_in_the_settings_file_is_refused() {
    let scenario = Scenario::new();
    scenario.write("catalink.toml", "api_key = 'Asecret'\n");
    let ended = scenario.run(&["status"]).exits(1).says(&["holds the API key itself", "KALEYRA_API_KEY"]);
    assert!(!ended.stderr.contains("Asecret"));
}

#[test]
fn a_command_line_that_is_not_understood_exits_with_2() {
    let scenario = Scenario::new();
    scenario.run(&["frobnicate"]).exits(2);
    scenario.run(&["create", "spring"]).exits(2).says(&["--message"]);
    scenario.run(&["create", "spring", "--message", "Hi", "--retry-initial", "5"]).exits(2).says(&["5s"]);
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.run(&["import", "spring", "x.csv", "--column", "to"]).exits(2).says(&["FIELD=HEADER"]);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let scenario = Scenario::with(&Provider::accepting(), 5_000, &[]);
    let program = env!("CARGO_BIN_EXE_catalink");
    let script = format!("'{program}' export spring | head -n 1; exit ${{PIPESTATUS[0]}}");
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(scenario.path(""))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    if is_root() {
        // Root may write anywhere, so only the file system itself can refuse.
        let scenario = Scenario::new();
        scenario
            .run(&["--db", "/proc/catalink.db", "create", "spring", "--message", "Hi"])
            .exits(1)
            .says(&["cannot open the database `/proc/catalink.db`"]);
        return;
    }
    let scenario = Scenario::new();
    let folder = scenario.path("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o500)).unwrap();
    scenario
        .run(&["--db", "locked/q.db", "create", "spring", "--message", "Hi"])
        .exits(1)
        .says(&["cannot open the database `locked/q.db`"]);
}

fn is_root() -> bool {
    std::process::Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

#[test]
fn a_window_without_a_zone_is_that_of_the_senders_country_or_asked_for() {
    let create = |scenario: &Scenario, name: &str, more: &[&str]| {
        scenario.run(&[&["create", name, "--message", "Hi", "--window", "09:00-20:00"], more].concat())
    };
    let scenario = Scenario::new();
    create(&scenario, "india", &[]).exits(0).says(&["times are in Asia/Kolkata", "India"]);
    create(&scenario, "germany", &["--sender", "+4915112345678"]).exits(0).says(&["Europe/Berlin"]);
    create(&scenario, "said", &["--time-zone", "Europe/Paris"]).exits(0);
    for sender in ["+12125554567", "+5511961234567"] {
        create(&scenario, "several", &["--sender", sender])
            .exits(2)
            .says(&["needs the time zone", "--time-zone"]);
    }
    let nobody = Scenario::new().unset("KALEYRA_SENDER");
    create(&nobody, "nobody", &[]).exits(2).says(&["needs the time zone"]);
}
