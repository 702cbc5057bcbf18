//! What came of a campaign, in totals.

use serde_json::{Value, json};

use crate::{
    domain::Status,
    queue::Waits,
    report::{
        self,
        figures::{responses::Outcome, summary::Summary},
    },
};

/// `report --json`: the campaign as a whole.
pub fn totals(name: &str, summary: &Summary, outcome: &Outcome, waits: Option<Waits>) -> Value {
    let funnel = summary.funnel();
    let failures: Vec<_> =
        summary.failures().iter().map(|it| json!({ "code": it.code, "n": it.n })).collect();
    json!({
        "campaign": name,
        // By the operator's rates, where there are any.
        "cost": null,
        "total": summary.total(),
        "left_out": summary.n_left_out(),
        "funnel": funnel,
        "steps": outcome.steps,
        "responses": outcome.responses,
        "sales": outcome.sales,
        "hold_out": outcome.hold_out,
        "open": funnel.n_open(),
        "failed": summary.counts().of(Status::Failed),
        "unsent": summary.n_unsent(),
        "in_doubt": summary.counts().of(Status::InDoubt),
        "doubt_lines": summary.doubt_lines(),
        "failures": failures,
        "reasons": summary.reasons(&report::advice),
        "time_to_deliver": waits.map(|waits| json!({
            "n": waits.n,
            "median_seconds": waits.median.as_secs_f64(),
            "p90_seconds": waits.p90.as_secs_f64(),
        })),
    })
}
