//! Figures for Prometheus, in its text format 0.0.4.

use std::{fmt::Write, sync::Arc};

use axum::{
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};

use crate::{
    console::{page::failure::Failure, shared::Shared},
    domain::{State as CampaignState, Status},
    queue::{ChannelState, Overview, Together},
};

/// How many campaigns have figures of their own: those on their way, and the newest others. All are in the sums.
const CAMPAIGNS_MAX: u32 = 100;

/// The figures of the real workspace: from the counters, so they are true after a restart too.
pub(crate) async fn page(State(shared): State<Arc<Shared>>) -> Result<Response, Failure> {
    let workspace = &shared.workspace;
    let mut recipients = String::new();
    let mut deliveries = String::new();
    let mut states = String::new();
    let mut rates = String::new();
    let mut in_flight = String::new();
    for Overview { campaign, counts } in workspace.queue.foremost_overviews(CAMPAIGNS_MAX).await? {
        let name = label(&campaign.plan.name);
        for status in Status::ALL {
            line(&mut recipients, "catalink_recipients", &name, "status", status.name(), counts.of(status));
        }
        for (told, n) in counts.funnel().named() {
            line(&mut deliveries, "catalink_deliveries", &name, "delivery", told, n);
        }
        for state in CampaignState::ALL {
            let is = u64::from(campaign.state == state);
            line(&mut states, "catalink_campaign_state", &name, "state", state.name(), is);
        }
        // Writing to a string cannot fail.
        let _ = writeln!(rates, "catalink_rate_allowed{{campaign=\"{name}\"}} {}", campaign.plan.mps);
        let gauge = workspace.sessions.gauge(campaign.id);
        let n = gauge.and_then(|gauge| gauge.pace()).map_or(0, |pace| pace.n_in_flight);
        let _ = writeln!(in_flight, "catalink_requests_in_flight{{campaign=\"{name}\"}} {n}");
    }
    let mut text = String::new();
    if let Some(is_held) = workspace.queue.holds_lease() {
        let _ = writeln!(
            text,
            "# HELP catalink_lease_held 1 where this process has the right to send.\n# TYPE catalink_lease_held gauge\n\
            catalink_lease_held {}",
            u8::from(is_held)
        );
    }
    together(&mut text, &workspace.queue.together().await?);
    notices(&mut text, &workspace.queue.notice_channels().await?);
    for (name, help, lines) in [
        ("catalink_recipients", "Recipients by status.", &recipients),
        (
            "catalink_deliveries",
            "Accepted recipients by what receipts say; sent, delivered and read include those that got further.",
            &deliveries,
        ),
        ("catalink_campaign_state", "1 for the state a campaign is in.", &states),
        ("catalink_rate_allowed", "Messages per second that a campaign may send.", &rates),
        ("catalink_requests_in_flight", "Requests on the wire from this process.", &in_flight),
    ] {
        let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{lines}");
    }
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

/// The sums over all campaigns.
fn together(text: &mut String, together: &Together) {
    let counts = &together.counts;
    let states: Vec<(&str, u64)> = together.states.iter().map(|(state, n)| (state.name(), *n)).collect();
    let statuses = Status::ALL.map(|status| (status.name(), counts.of(status))).to_vec();
    let deliveries: Vec<(&str, u64)> = counts.funnel().named().collect();
    let sums = [
        ("catalink_campaigns", "All campaigns by state.", "state", states),
        ("catalink_all_recipients", "Recipients of all campaigns by status.", "status", statuses),
        (
            "catalink_all_deliveries",
            "Accepted recipients of all campaigns by what receipts say; sent, delivered and read include those that got further.",
            "delivery",
            deliveries,
        ),
    ];
    for (metric, help, key, values) in sums {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP {metric} {help}\n# TYPE {metric} gauge");
        for (value, n) in values {
            let _ = writeln!(text, "{metric}{{{key}=\"{value}\"}} {n}");
        }
    }
}

/// Notices that wait, and those that were given up, by channel; nothing where there are no channels.
fn notices(text: &mut String, channels: &[ChannelState]) {
    if channels.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "# HELP catalink_notices Notices of the last 30 days that are not delivered.\n# TYPE catalink_notices gauge"
    );
    for channel in channels {
        let name = label(&channel.name);
        for (state, n) in [("waiting", channel.n_waiting), ("given_up", channel.n_given_up)] {
            let _ = writeln!(text, "catalink_notices{{channel=\"{name}\",state=\"{state}\"}} {n}");
        }
    }
}

fn line(text: &mut String, metric: &str, campaign: &str, key: &str, value: &str, n: u64) {
    let _ = writeln!(text, "{metric}{{campaign=\"{campaign}\",{key}=\"{value}\"}} {n}");
}

/// The value of a label, with the characters that the format reserves escaped.
fn label(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_end_early() {
        assert_eq!(label("a\"} 1\n\\"), r#"a\"} 1\n\\"#);
    }
}
