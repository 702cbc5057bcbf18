//! Receipts against a real SQLite file: what they change, in any order, at any moment.

use super::*;
use crate::{
    domain::{
        Delivery, PauseCause, Said, State, Status, campaign::Pause, message::token::token,
        receipt::proof::Change, recipient::Event,
    },
    queue::{
        Claim, End, ResultRow, Which,
        tests::{NOW, World, accepted, phone, reason, settled},
    },
};

fn receipt(ids: &[&str], report: Said) -> Receipt {
    let has_failed = matches!(report, Said::Undelivered | Said::NotSent);
    Receipt {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        refs: [None, None, None],
        report,
        at: Some(NOW),
        code: has_failed.then(|| "131026".to_owned()),
        error: has_failed.then(|| "Message undeliverable".to_owned()),
    }
}

fn plain(receipt: Receipt) -> Heard {
    Heard { receipt, meaning: Meaning::Plain, at: NOW }
}

impl World {
    async fn hear(&self, receipt: Receipt) {
        self.queue.receive(vec![plain(receipt)]).await.unwrap();
    }

    async fn hear_by_token(&self, recipient: i64, report: Said) {
        let receipt = self.with_token(recipient, receipt(&["wamid.1"], report)).await;
        self.hear(receipt).await;
    }

    async fn with_token(&self, recipient: i64, receipt: Receipt) -> Receipt {
        let key = self.queue.campaign("spring").await.unwrap().token_key;
        Receipt { refs: [None, None, Some(token(&key, RecipientId(recipient)))], ..receipt }
    }

    /// Status, delivery and whether it was never sent, of the first row; the counters are checked on the way.
    async fn first(&self) -> (Status, Option<Delivery>) {
        self.statuses().await;
        let row = self.row().await;
        (row.status, row.delivery)
    }

    async fn row(&self) -> ResultRow {
        self.rows().await.remove(0)
    }

    async fn one_accepted() -> Self {
        let world = Self::with(1).await;
        let claim = world.one_claim().await;
        world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
        world
    }

    async fn one_claim(&self) -> Claim {
        let lease = self.start().await;
        self.claim(&lease, 1).await.claims.pop().unwrap()
    }
}

fn at(status: &str, delivery: &str) -> (Status, Option<Delivery>) {
    (Status::from_name(status).unwrap(), Delivery::from_name(delivery))
}

#[tokio::test]
async fn a_receipt_about_nobody_changes_nobody() {
    let world = World::one_accepted().await;
    let before = world.rows().await;
    world.hear(receipt(&["A2", "wamid.2"], Said::Read)).await;
    let foreign =
        Receipt { refs: [Some("catalink-otherkey-1".to_owned()), None, None], ..receipt(&[], Said::Read) };
    world.hear(foreign).await;
    assert_eq!(world.rows().await, before);
}

#[tokio::test]
async fn delivery_never_goes_backwards_and_is_counted_once() {
    let world = World::one_accepted().await;
    for report in [Said::Delivered, Said::Sent, Said::Delivered, Said::Undelivered] {
        world.hear(receipt(&["wamid.1", "A1"], report)).await;
        assert_eq!(world.first().await, at("accepted", "delivered"));
    }
    world.hear(receipt(&["A1"], Said::Read)).await;
    assert_eq!(world.first().await, at("accepted", "read"));
}

#[tokio::test]
async fn receipts_of_one_message_in_one_commit_merge_like_receipts_in_many() {
    let world = World::one_accepted().await;
    let all =
        [Said::Read, Said::Sent, Said::Undelivered, Said::Sent].map(|report| plain(receipt(&["A1"], report)));
    world.queue.receive(all.to_vec()).await.unwrap();
    assert_eq!(world.first().await, at("accepted", "read"));
    assert_eq!(world.row().await.delivery_error, None);
}

#[tokio::test]
async fn a_failure_after_sent_counts_and_keeps_metas_words() {
    let world = World::one_accepted().await;
    world.hear(receipt(&["A1"], Said::Sent)).await;
    world.hear(receipt(&["A1"], Said::Undelivered)).await;
    assert_eq!(world.first().await, at("accepted", "undelivered"));
    assert_eq!(world.row().await.delivery_error.as_deref(), Some("131026: Message undeliverable"));
}

/// For each status that a row can have and each receipt: the file agrees with the domain, and the bystander's row is
/// untouched to the last column.
#[tokio::test]
async fn every_receipt_moves_its_row_as_the_domain_says_and_no_other() {
    let reports = [Said::Sent, Said::Delivered, Said::Read, Said::Undelivered, Said::NotSent];
    let ends = [
        accepted(),
        End::Failed(reason()),
        End::InDoubt(reason()),
        End::Retried { reason: reason(), due_at: NOW },
    ];
    for end in ends {
        for report in &reports {
            let world = World::with(2).await;
            let lease = world.start().await;
            let claims = world.claim(&lease, 2).await.claims;
            for claim in claims {
                world.queue.settle(vec![settled(claim, end.clone())]).await.unwrap();
            }
            let (before, bystander) = (world.row().await, world.rows().await.pop());
            let known = crate::domain::Known { status: before.status, delivered: None, is_unsent: false };
            let expected = match known.after(&receipt(&["wamid.1"], report.clone()), NOW) {
                Change::To(known) => known,
                Change::Nothing | Change::Waits => known,
            };
            world.hear_by_token(before.recipient_id, report.clone()).await;
            let delivery = expected.delivered.map_or("", |delivered| delivered.delivery.name());
            assert_eq!(world.first().await, at(expected.status.name(), delivery), "{end:?} {report:?}");
            assert_eq!(world.rows().await.pop(), bystander, "{end:?} {report:?} touched a bystander");
        }
    }
}

#[tokio::test]
async fn a_doubt_that_a_receipt_settles_has_its_id_and_says_how() {
    let world = World::with(1).await;
    let claim = world.one_claim().await;
    world.queue.settle(vec![settled(claim, End::InDoubt(reason()))]).await.unwrap();
    world.hear_by_token(1, Said::Delivered).await;
    let row = world.row().await;
    assert_eq!((row.message_id.as_deref(), row.code), (Some("wamid.1"), None));
    assert_eq!(row.error.as_deref(), Some("was in_doubt; a receipt shows that the message was taken"));
}

#[tokio::test]
async fn what_receipts_settle_is_in_the_audit_trail_in_sum_and_a_mere_delivery_is_not() {
    let world = World::with(3).await;
    let lease = world.start().await;
    for claim in world.claim(&lease, 3).await.claims {
        world.queue.settle(vec![settled(claim, End::InDoubt(reason()))]).await.unwrap();
    }
    let told = async || {
        let trail = world.queue.audit_trail(Some("spring"), 10).await.unwrap();
        let of_receipts = trail.into_iter().filter(|line| line.command == "receipts");
        of_receipts.map(|line| (line.who, line.detail)).collect::<Vec<_>>()
    };
    let mut heard = Vec::new();
    for (id, said) in [(1, Said::Delivered), (2, Said::Sent), (3, Said::NotSent)] {
        let id_of = format!("wamid.{id}");
        heard.push(plain(world.with_token(id, receipt(&[id_of.as_str()], said)).await));
    }
    world.queue.receive(heard).await.unwrap();
    let sum = ("catalink".to_owned(), "2 in_doubt, now accepted; 1 in_doubt, now failed".to_owned());
    assert_eq!(told().await, std::slice::from_ref(&sum));
    world.hear_by_token(1, Said::Read).await;
    assert_eq!(told().await, [sum]);
}

#[tokio::test]
async fn a_doubt_that_was_not_sent_fails_with_its_code_and_can_be_tried_again() {
    let world = World::with(1).await;
    let claim = world.one_claim().await;
    world.queue.settle(vec![settled(claim, End::InDoubt(reason()))]).await.unwrap();
    world.hear_by_token(1, Said::NotSent).await;
    assert_eq!((world.first().await, world.row().await.code.as_deref()), (at("failed", ""), Some("131026")));
    assert_eq!(world.queue.retry(world.campaign, Which::Codes(vec!["131026".to_owned()])).await.unwrap(), 1);
}

#[tokio::test]
async fn a_receipt_that_overtakes_our_answer_waits_for_it() {
    let ends = [
        (accepted(), at("accepted", "delivered")),
        (End::InDoubt(reason()), at("accepted", "delivered")),
        (End::Retried { reason: reason(), due_at: NOW }, at("accepted", "delivered")),
    ];
    for (end, expected) in ends {
        let world = World::with(1).await;
        let claim = world.one_claim().await;
        world.hear_by_token(1, Said::Delivered).await;
        world.hear_by_token(1, Said::Delivered).await;
        assert_eq!(world.first().await, at("sending", ""));
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
        assert_eq!(world.first().await, expected);
    }
}

#[tokio::test]
async fn a_receipt_that_overtakes_our_answer_without_a_token_is_found_by_the_answers_id() {
    let world = World::with(1).await;
    let claim = world.one_claim().await;
    world.hear(receipt(&["wamid.1", "A1"], Said::Read)).await;
    world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
    assert_eq!(world.first().await, at("accepted", "read"));
}

#[tokio::test]
async fn a_receipt_settles_what_a_dead_process_left_in_flight() {
    let world = World::with(1).await;
    let _claim = world.one_claim().await;
    world.hear_by_token(1, Said::Sent).await;
    world.queue.take_lease(2, NOW).await.unwrap();
    assert_eq!(world.first().await, at("accepted", "sent"));
}

#[tokio::test]
async fn an_identifier_learned_by_the_token_finds_the_message_later() {
    let world = World::one_accepted().await;
    world.hear_by_token(1, Said::Sent).await;
    world.hear(receipt(&["wamid.1"], Said::Delivered)).await;
    assert_eq!(world.first().await, at("accepted", "delivered"));
}

#[tokio::test]
async fn an_identifier_that_two_messages_share_finds_neither() {
    let world = World::with(2).await;
    let lease = world.start().await;
    for (claim, id) in world.claim(&lease, 2).await.claims.into_iter().zip(["A1", "A2"]) {
        let end = End::Accepted { message_id: Some(id.to_owned()), note: None };
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    }
    world.hear_by_token(1, Said::Sent).await;
    world.hear_by_token(2, Said::Sent).await;
    let before = world.rows().await;
    world.hear(receipt(&["wamid.1"], Said::Read)).await;
    assert_eq!(world.rows().await, before);
}

#[tokio::test]
async fn what_was_never_sent_goes_back_by_the_operators_word_and_its_old_receipt_is_no_news() {
    let world = World::one_accepted().await;
    world.hear_by_token(1, Said::NotSent).await;
    assert_eq!(world.first().await, at("accepted", "undelivered"));
    let back = Status::Accepted.after(Event::UnsentPutBack).unwrap();
    assert_eq!(world.queue.retry(world.campaign, Which::Codes(vec!["131026".to_owned()])).await.unwrap(), 1);
    assert_eq!(world.first().await, at(back.name(), ""));
    let lease = world.queue.take_lease(1, NOW).await.unwrap().0;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    let end = End::Accepted { message_id: Some("A9".to_owned()), note: None };
    world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    world.hear_by_token(1, Said::NotSent).await;
    assert_eq!(world.first().await, at("accepted", ""), "the repetition was taken for news");
    world.hear(receipt(&["A9"], Said::Read)).await;
    assert_eq!(world.first().await, at("accepted", "read"));
}

#[tokio::test]
async fn what_meta_gave_up_or_took_does_not_go_back() {
    for report in [Said::Undelivered, Said::Sent, Said::Read] {
        let world = World::one_accepted().await;
        world.hear_by_token(1, Said::NotSent).await;
        world.hear_by_token(1, report).await;
        assert_eq!(world.queue.retry(world.campaign, Which::All).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn an_unknown_status_is_kept_as_it_came() {
    let world = World::one_accepted().await;
    world.hear(receipt(&["A1"], Said::Unknown("submit-success".to_owned()))).await;
    assert_eq!(world.first().await, at("accepted", ""));
    let said = query_scalar!("select said from receipt").fetch_one(&world.queue.readers).await.unwrap();
    assert_eq!(said, "submit-success");
}

#[tokio::test]
async fn who_asked_for_no_more_messages_is_on_the_suppression_list_and_out_of_every_queue() {
    let world = World::one_accepted().await;
    let heard = Heard { meaning: Meaning::OptedOut, ..plain(receipt(&["A1"], Said::Undelivered)) };
    world.queue.receive(vec![heard]).await.unwrap();
    let list = world.queue.suppressions(None, 9).await.unwrap();
    assert_eq!((list.len(), list[0].number), (1, phone(0)));
    assert_eq!(list[0].reason, "asked for no more messages (131026), as a receipt of 2026-09-21 says");
}

#[tokio::test]
async fn a_fault_of_the_account_counts_also_where_the_message_was_known_not_to_have_arrived() {
    let world = World::with(9).await;
    let lease = world.start().await;
    for claim in world.claim(&lease, 9).await.claims {
        let id = format!("A{}", claim.recipient.id.0);
        let end = End::Accepted { message_id: Some(id), note: None };
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    }
    let plainly = |id: i64| plain(receipt(&[&format!("A{id}")], Said::Undelivered));
    let fault = |id: i64| {
        let receipt = Receipt { code: Some("131031".to_owned()), ..plainly(id).receipt };
        Heard { receipt, meaning: Meaning::Fault(PauseCause::Account), at: NOW }
    };
    world.queue.receive((1..=9).map(plainly).collect()).await.unwrap();
    for _ in 0..3 {
        world.queue.receive((1..=4).flat_map(|id| [fault(id), fault(id)]).collect()).await.unwrap();
    }
    assert_eq!(world.queue.campaign("spring").await.unwrap().state, State::Running, "repetitions counted");
    world.queue.receive(vec![fault(5)]).await.unwrap();
    assert_eq!(world.queue.campaign("spring").await.unwrap().pause.unwrap().cause, PauseCause::Account);
}

#[tokio::test]
async fn an_opt_out_whose_number_was_taken_off_the_list_again_is_no_news_when_it_is_repeated() {
    let world = World::one_accepted().await;
    let heard = || Heard { meaning: Meaning::OptedOut, ..plain(receipt(&["A1"], Said::Undelivered)) };
    world.queue.receive(vec![heard()]).await.unwrap();
    world.queue.unsuppress(vec![phone(0)], "").await.unwrap();
    world.queue.receive(vec![heard()]).await.unwrap();
    assert_eq!(world.queue.suppressions(None, 9).await.unwrap().len(), 0);
}

#[tokio::test]
async fn closed_windows_in_a_row_pause_a_running_campaign_once_for_what_was_sent_before() {
    let world = World::with(60).await;
    let lease = world.start().await;
    let ids: Vec<i64> = (1..=60).collect();
    for claim in world.claim(&lease, 60).await.claims {
        let id = format!("A{}", claim.recipient.id.0);
        let end = End::Accepted { message_id: Some(id), note: None };
        world.queue.settle(vec![settled(claim, end)]).await.unwrap();
    }
    let closed = |id: &i64| Heard {
        meaning: Meaning::WindowClosed,
        ..plain(receipt(&[&format!("A{id}")], Said::Undelivered))
    };
    world.queue.receive(ids[..19].iter().map(closed).collect()).await.unwrap();
    assert_eq!(world.queue.campaign("spring").await.unwrap().state, State::Running);
    world.queue.receive(ids[..20].iter().map(closed).collect()).await.unwrap();
    let campaign = world.queue.campaign("spring").await.unwrap();
    let pause = campaign.pause.unwrap();
    assert_eq!(pause.cause, PauseCause::Canary);
    assert_eq!(pause.detail.as_deref(), Some("131026: Message undeliverable"));
    world.queue.resume(world.campaign).await.unwrap();
    world.queue.receive(ids[20..].iter().map(closed).collect()).await.unwrap();
    let campaign = world.queue.campaign("spring").await.unwrap();
    assert_eq!(campaign.state, State::Running, "messages from before the pause paused it again");
    let by_hand = Pause { cause: PauseCause::Operator, detail: None, line: None };
    world.queue.pause(world.campaign, by_hand, NOW).await.unwrap();
    assert_eq!(world.queue.campaign("spring").await.unwrap().state, State::Paused);
}

#[tokio::test]
async fn a_kept_receipt_with_an_unknown_meaning_is_an_error_that_names_its_row() {
    let world = World::one_accepted().await;
    world.queue.receive(vec![plain(receipt(&["B1"], Said::Undelivered))]).await.unwrap();
    world.execute(r#"update receipt set content = replace(content, '"meaning":"', '"meaning":"odd ')"#).await;
    let ids = ["A1", "B1"];
    let error = world.queue.receive(vec![plain(receipt(&ids, Said::Sent))]).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("`odd ") && text.contains("in receipt.content of row 1"), "{error}");
}
