//! The fourth step: the message, the bubble of each row, and a test to one's own phone.

use std::collections::BTreeMap;

use askama::Template as Page;
use axum::{
    Form,
    extract::{Path, Query},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    draft::{draft_or_gone, require_draft},
    list::check_job::CheckStage,
    list::check_result::Checked,
    list::options::Choices,
    preview::{Preview, PreviewRequest, Rows, preview},
    steps::{DraftStep, Steps},
    typed::Typed,
};
use crate::{
    console::{
        campaign::test_message::{self, TestRefusal},
        page::{
            bubble::{lint_text, unknown},
            failure::{Failure, in_words},
            frame::{Frame, Section, Visit, page as render},
            notice::{FormError, PageNotice},
            words::texts,
        },
    },
    domain::{
        Campaign, NewCampaign,
        campaign::CampaignError,
        message::{
            FILTERS,
            lint::{Lint, of_way_out},
        },
    },
    importer::{Column, Field},
    queue::Draft,
};

/// What the names of the fields begin with that say which column gives a variable.
const ASSIGNED: &str = "column of ";

#[derive(Page)]
#[template(path = "drafts/message.html", config = ".askama.toml")]
struct MessagePage {
    f: Frame,
    name: String,
    path: String,
    steps: Steps,
    checked: Checked,
    text: String,
    preview_url: bool,
    refs: [String; 3],
    /// Why what was sent cannot be kept.
    problem: Option<String>,
    preview: String,
    to: String,
    test: Option<PageNotice>,
    /// Of the number that sends; none while it is not known.
    catalogue: Option<String>,
}

impl MessagePage {
    /// What a chip puts into the text.
    fn chip(header: &str) -> String {
        format!("{{{{{header}}}}}")
    }

    /// More columns than the eye finds one among.
    fn has_many_columns(&self) -> bool {
        self.checked.layout.headers.len() > 12
    }

    fn filters() -> String {
        FILTERS.into_iter().filter(|name| *name != "default").collect::<Vec<_>>().join(", ")
    }

    fn tags(&self) -> Vec<(&'static str, &'static str, &str)> {
        let [ref0, ref1, ref2] = &self.refs;
        vec![("ref", "ref0", ref0), ("ref1", "ref1", ref1), ("ref2", "ref2", ref2)]
    }

    fn has_tags(&self) -> bool {
        self.problem.is_some() || self.refs.iter().any(|text| !text.is_empty())
    }

    fn command(&self) -> String {
        format!("catalink preview {0}\ncatalink test {0} --to +91…", self.name)
    }
}

/// The form of this page.
#[derive(Debug, Default)]
struct MessageForm {
    message: String,
    preview_url: bool,
    /// Templates of the tags; blank for the file's column of that name.
    refs: [String; 3],
    /// The row in the bubble.
    row: i64,
    /// The line that is asked for.
    line: String,
    go: String,
    to: String,
    /// Only the preview is wanted.
    is_part: bool,
    /// Variables, and the columns that are to give them, from 1.
    assigned: Vec<(String, usize)>,
}

impl MessageForm {
    fn of(mut fields: BTreeMap<String, String>) -> Self {
        let assigned = fields.iter().filter_map(|(key, column)| {
            Some((key.strip_prefix(ASSIGNED)?.to_owned(), column.parse().ok().filter(|column| *column > 0)?))
        });
        let assigned = assigned.collect();
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        Self {
            // Browsers send line ends as CR LF.
            message: take("message").replace("\r\n", "\n"),
            preview_url: !take("preview_url").is_empty(),
            refs: [take("ref0"), take("ref1"), take("ref2")],
            row: take("row").parse().unwrap_or_default(),
            line: take("line"),
            go: take("go"),
            to: take("to"),
            is_part: !take("part").is_empty(),
            assigned,
        }
    }

    /// What is typed of the message.
    fn typed(&self) -> Typed {
        Typed { message: self.message.clone(), preview_url: self.preview_url, refs: self.refs.clone() }
    }

    /// The campaign's plan with what stands in the form.
    fn plan(&self, campaign: &Campaign) -> NewCampaign {
        self.typed().plan(&campaign.plan)
    }
}

/// Makes what was typed last the message of a campaign, where it was left without the button that goes on. In words why it cannot be.
pub(crate) async fn keep_typed(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
) -> Result<Option<String>, Failure> {
    let Some(typed) = Typed::of(visit, draft).await? else { return Ok(None) };
    let Typed { message, preview_url, refs } = typed;
    let form = MessageForm { message, preview_url, refs, ..MessageForm::default() };
    match keep(visit, campaign, draft, &form).await {
        Ok(()) => Ok(None),
        Err(FormError::Refused(problem)) => Ok(Some(problem.to_string())),
        Err(FormError::Failed(failure)) => Err(failure),
    }
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct MessageQuery {
    #[serde(default)]
    row: i64,
}

pub(crate) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(query): Query<MessageQuery>,
) -> Result<Response, Failure> {
    let (campaign, draft) = require_draft(&visit, &name).await?;
    if Choices::from_json(&draft.choices)?.addition.is_some() {
        // The campaign has its message; what was sent with it is not changed behind the recipients' backs.
        return Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response());
    }
    let typed = Typed::of(&visit, &draft).await?.unwrap_or_else(|| Typed::kept(&campaign.plan));
    let Typed { message, preview_url, refs } = typed;
    let form = MessageForm { message, preview_url, refs, row: query.row, ..MessageForm::default() };
    show(&visit, &campaign, &draft, form, FormResult::default()).await
}

/// Whichever button was pressed. What was typed is remembered by every one of them, and while it is typed; the one that goes on makes
/// it the campaign's message.
pub(crate) async fn edit(
    visit: Visit,
    Path(name): Path<String>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_or_gone(&visit, &name).await?;
    let mut form = MessageForm::of(fields);
    let mut result = FormResult::default();
    if form.go == "catalogue"
        && let Some(link) = visit.catalogue_link(&campaign)
    {
        form.message = format!("{}\n{link}", form.message.trim_end());
    }
    form.typed().remember(&visit, &campaign).await?;
    match form.go.as_str() {
        "keep" => return Ok(StatusCode::NO_CONTENT.into_response()),
        "save" | "assign" => match keep(&visit, &campaign, &draft, &form).await {
            Ok(()) => {
                let next = if form.go == "assign" { "message" } else { "start" };
                let path = format!("{}/{next}", visit.campaign_path(&name));
                return Ok(Redirect::to(&path).into_response());
            }
            Err(FormError::Refused(problem)) => result.problem = Some(problem.to_string()),
            Err(FormError::Failed(failure)) => return Err(failure),
        },
        "test" => result.test = Some(PageNotice::of(test(&visit, &campaign, &draft, &form).await)?),
        _ => {}
    }
    show(&visit, &campaign, &draft, form, result).await
}

/// What a button came to.
#[derive(Default)]
struct FormResult {
    problem: Option<String>,
    test: Option<PageNotice>,
}

/// Why a message is not kept.
#[derive(Debug, thiserror::Error)]
enum MessageRefusal {
    #[error("{}", in_words(.0))]
    Plan(CampaignError),
    /// The file is still being read.
    #[error("{}", texts().upload_reading)]
    Reading,
    #[error("{}", texts().message_unknown.with(.0))]
    UnknownVariable(String),
    /// It would break a promise.
    #[error("{}", lint_text(.0.clone()))]
    Lint(Lint),
}

/// Makes it the campaign's message, if every variable of it has a column.
async fn keep(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    form: &MessageForm,
) -> Result<(), FormError<MessageRefusal>> {
    let plan = form.plan(campaign);
    plan.check().map_err(|error| FormError::Refused(MessageRefusal::Plan(error)))?;
    let found = of_way_out(&plan.message, visit.sender(campaign), &visit.workspace.opt_out_words);
    if let Some(broken) = found.into_iter().find(Lint::is_error) {
        return Err(FormError::Refused(MessageRefusal::Lint(broken)));
    }
    let CheckStage::Done(checked) = visit.workspace.checked(draft).await? else {
        return Err(FormError::Refused(MessageRefusal::Reading));
    };
    let mut choices = Choices {
        message: plan.message.clone(),
        refs: plan.refs.clone(),
        ..Choices::from_json(&draft.choices).map_err(Failure::from)?
    };
    for (variable, column) in &form.assigned {
        choices.reading.pick(&Field::Variable(variable.clone()), &[Column::Number(*column)]);
    }
    let unknown = unknown(&plan, &checked.layout);
    if let Some(variable) = unknown.iter().find(|variable| !choices.reading.names_variable(variable)) {
        return Err(FormError::Refused(MessageRefusal::UnknownVariable(variable.clone())));
    }
    if !visit.queue.replace_plan(campaign.id, plan).await? {
        return Err(Failure::Refused(texts().no_draft.to_string()).into());
    }
    let choices = choices.to_json();
    if choices != draft.choices {
        visit.queue.choose(campaign.id, choices).await?;
    }
    visit.queue.keep_typed(campaign.id, None).await?;
    Ok(())
}

async fn show(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    form: MessageForm,
    result: FormResult,
) -> Result<Response, Failure> {
    let name = campaign.plan.name.clone();
    let checked = match visit.workspace.checked(draft).await? {
        CheckStage::Done(checked) => *checked,
        CheckStage::Reading(n_bytes) => return super::steps::reading(visit, &name, draft, n_bytes),
    };
    if checked.refused.is_some() {
        return Ok(Redirect::to(&format!("{}/columns", visit.campaign_path(&name))).into_response());
    }
    let rows = Rows::of(visit, draft).await?;
    let choices = Choices::from_json(&draft.choices)?;
    let preview = preview_of(visit, campaign, &choices, &checked, &rows, &form).await?.render()?;
    if form.is_part {
        return Ok(Html(preview).into_response());
    }
    render(&MessagePage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", texts().step_message)),
        path: visit.campaign_path(&name),
        steps: Steps::at(DraftStep::Message, &choices),
        name,
        checked,
        text: form.message,
        preview_url: form.preview_url,
        refs: form.refs,
        problem: result.problem,
        preview,
        to: form.to,
        test: result.test,
        catalogue: visit.catalogue_link(campaign),
    })
}

/// The message of the form in the bubble of the row that is asked for.
async fn preview_of(
    visit: &Visit,
    campaign: &Campaign,
    choices: &Choices,
    checked: &Checked,
    rows: &Rows,
    form: &MessageForm,
) -> Result<Preview, Failure> {
    let preview_of = PreviewRequest {
        campaign: Campaign { plan: form.plan(campaign), ..campaign.clone() },
        refs: &choices.refs,
        row: form.row,
        go: &form.go,
        line: &form.line,
    };
    preview(rows, checked, visit, preview_of).await
}

/// Sends the message of the row in the bubble to one's own phone; in words what came of it.
async fn test(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    form: &MessageForm,
) -> Result<String, FormError<TestRefusal>> {
    let to = test_message::number(&form.to)?;
    let CheckStage::Done(checked) = visit.workspace.checked(draft).await? else {
        return Err(TestRefusal::Reading.into());
    };
    let rows = Rows::of(visit, draft).await?;
    let choices = Choices::from_json(&draft.choices).map_err(Failure::from)?;
    let preview = preview_of(visit, campaign, &choices, &checked, &rows, form).await?;
    if let Some(problem) = preview.problem {
        return Err(TestRefusal::Message(problem).into());
    }
    if preview.bubble.is_missing || preview.bubble.is_too_long() {
        return Err(TestRefusal::Hole.into());
    }
    let body = preview.bubble.pieces.into_iter().map(|piece| piece.text).collect();
    // What is tested is what stands in the form, and that is noted with it.
    let tested = Campaign { plan: form.plan(campaign), ..campaign.clone() };
    Ok(test_message::submit(visit, &tested, to, body, form.preview_url).await?)
}
