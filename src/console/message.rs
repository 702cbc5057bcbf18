//! The fourth step: the message, the bubble of each row, and a test to one's own phone.

use askama::Template as Page;
use axum::{
    Form,
    extract::{Path, Query},
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    bubble::{Bubble, Kind, Piece, lints, unknown},
    checking::Standing,
    drafting::{Checked, Choices},
    failure::{Failure, in_words},
    frame::{Frame, Section, Visit, page as render},
    own_phone,
    steps::{Step, Way},
    uploads::in_the_making,
    words::{self, EN},
};
use crate::{
    config::parse_number,
    domain::{
        Campaign, NewCampaign, Phone, Status, Template,
        message::{BODY_UTF16_MAX, FILTERS},
    },
    queue::{Draft, Filter, Import, Queue, QueueError, ResultRow},
};

/// So many rows are looked through for the longest message, or one with a hole.
const ROWS_LOOKED_AT: u64 = 100_000;

/// Rows that are read at once.
const ROWS: u32 = 2_000;

#[derive(Page)]
#[template(path = "message.html", config = ".askama.toml")]
struct MessagePage {
    f: Frame,
    name: String,
    path: String,
    way: Way,
    checked: Checked,
    text: String,
    preview_url: bool,
    refs: [String; 3],
    /// Why what was sent cannot be kept.
    problem: Option<String>,
    preview: String,
    to: String,
    test: Option<Result<String, String>>,
    /// Of the number that sends; none while it is not known.
    catalogue: Option<String>,
}

#[derive(Page)]
#[template(path = "message-preview.html", config = ".askama.toml")]
struct Preview {
    w: &'static words::Words,
    /// Why the text cannot be a message.
    problem: Option<String>,
    bubble: Bubble,
    lints: Vec<String>,
    row: Option<ResultRow>,
    limit: u64,
    /// The search found no such row.
    is_not_found: bool,
}

impl Preview {
    fn n_chars(&self) -> u64 {
        self.bubble.n_chars as u64
    }

    fn is_link(piece: &Piece) -> bool {
        piece.kind == Kind::Link
    }

    fn is_hole(piece: &Piece) -> bool {
        piece.kind == Kind::Hole
    }

    fn row_id(&self) -> i64 {
        self.row.as_ref().map(|row| row.recipient_id).unwrap_or_default()
    }

    fn who(&self) -> String {
        let Some(row) = &self.row else { return String::new() };
        match (row.number, &row.input_to) {
            (Some(digits), _) => format!("+{digits}"),
            (None, text) => text.clone().unwrap_or_default(),
        }
    }

    fn rejected_because(&self) -> Option<&str> {
        let row = self.row.as_ref().filter(|row| row.status == Status::Rejected.name())?;
        row.error.as_deref()
    }
}

impl MessagePage {
    /// What a chip puts into the text.
    fn chip(header: &str) -> String {
        format!("{{{{{header}}}}}")
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

#[derive(Debug, Default, Deserialize)]
pub(super) struct MessageForm {
    #[serde(default)]
    message: String,
    preview_url: Option<String>,
    /// Templates of the tags; blank for the file's column of that name.
    #[serde(default)]
    ref0: String,
    #[serde(default)]
    ref1: String,
    #[serde(default)]
    ref2: String,
    /// The row in the bubble.
    #[serde(default)]
    row: i64,
    /// Which button.
    #[serde(default)]
    go: String,
    #[serde(default)]
    to: String,
    /// Only the preview is wanted.
    part: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    row: i64,
}

pub(super) async fn page(
    visit: Visit,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let (campaign, draft) = in_the_making(&visit, &name).await?;
    if Choices::from_json(&draft.choices).addition.is_some() {
        // The campaign has its message; what was sent with it is not changed behind the recipients' backs.
        return Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response());
    }
    let kept = |slot: usize| campaign.plan.refs[slot].clone().unwrap_or_default();
    let form = MessageForm {
        message: campaign.plan.message.clone(),
        preview_url: campaign.plan.preview_url.then(|| "on".to_owned()),
        ref0: kept(0),
        ref1: kept(1),
        ref2: kept(2),
        row: wanted.row,
        ..MessageForm::default()
    };
    show(&visit, &campaign, &draft, form, Said::default()).await
}

/// Whichever button was pressed. The text is kept only by the one that goes on; all others show it again as it is.
pub(super) async fn edit(
    visit: Visit,
    Path(name): Path<String>,
    Form(mut form): Form<MessageForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = in_the_making(&visit, &name).await?;
    let mut said = Said::default();
    // Browsers send line ends as CR LF.
    form.message = form.message.replace("\r\n", "\n");
    if form.go == "save" {
        let plan = NewCampaign {
            message: form.message.clone(),
            preview_url: form.preview_url.is_some(),
            refs: form.refs(),
            ..campaign.plan.clone()
        };
        match plan.check() {
            Ok(()) => return save(&visit, &campaign, &draft, plan).await,
            Err(error) => said.problem = Some(in_words(&error)),
        }
    }
    if form.go == "catalogue"
        && let Some(link) = catalogue_link(&visit, &campaign)
    {
        form.message = format!("{}\n{link}", form.message.trim_end());
    }
    if form.go == "test" {
        said.test = Some(test(&visit, &campaign, &draft, &form).await?);
    }
    show(&visit, &campaign, &draft, form, said).await
}

/// What a button came to.
#[derive(Default)]
struct Said {
    problem: Option<String>,
    test: Option<Result<String, String>>,
}

impl MessageForm {
    fn refs(&self) -> [Option<String>; 3] {
        [&self.ref0, &self.ref1, &self.ref2].map(|text| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        })
    }
}

async fn save(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    plan: NewCampaign,
) -> Result<Response, Failure> {
    let (message, refs) = (plan.message.clone(), plan.refs.clone());
    let choices = Choices { message, refs, ..Choices::from_json(&draft.choices) }.to_json();
    if !visit.queue.replace_plan(campaign.id, plan).await? {
        return Err(Failure::Refused(EN.no_draft.to_string()));
    }
    if choices != draft.choices {
        visit.queue.choose(campaign.id, choices).await?;
    }
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&campaign.plan.name))).into_response())
}

async fn show(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    form: MessageForm,
    said: Said,
) -> Result<Response, Failure> {
    let name = campaign.plan.name.clone();
    let checked = match visit.desk.checked(draft).await? {
        Standing::Done(checked) => *checked,
        Standing::Reading(n_bytes) => return super::steps::reading(visit, &name, draft, n_bytes),
    };
    if checked.refused.is_some() {
        return Ok(Redirect::to(&format!("{}/columns", visit.campaign_path(&name))).into_response());
    }
    let rows = Rows::of(visit, draft).await?;
    let preview = preview(&rows, &checked, campaign, visit, &form).await?.render()?;
    if form.part.is_some() {
        return Ok(Html(preview).into_response());
    }
    render(&MessagePage {
        f: visit.frame(Section::Campaigns, format!("{name}: {}", EN.step_message)),
        path: visit.campaign_path(&name),
        way: Way::at(Step::Message, &Choices::from_json(&draft.choices)),
        name,
        checked,
        text: form.message,
        preview_url: form.preview_url.is_some(),
        refs: [form.ref0, form.ref1, form.ref2],
        problem: said.problem,
        preview,
        to: form.to,
        test: said.test,
        catalogue: catalogue_link(visit, campaign),
    })
}

async fn preview(
    rows: &Rows,
    checked: &Checked,
    campaign: &Campaign,
    visit: &Visit,
    form: &MessageForm,
) -> Result<Preview, Failure> {
    let mut preview = Preview {
        w: &EN,
        problem: None,
        bubble: Bubble::default(),
        lints: Vec::new(),
        row: None,
        limit: BODY_UTF16_MAX as u64,
        is_not_found: false,
    };
    let template = match Template::parse(&form.message) {
        Ok(template) => template,
        Err(error) => {
            preview.problem = Some(error.to_string());
            return Ok(preview);
        }
    };
    if let Some(variable) = unknown(&template, &checked.layout).first() {
        preview.problem = Some(EN.message_unknown.with2(variable, checked.layout.headers.join(", ")));
        return Ok(preview);
    }
    let layout = &checked.layout;
    preview.row = match form.go.as_str() {
        "next" => rows.after(form.row).await?,
        "back" => rows.before(form.row).await?,
        "longest" => rows.longest(&template, layout).await?,
        "missing" => rows.missing(&template, layout).await?,
        _ => rows.after(form.row - 1).await?,
    };
    if preview.row.is_none() {
        preview.is_not_found = form.go == "missing";
        preview.row = rows.after(form.row - 1).await?;
    }
    let mut body = String::new();
    if let Some(row) = &preview.row {
        preview.bubble = Bubble::of(&template, layout, row);
        body.extend(preview.bubble.pieces.iter().map(|piece| piece.text.as_str()));
    }
    preview.lints = lints(&form.message, form.preview_url.is_some(), sender(visit, campaign));
    // What the row's own values do to the message.
    let of_row = if body.is_empty() {
        Vec::new()
    } else {
        lints(&body, form.preview_url.is_some(), sender(visit, campaign))
    };
    for odd in of_row {
        if !preview.lints.contains(&odd) {
            preview.lints.push(odd);
        }
    }
    Ok(preview)
}

/// The number that sends, where it is known.
fn sender(visit: &Visit, campaign: &Campaign) -> Option<Phone> {
    (visit.desk.accounts)(campaign.plan.sender).ok().map(|account| account.sender)
}

/// The link to the catalogue of the number that sends.
pub(super) fn catalogue_link(visit: &Visit, campaign: &Campaign) -> Option<String> {
    sender(visit, campaign).map(|sender| format!("https://wa.me/c/{}", sender.digits()))
}

/// The rows of the list that a bubble can be made for.
struct Rows {
    queue: Queue,
    import: Option<Import>,
    filter: Filter,
}

impl Rows {
    async fn of(visit: &Visit, draft: &Draft) -> Result<Self, Failure> {
        let queue = visit.desk.rows_of(draft).await?;
        let campaign = queue.campaign("rows").await?.id;
        let import = queue.imports(campaign).await?.into_iter().next();
        // Rejected rows too: what is wrong with them may be what the message asks for.
        let filter = Filter { statuses: vec![Status::Queued, Status::Rejected], deliveries: Vec::new() };
        Ok(Self { queue, import, filter })
    }

    async fn between(&self, first: i64, last: i64, limit: u32) -> Result<Vec<ResultRow>, QueueError> {
        let Some(import) = &self.import else { return Ok(Vec::new()) };
        let (first, last) = (first.max(import.first_recipient_id), last.min(import.last_recipient_id));
        self.queue.result_page(first..=last, &self.filter, limit).await?.rows()
    }

    /// The first row behind that one.
    async fn after(&self, id: i64) -> Result<Option<ResultRow>, QueueError> {
        Ok(self.between(id + 1, i64::MAX, 1).await?.into_iter().next())
    }

    /// The last row before that one, if it is near.
    async fn before(&self, id: i64) -> Result<Option<ResultRow>, QueueError> {
        Ok(self.between(id - i64::from(ROWS), id - 1, ROWS).await?.into_iter().next_back())
    }

    async fn longest(
        &self,
        template: &Template,
        layout: &crate::domain::Layout,
    ) -> Result<Option<ResultRow>, QueueError> {
        let mut longest: Option<(usize, ResultRow)> = None;
        self.each(|row| {
            let n_chars = Bubble::of(template, layout, &row).n_chars;
            if longest.as_ref().is_none_or(|(most, _)| *most < n_chars) {
                longest = Some((n_chars, row));
            }
            true
        })
        .await?;
        Ok(longest.map(|(_, row)| row))
    }

    async fn missing(
        &self,
        template: &Template,
        layout: &crate::domain::Layout,
    ) -> Result<Option<ResultRow>, QueueError> {
        let mut missing = None;
        self.each(|row| {
            if Bubble::of(template, layout, &row).is_missing {
                missing = Some(row);
            }
            missing.is_none()
        })
        .await?;
        Ok(missing)
    }

    /// Hands over row after row, until told to stop.
    async fn each(&self, mut look: impl FnMut(ResultRow) -> bool) -> Result<(), QueueError> {
        let mut after = 0;
        let mut n_rows = 0;
        while n_rows < ROWS_LOOKED_AT {
            let page = self.between(after + 1, i64::MAX, ROWS).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.recipient_id;
            n_rows += page.len() as u64;
            for row in page {
                if !look(row) {
                    return Ok(());
                }
            }
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

/// Sends the message of the row in the bubble to one's own phone; in words what came of it.
async fn test(
    visit: &Visit,
    campaign: &Campaign,
    draft: &Draft,
    form: &MessageForm,
) -> Result<Result<String, String>, Failure> {
    let Ok(to) = parse_number("number", &form.to) else { return Ok(Err(EN.test_number.with(&form.to))) };
    let Standing::Done(checked) = visit.desk.checked(draft).await? else {
        return Ok(Err(EN.upload_reading.to_string()));
    };
    let rows = Rows::of(visit, draft).await?;
    let looked_at = MessageForm {
        go: String::new(),
        message: form.message.clone(),
        row: form.row,
        ..MessageForm::default()
    };
    let preview = preview(&rows, &checked, campaign, visit, &looked_at).await?;
    if let Some(problem) = preview.problem {
        return Ok(Err(problem));
    }
    if preview.bubble.is_missing || preview.bubble.is_too_long() {
        return Ok(Err(EN.test_hole.to_string()));
    }
    let body = preview.bubble.pieces.into_iter().map(|piece| piece.text).collect();
    Ok(own_phone::submit(visit, campaign, to, body, form.preview_url.is_some()).await)
}
