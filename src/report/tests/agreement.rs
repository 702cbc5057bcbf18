//! Whatever receipts came, in whatever order: every face says the same of them.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use crate::{
    domain::{
        Delivery, Event, Funnel, Inbound, Layout, Meaning, NewRecipient, Phone, Receipt, Said, Standing,
        Timestamp,
        inbound::{OrderItem, intake::Intake},
    },
    queue::{Heard, tests::filled::Filled},
    report::{
        figures::{
            responses::Outcome,
            summary::Summary,
            totals::{By, Table, write_total_csv},
        },
        rows::results::{Order, write_file},
    },
};

const ROWS: u64 = 6;

/// When the provider took all of the messages.
const ACCEPTED_AT: i64 = 1_790_000_000_000;

async fn accepted() -> Filled {
    let filled = Filled::empty().await;
    let layout = Layout::new(vec!["to".to_owned()], vec![0], [None, None, None], BTreeMap::new());
    let row = |line| NewRecipient {
        line,
        standing: Standing::Good(Phone::from_digits(919_800_000_000 + line).unwrap()),
        refs: [Some(format!("shop-{}", line % 2)), None, None],
        cells: Vec::new(),
        wrote_at: None,
        time_zone: None,
        mends: None,
    };
    filled.import(layout, (1..=ROWS).map(row).collect()).await;
    filled
        .alter(
            "update recipient set status = 'accepted', message_id = 'message-' || line, settled_at = 1790000000000;
            update recipient set status = 'failed', code = 'WA400' where line = 6;",
        )
        .await;
    filled
}

fn heard(line: u64, report: Said, after_ms: i64) -> Heard {
    let at = Timestamp(ACCEPTED_AT + after_ms);
    let ids = vec![format!("message-{line}")];
    let receipt = Receipt { ids, refs: [None, None, None], report, at: Some(at), code: None, error: None };
    Heard { receipt, meaning: Meaning::Plain, at }
}

/// What the rows of the export say, counted by hand.
async fn from_the_export(filled: &Filled) -> (Funnel, u64) {
    let path = filled.folder.path().join("results.csv");
    write_file(&filled.queue, &filled.campaign, &Order::default(), &path, true).await.unwrap();
    let rows: Vec<HashMap<String, String>> =
        csv::Reader::from_path(&path).unwrap().deserialize().map(Result::unwrap).collect();
    let accepted = rows.iter().filter(|row| row["status"] == "accepted").count() as u64;
    let furthest =
        |delivery: Delivery| rows.iter().filter(|row| row["delivery"] == delivery.name()).count() as u64;
    for row in &rows {
        let has_arrived = matches!(row["delivery"].as_str(), "delivered" | "read");
        assert!(has_arrived || row["delivered_at"].is_empty() && row["read_at"].is_empty(), "{row:?}");
        assert_eq!(row["delivery"] == "read", !row["read_at"].is_empty(), "{row:?}");
    }
    let n_timed = rows.iter().filter(|row| !row["delivered_at"].is_empty()).count() as u64;
    (Funnel::of(accepted, furthest), n_timed)
}

fn any_history() -> impl Strategy<Value = Vec<(u64, Said, i64)>> {
    let said = prop_oneof![
        Just(Said::Sent),
        Just(Said::Delivered),
        Just(Said::Read),
        Just(Said::Undelivered),
        Just(Said::NotSent),
        Just(Said::Unknown("queued".to_owned())),
    ];
    proptest::collection::vec((1..=ROWS, said, 0..9_000_i64), 0..16)
}

async fn faces_agree(history: Vec<(u64, Said, i64)>, are_together: bool) {
    let filled = accepted().await;
    let all: Vec<_> = history.into_iter().map(|(line, said, after)| heard(line, said, after)).collect();
    let commits = if are_together { vec![all] } else { all.into_iter().map(|one| vec![one]).collect() };
    for commit in commits {
        filled.queue.receive(commit).await.unwrap();
    }
    let (funnel, n_timed) = from_the_export(&filled).await;
    let (_, summary) = Summary::named(&filled.queue, "spring").await.unwrap();
    assert_eq!(summary.funnel(), funnel, "the report and the export");
    let counts = filled.queue.counts(filled.id()).await.unwrap();
    assert_eq!(counts.funnel(), funnel, "the status and the export");
    for by in By::ALL {
        // Making a table holds its groups against the counters.
        let table = Table::of(&filled.queue, filled.id(), by, &jiff::tz::TimeZone::UTC).await.unwrap();
        assert_eq!(table.total.delivery, funnel.receipts(), "{by:?}");
    }
    let outcome = Outcome::of(&filled.queue, filled.id()).await.unwrap();
    let mut csv = Vec::new();
    write_total_csv("spring", &counts, &outcome, &mut csv).unwrap();
    let row: HashMap<String, u64> = csv::Reader::from_reader(csv.as_slice())
        .deserialize::<HashMap<String, String>>()
        .map(|row| row.unwrap().into_iter().filter_map(|(name, n)| Some((name, n.parse().ok()?))).collect())
        .next()
        .unwrap();
    for (name, n) in funnel.named() {
        assert_eq!(row[name], n, "{name} in the CSV");
    }
    let waits = filled.queue.findings(filled.id(), 1).await.unwrap().waits;
    assert_eq!(waits.map_or(0, |waits| waits.n), n_timed, "the time to deliver");
    assert!(filled.queue.verify(filled.id()).await.unwrap().wrong.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn for_any_history_of_receipts_the_figures_of_all_faces_agree(
        history in any_history(), are_together in any::<bool>()
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(faces_agree(history, are_together));
    }
}

/// What somebody does: who, what, whether it quotes the message, and how long after the acceptance.
type Act = (u64, usize, bool, i64);

fn inbound(index: usize, (line, what, quotes, after_ms): &Act) -> Inbound {
    let order = |currency: &str, price: &str| Event::Order {
        items: vec![OrderItem {
            product: "p".to_owned(),
            quantity: 2,
            price: Some(price.to_owned()),
            currency: Some(currency.to_owned()),
        }],
    };
    let text = || Event::Wrote { kind: "text".to_owned() };
    let (event, words, product) = match what {
        0 => (text(), Some("how much is it?"), None),
        1 => (text(), Some("STOP"), None),
        2 => (text(), Some("is this there in red?"), Some("shoe")),
        3 => (order("INR", "10.50"), None, None),
        4 => (order("EUR", "3"), None, None),
        5 => (Event::Reaction { is_removed: false }, None, None),
        _ => (Event::Preference { is_stop: true }, None, None),
    };
    Inbound {
        id: Some(format!("in {index}")),
        business: Phone::from_digits(911_161_197_855).ok(),
        person: Phone::from_digits(919_800_000_000 + line).ok(),
        at: Some(Timestamp(ACCEPTED_AT + after_ms)),
        text: words.map(str::to_owned),
        product: product.map(str::to_owned),
        quoted: if *quotes { vec![format!("message-{line}")] } else { Vec::new() },
        ..Inbound::of(event)
    }
}

async fn responses_agree(history: Vec<(u64, Said, i64)>, acts: Vec<Act>) {
    let filled = accepted().await;
    filled.alter("update campaign set state = 'running', started_at = 1789999999000").await;
    for (line, said, after) in history {
        filled.queue.receive(vec![heard(line, said, after)]).await.unwrap();
    }
    for (index, act) in acts.iter().enumerate() {
        let at = Timestamp(ACCEPTED_AT + act.3);
        filled.queue.hear(vec![inbound(index, act)], &Intake::default(), at).await.unwrap();
    }
    let outcome = Outcome::of(&filled.queue, filled.id()).await.unwrap();
    let steps = outcome.steps.named().map(|(_, n)| n);
    assert!(steps.is_sorted_by(|more, less| more >= less), "{steps:?}");
    let path = filled.folder.path().join("results.csv");
    write_file(&filled.queue, &filled.campaign, &Order::default(), &path, true).await.unwrap();
    let rows: Vec<HashMap<String, String>> =
        csv::Reader::from_path(&path).unwrap().deserialize().map(Result::unwrap).collect();
    let replied =
        |row: &&HashMap<String, String>| row["status"] == "accepted" && !row["replied_at"].is_empty();
    assert_eq!(rows.iter().filter(replied).count() as u64, outcome.responses.replied, "the export");
    let wanted = [
        outcome.responses.replied,
        outcome.responses.asked_about_product,
        outcome.responses.ordered,
        outcome.responses.opted_out,
        outcome.sales.orders,
        outcome.sales.items,
    ];
    for by in By::ALL {
        let table = Table::of(&filled.queue, filled.id(), by, &jiff::tz::TimeZone::UTC).await.unwrap();
        assert_eq!(table.total.responses, wanted, "{by:?}");
        let mut sums = [0; 6];
        for group in &table.groups {
            sums.iter_mut().zip(group.figures.responses).for_each(|(sum, n)| *sum += n);
        }
        assert_eq!((sums, &table.value), (wanted, &outcome.sales.value), "{by:?}");
    }
    // Those of the rows that were taken, each act counted by hand.
    let of = |what: &[usize]| {
        let people = acts
            .iter()
            .filter(|(line, kind, quotes, _)| *line < ROWS && what.contains(kind) && (*quotes || *kind != 5));
        people.map(|(line, ..)| *line).collect::<std::collections::BTreeSet<_>>().len() as u64
    };
    assert_eq!(outcome.responses.ordered, of(&[3, 4]));
    assert_eq!(outcome.responses.opted_out, of(&[1, 6]));
    assert_eq!(outcome.responses.asked_about_product, of(&[2]));
    assert_eq!(outcome.responses.replied, of(&[0, 1, 2, 3, 4, 5]));
    let n_orders = |what: usize| acts.iter().filter(|(line, kind, ..)| *line < ROWS && *kind == what).count();
    let value: Vec<String> =
        outcome.sales.value.iter().map(|(name, amount)| format!("{name} {amount}")).collect();
    let expected = [("EUR", n_orders(4) * 600), ("INR", n_orders(3) * 2_100)];
    let expected = expected.into_iter().filter(|(_, cents)| *cents > 0);
    assert_eq!(
        value,
        expected
            .map(|(name, cents)| format!("{name} {}.{:02}", cents / 100, cents % 100))
            .collect::<Vec<_>>()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn for_whatever_people_do_the_figures_of_all_faces_agree_and_each_step_is_a_part_of_the_one_before(
        history in any_history(),
        acts in proptest::collection::vec((1..ROWS, 0..7_usize, any::<bool>(), 1_000..9_000_i64), 0..14),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(responses_agree(history, acts));
    }
}
