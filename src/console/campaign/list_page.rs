//! The list of campaigns.

use std::borrow::Borrow;

use askama::Template;
use axum::{extract::Query, response::Response};
use serde::Deserialize;

use crate::{
    app::wording::shell_quoted,
    console::page::{
        bar::{Part, parts},
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
        words,
    },
    domain::{CampaignId, State, Status},
    queue::{CampaignFilter, Overview},
};

/// How many campaigns are on a page.
const PAGE: u32 = 100;

#[derive(Template)]
#[template(path = "campaign/campaigns.html", config = ".askama.toml")]
struct ListPage {
    f: Frame,
    lines: Vec<CampaignLine>,
    /// Behind which campaign the next page begins.
    older: Option<i64>,
    /// What is looked for in names.
    text: String,
    /// The state that is looked for.
    state: Option<State>,
    /// Whether there is any campaign.
    has_any: bool,
}

impl ListPage {
    fn states() -> [State; State::ALL.len()] {
        State::ALL
    }

    fn is_chosen(&self, state: impl Borrow<State>) -> bool {
        self.state == Some(*state.borrow())
    }

    /// What of the search stands in an address beside the page.
    fn state_name(&self) -> &'static str {
        self.state.map_or("", State::name)
    }

    fn command(&self) -> String {
        let mut command = "catalink list".to_owned();
        if let Some(state) = self.state {
            command.push_str(&format!(" --state {state}"));
        }
        if !self.text.is_empty() {
            command.push_str(&format!(" --name {}", shell_quoted(&self.text)));
        }
        command
    }
}

struct CampaignLine {
    name: String,
    path: String,
    state: &'static str,
    state_words: String,
    total: u64,
    n_done: u64,
    n_sendable: u64,
    n_failed: u64,
    n_doubts: u64,
    n_cancelled: u64,
    may_be_seen: bool,
    bar: Vec<Part>,
    created: Moment,
}

impl CampaignLine {
    fn of(f: &Frame, overview: &Overview) -> Self {
        let Overview { campaign, counts } = overview;
        let n = |status| counts.of(status);
        let n_left_out = n(Status::Rejected) + n(Status::Duplicate) + n(Status::Suppressed);
        let bar = parts(&[
            ("accepted", n(Status::Accepted)),
            ("failed", n(Status::Failed)),
            ("in_doubt", n(Status::InDoubt)),
            ("queued", n(Status::Queued) + n(Status::Sending)),
            ("cancelled", n(Status::Cancelled)),
        ]);
        Self {
            name: campaign.plan.name.clone(),
            path: format!("{}/campaigns/{}", f.base, campaign.plan.name),
            state: campaign.state.name(),
            state_words: f.w.state(campaign.state).to_string(),
            total: counts.total(),
            n_done: n(Status::Accepted) + n(Status::Failed) + n(Status::InDoubt),
            n_sendable: counts.total() - n_left_out,
            n_failed: n(Status::Failed),
            n_doubts: n(Status::InDoubt),
            n_cancelled: n(Status::Cancelled),
            // One without rows has nothing but steps, which are for those who make campaigns.
            may_be_seen: f.may_send() || counts.total() > 0,
            bar,
            created: Moment::of(campaign.created_at, &campaign.plan),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    /// Only those that were created before this one.
    before: Option<i64>,
    /// Only those with this in their name.
    #[serde(default)]
    q: String,
    /// Only those in this state.
    #[serde(default)]
    state: String,
}

/// A page of them, the newest first: it is what somebody comes for.
pub(crate) async fn list(visit: Visit, Query(query): Query<ListQuery>) -> Result<Response, Failure> {
    let f = visit.frame(Section::Campaigns, words::EN.campaigns.to_string());
    let text = query.q.trim().to_owned();
    let state = State::from_name(&query.state);
    let before = query.before.map(CampaignId);
    let filter = CampaignFilter { states: state.into_iter().collect(), text, since: None, before };
    let mut found = visit.queue.newest_overviews(&filter, PAGE + 1).await?;
    let has_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let last = found.last().filter(|_| has_more);
    let older = last.map(|overview| overview.campaign.id.0);
    // What is looked for may be nowhere; without a campaign there is nothing to look for.
    let has_any = !found.is_empty() || visit.queue.n_campaigns().await? > 0;
    let lines = found.iter().map(|overview| CampaignLine::of(&f, overview)).collect();
    render(&ListPage { f, lines, older, text: filter.text, state, has_any })
}
