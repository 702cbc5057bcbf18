//! The last step: one sentence with the facts, the button that names the act, and some seconds to take it back.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    checking::{Progress, Standing, read_into},
    desk::Desk,
    drafting::{Checked, Choices},
    failure::{Failure, in_words},
    frame::{Frame, Moment, Section, Visit, page as render},
    steps::Step,
    uploads::{draft_of, in_the_making},
    words::{self, EN},
};
use crate::{
    domain::{
        Campaign, CampaignId, NewCampaign, Status, Timestamp, campaign,
        time::{SendingHours, parse_zone},
    },
    importer::RecipientList,
    queue::{Draft, QueueError},
};

/// A start that could not be carried out for so long is not carried out at all: its hour is gone.
const STALE_AFTER: Duration = Duration::from_mins(5);

#[derive(Template)]
#[template(path = "start.html", config = ".askama.toml")]
struct StartPage {
    f: Frame,
    name: String,
    path: String,
    step: Step,
    file_name: Option<String>,
    n: u64,
    n_rejected: u64,
    n_duplicate: u64,
    n_suppressed: u64,
    n_lately: u64,
    sender: Result<String, String>,
    plan: NewCampaign,
    takes: String,
    done_at: Option<Moment>,
    waits: Option<Moment>,
}

impl StartPage {
    fn n_left_out(&self) -> u64 {
        self.n_rejected + self.n_duplicate + self.n_suppressed
    }

    fn start_at(&self) -> String {
        self.plan.start_at.map(|at| at.to_string()).unwrap_or_default()
    }

    fn hours(&self) -> String {
        self.plan.hours.as_ref().map(ToString::to_string).unwrap_or_default()
    }

    fn zone(&self) -> &str {
        self.plan.time_zone.as_deref().unwrap_or_default()
    }

    fn command(&self) -> String {
        format!("catalink run {}", self.name)
    }
}

pub(super) async fn page(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    let checked = match &draft {
        None => imported(&visit, &campaign).await?,
        Some(draft) => match visit.desk.checked(draft).await? {
            Standing::Done(checked) if checked.refused.is_some() => {
                return Ok(Redirect::to(&format!("{}/columns", visit.campaign_path(&name))).into_response());
            }
            Standing::Done(checked) => *checked,
            Standing::Reading(n_bytes) => return super::steps::reading(&visit, &name, draft, n_bytes),
        },
    };
    let plan = campaign.plan;
    let now = visit.desk.clock.now();
    let begins = plan.start_at.filter(|at| *at > now).unwrap_or(now);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let takes = Duration::try_from_secs_f64(checked.queued as f64 / plan.mps).unwrap_or(Duration::MAX);
    let zone = plan.time_zone.as_deref().and_then(|zone| parse_zone(zone).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let wait = plan.hours.as_ref().map(|hours| hours.wait(begins, &zone)).unwrap_or_default();
    let begins = begins.plus(wait);
    let sender = (visit.desk.accounts)(plan.sender).map(|account| account.sender.e164());
    render(&StartPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", EN.step_start)),
        path: visit.campaign_path(&name),
        step: Step::Start,
        name,
        file_name: draft.map(|draft| draft.file_name),
        n: checked.queued,
        n_rejected: checked.rejected,
        n_duplicate: checked.duplicate,
        n_suppressed: checked.suppressed,
        n_lately: checked.n_lately,
        sender,
        takes: EN.span(takes.max(Duration::from_secs(1))),
        // With sending hours the end depends on how many nights lie between.
        done_at: plan.hours.is_none().then(|| Moment(begins.plus(takes))),
        waits: (begins > now).then_some(Moment(begins)),
        plan,
    })
}

/// The figures of a campaign whose rows came from a terminal.
async fn imported(visit: &Visit, campaign: &Campaign) -> Result<Checked, Failure> {
    if campaign.state != crate::domain::State::Draft {
        return Err(Failure::Refused(EN.no_draft.to_string()));
    }
    let counts = visit.desk.queue.counts(campaign.id).await?;
    Ok(Checked {
        rows: counts.total(),
        queued: counts.of(Status::Queued),
        rejected: counts.of(Status::Rejected),
        duplicate: counts.of(Status::Duplicate),
        suppressed: counts.of(Status::Suppressed),
        ..Checked::default()
    })
}

#[derive(Debug, Deserialize)]
pub(super) struct Limits {
    mps: f64,
    #[serde(default)]
    start_at: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    time_zone: String,
}

/// How fast and when. The start is one page, so this comes back to it.
pub(super) async fn limits(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<Limits>,
) -> Result<Response, Failure> {
    let (campaign, draft) = in_the_making(&visit, &name).await?;
    let refused = |error: &dyn std::error::Error| Failure::Refused(error.to_string());
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let zone_name = said(&form.time_zone);
    let zone = match &zone_name {
        Some(zone) => parse_zone(zone).map_err(|error| refused(&error))?,
        None => jiff::tz::TimeZone::UTC,
    };
    let start_at = said(&form.start_at).map(|text| instant(&text, &zone)).transpose()?;
    let hours = said(&form.hours).map(|text| SendingHours::parse(&text)).transpose();
    let plan = NewCampaign {
        mps: form.mps,
        start_at,
        hours: hours.map_err(|error| refused(&error))?,
        time_zone: zone_name,
        ..campaign.plan
    };
    visit.desk.queue.begin_draft_at(draft.campaign, None).await?;
    if !visit.desk.queue.replace_plan(draft.campaign, plan).await? {
        return Err(Failure::Refused(EN.no_draft.to_string()));
    }
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response())
}

/// An instant with its offset, or a date and a time of the zone, as a browser's field gives it.
fn instant(text: &str, zone: &jiff::tz::TimeZone) -> Result<Timestamp, Failure> {
    if let Ok(at) = Timestamp::parse(text) {
        return Ok(at);
    }
    let refused = || Failure::Refused(EN.start_at_bad.with(text));
    let local: jiff::civil::DateTime = text.parse().map_err(|_| refused())?;
    let at = local.to_zoned(zone.clone()).map_err(|_| refused())?;
    Ok(Timestamp(at.timestamp().as_millisecond()))
}

#[derive(Debug, Deserialize)]
pub(super) struct Sure {
    /// What the button said. Another figure by now means that somebody has changed the list meanwhile.
    n: u64,
}

pub(super) async fn start(
    visit: Visit,
    Path(name): Path<String>,
    Form(sure): Form<Sure>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    if let Err(missing) = (visit.desk.accounts)(campaign.plan.sender) {
        return Err(Failure::Refused(missing));
    }
    let now = visit.desk.clock.now();
    let n = match &draft {
        None => imported(&visit, &campaign).await?.queued,
        Some(draft) => match draft.checked.as_deref().and_then(Checked::from_json) {
            Some(checked) => checked.queued,
            None => return Err(Failure::Refused(EN.start_changed.to_string())),
        },
    };
    if n != sure.n || n == 0 {
        return Err(Failure::Refused(EN.start_changed.to_string()));
    }
    match draft {
        Some(draft) => {
            visit.desk.queue.begin_draft_at(draft.campaign, Some(now.plus(visit.desk.undo_for))).await?;
        }
        None => begin(&visit.desk, &campaign).await?,
    }
    Ok(Redirect::to(&visit.campaign_path(&name)).into_response())
}

/// Takes a start back, as long as nothing has been put into the queue.
pub(super) async fn undo(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = draft_of(&visit, &name).await?;
    let Some(draft) = draft else { return Err(Failure::Refused(EN.undo_late.to_string())) };
    let starting = visit.desk.starting.lock().await;
    if starting.contains(&draft.campaign) {
        return Err(Failure::Refused(EN.undo_late.to_string()));
    }
    visit.desk.queue.begin_draft_at(draft.campaign, None).await?;
    drop(starting);
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response())
}

#[derive(Template)]
#[template(path = "starting.html", config = ".askama.toml")]
struct StartingPage {
    f: Frame,
    name: String,
    path: String,
    seconds: u64,
    is_importing: bool,
}

/// What the page of a campaign in the making shows: the countdown of its start, or the step it is at.
pub(super) async fn in_between(visit: &Visit, name: &str, draft: &Draft) -> Result<Response, Failure> {
    let path = visit.campaign_path(name);
    let Some(starts_at) = draft.starts_at else {
        return Ok(Redirect::to(&format!("{path}/check")).into_response());
    };
    let wait = visit.desk.clock.now().until(starts_at);
    render(&StartingPage {
        f: visit.frame(Section::Campaigns, name),
        name: name.to_owned(),
        path,
        seconds: wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX),
        is_importing: visit.desk.starting.lock().await.contains(&draft.campaign),
    })
}

/// Carries out the starts whose time has come; each is a task of its own.
pub(super) async fn begin_due(desk: &Arc<Desk>) -> Result<(), QueueError> {
    let now = desk.clock.now();
    for draft in desk.queue.drafts().await? {
        if draft.starts_at.is_none_or(|at| now < at) {
            continue;
        }
        let mut starting = desk.starting.lock().await;
        // Read again under the lock: a start that is taken back in this moment is not carried out.
        let Some(draft) = desk.queue.draft(draft.campaign).await? else { continue };
        let Some(starts_at) = draft.starts_at else { continue };
        if starts_at.until(now) > STALE_AFTER {
            tracing::warn!("a start was missed and is not made up for");
            desk.queue.begin_draft_at(draft.campaign, None).await?;
            continue;
        }
        if starting.insert(draft.campaign) {
            let desk = Arc::clone(desk);
            drop(tokio::spawn(async move { carry_out(&desk, draft).await }));
        }
    }
    Ok(())
}

async fn carry_out(desk: &Desk, draft: Draft) {
    let id = draft.campaign;
    if let Err(text) = import_and_begin(desk, &draft).await {
        tracing::error!(text, "a campaign could not be started");
        desk.live.set_trouble(id, Some(text));
        if let Err(error) = desk.queue.begin_draft_at(id, None).await {
            tracing::error!(%error, "a start could not be taken back");
        }
    }
    desk.starting.lock().await.remove(&id);
}

async fn import_and_begin(desk: &Desk, draft: &Draft) -> Result<(), String> {
    let words = |error: QueueError| in_words(&error);
    // A crash between the import and the end of the draft leaves both: the rows are not read a second time.
    if desk.queue.imports(draft.campaign).await.map_err(words)?.is_empty() {
        let choices = Choices::from_json(&draft.choices);
        let (path, plan) = (desk.upload_path(draft), choices.plan(None));
        let opening = tokio::task::spawn_blocking(move || RecipientList::open(&path, &plan));
        let list = opening.await.map_err(|error| in_words(&error))?.map_err(|error| in_words(&error))?;
        let now = desk.clock.now();
        read_into(&desk.queue, draft.campaign, list, &draft.file_name, choices, &Progress::unseen(), now)
            .await
            .map_err(|error| in_words(&error))?;
    }
    let campaign = by_id(desk, draft.campaign).await.map_err(words)?;
    begin(desk, &campaign).await.map_err(words)?;
    desk.queue.close_draft(draft.campaign).await.map_err(words)?;
    desk.forget_upload(draft).await;
    Ok(())
}

async fn by_id(desk: &Desk, id: CampaignId) -> Result<Campaign, QueueError> {
    let campaigns = desk.queue.campaigns().await?;
    let found = campaigns.into_iter().find(|campaign| campaign.id == id);
    found.ok_or_else(|| QueueError::UnknownCampaign { name: id.0.to_string(), near: Vec::new() })
}

/// Starts a campaign whose rows are in the queue, now or at its set time.
async fn begin(desk: &Desk, campaign: &Campaign) -> Result<(), QueueError> {
    let now = desk.clock.now();
    let step = match campaign.plan.start_at {
        Some(at) if now < at => campaign::Step::Schedule,
        Some(_) | None => campaign::Step::Start,
    };
    desk.queue.step(campaign.id, step, now).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_an_offset_is_one_of_the_zone() {
        let zone = parse_zone("Asia/Kolkata").unwrap();
        let at = instant("2026-11-23T09:00", &zone).unwrap();
        assert_eq!(at.to_string(), "2026-11-23T03:30:00.000Z");
        assert_eq!(
            instant("2026-11-23T09:00:00+01:00", &zone).unwrap().to_string(),
            "2026-11-23T08:00:00.000Z"
        );
        assert!(instant("tomorrow", &zone).is_err());
    }
}
