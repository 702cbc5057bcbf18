//! One row: what became of it, what its file says, and what it gets.

use askama::Template as Page;
use axum::{extract::Path, response::Response};

use crate::{
    app::wording::shell_quoted,
    console::page::{
        bubble::Bubble,
        failure::Failure,
        frame::{Frame, Moment, Section, Visit, page as render},
        request::Request,
        words::texts,
    },
    domain::{NewCampaign, RecipientId, Status, Template, Timestamp},
    queue::{Filter, PastAttempt, ResultRow},
};

#[derive(Page)]
#[template(path = "campaign/row.html", config = ".askama.toml")]
struct OneRowPage {
    f: Frame,
    name: String,
    plan: NewCampaign,
    path: String,
    /// Where the campaign has several files: the one that the row came with.
    file_name: Option<String>,
    row: ResultRow,
    /// Headers and values of its file.
    cells: Vec<(String, String)>,
    attempts: Vec<PastAttempt>,
    bubble: Option<Bubble>,
    request: Option<Request>,
}

impl OneRowPage {
    fn moment(&self, at: i64) -> Moment {
        Moment::of(Timestamp(at), &self.plan)
    }

    fn ended(&self, attempt: &PastAttempt) -> Moment {
        self.moment(attempt.ended_at)
    }

    fn to(&self) -> String {
        self.f.seen(self.row.to().unwrap_or_default())
    }

    /// The page of the person, where the row has a number.
    fn person(&self) -> Option<String> {
        self.row.number.filter(|_| self.f.may_send()).map(|digits| format!("{}/people/{digits}", self.f.base))
    }

    fn tags(&self) -> Vec<(&'static str, String)> {
        let tags = ["ref", "ref1", "ref2"].into_iter().zip(&self.row.refs);
        tags.filter_map(|(name, tag)| Some((name, self.f.seen(tag.as_deref()?)))).collect()
    }

    fn error(&self) -> String {
        self.f.seen(self.row.error.as_deref().unwrap_or_default())
    }

    fn settled_at(&self) -> Option<Moment> {
        self.row.settled_at.map(|at| self.moment(at))
    }

    fn delivery_at(&self) -> Option<Moment> {
        self.row.delivery_at.map(|at| self.moment(at))
    }

    fn delivered_at(&self) -> Option<Moment> {
        self.row.delivered_at.map(|at| self.moment(at))
    }

    fn read_at(&self) -> Option<Moment> {
        self.row.read_at.map(|at| self.moment(at))
    }

    fn may_resolve(&self) -> bool {
        self.f.may_send() && self.row.status == Status::InDoubt
    }

    /// Nothing of it leaves, unless somebody changes that.
    fn is_unsent(&self) -> bool {
        let status = self.row.status;
        matches!(
            status,
            Status::Rejected | Status::Duplicate | Status::Suppressed | Status::Cancelled | Status::Skipped
        )
    }

    fn command(&self) -> String {
        let place = match &self.file_name {
            Some(file_name) => shell_quoted(&format!("{file_name}:{}", self.row.line)),
            None => self.row.line.to_string(),
        };
        format!("catalink preview {} --line {place}", self.name)
    }
}

pub(crate) async fn page(visit: Visit, Path((name, id)): Path<(String, i64)>) -> Result<Response, Failure> {
    let queue = &visit.queue;
    let campaign = queue.campaign(&name).await?;
    let imports = queue.imports(campaign.id).await?;
    let is_of = |first: i64, last: i64| (first..=last).contains(&id);
    let import = imports.iter().find(|import| is_of(import.first_recipient_id, import.last_recipient_id));
    let import = import.ok_or(Failure::NotFound)?;
    let found = queue.result_page(id..=id, &Filter::default(), 1).await?.rows()?;
    let row = found.into_iter().next().ok_or(Failure::NotFound)?;
    let layout = &import.layout;
    let values = row.cells.iter().flatten().cloned();
    let headers = layout.cells.iter().map(|column| layout.headers.get(*column).cloned().unwrap_or_default());
    // What was wiped cannot be shown; a row that has nothing beside its number has its message all the same.
    let is_whole = row.number.is_some() || row.input_to.is_some();
    let template = Template::parse(&campaign.plan.message).ok().filter(|_| is_whole);
    let f = visit.frame(Section::Campaigns, format!("{name}: {}", texts().line_n.with(row.line)));
    let bubble = template.map(|template| Bubble::of(&template, layout, &row));
    let bubble = bubble.map(|bubble| bubble.seen_by(&f));
    let request = Request::of(&visit, &campaign, (import.import_id, layout), &row);
    render(&OneRowPage {
        path: visit.campaign_path(&name),
        file_name: (imports.len() > 1).then(|| import.file_name.clone()),
        cells: headers.zip(values.map(|value| f.seen(value))).collect(),
        attempts: queue.attempts_of(RecipientId(id)).await?,
        bubble,
        request: request.filter(|_| f.may_send()),
        f,
        name,
        plan: campaign.plan,
        row,
    })
}
