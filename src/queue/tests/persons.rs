//! A person is one person, however a list writes the number: for duplicates, for the suppression list, after a purge.

use super::*;

/// Each pair is one mobile: as it is canonical, and as lists or `WhatsApp` write it, too.
const PAIRS: [(&str, &str); 6] = [
    ("+541166773399", "+5491166773399"),
    ("+543515551234", "+5493515551234"),
    ("+525512345678", "+5215512345678"),
    ("+528112345678", "+5218112345678"),
    ("+5575988251234", "+557588251234"),
    ("+5511961234567", "+551161234567"),
];

fn phone_of(text: &str) -> Phone {
    Phone::parse(text).unwrap()
}

fn row(line: u64, to: &str) -> NewRecipient {
    NewRecipient { standing: Standing::Good(phone_of(to)), ..good(line, line) }
}

async fn statuses_of(world: &World) -> Vec<String> {
    world.statuses().await.into_iter().map(|(_, status)| status.name().to_owned()).collect()
}

#[tokio::test]
async fn the_second_spelling_of_a_person_is_a_duplicate_in_one_batch_or_in_another_list() {
    for (one, other) in PAIRS.into_iter().chain(PAIRS.map(|(one, other)| (other, one))) {
        let world = World::with(0).await;
        let added = world.import(vec![row(2, one), row(3, other), row(4, one)]).await.unwrap();
        let taken: Vec<_> = added.taken.iter().map(|taken| (taken.line, taken.of_line, taken.to)).collect();
        assert_eq!(taken, [(3, 2, phone_of(other)), (4, 2, phone_of(one))]);
        let added = world.import(vec![row(2, other)]).await.unwrap();
        assert_eq!(added.taken.iter().map(|taken| taken.of_line).collect::<Vec<_>>(), [2]);
        assert_eq!(statuses_of(&world).await, ["queued", "duplicate", "duplicate", "duplicate"], "{one}");
        // What is sent is the number as the first row gave it.
        let lease = world.start().await;
        let claims = world.claim(&lease, 9).await.claims;
        let numbers: Vec<_> = claims.iter().map(|claim| claim.recipient.to).collect();
        assert_eq!(numbers, [phone_of(one)]);
        assert_eq!(world.queue.verify(world.campaign).await.unwrap().wrong, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_suppressed_person_is_held_back_in_either_spelling_before_and_after_the_import() {
    for (one, other) in PAIRS.into_iter().chain(PAIRS.map(|(one, other)| (other, one))) {
        let world = World::with(0).await;
        world.queue.suppress(vec![phone_of(one)], "asked".to_owned(), NOW).await.unwrap();
        let added = world.import(vec![row(2, other), good(3, 8)]).await.unwrap();
        assert_eq!(added.n_suppressed, 1, "{one}");
        assert!(world.queue.is_suppressed(phone_of(other)).await.unwrap());
        let error = world.rows().await[0].error.clone();
        assert_eq!(error.as_deref(), Some("on the suppression list: asked"));

        let world = World::with(0).await;
        world.import(vec![row(2, other), good(3, 8)]).await.unwrap();
        let new =
            Suppression { number: phone_of(one), reason: "by letter".to_owned(), added_at: Timestamp(5) };
        let suppressed = world.queue.suppress_all(vec![new.clone()], "a file", NOW).await.unwrap();
        assert_eq!(suppressed, Suppressed { n_new: 1, left: vec![("spring".to_owned(), 1)] });
        assert_eq!(statuses_of(&world).await, ["suppressed", "queued"], "{one}");
        assert_eq!(world.rows().await[0].error.as_deref(), Some("on the suppression list: by letter"));

        // The list shows the number as it was given, and each person once.
        let again = world.queue.suppress(vec![phone_of(other)], "again".to_owned(), NOW).await.unwrap();
        assert_eq!(again, 0);
        assert_eq!(world.queue.suppressions(None, 9).await.unwrap(), [new]);
        assert_eq!(world.queue.unsuppress(vec![phone_of(other)], "").await.unwrap(), 1);
        assert!(!world.queue.is_suppressed(phone_of(one)).await.unwrap());
    }
}

#[tokio::test]
async fn a_claim_takes_no_person_who_was_suppressed_in_the_other_spelling() {
    for (one, other) in PAIRS {
        let world = World::with(0).await;
        world.import(vec![row(2, one), row(3, "+919800000001")]).await.unwrap();
        let lease = world.start().await;
        // Put on the list behind the queue's back: the claim is the last to ask.
        let list = [Suppression { number: phone_of(other), reason: "asked".to_owned(), added_at: NOW }];
        let new = list[0].clone();
        in_commit!(world.queue, |connection| {
            engine::Text::new(
                "insert into suppression (canonical, number, reason, added_at) values ($1, $2, $3, $4)",
            )
            .bind(rows::stored(new.number.canonical().digits()))
            .bind(rows::stored(new.number.digits()))
            .bind(new.reason)
            .bind(new.added_at.0)
            .execute(connection)
            .await?;
            Ok(())
        })
        .unwrap();
        let lines: Vec<_> =
            world.claim(&lease, 9).await.claims.iter().map(|claim| claim.recipient.line).collect();
        assert_eq!(lines, [3], "{one}");
    }
}

#[tokio::test]
async fn who_was_messaged_under_one_spelling_is_known_under_the_other_also_after_a_purge() {
    let (one, other) = PAIRS[0];
    let world = World::with(0).await;
    world.import(vec![row(2, one)]).await.unwrap();
    let lease = world.start().await;
    let claim = world.claim(&lease, 1).await.claims.pop().unwrap();
    world.queue.settle(vec![settled(claim, accepted())]).await.unwrap();
    let n_sent = async |number: &str| {
        let digits = vec![phone_of(number).digits()];
        world.queue.count_sent_since(digits, Timestamp(0), None).await.unwrap()
    };
    assert_eq!((n_sent(one).await, n_sent(other).await, n_sent("+541166773398").await), (1, 1, 0));
    world.queue.finish(world.campaign, NOW).await.unwrap();
    world.queue.purge(world.campaign, NOW).await.unwrap();
    assert_eq!((n_sent(one).await, n_sent(other).await, n_sent("+541166773398").await), (1, 1, 0));
}
