//! The description of the API (`OpenAPI`) against what is there.

use catalink::queue::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::Program;
use crate::{console::house::House, support::scenario::repository};

/// Every request that is described: its method and its address.
fn described(document: &Value) -> Vec<(Method, String)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            found.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    found
}

#[tokio::test]
async fn the_description_says_what_it_said() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Viewer).await;
    let mut document = program.json("/openapi.json").await;
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    document["info"]["version"] = json!("VERSION");
    insta::assert_snapshot!("openapi", format!("{document:#}"));
    house.close().await;
}

#[tokio::test]
async fn what_is_described_is_there_is_guarded_and_stands_in_readme() {
    let house = House::open().await;
    let viewer = Program::new(&house, Role::Viewer).await;
    let document = viewer.json("/openapi.json").await;
    let requests = described(&document);
    assert_eq!(requests.len(), 27, "{requests:?}");
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let section = readme.split("### From a program").nth(1).unwrap().split("\n## ").next().unwrap();
    for (method, path) in requests {
        let last = path.rsplit('/').next().unwrap();
        let told = if last.starts_with('{') { last.trim_matches(['{', '}']) } else { last };
        let is_told = section.contains(told) || section.contains(&told.to_uppercase());
        assert!(is_told, "README lacks {method} {path}");
        let address = path.replace("{name}", "nobody").replace("{line}", "2").replace("{import}", "i");
        let bare = house.client.request(method.clone(), house.url(&format!("/api/v1{address}")));
        assert_eq!(bare.send().await.unwrap().status(), 401, "{method} {path}");
        let answer = viewer.request(method.clone(), &address).send().await.unwrap();
        let status = answer.status().as_u16();
        let is_figures = ["/campaigns", "/campaigns/{name}", "/campaigns/{name}/report", "/token"];
        if method == Method::POST || !is_figures.contains(&path.as_str()) {
            assert_eq!(status, 403, "a viewer may {method} {path}");
        } else if path.contains("{name}") {
            let body: Value = answer.json().await.unwrap();
            assert_eq!((status, &body["code"]), (404, &json!("UNKNOWN_CAMPAIGN")), "{method} {path}");
        } else {
            assert_eq!(status, 200, "{method} {path}");
        }
    }
    house.close().await;
}

#[tokio::test]
async fn the_options_of_a_new_campaign_are_those_of_create() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Viewer).await;
    let document = program.json("/openapi.json").await;
    let wanted = &document["components"]["schemas"]["Wanted"]["properties"];
    let mut described: Vec<_> = wanted.as_object().unwrap().keys().map(String::as_str).collect();
    let help = crate::support::Scenario::new().run(&["create", "--help"]).exits(0).stdout;
    let own = help.split("Global options").next().unwrap();
    let mut options: Vec<_> = own
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--")?.split([' ', '<', '\n']).next())
        .map(|option| option.replace('-', "_"))
        // A file is the program's own; what is switched off here is false there.
        .filter(|option| !["message_file", "help", "yes"].contains(&option.as_str()))
        .map(|option| option.trim_start_matches("no_").to_owned())
        .chain(["name".to_owned()])
        .collect();
    described.sort_unstable();
    options.sort();
    assert_eq!(described, options);
    house.close().await;
}
