//! The list of numbers that no campaign may message.

use catalink::clock::Clock;
use reqwest::{Response, StatusCode};

use super::house::House;

async fn import(house: &House, file: &str, fields: &[(&str, &str)]) -> Response {
    house.post_file("/suppressions/import", fields, ("file", "no.csv", file.as_bytes())).await
}

#[tokio::test]
async fn a_file_without_any_number_adds_nothing_and_one_with_numbers_comes_back() {
    let house = House::open().await;
    for (file, said) in [
        ("Phone,Name\n98,A\nnever,B\n", "none of the 2 rows has a number that can be used; line 2"),
        ("", "This file is empty."),
        ("City\nPune\nAgra\n", "column"),
    ] {
        let refused = import(&house, file, &[("reason", "they said no")]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.text().await.unwrap();
        let (_, problem) = html.split_once("class=\"problem\"").unwrap();
        let (problem, _) = problem.split_once("</p>").unwrap();
        assert!(problem.contains(said) && !problem.contains("--"), "{said}: {problem}");
        assert!(html.contains("they said no"), "{html}");
    }
    let unknown = import(&house, "Phone\n9800000001\n", &[("region", "Mars")]).await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(house.queue.suppressions(None, 9).await.unwrap(), []);

    let list = "Other,Kept\n1,9800000001\n2,9800000002 / 9800000003\n";
    let added = import(&house, list, &[("region", "IN"), ("column", "Kept"), ("reason", "=asked")]).await;
    assert_eq!(added.status(), StatusCode::OK);
    let told = added.text().await.unwrap();
    assert!(told.contains("3 numbers were added to the list."), "{told}");
    assert!(told.contains("Rows with a number: 2. Numbers: 3."), "{told}");
    let response = house.get("/suppressions.csv").await;
    assert!(response.headers()["content-disposition"].to_str().unwrap().contains("suppressed.csv"));
    let csv = response.text().await.unwrap();
    assert!(csv.starts_with("\u{feff}to,reason,added_at\n+919800000001,'=asked,"), "{csv}");
    assert_eq!(csv.lines().count(), 4);
    // What was written here is read here.
    let again = import(&house, &csv, &[]).await.text().await.unwrap();
    assert!(again.contains("3 numbers were on the list already."), "{again}");
    // A row that cannot be read costs itself alone, and every column of numbers counts.
    let list = "Phone,Mobile\n+919800000001,+919800000007\nnever,+919800000008\n";
    let told = import(&house, list, &[]).await.text().await.unwrap();
    assert!(told.contains("2 numbers were added to the list."), "{told}");
    assert!(told.contains("1 number could not be read") && told.contains("Line 3: “never”"), "{told}");
    let left: Vec<_> = std::fs::read_dir(house.folder.path().join("q.db-uploads")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    house.close().await;
}

#[tokio::test]
async fn a_long_list_is_downloaded_whole() {
    let house = House::open().await;
    let numbers = (0..2_500).map(|n| catalink::domain::Phone::from_digits(919_800_000_000 + n).unwrap());
    house.queue.suppress(numbers.collect(), "asked".to_owned(), Clock.now()).await.unwrap();
    assert_eq!(house.text("/suppressions.csv").await.lines().count(), 2_501);
    house.close().await;
}

#[tokio::test]
async fn one_wrong_line_adds_nobody_and_what_was_typed_is_still_there() {
    let house = House::open().await;
    let wrong = house.post("/suppressions/add", "numbers=9800000001%0D%0Anobody&region=IN").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = wrong.text().await.unwrap();
    assert!(html.contains("Line 2") && html.contains("9800000001"), "{html}");
    assert_eq!(house.queue.suppressions(None, 9).await.unwrap(), []);
    let added = house.post("/suppressions/add", "numbers=9800000001&region=IN").await;
    assert_eq!(added.headers()["location"], "/suppressions?added=1");
    house.close().await;
}

#[tokio::test]
async fn a_number_is_found_by_its_end_and_by_why_it_is_there() {
    let house = House::open().await;
    import(&house, "Phone\n+919810000037\n", &[("reason", "Asked on the phone")]).await;
    import(&house, "Phone\n+919810000038\n", &[("reason", "bounced")]).await;
    for (q, is_found) in [
        ("9810000037", true),
        ("asked", true),
        ("bounced+91", false),
        ("%2B9198", true),
        ("zz", false),
        ("99999", false),
    ] {
        let html = house.text(&format!("/suppressions?q={q}")).await;
        assert_eq!(html.contains("+919810000037</th>"), is_found, "{q}: {html}");
    }
    house.close().await;
}
