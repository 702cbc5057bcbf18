//! A commit whose answer does not come.

use super::{Site, accepted, proxy::Way};
use crate::{
    domain::{NewCampaign, Status},
    queue::{QueueError, tests::NOW},
};

#[tokio::test]
async fn a_claim_whose_commit_never_came_about_is_not_handed_out_and_can_be_made_again() {
    let Some(site) = Site::with(3).await else { return };
    let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
    site.proxy.set(Way::CutBeforeCommit);
    let refused = site.claim(&site.queue, &lease, 1).await.unwrap_err();
    assert!(refused.is_unreachable(), "{refused:?}");
    assert_eq!(site.rows().await[0], (Status::Queued, 0));
    let claims = site.claim(&site.queue, &lease, 1).await.unwrap();
    assert_eq!(claims[0].recipient.line, 2);
}

#[tokio::test]
async fn a_claim_whose_commit_came_about_unanswered_is_handed_out_once() {
    let Some(site) = Site::with(3).await else { return };
    let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
    site.proxy.set(Way::CutAfterCommit);
    let first = site.claim(&site.queue, &lease, 1).await.unwrap();
    let second = site.claim(&site.queue, &lease, 1).await.unwrap();
    assert_eq!((first[0].recipient.line, second[0].recipient.line), (2, 3));
    assert!(lease.term().is_running());
    assert_eq!(site.rows().await[..2], [(Status::Sending, 0), (Status::Sending, 0)]);
}

#[tokio::test]
async fn an_outcome_is_recorded_once_whether_its_commit_came_about_or_not() {
    for way in [Way::CutBeforeCommit, Way::CutAfterCommit] {
        let Some(site) = Site::with(1).await else { return };
        let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
        let claim = site.claim(&site.queue, &lease, 1).await.unwrap().pop().unwrap();
        site.proxy.set(way);
        site.queue.settle(vec![accepted(claim)]).await.unwrap();
        assert_eq!(site.rows().await, [(Status::Accepted, 1)], "{way:?}");
        assert_eq!(site.ask::<i64>("select count(*) from attempt").await, 0, "{way:?}");
    }
}

#[tokio::test]
async fn whoever_does_not_send_is_told_what_became_of_an_unanswered_commit() {
    for (way, is_there) in [(Way::CutBeforeCommit, false), (Way::CutAfterCommit, true)] {
        let Some(site) = Site::with(1).await else { return };
        site.proxy.set(way);
        let created = site.queue.create(NewCampaign::new("summer", "Hi"), NOW).await;
        assert_eq!(created.is_ok(), is_there, "{created:?}");
        let found = site.ask::<bool>("select exists (select 1 from campaign where name = 'summer')").await;
        assert_eq!(found, is_there, "{way:?}");
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_between_commits_is_made_anew_and_nobody_notices() {
    let Some(site) = Site::with(3).await else { return };
    let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
    let end_all = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    for line in 2..5 {
        site.ask::<i64>(end_all).await;
        assert_eq!(site.claim(&site.queue, &lease, 1).await.unwrap()[0].recipient.line, line);
    }
}

#[tokio::test]
async fn a_server_that_has_forgotten_a_commit_is_sent_from_only_by_an_operators_word() {
    let Some(site) = Site::with(9).await else { return };
    let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
    for _ in 0..3 {
        site.claim(&site.queue, &lease, 1).await.unwrap();
    }
    // As a standby would have it that took over without the last two commits.
    site.execute("update lease set n_ticks = n_ticks - 2").await;
    let refused = site.claim(&site.queue, &lease, 1).await.unwrap_err();
    assert!(matches!(refused, QueueError::Restored { .. }), "{refused:?}");
    assert!(!lease.term().is_running());
    drop(lease);
    let refused = site.queue.take_lease(1, NOW).await.unwrap_err();
    assert!(matches!(refused, QueueError::Restored { .. }), "{refused:?}");
    // What does not send goes on.
    site.queue.create(NewCampaign::new("summer", "Hi"), NOW).await.unwrap();
    site.queue.accept_restored().await.unwrap();
    site.execute("update lease set holder = ''").await;
    let (lease, recovered) = site.queue.take_lease(1, NOW).await.unwrap();
    assert_eq!(recovered.in_doubt, [(site.campaign, 3)]);
    assert_eq!(site.claim(&site.queue, &lease, 1).await.unwrap()[0].recipient.line, 5);
}

#[tokio::test]
async fn after_a_promotion_the_holder_vouches_and_nobody_else_may() {
    let Some(site) = Site::with(3).await else { return };
    let (lease, _) = site.queue.take_lease(1, NOW).await.unwrap();
    let other = site.other().await;
    site.execute("update origin set home_boot = '0000000A'").await;
    assert!(other.withheld().await.unwrap().is_some());
    // The holder's connection ends as that to an old primary does.
    site.proxy.set(Way::CutBeforeCommit);
    site.claim(&site.queue, &lease, 1).await.unwrap_err();
    site.claim(&site.queue, &lease, 1).await.unwrap();
    assert_eq!(other.withheld().await.unwrap(), None);
    drop(lease);
    site.queue.clone().close().await;
    site.execute("update origin set home_boot = '0000000A'").await;
    let refused = other.take_lease(2, NOW).await.unwrap_err();
    assert!(matches!(refused, QueueError::Restored { .. }), "{refused:?}");
    other.accept_restored().await.unwrap();
    other.take_lease(2, NOW).await.unwrap();
}
