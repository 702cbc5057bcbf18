//! How a message looks for one row: the bubble, what is odd about it, the request as it would be sent.

use askama::Template as Page;

use super::list::check_result::Checked;
use crate::{
    console::page::{
        bubble::{Bubble, lints, unknown},
        failure::Failure,
        frame::Visit,
        request::Request,
        words::{self, texts},
    },
    domain::{Campaign, CampaignId, Layout, Status, Template, message::BODY_UTF16_MAX},
    queue::{Draft, Filter, Import, Queue, QueueError, ResultRow},
};

/// So many rows are looked through for the longest message, or one with a hole.
const ROWS_LOOKED_AT: u64 = 100_000;

/// Rows that are read at once.
const ROWS: u32 = 2_000;

/// People who are shown beside the one in the bubble.
const OTHERS: u32 = 2;

#[derive(Page)]
#[template(path = "drafts/message-preview.html", config = ".askama.toml")]
pub(crate) struct Preview {
    w: &'static words::Words,
    /// Why the text cannot be a message.
    pub(crate) problem: Option<String>,
    /// Variables that no column gives yet, and the columns there are.
    unknown: Vec<String>,
    headers: Vec<String>,
    pub(crate) bubble: Bubble,
    request: Option<Request>,
    /// The tags are others than those that the rows were read with.
    has_new_tags: bool,
    lints: Vec<String>,
    row: Option<ResultRow>,
    /// The people behind that row, with their messages.
    others: Vec<(ResultRow, Bubble)>,
    /// The link that WhatsApp shows with a picture, if it is asked to.
    card: Option<String>,
    limit: u64,
    /// The search found no such row.
    is_not_found: bool,
    /// No row that can be looked at begins at that line.
    has_no_line: bool,
}

impl Preview {
    fn n_chars(&self) -> u64 {
        self.bubble.n_chars as u64
    }

    fn n_unknown(&self) -> u64 {
        self.unknown.len() as u64
    }

    fn n_others(&self) -> u64 {
        self.others.len() as u64
    }

    fn row_id(&self) -> i64 {
        self.row.as_ref().map(|row| row.recipient_id).unwrap_or_default()
    }

    fn who(&self) -> String {
        self.row.as_ref().and_then(ResultRow::to).unwrap_or_default()
    }

    fn rejected_because(&self) -> Option<&str> {
        let row = self.row.as_ref().filter(|row| row.status == Status::Rejected)?;
        row.error.as_deref()
    }
}

/// What is looked at.
pub(crate) struct PreviewRequest<'g> {
    /// The campaign as it would be with what stands in the form.
    pub(crate) campaign: Campaign,
    /// The tags that the rows were read with.
    pub(crate) refs: &'g [Option<String>; 3],
    /// The row that was in the bubble.
    pub(crate) row: i64,
    pub(crate) go: &'g str,
    /// The line that is asked for.
    pub(crate) line: &'g str,
}

pub(crate) async fn preview(
    rows: &Rows,
    checked: &Checked,
    visit: &Visit,
    request: PreviewRequest<'_>,
) -> Result<Preview, Failure> {
    let PreviewRequest { campaign, refs, row, go, line } = request;
    let plan = &campaign.plan;
    let mut preview = Preview {
        w: texts(),
        problem: None,
        unknown: Vec::new(),
        headers: Vec::new(),
        bubble: Bubble::default(),
        request: None,
        has_new_tags: plan.refs != *refs,
        lints: Vec::new(),
        row: None,
        others: Vec::new(),
        card: None,
        limit: BODY_UTF16_MAX as u64,
        is_not_found: false,
        has_no_line: false,
    };
    let template = match Template::parse(&plan.message) {
        Ok(template) => template,
        Err(error) => {
            preview.problem = Some(error.to_string());
            return Ok(preview);
        }
    };
    preview.unknown = unknown(plan, &checked.layout);
    if let Some(variable) = preview.unknown.first() {
        preview.problem = Some(texts().message_unknown.with(variable));
        preview.headers.clone_from(&checked.layout.headers);
        return Ok(preview);
    }
    let layout = &checked.layout;
    preview.row = match go {
        "next" => rows.after(row).await?,
        "back" => rows.before(row).await?,
        "longest" => rows.longest(&template, layout).await?,
        "line" => rows.at_line(line).await?,
        "" if row == 0 => rows.first_good().await?,
        "missing" => rows.missing(&template, layout).await?,
        _ => rows.after(row - 1).await?,
    };
    if preview.row.is_none() {
        preview.is_not_found = go == "missing";
        preview.has_no_line = go == "line";
        preview.row = rows.after(row - 1).await?;
    }
    let mut body = String::new();
    if let Some(row) = &preview.row {
        preview.bubble = Bubble::of(&template, layout, row);
        body.extend(preview.bubble.pieces.iter().map(|piece| piece.text.as_str()));
        preview.card = preview.bubble.card(plan.preview_url);
        for other in rows.good_after(row.recipient_id, OTHERS).await? {
            let bubble = Bubble::of(&template, layout, &other);
            preview.others.push((other, bubble));
        }
        if !preview.has_new_tags {
            preview.request = rows.request(visit, &campaign, layout, row);
        }
    }
    let (sender, words) = (visit.sender(&campaign), &visit.workspace.opt_out_words);
    preview.lints = lints(&plan.message, plan.preview_url, sender, words);
    // What the row's own values do to the message.
    let of_row = if body.is_empty() { Vec::new() } else { lints(&body, plan.preview_url, sender, words) };
    for odd in of_row {
        if !preview.lints.contains(&odd) {
            preview.lints.push(odd);
        }
    }
    Ok(preview)
}

/// The rows of the list that a bubble can be made for.
pub(crate) struct Rows {
    queue: Queue,
    campaign: CampaignId,
    import: Option<Import>,
    filter: Filter,
}

impl Rows {
    pub(crate) async fn of(visit: &Visit, draft: &Draft) -> Result<Self, Failure> {
        let queue = visit.workspace.rows_of(draft).await?;
        let campaign = queue.campaign("rows").await?.id;
        let import = queue.imports(campaign).await?.into_iter().next();
        // Rejected rows too: what is wrong with them may be what the message asks for.
        let filter = Filter { statuses: vec![Status::Queued, Status::Rejected], deliveries: Vec::new() };
        Ok(Self { queue, campaign, import, filter })
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

    /// The first row that can be sent to: what is wrong with another one is not what a message looks like.
    pub(crate) async fn first_good(&self) -> Result<Option<ResultRow>, QueueError> {
        Ok(self.good_after(0, 1).await?.into_iter().next())
    }

    /// Rows that can be sent to, behind that one.
    async fn good_after(&self, id: i64, limit: u32) -> Result<Vec<ResultRow>, QueueError> {
        let Some(import) = &self.import else { return Ok(Vec::new()) };
        let good = Filter { statuses: vec![Status::Queued], deliveries: Vec::new() };
        let behind = import.first_recipient_id.max(id + 1)..=import.last_recipient_id;
        self.queue.result_page(behind, &good, limit).await?.rows()
    }

    /// The row that begins at that line.
    async fn at_line(&self, line: &str) -> Result<Option<ResultRow>, QueueError> {
        let Ok(line) = line.trim().parse() else { return Ok(None) };
        let found = self.queue.find_line(self.campaign, line).await?;
        Ok(found.into_iter().next().filter(|row| self.filter.statuses.contains(&row.status)))
    }

    /// The request that the row would be sent with; none for a row that cannot be sent to, or without an account.
    fn request(
        &self,
        visit: &Visit,
        campaign: &Campaign,
        layout: &Layout,
        row: &ResultRow,
    ) -> Option<Request> {
        let import_id = self.import.as_ref()?.import_id;
        Request::of(visit, campaign, (import_id, layout), row)
    }

    async fn longest(&self, template: &Template, layout: &Layout) -> Result<Option<ResultRow>, QueueError> {
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

    async fn missing(&self, template: &Template, layout: &Layout) -> Result<Option<ResultRow>, QueueError> {
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
