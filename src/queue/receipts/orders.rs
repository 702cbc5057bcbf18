//! Receipts in every order, with any of their identifiers, before and after the answer: the end is the same.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{Delivery, Said, Status, message::token::token},
    queue::{
        Claim, End,
        tests::{NOW, World, reason, settled},
    },
};

/// What a receipt can be known by. Names are made different for each row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    Token,
    /// The id of our answer.
    Own,
    X,
    Y,
    Z,
}

/// One receipt of a history, whichever row it is played on.
#[derive(Debug, Clone)]
struct Piece {
    by: BTreeSet<By>,
    report: Said,
    meaning: Meaning,
}

/// What one row's answer is.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Accepted,
    AcceptedWithoutId,
    InDoubt,
    Failed,
    Retried,
}

/// How a history ends for a row: status, delivery, its error, whether its number is suppressed.
type Ending = (Status, Option<Delivery>, Option<String>, bool);

fn piece(by: &[By], report: Said, meaning: Meaning) -> Piece {
    Piece { by: by.iter().copied().collect(), report, meaning }
}

fn heard(piece: &Piece, row: i64, key: &str) -> Heard {
    let ids = piece.by.iter().filter(|by| **by != By::Token);
    let has_failed = matches!(piece.report, Said::Undelivered | Said::NotSent | Said::Unknown(_));
    let code = match piece.meaning {
        Meaning::OptedOut => "131050",
        Meaning::Plain | Meaning::WindowClosed | Meaning::Fault(_) => "131026",
    };
    let receipt = Receipt {
        ids: ids.map(|by| format!("{by:?}-{row}")).collect(),
        refs: [piece.by.contains(&By::Token).then(|| token(key, RecipientId(row))), None, None],
        report: piece.report.clone(),
        at: Some(NOW),
        code: has_failed.then(|| code.to_owned()),
        error: None,
    };
    Heard { receipt, meaning: piece.meaning, at: NOW }
}

fn end(answer: Answer, row: i64) -> End {
    match answer {
        Answer::Accepted => End::Accepted { message_id: Some(format!("Own-{row}")), note: None },
        Answer::AcceptedWithoutId => End::Accepted { message_id: None, note: Some("no id".to_owned()) },
        Answer::InDoubt => End::InDoubt(reason()),
        Answer::Failed => End::Failed(reason()),
        Answer::Retried => End::Retried { reason: reason(), due_at: NOW },
    }
}

/// Every order of `n` things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(n - 1);
    let insert = |order: &Vec<usize>, at: usize| {
        let mut order = order.clone();
        order.insert(at, n - 1);
        order
    };
    shorter.iter().flat_map(|order| (0..n).map(move |at| insert(order, at))).collect()
}

/// Plays the answer (the last thing) and the receipts in every order, each order on a row of its own.
async fn endings(pieces: &[Piece], answer: Answer, in_one_commit: bool) -> Vec<(Vec<usize>, Ending)> {
    let orders = orders(pieces.len() + 1);
    let world = World::with(orders.len() as u64).await;
    let key = world.queue.campaign("spring").await.unwrap().token_key;
    let lease = world.start().await;
    let mut claims: HashMap<i64, Claim> = HashMap::new();
    while claims.len() < orders.len() {
        let more = world.claim(&lease, 100).await.claims;
        assert!(!more.is_empty());
        claims.extend(more.into_iter().map(|claim| (claim.recipient.id.0, claim)));
    }
    let rows = || (1_i64..).zip(&orders);
    if in_one_commit {
        let before = |order: &[usize]| order.iter().position(|thing| *thing == pieces.len()).unwrap();
        for is_after in [false, true] {
            let part = rows().flat_map(|(row, order)| {
                let (first, rest) = order.split_at(before(order));
                let part = if is_after { &rest[1..] } else { first };
                part.iter().map(|thing| heard(&pieces[*thing], row, &key)).collect::<Vec<_>>()
            });
            world.queue.receive(part.collect()).await.unwrap();
            let all: Vec<_> = claims.drain().map(|(row, claim)| settled(claim, end(answer, row))).collect();
            world.queue.settle(all).await.unwrap();
        }
    } else {
        for step in 0..=pieces.len() {
            let (answers, receipts): (Vec<_>, Vec<_>) =
                rows().map(|(row, order)| (row, order[step])).partition(|(_, thing)| *thing == pieces.len());
            let receipts = receipts.iter().map(|(row, thing)| heard(&pieces[*thing], *row, &key));
            world.queue.receive(receipts.collect()).await.unwrap();
            let answers =
                answers.iter().map(|(row, _)| settled(claims.remove(row).unwrap(), end(answer, *row)));
            world.queue.settle(answers.collect()).await.unwrap();
        }
    }
    read(&world, orders).await
}

async fn read(world: &World, orders: Vec<Vec<usize>>) -> Vec<(Vec<usize>, Ending)> {
    // Compares the counters with the rows on the way.
    world.statuses().await;
    let list = world.queue.suppressions(None, 9_999).await.unwrap();
    let suppressed: BTreeSet<u64> = list.iter().map(|entry| entry.number.digits()).collect();
    let endings = world.rows().await.into_iter().map(|row| {
        let is_suppressed = row.number.is_some_and(|number| suppressed.contains(&number));
        (row.status, row.delivery, row.delivery_error, is_suppressed)
    });
    orders.into_iter().zip(endings).collect()
}

/// The one ending of all orders, one commit for each receipt or one for all.
async fn the_ending(pieces: &[Piece], answer: Answer) -> Ending {
    let mut all = endings(pieces, answer, false).await;
    all.extend(endings(pieces, answer, true).await);
    let (first, ending) = all.swap_remove(0);
    for (order, other) in all {
        assert_eq!(ending, other, "{pieces:?} {answer:?}: {first:?} and {order:?} end differently");
    }
    ending
}

fn ended(status: &str, delivery: &str) -> (Status, Option<Delivery>) {
    (Status::from_name(status).unwrap(), Delivery::from_name(delivery))
}

#[tokio::test]
async fn an_identifier_is_followed_from_receipt_to_receipt_until_the_row_is_found() {
    let chain = [
        piece(&[By::Token, By::X], Said::Sent, Meaning::Plain),
        piece(&[By::X, By::Y], Said::Unknown("submitted".to_owned()), Meaning::Plain),
        piece(&[By::Y, By::Z], Said::Delivered, Meaning::Plain),
        piece(&[By::Z], Said::Read, Meaning::Plain),
    ];
    for answer in [Answer::Accepted, Answer::InDoubt] {
        let (status, delivery, _, _) = the_ending(&chain, answer).await;
        assert_eq!((status, delivery), ended("accepted", "read"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_second_identifier_beside_our_own_is_learnt() {
    let pieces =
        [piece(&[By::Own, By::X], Said::Sent, Meaning::Plain), piece(&[By::X], Said::Read, Meaning::Plain)];
    let (status, delivery, _, _) = the_ending(&pieces, Answer::Accepted).await;
    assert_eq!((status, delivery), ended("accepted", "read"));
}

#[tokio::test]
async fn an_opt_out_is_in_force_whatever_else_was_said_and_in_whatever_order() {
    let opt_out = |by: &[By], report: Said| piece(by, report, Meaning::OptedOut);
    let sets = [
        vec![opt_out(&[By::X], Said::Undelivered), piece(&[By::Token, By::X], Said::Sent, Meaning::Plain)],
        vec![
            opt_out(&[By::Token], Said::Undelivered),
            piece(&[By::Token], Said::Undelivered, Meaning::Plain),
            piece(&[By::Token], Said::Read, Meaning::Plain),
        ],
        vec![opt_out(&[By::Token], Said::NotSent), piece(&[By::Token], Said::Delivered, Meaning::Plain)],
        vec![opt_out(&[By::Token], Said::Unknown("bounced".to_owned()))],
    ];
    for pieces in sets {
        for answer in
            [Answer::Accepted, Answer::AcceptedWithoutId, Answer::InDoubt, Answer::Failed, Answer::Retried]
        {
            let (_, _, _, is_suppressed) = the_ending(&pieces, answer).await;
            assert!(is_suppressed, "{pieces:?} {answer:?}");
        }
    }
}

fn any_piece() -> impl Strategy<Value = Piece> {
    let by = prop::collection::btree_set(
        prop::sample::select(vec![By::Token, By::Own, By::X, By::Y, By::Z]),
        1..=3,
    );
    let report = prop_oneof![
        Just(Said::Sent),
        Just(Said::Delivered),
        Just(Said::Read),
        Just(Said::Undelivered),
        Just(Said::NotSent),
        Just(Said::Unknown("queued".to_owned())),
    ];
    (by, report, any::<bool>()).prop_map(|(by, report, has_opted_out)| {
        let may = matches!(report, Said::Undelivered | Said::NotSent | Said::Unknown(_));
        let meaning = if may && has_opted_out { Meaning::OptedOut } else { Meaning::Plain };
        Piece { by, report, meaning }
    })
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        3 => Just(Answer::Accepted),
        1 => Just(Answer::AcceptedWithoutId),
        2 => Just(Answer::InDoubt),
        1 => Just(Answer::Failed),
        1 => Just(Answer::Retried),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_end_is_the_same_in_every_order_of_any_receipts(
        pieces in prop::collection::vec(any_piece(), 1..=3), repeated in any::<prop::sample::Index>(),
        answer in any_answer(),
    ) {
        let again = pieces[repeated.index(pieces.len())].clone();
        let pieces: Vec<_> = pieces.into_iter().chain([again]).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
        runtime.block_on(the_ending(&pieces, answer));
    }
}
