//! The list of campaigns.

use askama::Template;
use axum::response::Response;

use super::{
    failure::Failure,
    frame::{Frame, Moment, Section, Visit, page as render},
    watching::{Part, parts},
    words,
};
use crate::{domain::Status, queue::Overview};

#[derive(Template)]
#[template(path = "campaigns.html", config = ".askama.toml")]
struct ListPage {
    f: Frame,
    lines: Vec<Line>,
}

struct Line {
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

impl Line {
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
            created: Moment(campaign.created_at),
        }
    }
}

pub(super) async fn list(visit: Visit) -> Result<Response, Failure> {
    let f = visit.frame(Section::Campaigns, words::EN.campaigns.to_string());
    let mut lines = Vec::new();
    for campaign in visit.queue.campaigns().await? {
        let counts = visit.queue.counts(campaign.id).await?;
        lines.push(Line::of(&f, &Overview { campaign, counts }));
    }
    // The newest is what somebody comes for.
    lines.reverse();
    render(&ListPage { f, lines })
}
