//! The last step: one sentence with the facts, the button that names the act, and some seconds to take it back.

use std::time::Duration;

use super::{
    draft::draft_of,
    limits_form::{self, LimitsForm, create_command},
    list::check_job::CheckStage,
    list::check_result::Checked,
    list::options::Choices,
    message_page,
    preview::Rows,
    start_press::digest_shown,
    steps::{DraftStep, Steps},
};
use crate::{
    app::{
        campaigns::{reach::Prospect, start, test_message},
        doctor::NoAccount,
        wording::{self, cost, question, shell_quoted},
    },
    console::page::{
        bubble::{Bubble, lints},
        failure::{Failure, in_words},
        frame::{Frame, Moment, Section, Visit, page as render},
        words::{self, Phrase, texts},
    },
    domain::{
        Campaign, CampaignId, NewCampaign, Phone, State, Status, Timestamp,
        campaign::WA_SOURCES,
        reach::{ReachPlan, hours::LocalHours},
        time::parse_zone,
    },
    importer::Report,
    queue::{Draft, Import, LastTest, ResultRow, RowFilter},
    report::{self, Costs, Rates},
};
use askama::Template;
use axum::{
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
    /// The planned start is in the future.
    is_later: bool,
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
    /// The first person who gets the message, and the message.
    sample: Option<Sample>,
    /// The last test of the campaign's message, or of another one.
    tested: Option<LastTest>,
    /// Why what was typed last cannot be the message.
    unsent: Option<String>,
}

/// A person who gets the message.
struct Sample {
    to: String,
    line: u64,
    bubble: Bubble,
    card: Option<String>,
}

impl StartPage {
    fn n_left_out(&self) -> u64 {
        self.n_rejected + self.n_duplicate + self.n_suppressed
    }

    /// How many of each kind are left out.
    fn left_out(&self) -> String {
        let kinds = [
            (self.n_rejected, texts().status_rejected),
            (self.n_duplicate, texts().status_duplicate),
            (self.n_suppressed, texts().status_suppressed),
        ];
        let some = kinds.into_iter().filter(|(n, _)| *n > 0);
        some.map(|(n, kind)| format!("{} {kind}", words::number(n))).collect::<Vec<_>>().join(", ")
    }

    /// What adding the rows means as things stand.
    fn addition_words(&self) -> Phrase {
        match self.state {
            State::Draft => texts().add_draft,
            State::Scheduled => texts().add_scheduled,
            State::Running => texts().add_running,
            State::Paused => texts().add_paused,
            State::Finished | State::Cancelled => texts().add_finished,
        }
    }

    /// The words of the button.
    fn act(&self) -> String {
        match (self.steps.is_addition(), self.state) {
            (false, _) => match self.begins_later() {
                Some(when) => texts().schedule_n.n_with(self.n, when),
                None => texts().send_n.n(self.n),
            },
            (true, State::Running | State::Finished) => texts().send_more.n(self.n),
            (true, State::Draft | State::Scheduled | State::Paused | State::Cancelled) => {
                texts().add_n.n(self.n)
            }
        }
    }

    /// When it is to begin, where that is later.
    fn begins_later(&self) -> Option<String> {
        let at = self.plan.start_at.filter(|_| self.is_later)?;
        Some(day_and_time(at, &self.plan))
    }

    /// What the button says for another time, for the script that follows what is typed.
    fn act_later(&self) -> String {
        texts().schedule_n.n_with(self.n, "{time}")
    }

    fn act_now(&self) -> String {
        texts().send_n.n(self.n)
    }

    /// Whether it is to begin at once, as far as somebody has said.
    fn is_now(&self) -> bool {
        self.form.field("when").map_or_else(|| self.value("start_at").is_empty(), |when| when == "now")
    }

    /// What stands before the time of the test, and what behind it.
    fn tested(&self, test: &LastTest) -> (String, String) {
        let phrase = if test.is_this_message { self.f.w.tested_at } else { self.f.w.tested_other };
        phrase.cut(&test.to_end)
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
        let plan = &self.plan.reach;
        let usual = ReachPlan { chosen: plan.chosen, ..ReachPlan::default() };
        // By day is what a campaign made here has where nobody says otherwise.
        let by_day = ReachPlan { local: LocalHours::daytime(), ..usual.clone() };
        *plan != usual && *plan != by_day
    }

    fn has_canary(&self) -> bool {
        !self.value("canary").is_empty()
    }

    /// Something is set that only an expert sets, so that is shown.
    fn is_expert(&self) -> bool {
        let usual = NewCampaign::new("", "");
        let is_usual = (self.plan.mps - usual.mps).abs() < f64::EPSILON && self.plan.hours.is_none();
        !is_usual || self.is_unusual() || self.has_own_hours() || self.has_canary()
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
pub(super) async fn refuse(
    visit: &Visit,
    problem: String,
    form: LimitsForm,
    campaign: Campaign,
    draft: Option<Draft>,
) -> Result<Response, Failure> {
    show(visit, Some(problem), form, campaign, draft).await
}

pub(super) async fn show(
    visit: &Visit,
    problem: Option<String>,
    form: LimitsForm,
    campaign: Campaign,
    draft: Option<Draft>,
) -> Result<Response, Failure> {
    let name = campaign.plan.name.clone();
    let (unsent, campaign, draft) = with_typed(visit, campaign, draft).await?;
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
    let status = problem.as_ref().map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    let choices =
        draft.as_ref().map(|draft| Choices::from_json(&draft.choices)).transpose()?.unwrap_or_default();
    let digest_shown = digest_shown(&campaign, draft.as_ref());
    let sample = sample_of(visit, &campaign, draft.as_ref(), &checked).await?;
    let tested = visit.queue.last_test(campaign.id, &test_message::digest_of(&campaign.plan)).await?;
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
    let page = render(&StartPage {
        problem,
        form,
        digest_shown,
        sample,
        tested,
        unsent,
        is_later: plan.start_at.is_some_and(|at| at > now),
        prospect,
        cost: cost_of(visit, draft.as_ref(), id).await?,
        takes_receipts: visit.workspace.takes_receipts,
        f: visit.frame(Section::Campaigns, format!("{name}: {}", texts().step_start)),
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
        sender: account.map(|account| account.sender.e164()),
        takes: texts().span(takes.max(Duration::from_secs(1))),
        // With sending hours the end depends on how many nights lie between.
        done_at: plan.hours.is_none().then(|| Moment::of(begins.plus(takes), &plan)),
        waits: (begins > now).then(|| Moment::of(begins, &plan)),
        lints_found,
        plan,
    })?;
    Ok((status, page).into_response())
}

/// What was typed on the page of the message and left there becomes the campaign's message before it is shown as such; or why it
/// cannot.
pub(super) async fn with_typed(
    visit: &Visit,
    campaign: Campaign,
    draft: Option<Draft>,
) -> Result<(Option<String>, Campaign, Option<Draft>), Failure> {
    let Some(known) = &draft else { return Ok((None, campaign, draft)) };
    if visit.queue.typed(known.campaign).await?.is_none() {
        return Ok((None, campaign, draft));
    }
    let unsent = message_page::keep_typed(visit, &campaign, known).await?;
    let (campaign, draft) = draft_of(visit, &campaign.plan.name).await?;
    Ok((unsent, campaign, draft))
}

/// The first person of the list, with the message.
async fn sample_of(
    visit: &Visit,
    campaign: &Campaign,
    draft: Option<&Draft>,
    checked: &Checked,
) -> Result<Option<Sample>, Failure> {
    let Ok(template) = crate::domain::Template::parse(&campaign.plan.message) else { return Ok(None) };
    let (row, layout) = if let Some(draft) = draft {
        (Rows::of(visit, draft).await?.first_good().await?, Some(checked.layout.clone()))
    } else {
        let filter = RowFilter { status: Some(Status::Queued), ..RowFilter::default() };
        let row = visit.queue.row_page(campaign.id, &filter, 1).await?.rows.into_iter().next();
        let imports = visit.queue.imports(campaign.id).await?;
        let of = |row: &ResultRow| {
            let is_in = |import: &&Import| {
                (import.first_recipient_id..=import.last_recipient_id).contains(&row.recipient_id)
            };
            imports.iter().find(is_in).map(|import| import.layout.clone())
        };
        let layout = row.as_ref().and_then(of);
        (row, layout)
    };
    Ok(row.zip(layout).map(|(row, layout)| {
        let bubble = Bubble::of(&template, &layout, &row);
        let card = bubble.card(campaign.plan.preview_url);
        Sample { to: row.to().unwrap_or_default(), line: row.line, bubble, card }
    }))
}

/// `Mon 30 Nov 09:00 Asia/Kolkata`.
pub(crate) fn day_and_time(at: Timestamp, plan: &NewCampaign) -> String {
    let zone = plan.zone().unwrap_or(jiff::tz::TimeZone::UTC);
    let name = zone.iana_name().unwrap_or("UTC").to_owned();
    format!("{} {name}", report::weekday_and_time(at, &zone))
}

/// Who can be reached when it starts now: of a list that waits here, by what was kept of it.
pub(super) async fn prospect(
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

/// The figures of a campaign whose rows came from a terminal.
pub(super) async fn imported(visit: &Visit, campaign: &Campaign) -> Result<Checked, Failure> {
    if campaign.state != State::Draft {
        return Err(Failure::Refused(texts().no_draft.to_string()));
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
