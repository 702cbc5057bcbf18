//! Each sample is what README says it is.

use serde_json::Value;

use crate::support::{Provider, Scenario, scenario::repository};

fn sample(name: &str) -> String {
    repository().join("samples").join(name).display().to_string()
}

#[test]
fn every_sample_is_held_by_a_test() {
    let mut names: Vec<_> = std::fs::read_dir(repository().join("samples"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("callback-"))
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["catalink.toml", "client.py", "message.txt", "recipients-messy.csv", "recipients.csv"]
    );
}

#[test]
fn the_clean_list_and_the_message_make_a_campaign() {
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    scenario.run(&["create", "spring", "--message-file", &sample("message.txt")]).exits(0);
    scenario.run(&["import", "spring", &sample("recipients.csv")]).exits(0);
    scenario.run(&["run", "spring"]).exits(0);
    let sent = provider.requests();
    assert_eq!(sent.len(), 6);
    assert!(sent[0].text().starts_with("Hello Asha Rao,\n"), "{}", sent[0].text());
    assert!(sent[0].text().ends_with("https://wa.me/c/911161197855"));
}

#[test]
fn the_messy_list_keeps_its_good_rows() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hallo {{Kunde}}"]).exits(0);
    let args = ["import", "spring", &sample("recipients-messy.csv"), "--region", "DE", "--json"];
    let report: Value = serde_json::from_str(&scenario.run(&args).exits(0).stdout).unwrap();
    for (key, n) in [("rows", 10), ("queued", 6), ("rejected", 3), ("duplicate", 1)] {
        assert_eq!(report[key], n, "{key}");
    }
    assert_eq!(scenario.export()[0]["Kunde"], "Jürgen Müller");
}

#[test]
fn the_settings_file_is_read() {
    let scenario = Scenario::new().unset("KALEYRA_SID").unset("KALEYRA_SENDER").unset("KALEYRA_API_KEY");
    let settings = std::fs::read_to_string(repository().join("samples/catalink.toml")).unwrap();
    scenario.write("catalink.toml", settings);
    let key = scenario.write("api-key.txt", "Averysecretkey\n");
    std::fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    scenario.list("list.csv", 1);
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let url = "POST https://api.in.kaleyra.io/v2/HXAP16XXXXXX97IN/whatsapp/+911161197855/messages";
    scenario.run(&["preview", "spring"]).exits(0).prints(&[url]);
}
