//! Lists that programs send.

use catalink::queue::Role;
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::client::{Program, problem};
use crate::console::house::{House, LIST};

async fn campaign(program: &Program<'_>) {
    let body = json!({ "name": "spring", "message": "Hi {{First Name|default(\"friend\")}}" });
    assert_eq!(program.post("/campaigns", &body).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_list_is_taken_in_and_told_as_import_does() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program).await;
    let accepted =
        program.send_list("spring", "?column=to%3DMobile&region=IN&file_name=my+list.csv", LIST).await;
    assert_eq!(accepted.status(), StatusCode::ACCEPTED);
    let place = accepted.headers()["location"].to_str().unwrap().to_owned();
    let place = place.strip_prefix("/api/v1").unwrap();
    let report = program.imported(place).await;
    assert_eq!(
        (&report["state"], &report["rows"], &report["queued"]),
        (&json!("done"), &json!(6), &json!(4))
    );
    assert_eq!((&report["rejected"], &report["duplicate"]), (&json!(1), &json!(1)));
    assert_eq!(report["problems"][0]["code"], "PHONE_TOO_SHORT");
    assert_eq!(report["columns"]["to"], "Mobile");
    let lists = &program.json("/campaigns/spring").await["settings"]["lists"];
    assert_eq!((&lists[0]["file"], &lists[0]["rows"]), (&json!("my list.csv"), &json!(6)));
    let again = program.import("spring", "?column=to%3DMobile&region=IN", LIST).await;
    assert_eq!((&again["queued"], &again["duplicate"]), (&json!(0), &json!(5)), "nobody twice: {again}");
    assert_eq!(problem(program.get("/campaigns/spring/imports/nothing").await).await.0, 404);
    let left = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().count();
    assert_eq!(left, 0, "no file is left behind");
    house.close().await;
}

#[tokio::test]
async fn a_form_with_a_file_is_a_list_too() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program).await;
    let form = |field: &str| {
        format!(
            "--b\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"../people.csv\"\r\n\r\n\
             First Name,Mobile\nAsha,+919800000001\n\r\n--b--\r\n"
        )
    };
    let send = async |field: &str| {
        let request = program.request(Method::POST, "/campaigns/spring/imports");
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        request.body(form(field)).send().await.unwrap()
    };
    assert_eq!(problem(send("list").await).await.0, 422);
    let accepted = send("file").await;
    assert_eq!(accepted.status(), StatusCode::ACCEPTED);
    let place = accepted.headers()["location"].to_str().unwrap().to_owned();
    program.imported(place.strip_prefix("/api/v1").unwrap()).await;
    assert_eq!(program.json("/campaigns/spring").await["settings"]["lists"][0]["file"], "people.csv");
    house.close().await;
}

#[tokio::test]
async fn a_question_about_a_list_is_asked_with_its_choices_and_nothing_is_kept() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program).await;
    let list = "First Name,Customer Mobile,Dealer Mobile\nAsha,+919800000001,+919800000101\n\
                Ravi,+919800000002,+919800000102\nLeela,+919800000003,+919800000103\n";
    let asked = program.send_list("spring", "", list).await;
    assert_eq!(asked.status(), StatusCode::CONFLICT);
    let body: serde_json::Value = asked.json().await.unwrap();
    assert_eq!(body["code"], "NEEDS_CHOICE", "{body}");
    let choices: Vec<_> = body["choices"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(choices.contains(&"Customer Mobile"), "{body}");
    assert_eq!(body["options"].as_array().unwrap().len(), choices.len());
    let options: Vec<_> = body["options"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(options.contains(&"column=to%3DCustomer%20Mobile"), "they go into the query as they are: {body}");
    assert_eq!(program.json("/campaigns/spring").await["total"], 0);
    let answered = program.import("spring", &format!("?{}", options[0]), list).await;
    assert_eq!(answered["queued"], 3, "{answered}");
    house.close().await;
}

#[tokio::test]
async fn what_is_no_list_is_refused_with_its_code_and_leaves_nothing() {
    let house = House::with_api(|options| options.upload_bytes_max = 1_000).await;
    let program = Program::new(&house, Role::Sender).await;
    campaign(&program).await;
    for (query, list, expected) in [
        ("", String::new(), (422, "FILE_EMPTY")),
        ("", "First Name,City\nAsha,Pune\nRavi,Delhi\n".to_owned(), (422, "NO_PHONE_COLUMN")),
        ("", "x".repeat(1_500), (413, "TOO_LARGE")),
        ("", "x".repeat(500_000), (413, "TOO_LARGE")),
        ("?region=XX", LIST.to_owned(), (422, "INVALID")),
        ("?column=Mobile", LIST.to_owned(), (422, "INVALID")),
        ("?delimiter=ab", LIST.to_owned(), (422, "INVALID")),
        ("?colour=red", LIST.to_owned(), (422, "INVALID")),
        ("?no-header=perhaps", LIST.to_owned(), (422, "INVALID")),
    ] {
        let (status, code, detail) = problem(program.send_list("spring", query, &list).await).await;
        assert_eq!((status, code.as_str()), expected, "{query} {detail}");
    }
    assert_eq!(problem(program.send_list("autumn", "", LIST).await).await.0, 404);
    assert_eq!(program.json("/campaigns/spring").await["total"], 0);
    let left = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().count();
    assert_eq!(left, 0);
    house.close().await;
}

#[tokio::test]
async fn placeholders_of_another_tool_are_asked_about_and_replaced_where_a_program_says_so() {
    let house = House::open().await;
    let program = Program::new(&house, Role::Sender).await;
    program.post("/campaigns", &json!({ "name": "spring", "message": "Hi {Name}" })).await;
    let list = "to,Name\n+919800000001,Asha\n";
    let asked = program.send_list("spring", "", list).await;
    assert_eq!(asked.status(), StatusCode::CONFLICT);
    let body: serde_json::Value = asked.json().await.unwrap();
    assert_eq!(body["options"], json!(["tags=replace", "tags=keep"]), "{body}");
    assert_eq!(problem(program.send_list("spring", "?tags=no", list).await).await.0, 422);
    let report = program.import("spring", "?tags=replace", list).await;
    assert_eq!(report["queued"], 1, "{report}");
    assert_eq!(program.json("/campaigns/spring").await["settings"]["message"], "Hi {{Name}}");

    program.post("/campaigns", &json!({ "name": "summer", "message": "Hi {Name}" })).await;
    program.import("summer", "?tags=keep", list).await;
    let refused = problem(program.send_list("summer", "?tags=replace", list).await).await;
    assert_eq!(refused.0, 409, "people would get another message than was shown: {refused:?}");
    house.close().await;
}
