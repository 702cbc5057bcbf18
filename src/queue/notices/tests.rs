//! Notices are written in the commit of what they tell, for the channels that want them, and delivered by one process.

use std::time::Duration;

use crate::{
    domain::{
        PauseCause, RecipientId, Timestamp,
        campaign::Pause,
        notice::{Happened, NoticeKind},
    },
    queue::{
        End, NoticeChannel,
        sending::settlements::Settlement,
        tests::{NOW, World, reason, settled},
    },
};

const LEASE: Duration = Duration::from_mins(2);

fn channel(name: &str, events: &[NoticeKind]) -> NoticeChannel {
    NoticeChannel { name: name.to_owned(), kind: "webhook", events: events.to_vec() }
}

async fn world(n: u64) -> World {
    let world = World::with(n).await;
    let channels = vec![channel("ops", &NoticeKind::usual()), channel("ends", &[NoticeKind::Finished])];
    world.queue.set_notice_channels(channels).await.unwrap();
    world
}

fn low_balance() -> Pause {
    Pause { cause: PauseCause::LowBalance, detail: Some("E110: low".to_owned()), line: Some(2) }
}

async fn waiting(world: &World) -> Vec<(String, u64)> {
    let states = world.queue.notice_channels().await.unwrap();
    states.into_iter().map(|state| (state.name, state.n_waiting)).collect()
}

#[tokio::test]
async fn a_pause_and_its_notice_are_in_one_commit_or_in_none() {
    let world = world(2).await;
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    let row = claim.recipient.id;
    world.refuse_notices().await;
    let settle = |claim| -> Vec<Settlement> {
        vec![settled(claim, End::Paused { pause: low_balance(), reason: reason() })]
    };
    let pause = world.queue.pause(world.campaign, low_balance(), NOW).await;
    assert!(pause.is_err(), "without its notice there is no pause");
    assert!(world.queue.campaign("spring").await.unwrap().pause.is_none());
    world.allow_notices().await;
    world.queue.settle(settle(claim)).await.unwrap();
    let delivery = world.queue.take_notice("ops".to_owned(), LEASE, NOW).await.unwrap().unwrap();
    let notice = delivery.notice;
    assert_eq!((notice.kind, notice.at, notice.state.as_deref()), (NoticeKind::Paused, NOW, Some("paused")));
    let Happened::Paused { place, .. } = &notice.happened else { panic!("{notice:?}") };
    assert_eq!(place.row.map(RecipientId), Some(row));
    assert_eq!((place.file.as_deref(), place.line), (Some("list.csv"), Some(2)));
}

#[tokio::test]
async fn a_second_pause_says_nothing_and_neither_does_one_that_failed() {
    let world = world(2).await;
    world.start().await;
    world.queue.pause(world.campaign, low_balance(), NOW).await.unwrap();
    world.queue.pause(world.campaign, low_balance(), NOW).await.unwrap();
    assert_eq!(waiting(&world).await, [("ends".to_owned(), 0), ("ops".to_owned(), 1)]);
    world.queue.cancel(world.campaign, NOW).await.unwrap();
    world.queue.pause(world.campaign, low_balance(), NOW).await.unwrap_err();
    assert_eq!(waiting(&world).await, [("ends".to_owned(), 0), ("ops".to_owned(), 1)]);
}

#[tokio::test]
async fn without_a_channel_that_wants_it_nothing_is_written() {
    let world = World::with(0).await;
    world.start().await;
    world.queue.finish(world.campaign, NOW).await.unwrap();
    world.queue.set_notice_channels(vec![channel("orders", &[NoticeKind::Order])]).await.unwrap();
    world.refuse_notices().await;
    let again = world.queue.start(world.campaign, NOW).await.unwrap();
    assert_eq!(world.queue.finish(world.campaign, NOW).await.unwrap(), crate::domain::State::Finished);
    assert_eq!(again, crate::domain::State::Running);
}

#[tokio::test]
async fn one_process_has_a_notice_at_a_time_and_gets_it_again_when_the_other_is_lost() {
    let world = world(1).await;
    world.start().await;
    world.queue.pause(world.campaign, low_balance(), NOW).await.unwrap();
    let take = |now: Timestamp| world.queue.take_notice("ops".to_owned(), LEASE, now);
    let first = take(NOW).await.unwrap().unwrap();
    assert_eq!(take(NOW.plus(LEASE / 2)).await.unwrap(), None);
    assert!(!world.queue.is_notice_due("ops", NOW.plus(LEASE / 2)).await.unwrap());
    let second = take(NOW.plus(LEASE)).await.unwrap().unwrap();
    assert_eq!((first.attempt, second.attempt), (1, 2));
    assert_eq!(first.notice.webhook_id, second.notice.webhook_id);
    // Whoever was lost and comes back does not say when the other one's attempt is over.
    world.queue.note_undelivered(first.clone(), "late".to_owned(), None, NOW).await.unwrap();
    assert_eq!(waiting(&world).await[1].1, 1);
    world.queue.note_undelivered(second.clone(), "no".to_owned(), Some(NOW), NOW).await.unwrap();
    let third = take(NOW).await.unwrap().unwrap();
    world.queue.note_delivered(third, NOW).await.unwrap();
    let state = world.queue.notice_channels().await.unwrap().pop().unwrap();
    assert_eq!((state.n_waiting, state.n_given_up, state.last_error, state.n_failed), (0, 0, None, 0));
}

#[tokio::test]
async fn what_was_given_up_is_counted_and_what_is_old_is_removed() {
    let world = world(1).await;
    world.start().await;
    world.queue.pause(world.campaign, low_balance(), NOW).await.unwrap();
    let taken = world.queue.take_notice("ops".to_owned(), LEASE, NOW).await.unwrap().unwrap();
    world.queue.note_undelivered(taken, "it answered 500".to_owned(), None, NOW).await.unwrap();
    let state = world.queue.notice_channels().await.unwrap().pop().unwrap();
    assert_eq!((state.n_waiting, state.n_given_up, state.n_failed), (0, 1, 1));
    assert_eq!(state.last_error.as_deref(), Some("it answered 500"));
    let day = Duration::from_hours(24);
    world.queue.forget_notices(NOW.plus(day * 29)).await.unwrap();
    assert_eq!(world.queue.notice_channels().await.unwrap().pop().unwrap().n_given_up, 1);
    world.queue.forget_notices(NOW.plus(day * 31)).await.unwrap();
    assert_eq!(world.queue.notice_channels().await.unwrap().pop().unwrap().n_given_up, 0);
}

#[tokio::test]
async fn what_waits_for_a_channel_that_is_gone_is_dropped_and_named() {
    let world = world(1).await;
    world.start().await;
    world.queue.pause(world.campaign, low_balance(), NOW).await.unwrap();
    let left = vec![channel("ends", &[NoticeKind::Finished])];
    let dropped = world.queue.set_notice_channels(left.clone()).await.unwrap();
    assert_eq!(dropped, [("ops".to_owned(), 1)]);
    assert_eq!(world.queue.set_notice_channels(left).await.unwrap(), []);
    assert_eq!(waiting(&world).await, [("ends".to_owned(), 0)]);
}

#[tokio::test]
async fn what_lasts_is_told_once() {
    let world = world(1).await;
    let tell = |episode: &str| {
        let happened = Happened::Stalled { since: NOW };
        world.queue.tell_once(Some(world.campaign), happened, episode.to_owned(), NOW)
    };
    tell("stalled 1 a").await.unwrap();
    tell("stalled 1 a").await.unwrap();
    tell("stalled 1 b").await.unwrap();
    assert_eq!(waiting(&world).await[1].1, 2);
}
