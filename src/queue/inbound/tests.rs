//! What people write, in whatever order and however often it comes.

use proptest::prelude::*;

use super::*;
use crate::{
    domain::{Delivery, NewCampaign, Phone, Status},
    queue::{
        Lease,
        tests::{NOW, World, accepted, good, phone, settled},
    },
};

fn wrote(n: u64, id: &str, text: &str) -> Inbound {
    Inbound {
        id: Some(id.to_owned()),
        business: Phone::from_digits(911_161_197_855).ok(),
        person: Some(phone(n)),
        at: Some(NOW),
        text: Some(text.to_owned()),
        ..Inbound::of(Event::Wrote { kind: "text".to_owned() })
    }
}

async fn hear(world: &World, inbound: Vec<Inbound>) -> TakenIn {
    let later = Timestamp(NOW.0 + 1_000);
    world.queue.hear(inbound, &Intake::default(), later).await.unwrap()
}

async fn hear_by(world: &World, inbound: Vec<Inbound>, intake: &Intake, at: Timestamp) -> TakenIn {
    world.queue.hear(inbound, intake, at).await.unwrap()
}

async fn texts(world: &World) -> Vec<Option<String>> {
    crate::queue::engine::Text::new("select text from inbound order by inbound_id")
        .fetch_scalars(&world.queue.readers)
        .await
        .unwrap()
}

/// Everybody got the message.
async fn deliver_all(world: &World, lease: &Lease) {
    loop {
        let claimed = world.claim(lease, 100).await.claims;
        if claimed.is_empty() {
            break;
        }
        world
            .queue
            .settle(claimed.into_iter().map(|claim| settled(claim, accepted())).collect())
            .await
            .unwrap();
    }
    world
        .execute(
            "insert into counter (campaign_id, axis, value, n)
            select campaign_id, 'delivery', 'delivered', count(*) from recipient where status = 'accepted' group by campaign_id
            on conflict (campaign_id, axis, value) do update set n = excluded.n",
        )
        .await;
    world
        .execute("update recipient set delivery = 'delivered', delivery_at = 1 where status = 'accepted'")
        .await;
}

async fn world(n: u64) -> (World, Lease) {
    let world = World::with(0).await;
    let sender = Phone::from_digits(911_161_197_855).ok();
    let plan = NewCampaign { sender, ..NewCampaign::new("talk", "Hi") };
    let campaign = world.queue.create(plan, NOW).await.unwrap();
    world.import_into(campaign, (0..n).map(|n| good(n + 2, n)).collect()).await.unwrap();
    let world = World { campaign, ..world };
    let lease = world.start().await;
    (world, lease)
}

async fn n_of(world: &World, status: Status) -> u64 {
    world.statuses().await;
    world.queue.counts(world.campaign).await.unwrap().of(status)
}

#[tokio::test]
async fn whoever_writes_stop_leaves_every_queue_in_the_same_commit_and_start_brings_no_other_entry_back() {
    let (world, lease) = world(3).await;
    world.queue.suppress(vec![phone(2)], "by letter".to_owned(), NOW).await.unwrap();
    let taken =
        hear(&world, vec![wrote(0, "a", "STOP!"), wrote(0, "a", "STOP!"), wrote(1, "b", "hello")]).await;
    assert_eq!(taken, TakenIn { n_new: 2, n_asked: 1, n_maybe: 0 });
    assert_eq!(n_of(&world, Status::Suppressed).await, 2);
    assert_eq!(world.claim(&lease, 5).await.claims.len(), 1);
    hear(&world, vec![wrote(0, "c", "start"), wrote(2, "d", "START")]).await;
    assert!(!world.queue.is_suppressed(phone(0)).await.unwrap());
    assert!(world.queue.is_suppressed(phone(2)).await.unwrap(), "a person of ours put it there");
}

#[tokio::test]
async fn whoever_may_have_asked_is_not_messaged_until_somebody_has_decided() {
    let (world, lease) = world(2).await;
    let taken = hear(&world, vec![wrote(0, "a", "please stop sending this to my old number")]).await;
    assert_eq!(taken.n_maybe, 1);
    let open = world.queue.open_questions().await.unwrap();
    assert_eq!(open.iter().map(|question| question.number).collect::<Vec<_>>(), [phone(0)]);
    assert_eq!(world.claim(&lease, 5).await.claims.len(), 1);
    assert_eq!(world.queue.decide(vec![phone(0)], false).await.unwrap(), 1);
    assert_eq!(world.claim(&lease, 5).await.claims.len(), 1);
    assert!(world.queue.open_questions().await.unwrap().is_empty());
    hear(&world, vec![wrote(1, "b", "stopp it now please")]).await;
    assert_eq!(world.queue.decide(vec![phone(1)], true).await.unwrap(), 1);
    assert!(world.queue.is_suppressed(phone(1)).await.unwrap());
}

#[tokio::test]
async fn an_answer_to_our_message_proves_that_it_arrived_and_settles_a_doubt() {
    let (world, lease) = world(2).await;
    let mut claims = world.claim(&lease, 2).await.claims.into_iter();
    let (first, second) = (claims.next().unwrap(), claims.next().unwrap());
    world.queue.settle(vec![settled(first, accepted())]).await.unwrap();
    let doubt = crate::queue::End::InDoubt(crate::queue::tests::reason());
    let campaign = world.queue.campaign("talk").await.unwrap();
    let token = crate::domain::message::token::token(&campaign.token_key, second.recipient.id);
    world.queue.settle(vec![settled(second, doubt)]).await.unwrap();
    let quoting = Inbound { quoted: vec!["A1".to_owned()], ..wrote(0, "a", "nice") };
    let tagged = Inbound { refs: [None, None, Some(token)], ..wrote(1, "b", "which size?") };
    hear(&world, vec![quoting, tagged]).await;
    assert_eq!((n_of(&world, Status::Accepted).await, n_of(&world, Status::InDoubt).await), (2, 0));
    assert_eq!(world.queue.counts(world.campaign).await.unwrap().delivered(Delivery::Delivered), 2);
    let ties: Vec<Option<String>> =
        crate::queue::engine::Text::new("select tie from inbound order by inbound_id")
            .fetch_scalars(&world.queue.readers)
            .await
            .unwrap();
    assert_eq!(ties, [Some("quoted".to_owned()), Some("tag".to_owned())]);
}

#[tokio::test]
async fn an_answer_that_quotes_nothing_belongs_to_the_last_message() {
    let (world, lease) = world(1).await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
    hear(&world, vec![wrote(0, "a", "what does it cost?"), wrote(7, "b", "who are you?")]).await;
    let ties: Vec<Option<String>> =
        crate::queue::engine::Text::new("select tie from inbound order by inbound_id")
            .fetch_scalars(&world.queue.readers)
            .await
            .unwrap();
    assert_eq!(ties, [Some("after".to_owned()), None]);
    let replied: Option<i64> = crate::queue::engine::Text::new("select replied_at from recipient")
        .fetch_scalar(&world.queue.readers)
        .await
        .unwrap();
    assert_eq!(replied, Some(NOW.0));
    assert_eq!(world.queue.windows_of(phone(0)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_opt_out_goes_along_with_a_changed_number_and_a_forged_flood_can_be_undone() {
    let (world, _lease) = world(2).await;
    hear(&world, vec![wrote(0, "a", "stop")]).await;
    let moved = Inbound {
        id: Some("b".to_owned()),
        person: Some(phone(0)),
        ..Inbound::of(Event::NumberChanged { to: phone(50) })
    };
    hear(&world, vec![moved]).await;
    assert!(world.queue.is_suppressed(phone(50)).await.unwrap());
    assert_eq!(world.queue.undo_keywords(NOW).await.unwrap(), 2);
    assert!(!world.queue.is_suppressed(phone(0)).await.unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Order and repetition change nothing of who is on the list, who can be reached, and what is written down.
    #[test]
    fn the_order_and_the_repetition_of_messages_do_not_matter(
        (said, shuffled) in proptest::collection::vec((0..4_u64, 0..3_usize, any::<bool>()), 1..8)
            .prop_flat_map(|all| (Just(all.clone()), Just([all.clone(), all].concat()).prop_shuffle()))
    ) {
        let messages = |said: &[(u64, usize, bool)]| -> Vec<Inbound> {
            said.iter()
                .map(|(n, what, is_late)| {
                    let text = ["hello", "stop", "when does the shop open"][*what];
                    let at = Timestamp(NOW.0 - if *is_late { 0 } else { 60_000 });
                    Inbound { at: Some(at), ..wrote(*n, &format!("{n}-{what}-{is_late}"), text) }
                })
                .collect()
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let end = |said: Vec<Inbound>| {
            runtime.block_on(async {
                let (world, _lease) = world(4).await;
                for one in said {
                    hear(&world, vec![one]).await;
                }
                let mut end = Vec::new();
                for n in 0..4 {
                    let windows = world.queue.windows_of(phone(n)).await.unwrap();
                    end.push((world.queue.is_suppressed(phone(n)).await.unwrap(), windows));
                }
                let n: i64 =
                    crate::queue::engine::Text::new("select count(*) from inbound").fetch_scalar(&world.queue.readers).await.unwrap();
                (end, n)
            })
        };
        prop_assert_eq!(end(messages(&said)), end(messages(&shuffled)));
    }
}

#[tokio::test]
async fn nothing_that_people_write_is_kept_unless_the_settings_say_for_how_long() {
    let (world, _lease) = world(2).await;
    hear(&world, vec![wrote(0, "a", "my address is Main Street 1")]).await;
    assert_eq!(texts(&world).await, [None]);
    let intake = Intake { keep_text: Some(Duration::from_hours(24)), ..Intake::default() };
    hear_by(&world, vec![wrote(0, "b", "keep this"), wrote(1, "c", "and this")], &intake, NOW).await;
    let kept = ["keep this", "and this"].map(|text| Some(text.to_owned()));
    assert_eq!(texts(&world).await[1..], kept);
    // An hour before the end they are there, also where nothing is kept any more; the next message after it deletes them.
    hear_by(&world, vec![wrote(1, "d", "x")], &Intake::default(), NOW.plus(Duration::from_hours(23))).await;
    assert_eq!(texts(&world).await[1..3], kept);
    hear_by(&world, vec![wrote(1, "e", "y")], &Intake::default(), NOW.plus(Duration::from_hours(24))).await;
    assert!(texts(&world).await.iter().all(Option::is_none));
    hear_by(&world, vec![wrote(1, "f", "once more")], &intake, NOW).await;
    world.queue.forget_texts(NOW.plus(Duration::from_hours(25))).await.unwrap();
    assert!(texts(&world).await.iter().all(Option::is_none));
}

#[tokio::test]
async fn a_campaign_pauses_when_too_many_of_those_who_got_it_ask_to_stop_and_goes_on_when_it_is_resumed() {
    let (world, lease) = world(420).await;
    deliver_all(&world, &lease).await;
    let state = async || world.queue.campaign("talk").await.unwrap();
    let stop = |n: u64| wrote(n, &format!("stop {n}"), "STOP");
    // Eight of 420 are fewer than two percent; one who only may have asked, and one who asks twice, make no ninth.
    let mut others = vec![wrote(300, "m", "can I stop by?"), wrote(0, "again", "stop!")];
    hear(&world, (0..8).map(stop).collect()).await;
    hear(&world, std::mem::take(&mut others)).await;
    assert_eq!(state().await.state, crate::domain::State::Running);
    hear(&world, vec![stop(8)]).await;
    let pause = state().await.pause.unwrap();
    assert_eq!(pause.cause, crate::domain::PauseCause::OptOuts);
    assert_eq!(pause.detail.as_deref(), Some("of 420 who got the message 9 asked to stop"));
    let said = world.queue.audit_trail(None, 1).await.unwrap();
    assert!(said[0].detail.contains("opt outs: of 420"), "{said:?}");
    world.queue.resume(world.campaign).await.unwrap();
    hear(&world, vec![stop(9), stop(10)]).await;
    assert_eq!(state().await.state, crate::domain::State::Running, "those before the resume count no more");
}

#[tokio::test]
async fn a_setting_in_whatsapp_counts_as_a_request_and_the_limit_can_be_set() {
    let (world, lease) = world(10).await;
    deliver_all(&world, &lease).await;
    let preference =
        Inbound { id: None, text: None, event: Event::Preference { is_stop: true }, ..wrote(3, "p", "") };
    let stops = crate::domain::inbound::intake::StopLimit::default().with_min(5);
    let never = Intake { stops: stops.with_share("never").unwrap(), ..Intake::default() };
    hear_by(&world, vec![wrote(1, "a", "stop")], &never, NOW).await;
    assert!(world.queue.campaign("talk").await.unwrap().pause.is_none());
    hear_by(&world, vec![preference], &Intake { stops, ..Intake::default() }, NOW).await;
    let pause = world.queue.campaign("talk").await.unwrap().pause.unwrap();
    assert_eq!(pause.detail.as_deref(), Some("of 10 who got the message 2 asked to stop"));
    // The setting is no reply.
    let replied: i64 =
        crate::queue::engine::Text::new("select count(*) from recipient where replied_at is not null")
            .fetch_scalar(&world.queue.readers)
            .await
            .unwrap();
    assert_eq!(replied, 1);
}

#[tokio::test]
async fn what_somebody_decides_of_a_message_is_what_it_said_from_then_on() {
    let (world, lease) = world(2).await;
    deliver_all(&world, &lease).await;
    hear(&world, vec![wrote(0, "a", "please stop this"), wrote(1, "b", "can I stop by?")]).await;
    world.queue.decide(vec![phone(0)], true).await.unwrap();
    world.queue.decide(vec![phone(1)], false).await.unwrap();
    let verdicts = async || -> Vec<String> {
        crate::queue::engine::Text::new("select verdict from inbound order by inbound_id")
            .fetch_scalars(&world.queue.readers)
            .await
            .unwrap()
    };
    assert_eq!(verdicts().await, ["asked", "no"]);
    world.queue.undo_keywords(NOW).await.unwrap();
    assert_eq!(verdicts().await, ["no", "no"]);
}

#[tokio::test]
async fn whoever_was_left_out_and_wrote_is_counted_beside_those_who_got_the_message() {
    let (world, lease) = world(40).await;
    world
        .execute(
            "update recipient set status = 'skipped', code = 'HELD_OUT', settled_at = 1790000000000 where line >= 32",
        )
        .await;
    world.execute("update counter set n = 30 where axis = 'status' and value = 'queued'").await;
    world
        .execute(
            "insert into counter (campaign_id, axis, value, n)
            select campaign_id, 'status', 'skipped', 10 from campaign where name = 'talk'
            on conflict (campaign_id, axis, value) do update set n = excluded.n",
        )
        .await;
    deliver_all(&world, &lease).await;
    // Of thirty with the message two wrote and one asked to stop; of ten without it one did.
    hear(&world, vec![wrote(0, "a", "how much?"), wrote(1, "b", "nice"), wrote(2, "c", "stop")]).await;
    hear(&world, vec![wrote(35, "d", "are you open?"), wrote(36, "e", "STOP")]).await;
    let late = Inbound { at: Some(NOW.plus(Duration::from_hours(73))), ..wrote(37, "f", "hello") };
    hear_by(&world, vec![late], &Intake::default(), NOW.plus(Duration::from_hours(80))).await;
    let found = world.queue.responded(world.campaign, None).await.unwrap();
    let answered = |is_held_out: bool| -> u64 {
        let of = found.responders.iter().map(|(_, one)| one).filter(|one| one.answered);
        of.filter(|one| (one.tie == crate::domain::response::Tie::HeldOut) == is_held_out)
            .map(|one| one.n)
            .sum()
    };
    assert_eq!((found.n_held_out, answered(false), answered(true)), (10, 2, 1));
    let replied: i64 =
        crate::queue::engine::Text::new("select count(*) from recipient where replied_at is not null")
            .fetch_scalar(&world.queue.readers)
            .await
            .unwrap();
    assert_eq!(replied, 3, "who got no message answered none");
}
