//! The last step: one sentence with the facts, the button that names the act, and some seconds to take it back.

use std::time::Duration;

use super::{
    draft::{draft_of, draft_or_gone},
    limits_form::{self, LimitsForm, create_command},
    list::check_job::CheckStage,
    list::check_result::Checked,
    list::options::Choices,
    steps::{DraftStep, Steps},
};
use crate::{
    app::{
        campaigns::{reach::Prospect, start},
        doctor::NoAccount,
        tokens::digest,
        wording::{self, cost, question, shell_quoted},
    },
    console::page::{
        bubble::lints,
        failure::{Failure, in_words},
        frame::{Frame, Moment, Section, Visit, page as render},
        words::{self, EN, Phrase},
    },
    domain::{
        Campaign, CampaignId, NewCampaign, Phone, State, Status, campaign::WA_SOURCES, reach::ReachPlan,
        time::parse_zone,
    },
    importer::Report,
    queue::Draft,
    report::{Costs, Rates},
};
use askama::Template;
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

/// Where most of the provider's customers are.
pub(crate) const ZONES: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Bogota",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Colombo",
    "Asia/Dhaka",
    "Asia/Dubai",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Manila",
    "Asia/Riyadh",
    "Asia/Singapore",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/London",
    "Europe/Rome",
];

#[derive(Template)]
#[template(path = "drafts/start.html", config = ".askama.toml")]
struct StartPage {
    f: Frame,
    name: String,
    path: String,
    steps: Steps,
    file_name: Option<String>,
    state: State,
    /// Why the last press of the button came to nothing.
    start_failure: Option<String>,
    /// How the file is read, as options.
    flags: String,
    n: u64,
    n_rejected: u64,
    n_duplicate: u64,
    n_suppressed: u64,
    n_known: u64,
    n_lately: u64,
    /// So many got this very message lately; none where that need not be confirmed.
    n_again: Option<u64>,
    sender: Result<String, NoAccount>,
    plan: NewCampaign,
    takes: String,
    done_at: Option<Moment>,
    waits: Option<Moment>,
    lints_found: Vec<String>,
    /// Why the form cannot be taken, and what stands in it.
    problem: Option<String>,
    form: LimitsForm,
    takes_receipts: bool,
    /// Who can be reached, where anything is known of that.
    prospect: Option<Prospect>,
    /// What it costs by the operator's rates, or why that cannot be said; none without rates.
    cost: Option<String>,
    /// Of what is shown, to be told from what somebody else has made of it meanwhile.
    digest_shown: String,
}

impl StartPage {
    fn n_left_out(&self) -> u64 {
        self.n_rejected + self.n_duplicate + self.n_suppressed
    }

    /// How many of each kind are left out.
    fn left_out(&self) -> String {
        let kinds = [
            (self.n_rejected, EN.status_rejected),
            (self.n_duplicate, EN.status_duplicate),
            (self.n_suppressed, EN.status_suppressed),
        ];
        let some = kinds.into_iter().filter(|(n, _)| *n > 0);
        some.map(|(n, kind)| format!("{} {kind}", words::number(n))).collect::<Vec<_>>().join(", ")
    }

    /// What adding the rows means as things stand.
    fn addition_words(&self) -> Phrase {
        match self.state {
            State::Draft => EN.add_draft,
            State::Scheduled => EN.add_scheduled,
            State::Running => EN.add_running,
            State::Paused => EN.add_paused,
            State::Finished | State::Cancelled => EN.add_finished,
        }
    }

    /// The words of the button.
    fn act(&self) -> String {
        match (self.steps.is_addition(), self.state) {
            (false, _) => EN.send_n.n(self.n),
            (true, State::Running | State::Finished) => EN.send_more.n(self.n),
            (true, State::Draft | State::Scheduled | State::Paused | State::Cancelled) => EN.add_n.n(self.n),
        }
    }

    /// What stands in a field: what was typed, or what is planned.
    fn value(&self, field: &str) -> String {
        self.form.field(field).map_or_else(|| limits_form::value(&self.plan, field), str::to_owned)
    }

    fn is_chosen(&self, field: &str, word: &str) -> bool {
        self.value(field) == word
    }

    /// Zones that are offered; any other can be typed.
    fn zones() -> [&'static str; 24] {
        ZONES
    }

    /// A list that is being made into a campaign; what comes later goes by the campaign's settings.
    fn has_settings(&self) -> bool {
        self.file_name.is_some() && !self.steps.is_addition()
    }

    /// Who can be reached, in a sentence.
    fn reach_sentence(&self) -> Option<String> {
        let prospect = self.prospect.as_ref().filter(|prospect| prospect.is_known)?;
        Some(wording::reach::sentence(prospect, self.plan.mps))
    }

    /// Somebody has to say what becomes of those who cannot be reached.
    fn has_to_choose(&self) -> bool {
        self.prospect.is_some_and(|prospect| prospect.has_to_be_chosen(self.plan.reach.chosen))
    }

    /// Something is said about hours where people are, caps or deadlines, so that is shown.
    fn has_own_hours(&self) -> bool {
        let usual = ReachPlan { chosen: self.plan.reach.chosen, ..ReachPlan::default() };
        self.plan.reach != usual
    }

    fn has_canary(&self) -> bool {
        !self.value("canary").is_empty()
    }

    /// Something in the further options is not as usual, so they are shown.
    fn is_unusual(&self) -> bool {
        let usual = NewCampaign::new("", "");
        let plan = &self.plan;
        self.problem.is_some()
            || (plan.attempts_max, plan.retry, plan.on_unknown, &plan.wa_source, plan.with_token, plan.sender)
                != (usual.attempts_max, usual.retry, usual.on_unknown, &usual.wa_source, true, None)
            || plan.in_flight_max != usual.in_flight_max
    }

    fn command(&self) -> String {
        let again = if self.n_again.is_some() { " --again" } else { "" };
        let Some(file_name) = &self.file_name else { return format!("catalink run {}{again}", self.name) };
        let file = shell_quoted(file_name);
        if self.steps.is_addition() {
            let run = if self.state == State::Finished {
                format!("\ncatalink run {}", self.name)
            } else {
                String::new()
            };
            return format!("catalink import {}{} -- {file}{run}", self.name, self.flags);
        }
        let create = create_command(&self.plan);
        format!(
            "{create}\ncatalink import {}{} -- {file}\ncatalink run {}{again}",
            self.name, self.flags, self.name
        )
    }
}

pub(crate) async fn page(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    if draft.is_none() && campaign.state != State::Draft {
        // Whoever comes back to this page finds what became of it.
        return Ok(Redirect::to(&visit.campaign_path(&name)).into_response());
    }
    show(&visit, None, LimitsForm::default(), campaign, draft).await
}

/// The page again, with what was typed and what is wrong with it.
async fn refuse(
    visit: &Visit,
    problem: String,
    form: LimitsForm,
    campaign: Campaign,
    draft: Option<Draft>,
) -> Result<Response, Failure> {
    show(visit, Some(problem), form, campaign, draft).await
}

async fn show(
    visit: &Visit,
    problem: Option<String>,
    form: LimitsForm,
    campaign: Campaign,
    draft: Option<Draft>,
) -> Result<Response, Failure> {
    let name = campaign.plan.name.clone();
    let checked = match &draft {
        None => imported(visit, &campaign).await?,
        Some(draft) => match visit.workspace.checked(draft).await? {
            CheckStage::Done(checked) if checked.refused.is_some() => {
                return Ok(Redirect::to(&format!("{}/columns", visit.campaign_path(&name))).into_response());
            }
            CheckStage::Done(checked) => *checked,
            CheckStage::Reading(n_bytes) => return super::steps::reading(visit, &name, draft, n_bytes),
        },
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let choices =
        draft.as_ref().map(|draft| Choices::from_json(&draft.choices)).transpose()?.unwrap_or_default();
    let digest_shown = digest_shown(&campaign, draft.as_ref());
    let (id, plan) = (campaign.id, campaign.plan);
    let now = visit.workspace.clock.now();
    let begins = plan.start_at.filter(|at| *at > now).unwrap_or(now);
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let takes = Duration::try_from_secs_f64(checked.report.queued as f64 / plan.mps).unwrap_or(Duration::MAX);
    let zone = plan.time_zone.as_deref().and_then(|zone| parse_zone(zone).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    let wait = plan.hours.as_ref().map(|hours| hours.wait(begins, &zone)).unwrap_or_default();
    let begins = begins.plus(wait);
    let account = (visit.workspace.accounts)(plan.sender);
    let sender = account.as_ref().ok().map(|account| account.sender);
    let lints_found = lints(&plan.message, plan.preview_url, sender, &visit.workspace.opt_out_words);
    let prospect = match &account {
        Ok(account) => prospect(visit, &plan, &checked, account.sender, draft.is_some(), id).await?,
        Err(_) => None,
    };
    let sender = account.map(|account| account.sender.e164());
    let page = render(&StartPage {
        problem,
        form,
        digest_shown,
        prospect,
        cost: cost_of(visit, draft.as_ref(), id).await?,
        takes_receipts: visit.workspace.takes_receipts,
        f: visit.frame(Section::Campaigns, format!("{name}: {}", EN.step_start)),
        path: visit.campaign_path(&name),
        steps: Steps::at(DraftStep::Start, &choices),
        name,
        state: campaign.state,
        start_failure: visit.workspace.sessions.start_failure(campaign.id),
        flags: question::options(&choices.reading(), &checked.layout.headers),
        file_name: draft.map(|draft| draft.file_name),
        n: checked.report.queued,
        n_rejected: checked.report.rejected,
        n_duplicate: checked.report.duplicate,
        n_suppressed: checked.report.suppressed,
        n_known: checked.n_known,
        n_lately: checked.n_lately,
        n_again: checked.has_to_be_confirmed(&choices).then_some(checked.n_again),
        sender,
        takes: EN.span(takes.max(Duration::from_secs(1))),
        // With sending hours the end depends on how many nights lie between.
        done_at: plan.hours.is_none().then(|| Moment::of(begins.plus(takes), &plan)),
        waits: (begins > now).then(|| Moment::of(begins, &plan)),
        lints_found,
        plan,
    })?;
    Ok((status, page).into_response())
}

/// Who can be reached when it starts now: of a list that waits here, by what was kept of it.
async fn prospect(
    visit: &Visit,
    plan: &NewCampaign,
    checked: &Checked,
    sender: Phone,
    is_draft: bool,
    campaign: CampaignId,
) -> Result<Option<Prospect>, Failure> {
    let now = visit.workspace.clock.now();
    if is_draft {
        let (closings, margin) = (&checked.closings, plan.reach.margin);
        return Ok(closings
            .are_of(sender)
            .then(|| Prospect::of_list(closings, checked.report.queued, margin, plan.mps, now)));
    }
    let campaign = visit.queue.campaign_by_id(campaign).await?;
    Ok(Some(Prospect::of(&visit.queue, &campaign, sender, plan.mps, now).await?))
}

/// What the messages cost that the button sends, in a sentence.
async fn cost_of(
    visit: &Visit,
    draft: Option<&Draft>,
    campaign: CampaignId,
) -> Result<Option<String>, Failure> {
    let Some(path) = &visit.workspace.rates else { return Ok(None) };
    let rates = match Rates::read(path) {
        Ok(rates) => rates,
        Err(error) => return Ok(Some(in_words(&error))),
    };
    let costs = match draft {
        None => Costs::of(&visit.queue, campaign, &rates).await?,
        Some(draft) => {
            let rows = visit.workspace.rows_of(draft).await?;
            let campaign = rows.campaign("rows").await?.id;
            Costs::of(&rows, campaign, &rates).await?
        }
    };
    Ok((!costs.waiting.is_nothing()).then(|| cost::expected(&costs.waiting)))
}

/// What the button is pressed for: the message, and the list as it is read.
fn digest_shown(campaign: &Campaign, draft: Option<&Draft>) -> String {
    let choices = draft.map_or("", |draft| draft.choices.as_str());
    digest(&format!("{}\n{}\n{choices}", campaign.plan.preview_url, campaign.plan.message))
}

/// The figures of a campaign whose rows came from a terminal.
async fn imported(visit: &Visit, campaign: &Campaign) -> Result<Checked, Failure> {
    if campaign.state != State::Draft {
        return Err(Failure::Refused(EN.no_draft.to_string()));
    }
    let counts = visit.queue.counts(campaign.id).await?;
    let now = visit.workspace.clock.now();
    let since = now.minus(start::SAME_MESSAGE_WITHIN);
    let repetition = match campaign.started_at {
        None => visit.queue.repetition(campaign.id, since).await?,
        Some(_) => None,
    };
    let report = Report {
        rows: counts.total(),
        queued: counts.of(Status::Queued),
        rejected: counts.of(Status::Rejected),
        duplicate: counts.of(Status::Duplicate),
        suppressed: counts.of(Status::Suppressed),
        ..Report::default()
    };
    let n_again = repetition.map_or(0, |repetition| repetition.n_recipients);
    Ok(Checked { report, n_again, ..Checked::default() })
}

/// Begins with what stands in the form: the settings are its fields, beside `n` (what the button said), `seen`, and
/// `again` (they get the same message once more, and that is meant).
pub(crate) async fn start(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<LimitsForm>,
) -> Result<Response, Failure> {
    let (mut campaign, draft) = draft_of(&visit, &name).await?;
    let now = visit.workspace.clock.now();
    let choices =
        draft.as_ref().map(|draft| Choices::from_json(&draft.choices)).transpose()?.unwrap_or_default();
    if let Some(draft) = draft.as_ref().filter(|_| choices.addition.is_none()) {
        match form.plan(campaign.plan.clone(), now) {
            Ok(plan) if plan == campaign.plan => {}
            Ok(plan) => {
                limits_form::keep(&visit, draft, plan.clone()).await?;
                campaign.plan = plan;
            }
            Err(problem) => {
                return refuse(&visit, problem.to_string(), form, campaign, Some(draft.clone())).await;
            }
        }
    }
    let account = match (visit.workspace.accounts)(campaign.plan.sender) {
        Ok(account) => account,
        Err(missing) => return Err(Failure::Refused(missing.to_string())),
    };
    let checked = match &draft {
        None => Some(imported(&visit, &campaign).await?),
        Some(draft) => draft.checked.as_deref().and_then(Checked::from_json),
    };
    let n = form.field("n").and_then(|text| text.parse().ok()).unwrap_or(0);
    let is_as_shown = form.field("seen").is_none_or(|print| print == digest_shown(&campaign, draft.as_ref()));
    let Some(checked) = checked.filter(|checked| is_as_shown && checked.report.queued == n && n > 0) else {
        return refuse(&visit, EN.start_changed.to_string(), form, campaign, draft).await;
    };
    let prospect =
        prospect(&visit, &campaign.plan, &checked, account.sender, draft.is_some(), campaign.id).await?;
    if prospect.is_some_and(|prospect| prospect.has_to_be_chosen(campaign.plan.reach.chosen)) {
        return refuse(&visit, EN.reach_choose.to_string(), form, campaign, draft).await;
    }
    if checked.has_to_be_confirmed(&choices) && form.field("again").is_none() {
        return refuse(&visit, EN.start_again.n(checked.n_again), form, campaign, draft).await;
    }
    match draft {
        Some(draft) => {
            let starts_at = now.plus(visit.workspace.undo_for);
            visit.queue.schedule_draft(draft.campaign, starts_at, visit.visitor.name.clone()).await?;
        }
        None => {
            visit.queue.start(campaign.id, now).await?;
        }
    }
    Ok(Redirect::to(&visit.campaign_path(&name)).into_response())
}

/// How fast and when. The start is one page, so this comes back to it.
pub(crate) async fn keep_limits(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<LimitsForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_or_gone(&visit, &name).await?;
    match form.plan(campaign.plan.clone(), visit.workspace.clock.now()) {
        Ok(plan) => limits_form::keep(&visit, &draft, plan).await?,
        Err(problem) => return refuse(&visit, problem.to_string(), form, campaign, Some(draft)).await,
    }
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response())
}

/// Takes a start back, as long as nothing has been put into the queue.
pub(crate) async fn undo(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (_, draft) = draft_of(&visit, &name).await?;
    let Some(draft) = draft else { return Err(Failure::Refused(EN.undo_late.to_string())) };
    let Some(_guard) = visit.workspace.sessions.try_start(draft.campaign) else {
        return Err(Failure::Refused(EN.undo_late.to_string()));
    };
    visit.queue.unschedule_draft(draft.campaign).await?;
    visit.queue.write_down("undo", Some(draft.campaign), "").await?;
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response())
}
