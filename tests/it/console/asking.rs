//! Questions that a file raises: each has its answer on the page.

use std::io::Write;

use reqwest::StatusCode;

use super::house::{House, LIST, advice};

/// What the select of a column says.
fn chosen(html: &str, column: usize) -> &str {
    let (_, select) = html.split_once(&format!("<select name=\"c{column}\"")).expect("the column is there");
    let (select, _) = select.split_once("</select>").unwrap();
    let (before, _) = select.split_once(" selected>").expect("something is chosen");
    before.rsplit("value=\"").next().unwrap().trim_end_matches('"')
}

async fn choose(house: &House, name: &str, form: &str) {
    let chosen = house.post(&format!("/campaigns/{name}/columns"), form).await;
    assert_eq!(chosen.status(), StatusCode::SEE_OTHER, "{}", chosen.text().await.unwrap());
}

fn archive(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn the_file_of_an_archive_is_chosen_by_a_button_and_never_one_of_people_who_unsubscribed() {
    let house = House::open().await;
    let list = "Name,Phone\nA,+919800000001\n";
    let members = [("members.csv", list), ("unsubscribed_members.csv", list), ("more.csv", list)];
    house.upload("", "audience", "audience.zip", archive(&members)).await;
    let html = house.settled("/campaigns/audience/columns").await;
    assert!(html.contains("Which file of the archive contains the list?"), "{html}");
    let more = advice(&html, "more.csv");
    assert!(!html.contains("<bdi>unsubscribed_members.csv</bdi>"), "{html}");
    choose(&house, "audience", &more).await;
    let html = house.settled("/campaigns/audience/columns").await;
    assert!(html.contains("<dd><bdi>more.csv</bdi></dd>") && chosen(&html, 2) == "to", "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_file_of_people_who_left_goes_on_the_suppression_list_by_a_button_and_is_never_messaged() {
    let house = House::open().await;
    let list = "Name,Phone,UNSUB_TIME\nA,+919800000001,2026-10-01 10:00\nB,+919800000002,2026-10-02 10:00\n";
    house.upload("", "left", "members.csv", list.as_bytes().to_vec()).await;
    let html = house.settled("/campaigns/left/columns").await;
    assert!(html.contains("These people left") && !html.contains("Message them all the same"), "{html}");
    let answer = advice(&html, "Put all of them on the suppression list");
    let done = house.post("/campaigns/left/columns", &answer).await;
    assert_eq!(done.status(), StatusCode::OK);
    assert!(done.text().await.unwrap().contains("2 numbers were added"));
    assert_eq!(house.get("/campaigns/left").await.status(), StatusCode::NOT_FOUND);
    house.close().await;
}

#[tokio::test]
async fn another_tools_placeholder_is_replaced_by_a_button() {
    let house = House::open().await;
    house.upload("", "tags", "l.csv", b"Name,Phone\nAsha,+919800000001\n".to_vec()).await;
    house.settled("/campaigns/tags/check").await;
    let saved = house.post("/campaigns/tags/message", "message=Hi+%7BName%7D&go=save").await;
    assert!(saved.status().is_redirection() || saved.status().is_success(), "{}", saved.status());
    let html = house.settled("/campaigns/tags/columns").await;
    let answer = advice(&html, "Fill in the value of the column: {Name} → {{Name}}");
    choose(&house, "tags", &answer).await;
    let html = house.settled("/campaigns/tags/check").await;
    assert!(html.contains("<b>1</b> will be sent"), "{html}");
    assert!(house.text("/campaigns/tags/message").await.contains("Hi {{Name}}"));
    house.close().await;
}

#[tokio::test]
async fn hidden_rows_are_left_out_or_read_by_a_button() {
    let house = House::open().await;
    let sheet = include_bytes!("../../fixtures/importer/cells/filtered-rows.xlsx").to_vec();
    house.upload("", "filtered", "l.xlsx", sheet).await;
    let html = house.settled("/campaigns/filtered/columns").await;
    assert!(html.contains("2 of 4 rows are hidden in the sheet"), "{html}");
    let answer = advice(&html, "Leave the hidden rows out");
    choose(&house, "filtered", &answer).await;
    let html = house.settled("/campaigns/filtered/check").await;
    assert!(html.contains("<b>2</b> will be sent") && html.contains("--hidden leave-out"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn what_a_dash_means_is_said_by_a_button() {
    let house = House::open().await;
    house.upload("", "dash", "l.csv", "Phone,Name\n+919800000001,-\n+919800000002,Asha\n").await;
    house.settled("/campaigns/dash/check").await;
    house.post("/campaigns/dash/message", "message=Hi+{{Name}}&go=save").await;
    let html = house.settled("/campaigns/dash/columns").await;
    assert!(html.contains("most likely stands for no value"), "{html}");
    choose(&house, "dash", &advice(&html, "They mean that there is no value")).await;
    let html = house.settled("/campaigns/dash/check").await;
    assert!(html.contains("<b>1</b> will be sent") && html.contains("--blank-text="), "{html}");
    house.close().await;
}

#[tokio::test]
async fn which_of_two_columns_is_the_number_is_said_with_their_values_in_sight() {
    let house = House::open().await;
    let rows: Vec<_> = (0..6).map(|n| format!("9198000000{n}1,9198000001{n}1,P{n}\n")).collect();
    house.upload("", "one", "l.csv", format!("Left,Right,Name\n{}", rows.concat())).await;
    let html = house.settled("/campaigns/one/columns").await;
    assert!(html.contains("several columns could be the telephone number; say which one"), "{html}");
    assert!(html.contains("<span dir=\"auto\">919800000101</span>"), "{html}");
    assert!(html.contains("Which column contains the phone number?"), "{html}");
    choose(&house, "one", &format!("c1=&c2=&c3=&{}", advice(&html, "Left"))).await;
    let html = house.settled("/campaigns/one/check").await;
    assert!(html.contains("<b>6</b> will be sent") && html.contains("--column to=Left"), "{html}");
    choose(&house, "one", "c2=to").await;
    let html = house.settled("/campaigns/one/check").await;
    assert!(html.contains("<b>6</b> will be sent") && html.contains("--column to=Right"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn the_order_of_the_columns_of_numbers_is_kept_and_can_be_changed() {
    let house = House::open().await;
    let list = "Phone Number,WhatsApp Phone Number,Name\n+919800000001,+919800000011,A\n,+919800000012,B\n\
        +919800000003,,C\n";
    house.upload("", "hub", "l.csv", list).await;
    let html = house.settled("/campaigns/hub/columns").await;
    assert_eq!((chosen(&html, 1), chosen(&html, 2), chosen(&html, 3)), ("to 2", "to", ""), "{html}");
    // Whoever only goes on gets what was found.
    choose(&house, "hub", "c1=to+2&c2=to&c3=").await;
    let html = house.settled("/campaigns/hub/check").await;
    assert!(html.contains("&#39;to=WhatsApp Phone Number&#39; --column &#39;to=Phone Number&#39;"), "{html}");
    assert!(house.text("/campaigns/hub/message").await.contains("<bdi>+919800000011</bdi>"));
    choose(&house, "hub", "c1=to&c2=to+2&c3=&apply=yes").await;
    let html = house.settled("/campaigns/hub/columns").await;
    assert_eq!((chosen(&html, 1), chosen(&html, 2)), ("to", "to 2"), "{html}");
    assert!(house.text("/campaigns/hub/message").await.contains("<bdi>+919800000001</bdi>"));
    house.close().await;
}

#[tokio::test]
async fn another_delimiter_makes_other_columns_and_what_was_found_before_is_not_held_against_them() {
    let house = House::open().await;
    let list = "Ort;Tel,Name\nKöln;+491713920064,A\nBonn;+491713920079,B\n";
    house.upload("", "one", "l.csv", list).await;
    choose(&house, "one", "delimiter=%2C&apply=yes").await;
    house.settled("/campaigns/one/columns").await;
    choose(&house, "one", "delimiter=%3B&c1=to&c2=&apply=yes").await;
    let html = house.settled("/campaigns/one/columns").await;
    assert_eq!((chosen(&html, 1), chosen(&html, 2)), ("", "to"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn who_said_no_is_left_out_by_one_button() {
    let house = House::open().await;
    let list =
        "Name,Phone,WhatsApp Opted\nA,+919800000001,TRUE\nB,+919800000002,FALSE\nC,+919800000003,TRUE\n";
    house.upload("", "opted", "l.csv", list).await;
    let html = house.settled("/campaigns/opted/columns").await;
    for (button, grounds) in [
        (
            "Leave out the people who say no in “WhatsApp Opted”",
            "messages 2 rows, leaves out 1, such as TRUE, FALSE",
        ),
        (
            "Leave out the people who say yes in “WhatsApp Opted”",
            "messages 1 row, leaves out 2, such as TRUE, FALSE",
        ),
        ("Message all of them", "messages 3 rows, also people who may have opted out"),
    ] {
        assert!(html.contains(button) && html.contains(grounds) && !html.contains("--column"), "{html}");
    }
    let leave_out = advice(&html, "Leave out the people who say no in “WhatsApp Opted”");
    let answered = house.post("/campaigns/opted/answer", &leave_out).await;
    assert_eq!(answered.status(), StatusCode::SEE_OTHER);
    let html = house.settled("/campaigns/opted/check").await;
    assert!(html.contains("<b>2</b> will be sent") && html.contains("<b>1</b> rejected"), "{html}");
    assert!(html.contains("--column &#39;consent=WhatsApp Opted&#39;"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_variable_that_no_column_is_called_is_given_a_column_and_the_message_is_kept() {
    let house = House::open().await;
    house.upload("", "spring", "l.csv", LIST).await;
    choose(&house, "spring", "c2=to").await;
    house.settled("/campaigns/spring/check").await;
    let message = "message=Hallo+%7B%7Bvorname+%7C+default%28%22du%22%29%7D%7D";
    let refused = house.post("/campaigns/spring/message", &format!("{message}&go=save")).await;
    let html = refused.text().await.unwrap();
    assert!(html.contains("The list has no column “vorname”"), "{html}");
    assert!(html.contains("<select name=\"column of vorname\">"), "{html}");
    // Without an answer there is nothing to keep.
    let html = house.post("/campaigns/spring/message", &format!("{message}&go=assign")).await;
    assert_eq!(html.status(), StatusCode::OK);
    let assign = format!("{message}&go=assign&column+of+vorname=1");
    let assigned = house.post("/campaigns/spring/message", &assign).await;
    assert_eq!(assigned.status(), StatusCode::SEE_OTHER, "{}", assigned.text().await.unwrap());
    let html = house.settled("/campaigns/spring/message").await;
    assert!(html.contains("Hallo Asha"), "{html}");
    let html = house.settled("/campaigns/spring/columns").await;
    assert_eq!(chosen(&html, 1), "{{vorname}}", "{html}");
    assert!(html.contains("--column &#39;vorname=First Name&#39;"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_further_list_with_other_headers_is_told_which_column_is_which() {
    let house = House::open().await;
    house.upload("", "spring", "l.csv", "Name,Phone\nA,+919800000001\n").await;
    house.settled("/campaigns/spring/check").await;
    house.post("/campaigns/spring/message", "message=Hi+%7B%7BName%7D%7D&go=save").await;
    house.settled("/campaigns/spring/start").await;
    house.post("/campaigns/spring/start", "n=1").await;
    house.wait_for("/campaigns/spring/events", "Finished").await;
    let sent = house.upload("/campaigns/spring", "", "m.csv", "Kunde,Telefon\nBodo,+4915112345678\n").await;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let html = house.settled("/campaigns/spring/columns").await;
    assert!(
        html.contains("the message uses {{Name}}") && html.contains("<span dir=\"auto\">Bodo</span>"),
        "{html}"
    );
    choose(&house, "spring", "c1=%7B%7BName%7D%7D&c2=to").await;
    let html = house.settled("/campaigns/spring/check").await;
    assert!(html.contains("<b>1</b> will be sent"), "{html}");
    house.post("/campaigns/spring/start", "n=1").await;
    house.wait_for("/campaigns/spring/events", "2</b> accepted").await;
    let row = house.text("/campaigns/spring/rows?q=%2B4915112345678").await;
    let (_, id) = row.split_once("/campaigns/spring/rows/").expect("the row has a page");
    let html = house.text(&format!("/campaigns/spring/rows/{}", id.split('"').next().unwrap())).await;
    assert!(html.contains("Hi Bodo"), "{html}");
    house.close().await;
}

#[tokio::test]
async fn a_size_that_is_none_is_refused_and_one_that_is_goes_into_the_command() {
    let house = House::open().await;
    house.upload("", "spring", "l.csv", LIST).await;
    house.settled("/campaigns/spring/columns").await;
    let refused = house.post("/campaigns/spring/columns", "size_max=big&apply=yes").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    choose(&house, "spring", "size_max=3GB&apply=yes").await;
    assert!(house.settled("/campaigns/spring/columns").await.contains("--max-size 3GB"));
    house.close().await;
}

#[tokio::test]
async fn a_line_is_looked_at_with_the_request_it_will_be_sent_with() {
    let house = House::open().await;
    house.upload("", "spring", "l.csv", LIST).await;
    choose(&house, "spring", "c2=to").await;
    house.settled("/campaigns/spring/check").await;
    let message = "message=See+%7B%7BCity%7D%7D&preview_url=on&go=";
    let html = house.post("/campaigns/spring/message", &format!("{message}line&line=4")).await;
    let html = html.text().await.unwrap();
    assert!(html.contains("line 4") && html.contains("See Delhi"), "{html}");
    assert!(html.contains("/v2/HXAP1/whatsapp/+911161197855/messages"), "{html}");
    assert!(html.contains("&#34;to&#34;:&#34;+919800000003&#34;"), "{html}");
    let html = house.post("/campaigns/spring/message", &format!("{message}line&line=400")).await;
    assert!(html.text().await.unwrap().contains("No row that can be sent starts at that line."));
    // Other tags than those that the rows were read with: what would be shown would not be sent.
    let html = house.post("/campaigns/spring/message", &format!("{message}show&ref1=%7B%7BCity%7D%7D")).await;
    let html = html.text().await.unwrap();
    assert!(html.contains("The tags have changed") && !html.contains("class=\"request\""), "{html}");
    house.close().await;
}

#[tokio::test]
async fn which_number_is_the_day_is_said_by_a_button_and_the_column_is_shown_as_what_it_is() {
    let house = House::open().await;
    let list = "Phone,last_seen,TZ\n+919800000001,03/04/2026,Asia/Kolkata\n+919800000002,05/06/2026,\n";
    house.upload("", "days", "l.csv", list).await;
    let html = house.settled("/campaigns/days/columns").await;
    assert!(html.contains("Does the day or the month come first?"), "{html}");
    assert!(html.contains("03/04/2026 is 3 April 2026"), "{html}");
    choose(&house, "days", &advice(&html, "The day comes first")).await;
    let html = house.settled("/campaigns/days/columns").await;
    assert_eq!((chosen(&html, 2), chosen(&html, 3)), ("wrote_at", "time_zone"));
    assert!(
        html.contains("when the person wrote last") && html.contains("time zone of the person"),
        "{html}"
    );
    choose(&house, "days", "c1=to&c2=&c3=wrote_at&go=check").await;
    let html = house.settled("/campaigns/days/check").await;
    assert!(html.contains("<b>2</b> will be sent"), "{html}");
    assert!(
        html.contains("are no times that can be read") || html.contains("is no time that can be read"),
        "{html}"
    );
    house.close().await;
}
