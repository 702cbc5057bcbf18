//! Campaigns that programs make and look at.

use catalink::{clock::Clock, domain::NewCampaign, queue::Role};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::{Program, problem};
use crate::{
    console::house::{House, client, finished},
    support::{Provider, Scenario, live::Live},
};

async fn create(program: &Program<'_>, body: Value) -> reqwest::Response {
    program.request(Method::POST, "/campaigns").json(&body).send().await.unwrap()
}

#[tokio::test]
async fn a_campaign_is_made_with_the_options_of_create_and_shown_as_status_and_show_do() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let body = json!({
        "name": "spring", "message": "Hi {{Name}}. Reply STOP to unsubscribe", "catalogue": true, "mps": 5,
        "window": "09:00-20:30", "retry_initial": "2s", "reach": "wait", "cap": "1/1d", "preview_url": false,
        "token": false, "ref": "{{City}}", "start_at": "2030-01-01T09:00:00+05:30",
    });
    let made = create(&program, body).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    assert_eq!(made.headers()["location"], "/api/v1/campaigns/spring");
    let shown = program.json("/campaigns/spring").await;
    assert_eq!(
        (&shown["campaign"], &shown["state"], &shown["total"]),
        (&json!("spring"), &json!("draft"), &json!(0))
    );
    let settings = &shown["settings"];
    assert_eq!(settings["message"], "Hi {{Name}}. Reply STOP to unsubscribe\nhttps://wa.me/c/911161197855");
    assert_eq!(settings["time_zone"], "Asia/Kolkata", "the zone of the sender's country");
    assert_eq!((&settings["retry_initial_ms"], &settings["reach"]), (&json!(2000), &json!("wait")));
    assert_eq!((&settings["token"], &settings["ref"]), (&json!(false), &json!("{{City}}")));
    assert_eq!(settings["created_by"], "token:sender");
    let trail = house.queue.audit_trail(Some("spring"), 9).await.unwrap();
    assert_eq!((trail[0].command.as_str(), trail[0].who.as_str()), ("create", "token:sender"));
    house.close().await;
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_with_the_reason_and_leaves_nothing() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    let with = |field: &str, value: Value| {
        let mut body = json!({ "name": "spring", "message": "Hi" });
        body[field] = value;
        body
    };
    for (body, said) in [
        (with("name", json!("a b")), "cannot be a campaign's name"),
        (with("message", json!("Hi {{")), "the message is not a usable template"),
        (with("message", json!("Reply QUIT7 to unsubscribe")), "QUIT7"),
        (with("mps", json!(0)), "is not a rate"),
        (with("window", json!("9 to 5")), "window: `9 to 5` is not a pair of hours"),
        (with("reach", json!("some")), "reach: `some` is not known; there are any, open, wait"),
        (with("canary_share", json!(0.5)), "need canary"),
        (with("colour", json!("red")), "unknown field `colour`"),
        (json!({ "name": "spring" }), "missing field `message`"),
    ] {
        let (status, code, detail) = problem(create(&program, body.clone()).await).await;
        assert_eq!((status, code.as_str()), (422, "INVALID"), "{body}: {detail}");
        assert!(detail.contains(said), "{body}: {detail}");
    }
    let post = || program.request(Method::POST, "/campaigns");
    assert_eq!(problem(post().body("name=spring").send().await.unwrap()).await.0, 415);
    let broken = post().header("content-type", "application/json").body("{").send().await.unwrap();
    assert_eq!(problem(broken).await.0, 400);
    let large = create(&program, with("message", json!("x".repeat(300_000)))).await;
    assert_eq!(problem(large).await.0, 413);
    assert!(house.queue.campaigns().await.unwrap().is_empty());
    assert_eq!(create(&program, with("mps", json!(1))).await.status(), StatusCode::CREATED);
    let (status, code, _) = problem(create(&program, with("mps", json!(1))).await).await;
    assert_eq!((status, code.as_str()), (409, "CAMPAIGN_EXISTS"));
    house.close().await;
}

#[tokio::test]
async fn a_viewer_makes_nothing() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Viewer).await;
    let (status, code, detail) =
        problem(create(&program, json!({ "name": "a", "message": "Hi" })).await).await;
    assert_eq!((status, code.as_str()), (403, "ROLE"));
    assert!(detail.contains("role viewer"), "{detail}");
    assert!(house.queue.campaigns().await.unwrap().is_empty());
    house.close().await;
}

#[tokio::test]
async fn pages_of_campaigns_go_to_the_first_one_and_hold_one_state_where_it_is_asked_for() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Viewer).await;
    for n in 0..5 {
        house.queue.create(NewCampaign::new(format!("c{n}"), "Hi"), Clock.now()).await.unwrap();
    }
    let (mut names, mut path) = (Vec::new(), "/campaigns?limit=2".to_owned());
    loop {
        let page = program.json(&path).await;
        for campaign in page["campaigns"].as_array().unwrap() {
            names.push(campaign["campaign"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/campaigns?limit=2&after={next}");
    }
    assert_eq!(names, ["c4", "c3", "c2", "c1", "c0"]);
    assert_eq!(program.json("/campaigns?state=running").await["campaigns"], json!([]));
    assert_eq!(program.json("/campaigns?state=draft").await["campaigns"].as_array().unwrap().len(), 5);
    for wrong in ["state=going", "limit=0", "limit=101", "after=x", "colour=red"] {
        assert_eq!(problem(program.get(&format!("/campaigns?{wrong}")).await).await.0, 422, "{wrong}");
    }
    house.close().await;
}

#[tokio::test]
async fn the_rows_of_a_campaign_are_read_page_by_page_and_by_line() {
    let house = House::open().await;
    finished(&house).await;
    let program = Program::new(&house, Role::Sender).await;
    let (mut lines, mut path) = (Vec::new(), "/campaigns/spring/recipients?limit=4".to_owned());
    loop {
        let page = program.json(&path).await;
        lines.extend(page["recipients"].as_array().unwrap().iter().map(|row| row["line"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/campaigns/spring/recipients?limit=4&after={next}");
    }
    assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    let rejected = program.json("/campaigns/spring/recipients?status=rejected").await;
    assert_eq!(rejected["recipients"][0]["code"], "PHONE_TOO_SHORT");
    let read = program.json("/campaigns/spring/recipients?status=accepted&delivery=read").await;
    assert!(read["recipients"].as_array().unwrap().len() <= 4);
    let row = program.json("/campaigns/spring/recipients/2").await;
    assert_eq!(
        (&row["recipients"][0]["to"], &row["recipients"][0]["City"]),
        (&json!("+919800000001"), &json!("Pune"))
    );
    for missing in
        ["spring/recipients/99", "spring/recipients/x", "autumn/recipients", "autumn", "autumn/export"]
    {
        assert_eq!(problem(program.get(&format!("/campaigns/{missing}")).await).await.0, 404, "{missing}");
    }
    for wrong in ["status=sent", "delivery=eaten", "after=x"] {
        let path = format!("/campaigns/spring/recipients?{wrong}");
        assert_eq!(problem(program.get(&path).await).await.0, 422, "{wrong}");
    }
    house.close().await;
}

#[tokio::test]
async fn the_report_and_the_export_are_those_of_the_command_line() {
    let house = House::open().await;
    finished(&house).await;
    let program = Program::new(&house, Role::Sender).await;
    let report = program.json("/campaigns/spring/report").await;
    assert_eq!((&report["total"], &report["funnel"]["accepted"]), (&json!(6), &json!(4)));
    let by_code = program.json("/campaigns/spring/report?by=country").await;
    assert_eq!(by_code["groups"][0]["key"], "IN", "{by_code}");
    assert_eq!(problem(program.get("/campaigns/spring/report?by=colour").await).await.0, 422);
    assert_eq!(problem(program.get("/campaigns/spring/report?time_zone=Mars").await).await.0, 422);
    let csv = program.get("/campaigns/spring/export").await;
    assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
    let csv = csv.text().await.unwrap();
    assert!(csv.starts_with("line,to,status,"), "{csv}");
    assert_eq!(csv.lines().count(), 7);
    let jsonl =
        program.get("/campaigns/spring/export?format=jsonl&status=accepted").await.text().await.unwrap();
    let rows: Vec<Value> = jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 4);
    let row = program.json("/campaigns/spring/recipients/2").await;
    assert_eq!(rows[0], row["recipients"][0], "a row is the same wherever it is read");
    let xlsx = program.get("/campaigns/spring/export?format=xlsx").await.bytes().await.unwrap();
    assert!(xlsx.starts_with(b"PK"));
    assert_eq!(problem(program.get("/campaigns/spring/export?format=exe").await).await.0, 422);
    let trail = house.queue.audit_trail(Some("spring"), 9).await.unwrap();
    assert_eq!(trail[1].detail, "results.jsonl, only accepted");
    house.close().await;
}

#[tokio::test]
async fn what_the_api_answers_is_what_the_command_line_prints() {
    let provider = Provider::accepting();
    let scenario = Scenario::with(&provider, 3, &["--mps", "50", "--hours", "09:00-20:00"]);
    let token = scenario.run(&["token", "add", "crm", "--role", "viewer"]).exits(0).stdout;
    let mut serve =
        Live::start(scenario.command(&["serve", "--listen", "127.0.0.1:0"]), &scenario.path("log"));
    let address = serve.address().unwrap();
    let printed =
        |args: &[&str]| -> Value { serde_json::from_str(&scenario.run(args).exits(0).stdout).unwrap() };
    let client = client();
    let answer = async |path: &str| -> Value {
        let request = client.get(format!("http://{address}/api/v1{path}")).bearer_auth(token.trim());
        request.send().await.unwrap().json().await.unwrap()
    };
    let mut shown = answer("/campaigns/spring").await;
    let settings = shown.as_object_mut().unwrap().remove("settings").unwrap();
    assert_eq!(shown, printed(&["status", "spring", "--json"]));
    assert_eq!(settings, printed(&["show", "spring", "--json"]));
    assert_eq!(answer("/campaigns").await["campaigns"], printed(&["status", "--json"]));
    assert_eq!(answer("/campaigns/spring/report").await, printed(&["report", "spring", "--json"]));
    let missing = answer("/campaigns/sprin").await;
    let error = scenario.run(&["status", "sprin", "--json"]).exits(1).stdout;
    let error = &serde_json::from_str::<Value>(&error).unwrap()["error"];
    assert_eq!((&missing["code"], &missing["hint"]), (&error["code"], &error["hint"]));
    assert_eq!(missing["detail"], error["message"]);
    serve.kill();
}
