//! No statement reads a whole list where a few rows are meant: every statement's plan, as SQLite makes it.

use std::{collections::BTreeMap, fs, path::Path};

use sqlx::{ConnectOptions, Row, SqliteConnection};

use crate::{
    domain::{CampaignId, Delivery, Status},
    queue::{
        After, Queue, options,
        views::result_rows::{Conditions, RowSource, TextMatch, statement},
    },
};

const CAMPAIGN: CampaignId = CampaignId(1);

/// The statements as they were checked when this was built.
fn statements() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let checked = fs::read_to_string(entry.unwrap().path()).unwrap();
        let checked: serde_json::Value = serde_json::from_str(&checked).unwrap();
        (checked["db_name"] == "SQLite").then(|| checked["query"].as_str().unwrap().to_owned())
    };
    fs::read_dir(folder).unwrap().filter_map(read).collect()
}

/// The statements that are built for pages of rows: every way to the rows with every condition, and the index that the
/// way is named for.
fn pages() -> Vec<(String, String)> {
    let after = After(0, 0);
    let of_status = |status: Status| {
        let index = match status {
            Status::Queued => "recipient_queued (campaign_id=? AND due_at>?)".to_owned(),
            Status::Rejected | Status::Duplicate => {
                "recipient_without_number (campaign_id=? AND status=? AND recipient_id>?)".to_owned()
            }
            Status::Sending
            | Status::Accepted
            | Status::Failed
            | Status::InDoubt
            | Status::Suppressed
            | Status::Cancelled
            | Status::Skipped => format!("recipient_{status} (campaign_id=? AND recipient_id>?)"),
        };
        (RowSource::Status { campaign: CAMPAIGN, status, after }, index)
    };
    let indexed = Status::ALL.into_iter().filter(|status| *status != Status::Accepted).map(of_status);
    let ways = indexed.chain([
        (RowSource::Ids { first: 1, last: 2 }, "INTEGER PRIMARY KEY (rowid>? AND rowid<?)".to_owned()),
        (
            RowSource::Numbers { campaign: CAMPAIGN, ranges: "[]" },
            "recipient_by_number (campaign_id=? AND number>? AND number<?)".to_owned(),
        ),
        (
            RowSource::Ref { campaign: CAMPAIGN, text: "a" },
            "recipient_by_ref (campaign_id=? AND ref>? AND ref<?)".to_owned(),
        ),
    ]);
    let mut pages = Vec::new();
    for (source, index) in ways {
        for chosen in 0..16_u8 {
            let has = |bit: u8| chosen & bit != 0;
            let conditions = Conditions {
                statuses: if has(1) { &Status::ALL } else { &[] },
                deliveries: if has(2) { &Delivery::ALL } else { &[] },
                code: has(4).then_some("WA400"),
                text: has(8).then_some(TextMatch { text: "a", end: Some((1_000, 7)) }),
            };
            pages.push((statement(source, &conditions, 100).sql().to_owned(), index.clone()));
        }
    }
    pages
}

/// The plan of every statement, white space made even.
async fn plans() -> BTreeMap<String, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    Queue::open_or_create(&path).await.unwrap().close().await;
    let mut connection = options(&path).connect().await.unwrap();
    let mut plans = BTreeMap::new();
    for statement in statements().into_iter().chain(pages().into_iter().map(|(statement, _)| statement)) {
        let plan = plan(&mut connection, &statement).await;
        plans.insert(statement.split_whitespace().collect::<Vec<_>>().join(" "), plan);
    }
    plans
}

async fn plan(connection: &mut SqliteConnection, statement: &str) -> Vec<String> {
    let explain = sqlx::AssertSqlSafe(format!("explain query plan {statement}"));
    let explained = sqlx::query(explain).fetch_all(connection).await;
    let rows = explained.unwrap_or_else(|error| panic!("{error}: {statement}"));
    rows.iter().map(|row| row.get("detail")).collect()
}

#[tokio::test]
async fn no_statement_scans_the_recipients() {
    let plans = plans().await;
    assert!(plans.len() > 100, "{} statements", plans.len());
    for (statement, plan) in plans {
        for step in plan {
            // An index that holds only what is on the wire, in doubt or failed is short.
            let is_scan = ["recipient", "waiting", "messaged"].iter().any(|table| {
                step == format!("SCAN {table}") || step.starts_with(&format!("SCAN {table} USING"))
            });
            let is_short = step.contains("recipient_sending") || step.contains("recipient_in_doubt");
            assert!(!is_scan || is_short, "{step}: {statement}");
        }
    }
}

#[tokio::test]
async fn every_page_of_rows_uses_the_index_that_it_is_meant_to_and_sorts_nothing() {
    let plans = plans().await;
    for (statement, index) in pages() {
        let statement = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        let plan = &plans[&statement];
        assert!(plan.iter().any(|step| step.contains(&index)), "{index}: {statement}\n{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{statement}\n{plan:#?}");
    }
}

/// What a process does before its first request, with a million rows waiting.
#[tokio::test]
async fn nothing_on_the_way_to_the_first_request_takes_longer_for_a_longer_list() {
    let plans = plans().await;
    let expected = [
        ("select exists (select 1 from recipient where status = 'sending')", "recipient_sending"),
        ("from recipient where status = 'sending' group by campaign_id", "recipient_sending"),
        ("update recipient set status = 'in_doubt', attempts = attempts + 1", "recipient_sending"),
        ("update recipient set due_at = $2 where", "recipient_queued (campaign_id=? AND due_at>?)"),
        (
            "update recipient set due_at = case when due_at + $2 > 1",
            "recipient_queued (campaign_id=? AND due_at>?)",
        ),
        ("select min(due_at)", "recipient_queued (campaign_id=?)"),
        (
            "order by due_at, recipient_id limit $3 ) as retried union all",
            "recipient_queued (campaign_id=? AND due_at>? AND due_at<?)",
        ),
        ("select axis, value, n from counter", "counter"),
    ];
    uses(&plans, &expected);
}

/// What is done for every batch of messages: it costs the same however long the list is, and sorts nothing.
#[tokio::test]
async fn claims_settlements_and_receipts_touch_their_own_rows_alone() {
    let plans = plans().await;
    let expected = [
        (
            "order by due_at, recipient_id limit $3",
            "recipient_queued (campaign_id=? AND due_at>? AND due_at<?)",
        ),
        ("order by closes_at, recipient_id limit", "recipient_by_window (campaign_id=? AND closes_at>?)"),
        ("set status = 'suppressed', settled_at = $3", "recipient_by_window (campaign_id=? AND closes_at>?)"),
        ("and status = 'queued' order by due_at, recipient_id limit $9", "recipient_queued (campaign_id=?)"),
        ("select held_by as \"held_by!\", count(*)", "recipient_held (campaign_id=? AND held_by>?)"),
        ("update recipient set status = 'sending', claimed_at = $1", "INTEGER PRIMARY KEY (rowid=?)"),
        (
            "update recipient set status = 'accepted', attempts = attempts + 1",
            "INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            "update recipient set status = change.status, attempts = attempts + change.n_attempts",
            "INTEGER PRIMARY KEY (rowid=?)",
        ),
        ("update counter set n = n + change.delta", "PRIMARY KEY (campaign_id=? AND axis=? AND value=?)"),
        (
            "substr(recipient.message_id, -8) = substr(wanted.name, -8)",
            "recipient_by_message_id_end (<expr>=?)",
        ),
    ];
    uses(&plans, &expected);
    for (statement, plan) in &plans {
        let is_of_batches = expected.iter().any(|(words, _)| statement.contains(words));
        assert!(
            !is_of_batches || !plan.iter().any(|step| step.contains("TEMP B-TREE")),
            "{statement}\n{plan:#?}"
        );
    }
}

/// Whether two numbers are one person is asked for every row of a list, and for every row that is claimed.
#[tokio::test]
async fn a_person_is_found_by_an_index_however_long_the_lists_are() {
    let plans = plans().await;
    let expected = [
        ("same number as line", "recipient_by_number (campaign_id=? AND number=?)"),
        (
            "update recipient set status = 'suppressed', error = ( select 'on the suppression list",
            "SEARCH suppression USING INTEGER PRIMARY KEY",
        ),
        (
            "recipient_id, line, number, attempts, attempts_forgiven",
            "SEARCH suppression USING INTEGER PRIMARY KEY",
        ),
        ("messaged.canonical = waiting.canonical", "recipient_by_canonical (campaign_id=? AND canonical=?)"),
        (
            "update recipient set status = 'suppressed', settled_at = $2, error",
            "recipient_by_number (campaign_id=? AND number=?)",
        ),
        ("select number, reason, added_at from suppression where number > $1", "suppression_by_number"),
        ("cross join suppression where number between", "suppression_by_number"),
    ];
    uses(&plans, &expected);
    for (statement, plan) in &plans {
        let is_scan =
            plan.iter().any(|step| step.starts_with("SCAN suppression") && !statement.contains("limit"));
        let is_short =
            statement.contains("exists (select 1 from suppression)") || statement.contains("count(*)");
        assert!(!is_scan || is_short, "{statement}\n{plan:#?}");
    }
}

/// What the search over everything and the page of a person read, however many rows the campaigns have.
#[tokio::test]
async fn a_person_is_found_over_all_campaigns_by_the_indexes_of_their_rows() {
    let plans = plans().await;
    let expected = [
        (
            "and recipient.number = cast(spelling.atom as bigint)",
            "recipient_by_number (campaign_id=? AND number=?)",
        ),
        (
            "and recipient.number between cast(range.value ->> 0 as bigint)",
            "recipient_by_number (campaign_id=? AND number>? AND number<?)",
        ),
        ("and recipient.ref = $1", "recipient_by_ref (campaign_id=? AND ref=?)"),
        ("and delivery = 'undelivered' group by", "COVERING INDEX recipient_undelivered (campaign_id=?)"),
        ("from console_user where invitation_sha256 = $1", "console_user"),
    ];
    uses(&plans, &expected);
}

/// What an operator does to the few that came to no good end.
#[tokio::test]
async fn failures_and_doubts_are_found_without_the_rest() {
    let expected = [
        (
            "attempts_forgiven = attempts, code = null, error = null, settled_at = null where",
            "recipient_failed",
        ),
        (
            "attempts_forgiven = attempts, code = null, error = null, settled_at = null where",
            "recipient_in_doubt",
        ),
        (
            "attempts_forgiven = attempts, code = null, error = null, settled_at = null where",
            "recipient_skipped",
        ),
        ("update recipient set status = 'failed', code = 'IN_DOUBT'", "recipient_in_doubt"),
        ("select line from recipient where campaign_id = $1 and status = 'in_doubt'", "recipient_in_doubt"),
    ];
    uses(&plans().await, &expected);
}

/// Every statement with these words is answered by this index.
fn uses(plans: &BTreeMap<String, Vec<String>>, expected: &[(&str, &str)]) {
    for (beginning, index) in expected {
        let of_start: Vec<_> = plans.iter().filter(|(statement, _)| statement.contains(beginning)).collect();
        assert!(!of_start.is_empty(), "there is no statement `{beginning}`");
        for (statement, plan) in of_start {
            assert!(plan.iter().any(|step| step.contains(index)), "{statement}\n{plan:#?}");
        }
    }
}
