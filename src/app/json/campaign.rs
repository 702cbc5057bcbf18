//! A campaign: where it stands, and what it is made of.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    app::campaigns::outlook::{Outlook, WaitsFor},
    domain::{Phone, Status, Timestamp, reach::Reach},
    queue::{Import, Overview},
};

/// `status --json` of one campaign.
pub fn status(overview: &Overview, outlook: &Outlook, now: Timestamp) -> Value {
    let Overview { campaign, counts } = overview;
    let by_status: Map<_, _> =
        Status::ALL.into_iter().map(|status| (status.name().to_owned(), json!(counts.of(status)))).collect();
    let by_receipt: Map<_, _> =
        counts.funnel().named().map(|(name, n)| (name.to_owned(), json!(n))).collect();
    let facts = Facts {
        campaign: &campaign.plan.name,
        state: campaign.state.name(),
        is_sending: outlook.sender_pid.is_some(),
        sender_pid: outlook.sender_pid,
        waits_for: outlook.waits_for.map(WaitsFor::name),
        waits_until: told(outlook.waits_until),
        held: outlook.held.iter().map(|held| (held.by.name().to_owned(), json!(held.n))).collect(),
        pause_reason: campaign.pause.as_ref().map(|pause| pause.cause.name()),
        total: counts.total(),
        counts: by_status,
        delivery: by_receipt,
        mps: campaign.plan.mps,
        eta_seconds: outlook.ends_at.map(|at| now.until(at).as_secs()),
        created_at: campaign.created_at.to_string(),
        started_at: told(campaign.started_at),
        finished_at: told(campaign.finished_at),
        pause_detail: campaign.pause.as_ref().and_then(|pause| pause.detail.clone()),
    };
    json!(facts)
}

#[derive(Debug, Serialize)]
struct Facts<'f> {
    campaign: &'f str,
    state: &'f str,
    is_sending: bool,
    sender_pid: Option<i64>,
    waits_for: Option<&'static str>,
    waits_until: Option<String>,
    held: Map<String, Value>,
    pause_reason: Option<&'f str>,
    total: u64,
    counts: Map<String, Value>,
    delivery: Map<String, Value>,
    mps: f64,
    eta_seconds: Option<u64>,
    created_at: String,
    started_at: Option<String>,
    finished_at: Option<String>,
    pause_detail: Option<String>,
}

/// One campaign of `list --json`.
pub fn listed(Overview { campaign, counts }: &Overview, outlook: &Outlook) -> Value {
    json!({
        "campaign": campaign.plan.name,
        "state": campaign.state.name(),
        "pause_reason": campaign.pause.as_ref().map(|pause| pause.cause.name()),
        "is_sending": outlook.sender_pid.is_some(),
        "waits_for": outlook.waits_for.map(WaitsFor::name),
        "waits_until": told(outlook.waits_until),
        "total": counts.total(),
        "queued": counts.of(Status::Queued),
        "accepted": counts.of(Status::Accepted),
        "start_at": told(campaign.plan.start_at),
        "created_at": campaign.created_at.to_string(),
        "started_at": told(campaign.started_at),
        "finished_at": told(campaign.finished_at),
    })
}

fn told(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// `show --json`: all that a campaign is made of.
pub fn settings(overview: &Overview, outlook: &Outlook, lists: &[Import]) -> Value {
    let Overview { campaign, .. } = overview;
    let plan = &campaign.plan;
    let ms = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut shown = listed(overview, outlook);
    let settings = json!({
        "message": plan.message,
        // By the operator's rates, where there are any.
        "cost": Value::Null,
        "preview_url": plan.preview_url,
        "sender": plan.sender.map(Phone::e164),
        "ref": plan.refs[0],
        "ref1": plan.refs[1],
        "ref2": plan.refs[2],
        "token": plan.with_token,
        "wa_source": plan.wa_source,
        "mps": plan.mps,
        "max_in_flight": plan.in_flight_max,
        "max_attempts": plan.attempts_max,
        "retry_initial_ms": ms(plan.retry.initial),
        "retry_max_interval_ms": ms(plan.retry.interval_max),
        "on_unknown": plan.on_unknown.name(),
        "window": plan.hours.as_ref().map(ToString::to_string),
        "time_zone": plan.time_zone,
        "canary": plan.canary,
        "canary_wait_ms": ms(plan.canary_wait),
        "canary_share": plan.canary_share,
        "reach": plan.reach.chosen.map(Reach::name),
        "window_margin_ms": ms(plan.reach.margin),
        "not_after": told(plan.reach.not_after),
        "finish_by": told(plan.reach.finish_by),
        "hours": plan.reach.local.hours.as_ref().map(ToString::to_string),
        "hours_zone": (!plan.reach.local.is_always()).then(|| plan.reach.local.zone.name()),
        "days": plan.reach.local.days.map(|days| days.to_string()),
        "cap": plan.reach.cap.map(|cap| cap.to_string()),
        "hold_out": plan.reach.hold_out.map(|share| share.to_string()),
        "account": campaign.account,
        "created_by": campaign.created_by,
        "lists": lists.iter().map(|list| json!({
            "file": list.file_name,
            "rows": list.n_rows(),
            "imported_at": list.imported_at.to_string(),
        })).collect::<Vec<_>>(),
    });
    if let (Some(shown), Value::Object(settings)) = (shown.as_object_mut(), settings) {
        shown.extend(settings);
    }
    shown
}
