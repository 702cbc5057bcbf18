//! How the server finds rows, for each statement that the program has.

use std::{collections::BTreeMap, path::Path};

use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::Site;
use crate::{domain::NewCampaign, queue::tests::NOW};

/// Statements for this engine, as they were checked: text and number of arguments.
fn statements() -> Vec<(String, usize)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let entry: serde_json::Value = serde_json::from_str(&text).unwrap();
        if entry["db_name"] == "PostgreSQL" {
            let n_arguments = entry["describe"]["parameters"]["Left"].as_array().map_or(0, Vec::len);
            found.push((entry["query"].as_str().unwrap().to_owned(), n_arguments));
        }
    }
    found.sort();
    found
}

/// Indexes that hold few rows whatever the list is like: what is on the wire, in doubt, or an exception.
const OF_FEW: [&str; 4] =
    ["recipient_sending", "recipient_in_doubt", "recipient_suppressed", "recipient_unsent"];

/// The ways in which a plan walks the recipients from one end to the other: over the table, or over an index without a bound.
fn walks(plan: &serde_json::Value, found: &mut Vec<String>) {
    let is_on_recipient = plan["Relation Name"] == "recipient";
    let kind = plan["Node Type"].as_str().unwrap_or_default();
    let has_bound = plan.get("Index Cond").is_some() || plan.get("Recheck Cond").is_some();
    let is_of_few = plan["Index Name"].as_str().is_some_and(|name| OF_FEW.contains(&name));
    let is_whole_index = kind.starts_with("Index") && !has_bound && !is_of_few;
    if is_on_recipient && (kind == "Seq Scan" || is_whole_index) {
        found.push(format!("{kind} {}", plan["Index Name"].as_str().unwrap_or_default()));
    }
    for part in plan["Plans"].as_array().into_iter().flatten() {
        walks(part, found);
    }
}

async fn plan(
    connection: &mut PgConnection,
    statement: &str,
    n_arguments: usize,
) -> Option<serde_json::Value> {
    let prepared = sqlx::raw_sql(AssertSqlSafe(format!("prepare looked_at as {statement}")));
    if prepared.execute(&mut *connection).await.is_err() {
        return None; // What begins and ends transactions has no plan.
    }
    let arguments = vec!["null"; n_arguments].join(", ");
    let arguments = if n_arguments == 0 { String::new() } else { format!("({arguments})") };
    let explain = AssertSqlSafe(format!("explain (format json) execute looked_at{arguments}"));
    let explained = sqlx::raw_sql(explain).fetch_one(&mut *connection).await;
    sqlx::raw_sql("deallocate looked_at").execute(&mut *connection).await.unwrap();
    let plan: serde_json::Value = explained.unwrap().get(0);
    Some(plan[0]["Plan"].clone())
}

/// Lists that are worth an index: half of each waits, the other half is accepted.
const FILL: &str = "
    insert into recipient (recipient_id, campaign_id, import_id, line, number, status, message_id, settled_at, ref)
    select campaign_id * 10000 + n, campaign_id, 1, n, 919810000000 + n, case n % 2 when 0 then 'queued' else 'accepted' end,
        case n % 2 when 1 then 'A' || lpad(n::text, 19, '0') end, case n % 2 when 1 then n end, 'order-' || n
    from campaign cross join generate_series(1, 3000) as n;
    analyze";

/// What is asked for each message, or many times a second.
const OF_EACH_MESSAGE: [&str; 8] = [
    "as retried union all",
    "set status = 'sending', claimed_at = $1",
    "update recipient set status = 'accepted', attempts = attempts + 1",
    "update recipient set status = change.status",
    "select state, mps, in_flight_max, start_at from campaign",
    "state, is_probing, start_at, reach, window_margin_ms",
    "right(message_id, 8)",
    "from alias",
];

#[tokio::test]
async fn what_is_asked_for_each_message_walks_no_list() {
    let Some(site) = Site::with(1).await else { return };
    for n in 0..19 {
        site.queue.create(NewCampaign::new(format!("other-{n}"), "Hi"), NOW).await.unwrap();
    }
    site.execute(FILL).await;
    let mut connection = site.connect().await;
    sqlx::raw_sql("set plan_cache_mode = force_generic_plan; set jit = off")
        .execute(&mut connection)
        .await
        .unwrap();
    let (mut n_plans, mut walking) = (0, BTreeMap::new());
    for (statement, n_arguments) in statements() {
        let text = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        if !OF_EACH_MESSAGE.iter().any(|part| text.contains(part)) {
            continue;
        }
        let Some(plan) = plan(&mut connection, &statement, n_arguments).await else { continue };
        n_plans += 1;
        let mut found = Vec::new();
        walks(&plan, &mut found);
        if !found.is_empty() {
            walking.insert(text, found);
        }
    }
    assert!(n_plans >= OF_EACH_MESSAGE.len(), "{n_plans}");
    assert!(walking.is_empty(), "{walking:#?}");
}
