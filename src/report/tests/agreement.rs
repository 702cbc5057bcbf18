//! Whatever receipts came, in whatever order: every face says the same of them.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use crate::{
    domain::{Delivery, Funnel, Layout, Meaning, NewRecipient, Phone, Receipt, Said, Standing, Timestamp},
    queue::{Heard, tests::filled::Filled},
    report::{
        figures::{
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
    let mut csv = Vec::new();
    write_total_csv("spring", &counts, &mut csv).unwrap();
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
