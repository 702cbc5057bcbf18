//! Who may send, and when it passes to somebody else.

use std::time::{Duration, Instant};

use super::{Site, accepted, list, proxy::Way};
use crate::{
    domain::Status,
    queue::{
        QueueError,
        server::term::ttl,
        tests::{NOW, good},
    },
};

#[tokio::test]
async fn a_second_process_is_refused_by_name_as_soon_as_the_holder_shows_a_sign_of_life() {
    let Some(site) = Site::with(1).await else { return };
    let other = site.other().await;
    let (lease, _) = site.queue.take_lease(7, NOW).await.unwrap();
    let began_at = Instant::now();
    let refused = other.take_lease(8, NOW).await.unwrap_err();
    assert!(
        matches!(&refused, QueueError::Leased { holder } if holder.starts_with("pid 7 on ")),
        "{refused:?}"
    );
    assert!(began_at.elapsed() < ttl(), "{:?}", began_at.elapsed());
    assert_eq!(other.sending_pid().await.unwrap(), Some(7));
    drop(lease);
    let (lease, recovered) = other.take_lease(8, NOW).await.unwrap();
    assert_eq!(recovered.in_doubt, []);
    assert_eq!(site.claim(&other, &lease, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_takes_over_from_a_living_process_begins_when_its_last_message_is_older_than_a_second() {
    let Some(site) = Site::with(1).await else { return };
    let (lease, _) = site.queue.take_lease(7, NOW).await.unwrap();
    drop(lease);
    let given_up_at = Instant::now();
    site.other().await.take_lease(8, NOW).await.unwrap();
    assert!(given_up_at.elapsed() >= Duration::from_millis(1_004));
}

#[tokio::test]
async fn a_holder_without_a_way_to_the_server_stops_and_its_claims_are_in_doubt_until_it_has_one() {
    let Some(site) = Site::with(6).await else { return };
    let other = site.other().await;
    let (lease, _) = site.queue.take_lease(7, NOW).await.unwrap();
    let mut claims = site.claim(&site.queue, &lease, 3).await.unwrap();
    site.proxy.set(Way::Stalled);
    let stalled_at = Instant::now();
    let (taken, recovered) = other.take_lease(8, NOW).await.unwrap();
    assert!(stalled_at.elapsed() >= ttl(), "{:?}", stalled_at.elapsed());
    assert!(!lease.term().is_running(), "two hold it at once");
    assert_eq!(recovered.in_doubt, [(site.campaign, 3)]);
    let lines: Vec<_> =
        site.claim(&other, &taken, 2).await.unwrap().iter().map(|claim| claim.recipient.line).collect();
    assert_eq!(lines, [5, 6]);

    // It comes back: what it knows is recorded, and it claims nothing.
    site.proxy.set(Way::Open);
    let never_left = claims.pop().unwrap();
    let unanswered = claims.pop().unwrap();
    let released = crate::queue::End::Released { reason: None, due_at: None };
    let settled =
        vec![accepted(claims.pop().unwrap()), crate::queue::Settlement::new(never_left, released, NOW)];
    site.queue.settle(settled).await.unwrap();
    drop(unanswered);
    assert!(matches!(site.claim(&site.queue, &lease, 1).await, Err(QueueError::LeaseLost)));
    let found: Vec<_> = site.rows().await.into_iter().map(|(status, _)| status).collect();
    let expected =
        [Status::Accepted, Status::InDoubt, Status::Queued, Status::Sending, Status::Sending, Status::Queued];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_holder_that_is_stopped_in_mid_transaction_holds_nobody_up_for_long() {
    let Some(site) = Site::with(3).await else { return };
    let (lease, _) = site.queue.take_lease(7, NOW).await.unwrap();
    // Its tick is there, its commit never comes.
    let mut stopped = site.connect().await;
    sqlx::raw_sql(
        "begin; set local idle_in_transaction_session_timeout = '5s';
        update lease set n_ticks = n_ticks + 1;
        update recipient set status = 'sending', claimed_at = 1, epoch = (select epoch from lease) where line = 2",
    )
    .execute(&mut stopped)
    .await
    .unwrap();
    std::mem::forget(lease);
    site.queue.clone().close().await;
    let other = site.other().await;
    let (_taken, recovered) = other.take_lease(8, NOW).await.unwrap();
    assert_eq!(recovered.in_doubt, []);
    assert!(sqlx::raw_sql("commit").execute(&mut stopped).await.is_err());
    assert_eq!(site.rows().await[0], (Status::Queued, 0));
}

#[tokio::test]
async fn an_import_holds_up_nobody_who_sends_and_rows_of_two_imports_have_numbers_of_their_own() {
    let Some(site) = Site::with(3).await else { return };
    let (lease, _) = site.queue.take_lease(7, NOW).await.unwrap();
    let other = site.other().await;
    let mut slow = other.import(list(site.campaign)).unwrap();
    let slow = tokio::task::spawn_blocking(move || {
        slow.add((10..20).map(|n| good(n + 2, n)).collect()).unwrap();
        slow.add(Vec::new()).unwrap();
        slow
    });
    let slow = slow.await.unwrap();
    assert_eq!(site.claim(&site.queue, &lease, 1).await.unwrap().len(), 1);
    let quick = site.import(&site.queue, 20, 10);
    let finish = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        tokio::task::spawn_blocking(move || slow.finish(NOW)).await.unwrap()
    };
    let (quick, slow) = tokio::join!(quick, finish);
    quick.unwrap();
    slow.unwrap();
    assert_eq!(site.rows().await.len(), 23);
    assert_eq!(site.ask::<i64>("select max(recipient_id) from recipient").await, 23);
}

#[tokio::test]
async fn a_nul_in_a_list_costs_nobody_their_row() {
    let Some(site) = Site::with(1).await else { return };
    let odd = |line: u64, n: u64| crate::domain::NewRecipient {
        refs: [Some("a\0b\\u0000".to_owned()), None, None],
        cells: vec!["c\0d".to_owned()],
        ..good(line, n)
    };
    let mut importing = site.queue.import(list(site.campaign)).unwrap();
    // The second is a duplicate, and takes another way.
    let batch = vec![odd(7, 7), odd(8, 7)];
    let added = tokio::task::spawn_blocking(move || {
        importing.add(batch)?;
        importing.add(Vec::new())?;
        importing.finish(NOW)
    });
    added.await.unwrap().unwrap();
    let refs =
        site.ask::<String>("select string_agg(ref, '|' order by line) from recipient where line >= 7").await;
    assert_eq!(refs, "a\u{fffd}b\\u0000|a\u{fffd}b\\u0000");
    let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
    assert_eq!(site.claim(&site.queue, &lease, 9).await.unwrap().len(), 2);
}
