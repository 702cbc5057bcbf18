//! The page says what is in the queue, runs nothing, and fetches nothing.

use std::collections::BTreeMap;

use crate::{
    domain::{
        Layout, NewCampaign, NewRecipient, Phone, Rejection, RowCode, Standing, Timestamp, time::parse_zone,
    },
    language::Language,
    queue::tests::filled::Filled,
    report::{
        error::ReportError,
        figures::reasons::Advice,
        page::{self, View},
    },
};

fn advise(code: &str) -> Option<Advice> {
    let (meaning, what_to_do) = match code {
        "131047" => (
            "more than 24 hours since the person last wrote",
            "wait until the person writes again, or send an approved template instead",
        ),
        "131026" => {
            ("the number is not on WhatsApp, or cannot be reached", "try another channel; check the number")
        }
        "WA500" => ("the provider failed", "try again later"),
        _ => return None,
    };
    Some(Advice { meaning: meaning.to_owned(), what_to_do: what_to_do.to_owned() })
}

async fn page(filled: &Filled) -> Result<String, ReportError> {
    let zone = parse_zone("Asia/Kolkata").unwrap();
    let view =
        View { zone: &zone, now: Timestamp(1_790_050_000_000), language: Language::En, advise: &advise };
    page::render(&filled.queue, &filled.campaign, view).await
}

/// `n` good rows from line 1, and one unusable row.
async fn of_rows(n: u64) -> Filled {
    let filled = Filled::empty().await;
    let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
    let row = |line| NewRecipient {
        line,
        standing: Standing::Good(Phone::from_digits(919_800_000_000 + line).unwrap()),
        refs: [None, None, None],
        cells: Vec::new(),
        wrote_at: None,
        time_zone: None,
        mends: None,
    };
    let rejection = Rejection {
        code: RowCode::PhoneMissing,
        column: "to".to_owned(),
        found: String::new(),
        to: String::new(),
        text: "no number".to_owned(),
    };
    let rejected = NewRecipient { standing: Standing::Rejected(rejection), ..row(n + 1) };
    filled.import(layout, (1..=n).map(row).chain([rejected]).collect()).await;
    filled
}

/// The text of the page without its tags, on one line.
fn text(page: &str) -> String {
    let body = &page[page.find("<body>").unwrap()..];
    let mut text = String::new();
    for part in body.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn figures_that_contradict_each_other_make_no_page() {
    let filled = of_rows(3).await;
    filled.alter("delete from recipient where line = 2").await;
    assert!(matches!(page(&filled).await, Err(ReportError::DoesNotAddUp { .. })));
}

#[tokio::test]
async fn whatever_people_or_the_provider_wrote_is_shown_and_never_run() {
    let evil = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ name }}&amp;";
    let mut filled = of_rows(2).await;
    filled.queue.create(NewCampaign::new("evil", "x"), Timestamp(0)).await.unwrap();
    filled.campaign.plan.name = evil.to_owned();
    filled.campaign.plan.message = evil.to_owned();
    filled
        .alter(
            "update recipient set status = 'failed', code = '<b>', settled_at = 1790000000000,
                error = '<script>alert(2)</script>' where line = 1;
            update recipient set status = 'accepted', message_id = 'M', settled_at = 1790000000000,
                delivery = 'undelivered', delivery_error = '<i>: <svg onload=alert(3)>' where line = 2;
            update recipient set code = '</title><script>' where status = 'rejected'",
        )
        .await;
    let page = page(&filled).await.unwrap();
    for tag in ["<script", "<img", "<b>al", "<i>", "<svg onload", "onerror=alert(1)>"] {
        assert!(!page.contains(tag), "{tag}");
    }
    assert_eq!(page.matches("&#60;script&#62;alert(&#39;x&#39;)").count(), 3, "title, heading and message");
    assert!(page.contains("&#60;svg onload=alert(3)&#62;"));
}

#[tokio::test]
async fn nothing_is_fetched_from_anywhere() {
    let page = page(&of_rows(2).await).await.unwrap();
    for reference in ["src=", "href=", "url(", "@import", "<link", "<script", "<form"] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[tokio::test]
async fn a_campaign_that_was_not_started_says_so() {
    let text = text(&page(&of_rows(3).await).await.unwrap());
    assert!(text.contains("Not started yet"), "{text}");
    assert!(text.contains("The provider accepted 0 of 3 messages."), "{text}");
    assert!(text.contains("3 wait to be sent"), "{text}");
}

#[tokio::test]
async fn an_empty_campaign_has_a_page_too() {
    let text = text(&page(&Filled::empty().await).await.unwrap());
    assert!(text.contains("There is nobody in this campaign to send a message to."), "{text}");
    assert!(!text.contains("What became of the accepted messages"), "{text}");
}

#[tokio::test]
async fn without_receipts_the_page_does_not_pretend_to_know_about_delivery() {
    let filled = of_rows(2).await;
    filled
        .alter("update recipient set status = 'accepted', message_id = 'M', settled_at = 1790000000000 where line < 3")
        .await;
    let text = text(&page(&filled).await.unwrap());
    assert!(text.contains("No delivery receipts have come in."), "{text}");
    assert!(text.contains("2 accepted, without any receipt so far"), "{text}");
    assert!(text.contains("delivered – no receipts so far"), "{text}");
}

#[tokio::test]
async fn the_page_says_what_became_of_everybody_and_what_is_open() {
    let filled = of_rows(10).await;
    filled
        .alter(
            "update recipient set status = 'accepted', message_id = 'M', settled_at = 1790000000000 where line <= 7;
            update recipient set delivery = 'delivered', delivered_at = 1790000060000 where line in (1, 2);
            update recipient set delivery = 'read', delivered_at = 1790000090000, read_at = 1790000099000 where line = 3;
            update recipient set delivery = 'sent' where line = 4;
            update recipient set delivery = 'undelivered', delivery_error = '131026: Message undeliverable'
                where line in (5, 6);
            update recipient set status = 'failed', code = 'E9', error = 'no such thing', settled_at = 1790000000000
                where line = 8;
            update recipient set status = 'in_doubt', code = 'TIMEOUT', settled_at = 1790000000000 where line = 9;
            update recipient set status = 'suppressed' where line = 10;",
        )
        .await;
    let text = text(&page(&filled).await.unwrap());
    for sentence in [
        "The provider accepted 7 of 9 messages. 3 have arrived on a phone, 2 will not arrive. For 2 no final word has come yet.",
        "Accepted means that the provider took the message.",
        "Accepted 7 (100 %)",
        "Delivered 3 (42.9 %)",
        "Undelivered 2 (28.6 %)",
        "Time to deliver, measured on 3 messages: half arrived in 1 min, nine in ten in 1 min 30 s.",
        "1 in doubt: the connection broke",
        "1 sent, but not on the phone yet",
        "1 accepted, without any receipt so far",
        "The number is not on WhatsApp, or cannot be reached not delivered, code 131026 Try another channel; check the number 2",
        "no such thing not accepted, code E9 1",
        "1 on the list of people who do not want messages",
        "1 PHONE_MISSING",
        "19:44: 3 delivered",
        "19:43: 7 accepted, 1 failed, 1 in doubt",
        "Made by catalink on 22 September 2026, 09:36. All times are in the time zone Asia/Kolkata.",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
}

#[tokio::test]
async fn the_page_appears_as_a_file_and_replaces_nothing_unasked() {
    let filled = of_rows(1).await;
    let zone = parse_zone("UTC").unwrap();
    let view = View { zone: &zone, now: Timestamp(0), language: Language::En, advise: &advise };
    let path = filled.folder.path().join("report.html");
    let write = |overwrite| page::write_file(&filled.queue, &filled.campaign, view, &path, overwrite);
    write(false).await.unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().ends_with("</html>"));
    assert!(matches!(write(false).await, Err(ReportError::Exists { .. })));
    write(true).await.unwrap();
}
