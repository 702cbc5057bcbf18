//! Home: what needs somebody, what is under way, what the last weeks brought; and the list of all campaigns.

use std::{borrow::Borrow, collections::BTreeSet, time::Duration};

use askama::Template;
use axum::{extract::Query, response::Response};
use serde::Deserialize;

use crate::{
    app::wording::{self, Face, shell_quoted},
    console::page::{
        bar::{Part, parts},
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, encoded, page as render},
        words,
    },
    domain::{CampaignId, State, Status, Timestamp},
    queue::{CampaignFilter, Overview},
};

/// How many campaigns are on a page.
const PAGE: u32 = 100;

/// How far back the home page goes, and how many campaigns of each kind it has.
const RECENT: Duration = Duration::from_hours(30 * 24);
const OF_EACH: u32 = 50;

#[derive(Template)]
#[template(path = "campaign/campaigns.html", config = ".askama.toml")]
struct ListPage {
    f: Frame,
    /// Campaigns below a heading each.
    sections: Vec<ListSection>,
    /// People whom somebody has to decide about.
    n_open: u64,
    /// Behind which campaign the next page begins.
    older: Option<i64>,
    /// What is looked for in names.
    text: String,
    /// The state that is looked for.
    state: Option<State>,
    is_archived: bool,
    /// What is under way and recent, not a list of all.
    is_home: bool,
    /// Whether there is any campaign.
    has_any: bool,
}

struct ListSection {
    heading: words::Phrase,
    lines: Vec<CampaignLine>,
}

impl ListPage {
    fn states() -> [State; State::ALL.len()] {
        State::ALL
    }

    fn is_chosen(&self, state: impl Borrow<State>) -> bool {
        self.state == Some(*state.borrow())
    }

    /// What of the search stands in an address beside the page.
    fn only(&self) -> String {
        let text = if self.text.is_empty() { String::new() } else { format!("&q={}", encoded(&self.text)) };
        let state = if self.is_archived { ARCHIVED } else { self.state.map_or("", State::name) };
        format!("{text}&state={state}&all=yes")
    }

    fn has_lines(&self) -> bool {
        self.n_open > 0 || self.sections.iter().any(|section| !section.lines.is_empty())
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
    /// Why it needs somebody.
    why: Option<String>,
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
            why: why(f, overview),
            bar,
            created: Moment::of(campaign.created_at, &campaign.plan),
        }
    }
}

/// Why a campaign needs somebody, in a few words.
fn why(f: &Frame, overview: &Overview) -> Option<String> {
    let pause = overview.campaign.pause.as_ref();
    let n_doubts = overview.counts.of(Status::InDoubt);
    match (pause, overview.campaign.state) {
        (Some(pause), _) => Some(wording::pause::cause(pause.cause, Face::Browser)),
        (None, State::Draft) => Some(f.w.home_draft.to_string()),
        (None, _) if n_doubts > 0 => Some(f.w.home_doubts.n(n_doubts)),
        (None, _) => None,
    }
}

/// The choice of archived campaigns, among the states.
const ARCHIVED: &str = "archived";

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
    /// A list of all, and not the home page.
    #[serde(default)]
    all: String,
}

pub(crate) async fn list(visit: Visit, Query(query): Query<ListQuery>) -> Result<Response, Failure> {
    let is_search = !query.q.trim().is_empty() || !query.state.is_empty() || query.before.is_some();
    if is_search || !query.all.is_empty() { all(&visit, query).await } else { home(&visit).await }
}

/// What somebody comes for: each campaign once, where it matters most.
async fn home(visit: &Visit) -> Result<Response, Failure> {
    let f = visit.frame(Section::Campaigns, words::texts().campaigns.to_string());
    let queue = &visit.queue;
    let of = async |states: &[State], since: Option<Timestamp>| {
        let states = states.to_vec();
        let filter = CampaignFilter { states, since, is_archived: Some(false), ..CampaignFilter::default() };
        queue.newest_overviews(&filter, OF_EACH).await
    };
    let recent_since = visit.workspace.clock.now().minus(RECENT);
    let needing = [
        of(&[State::Paused], None).await?,
        queue.doubtful_overviews(OF_EACH).await?,
        of(&[State::Draft], None).await?,
    ];
    let running = of(&[State::Running, State::Scheduled], None).await?;
    let recent = of(&[State::Finished, State::Cancelled], Some(recent_since)).await?;
    let mut shown = BTreeSet::new();
    let mut lines = |overviews: Vec<Overview>| -> Vec<CampaignLine> {
        let new = overviews.into_iter().filter(|overview| shown.insert(overview.campaign.id.0));
        new.map(|overview| CampaignLine::of(&f, &overview)).collect()
    };
    let sections = vec![
        ListSection {
            heading: words::texts().home_needs,
            lines: lines(needing.into_iter().flatten().collect()),
        },
        ListSection { heading: words::texts().home_running, lines: lines(running) },
        ListSection { heading: words::texts().home_recent, lines: lines(recent) },
    ];
    let n_open = if visit.has_open_questions { queue.open_questions().await?.len() as u64 } else { 0 };
    let has_any = queue.n_campaigns().await? > 0;
    let (text, state) = (String::new(), None);
    render(&ListPage {
        f,
        sections,
        n_open,
        older: None,
        text,
        state,
        is_archived: false,
        is_home: true,
        has_any,
    })
}

/// A page of all that are looked for, the newest first.
async fn all(visit: &Visit, query: ListQuery) -> Result<Response, Failure> {
    let f = visit.frame(Section::Campaigns, words::texts().campaigns.to_string());
    let text = query.q.trim().to_owned();
    let is_archived = query.state == ARCHIVED;
    let state = State::from_name(&query.state);
    let before = query.before.map(CampaignId);
    let filter = CampaignFilter {
        states: state.into_iter().collect(),
        text,
        since: None,
        before,
        is_archived: is_archived.then_some(true),
    };
    let mut found = visit.queue.newest_overviews(&filter, PAGE + 1).await?;
    let has_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let last = found.last().filter(|_| has_more);
    let older = last.map(|overview| overview.campaign.id.0);
    // What is looked for may be nowhere; without a campaign there is nothing to look for.
    let has_any = !found.is_empty() || visit.queue.n_campaigns().await? > 0;
    let lines = found.iter().map(|overview| CampaignLine::of(&f, overview)).collect();
    let sections = vec![ListSection { heading: words::texts().home_all, lines }];
    let text = filter.text;
    render(&ListPage { f, sections, n_open: 0, older, text, state, is_archived, is_home: false, has_any })
}
