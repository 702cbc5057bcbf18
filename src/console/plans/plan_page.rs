//! The settings of a campaign that exists: shown to everybody; changed, renamed, copied, deleted by those who may send.

use askama::Template;
use axum::{
    Form,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    app::{
        campaigns,
        campaigns::editing::{self, EditError},
    },
    console::{
        drafts::{
            draft::draft_of,
            limits_form::{self, LimitsForm},
        },
        page::{
            failure::{Failure, in_words},
            frame::{Frame, Moment, Section, Visit, page as render},
            notice::PageNotice,
            words::texts,
        },
    },
    domain::{
        Campaign, NewCampaign, State,
        campaign::{WA_SOURCES, check_name},
    },
    queue::QueueError,
};

/// A setting, and how it is typed.
struct Field {
    name: &'static str,
    label: String,
    /// The kind of input.
    kind: &'static str,
    /// Value and words of each choice, where it is one of several.
    choices: Vec<(&'static str, String)>,
    value: String,
}

#[derive(Template)]
#[template(path = "plans/plan.html", config = ".askama.toml")]
struct PlanPage {
    f: Frame,
    name: String,
    path: String,
    plan: NewCampaign,
    state: State,
    /// A list is being prepared: what is set is set in its steps.
    is_draft: bool,
    form: LimitsForm,
    notice: Option<PageNotice>,
    created: Moment,
    n_rows: u64,
    is_archived: bool,
}

impl PlanPage {
    fn command(&self) -> String {
        format!("catalink show {}", self.name)
    }

    /// What stands in a field: what was typed, or what is planned.
    fn value(&self, name: &str) -> String {
        self.form.field(name).map_or_else(|| shown(&self.plan, name), str::to_owned)
    }

    fn may_edit(&self) -> bool {
        self.f.may_send() && !self.is_draft && self.state != State::Cancelled
    }

    fn is_scheduled(&self) -> bool {
        self.state == State::Scheduled && self.plan.start_at.is_some()
    }

    fn may_archive(&self) -> bool {
        self.is_archived || matches!(self.state, State::Draft | State::Finished | State::Cancelled)
    }

    /// The message as it was typed or is.
    fn message(&self) -> String {
        self.form.text("message").map_or_else(|| self.plan.message.clone(), str::to_owned)
    }

    /// What is set, for whoever only looks.
    fn facts(&self) -> Vec<(String, String)> {
        let told = |field: &Field| {
            let choice = field.choices.iter().find(|(value, _)| *value == field.value);
            let at = match field.name {
                "start_at" => self.plan.start_at,
                "not_after" => self.plan.reach.not_after,
                "finish_by" => self.plan.reach.finish_by,
                _ => None,
            };
            let moment = at.map(|at| Moment::of(at, &self.plan).text());
            moment.or(choice.map(|(_, words)| words.clone())).unwrap_or_else(|| field.value.clone())
        };
        let fields = self.fields();
        let facts = fields.iter().map(|field| (field.label.clone(), told(field)));
        facts.filter(|(_, value)| !value.is_empty()).collect()
    }

    fn fields(&self) -> Vec<Field> {
        let w = self.f.w;
        let field = |name: &'static str, label: String, kind: &'static str| Field {
            name,
            label,
            kind,
            choices: Vec::new(),
            value: self.value(name),
        };
        let choice = |name, label, choices| Field { choices, ..field(name, label, "select") };
        let yes_no = || vec![("yes", w.plan_yes.to_string()), ("no", w.option_token_no.to_string())];
        vec![
            field("mps", w.rate_label.to_string(), "text"),
            field("start_at", w.start_at.to_string(), "datetime-local"),
            field("hours_from", w.start_hours_from.to_string(), "time"),
            field("hours_to", w.start_hours_to.to_string(), "time"),
            field("time_zone", w.start_zone.to_string(), "text"),
            field("sender", w.option_sender.to_string(), "tel"),
            choice("preview_url", w.message_preview_url.to_string(), yes_no()),
            field("ref0", w.field_ref.to_string(), "text"),
            field("ref1", w.field_ref1.to_string(), "text"),
            field("ref2", w.field_ref2.to_string(), "text"),
            choice(
                "reach",
                w.reach_label.to_string(),
                vec![
                    ("", w.plan_reach_unsaid.to_string()),
                    ("any", w.reach_any.to_string()),
                    ("open", w.reach_open.to_string()),
                    ("wait", w.reach_wait.to_string()),
                ],
            ),
            field("local_from", w.local_from.to_string(), "time"),
            field("local_to", w.local_to.to_string(), "time"),
            field("local_days", w.local_days.to_string(), "text"),
            field("cap", w.cap_label.to_string(), "text"),
            field("not_after", w.not_after.to_string(), "datetime-local"),
            field("finish_by", w.plan_finish_by.to_string(), "datetime-local"),
            field("hold_out", w.hold_out.to_string(), "text"),
            field("canary", w.canary_n.to_string(), "text"),
            field("canary_share", w.canary_share.to_string(), "text"),
            field("canary_wait", w.canary_wait.to_string(), "text"),
            field("in_flight_max", w.option_in_flight.to_string(), "text"),
            field("attempts_max", w.option_attempts.to_string(), "text"),
            field("retry_initial", w.option_retry_initial.to_string(), "text"),
            field("retry_interval_max", w.option_retry_max.to_string(), "text"),
            choice(
                "on_unknown",
                w.option_unknown.to_string(),
                vec![("hold", w.option_hold.to_string()), ("resend", w.option_resend.to_string())],
            ),
            choice(
                "wa_source",
                w.option_source.to_string(),
                WA_SOURCES.map(|source| (source, source.to_owned())).into(),
            ),
            choice(
                "with_token",
                w.option_token.to_string(),
                vec![("yes", w.option_token_yes.to_string()), ("no", w.option_token_no.to_string())],
            ),
        ]
    }
}

/// What stands in a field where nothing was typed.
fn shown(plan: &NewCampaign, field: &str) -> String {
    let tag = |slot: usize| plan.refs[slot].clone().unwrap_or_default();
    match field {
        "preview_url" => (if plan.preview_url { "yes" } else { "no" }).to_owned(),
        "ref0" => tag(0),
        "ref1" => tag(1),
        "ref2" => tag(2),
        other => limits_form::value(plan, other),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct PlanQuery {
    /// What was changed, by the names of the options.
    changed: Option<String>,
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<PlanQuery>,
) -> Result<Response, Failure> {
    let notice = query.changed.map(|changed| match changed.as_str() {
        "" => PageNotice::Done(texts().plan_unchanged.to_string()),
        changed => PageNotice::Done(texts().plan_changed.with(changed)),
    });
    show(&visit, &name, LimitsForm::default(), notice).await
}

async fn show(
    visit: &Visit,
    name: &str,
    form: LimitsForm,
    notice: Option<PageNotice>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(visit, name).await?;
    let status = notice.as_ref().map(PageNotice::status).unwrap_or_default();
    let page = render(&PlanPage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", texts().plan_title)),
        name: name.to_owned(),
        path: visit.campaign_path(name),
        created: Moment::of(campaign.created_at, &campaign.plan),
        state: campaign.state,
        is_draft: draft.is_some(),
        n_rows: visit.queue.counts(campaign.id).await?.total(),
        is_archived: visit.queue.archived_at(campaign.id).await?.is_some(),
        plan: campaign.plan,
        form,
        notice,
    })?;
    Ok((status, page).into_response())
}

/// Says on the page why something was not done; what is no refusal has a page of its own.
async fn refuse(visit: &Visit, name: &str, form: LimitsForm, failure: Failure) -> Result<Response, Failure> {
    let Failure::Refused(words) = failure else { return Err(failure) };
    show(visit, name, form, Some(PageNotice::Problem(words))).await
}

/// Changes what stands in the form; what it lacks stays as it is. So a schedule is moved or taken back with its field alone.
pub(crate) async fn edit(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<LimitsForm>,
) -> Result<Response, Failure> {
    match change(&visit, &name, &form).await {
        Ok(changed) => {
            let path = visit.campaign_path(&name);
            Ok(Redirect::to(&format!("{path}/plan?changed={changed}")).into_response())
        }
        Err(failure) => refuse(&visit, &name, form, failure).await,
    }
}

async fn change(visit: &Visit, name: &str, form: &LimitsForm) -> Result<String, Failure> {
    let (campaign, draft) = draft_of(visit, name).await?;
    if draft.is_some() {
        return Err(Failure::Refused(texts().plan_in_steps.to_string()));
    }
    let now = visit.workspace.clock.now();
    let plan = planned(form, &campaign, now).map_err(|error| Failure::Refused(in_words(&error)))?;
    match editing::edit(&visit.queue, &campaign, plan, now).await {
        Ok(outcome) => Ok(outcome.changed.join(",%20")),
        Err(EditError::Queue(error)) => Err(error.into()),
        Err(error) => Err(Failure::Refused(in_words(&error))),
    }
}

/// The plan with what stands in the form.
fn planned(
    form: &LimitsForm,
    campaign: &Campaign,
    now: crate::domain::Timestamp,
) -> Result<NewCampaign, limits_form::LimitsRefusal> {
    let mut plan = campaign.plan.clone();
    if let Some(message) = form.text("message") {
        plan.message = message.replace("\r\n", "\n");
    }
    plan.preview_url = form.field("preview_url").map_or(plan.preview_url, |word| word == "yes");
    for (place, field) in plan.refs.iter_mut().zip(["ref0", "ref1", "ref2"]) {
        if let Some(text) = form.field(field) {
            *place = Some(text.to_owned()).filter(|text| !text.is_empty());
        }
    }
    form.plan(plan, now)
}

#[derive(Debug, Deserialize)]
pub(crate) struct NameForm {
    new: String,
    /// The lists are copied too.
    with_list: Option<String>,
}

pub(crate) async fn rename(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<NameForm>,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let new = form.new.trim().to_owned();
    if new == name {
        return Ok(Redirect::to(&format!("{}/plan", visit.campaign_path(&name))).into_response());
    }
    match visit.queue.rename(campaign.id, new.clone()).await {
        Ok(()) => {
            Ok(Redirect::to(&format!("{}/plan?changed=name", visit.campaign_path(&new))).into_response())
        }
        Err(error) => refuse(&visit, &name, LimitsForm::default(), error.into()).await,
    }
}

pub(crate) async fn copy(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<NameForm>,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let new = form.new.trim().to_owned();
    let copied = match check_name(&new).map_err(QueueError::from) {
        Ok(()) => {
            let now = visit.workspace.clock.now();
            let with_lists = form.with_list.is_some();
            campaigns::copy(&visit.queue, &campaign, new.clone(), with_lists, now).await
        }
        Err(error) => Err(error),
    };
    match copied {
        Ok(_) => Ok(Redirect::to(&format!("{}/plan", visit.campaign_path(&new))).into_response()),
        Err(error) => refuse(&visit, &name, LimitsForm::default(), error.into()).await,
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct ArchiveForm {
    /// Out of the archive again.
    #[serde(default)]
    back: String,
}

/// Puts a campaign out of sight, or back into the list.
pub(crate) async fn archive(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<ArchiveForm>,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let is_archived = form.back.is_empty();
    let has_changed = visit.queue.archive(campaign.id, is_archived, visit.workspace.clock.now()).await?;
    if !has_changed && visit.queue.archived_at(campaign.id).await?.is_some() != is_archived {
        let words = Failure::Refused(texts().archive_not_now.to_string());
        return refuse(&visit, &name, LimitsForm::default(), words).await;
    }
    Ok(Redirect::to(&format!("{}/plan", visit.campaign_path(&name))).into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct DeleteForm {
    /// How many rows the button named.
    n: u64,
}

/// Deletes a campaign of which nobody was messaged.
pub(crate) async fn delete(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<DeleteForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    if visit.queue.counts(campaign.id).await?.total() != form.n {
        let changed = QueueError::ListsChanged { name: name.clone() };
        return refuse(&visit, &name, LimitsForm::default(), changed.into()).await;
    }
    let Some(_guard) = visit.workspace.sessions.try_start(campaign.id) else {
        return Err(Failure::Refused(texts().undo_late.to_string()));
    };
    match campaigns::delete(&visit.queue, &campaign).await {
        Ok(_) => {
            if let Some(draft) = draft {
                visit.workspace.forget_upload(&draft).await;
            }
            Ok(Redirect::to(&format!("{}/", visit.workspace.base)).into_response())
        }
        Err(error) => refuse(&visit, &name, LimitsForm::default(), error.into()).await,
    }
}
