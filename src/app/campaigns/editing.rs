//! A change of a campaign's plan: what it means for the lists that the campaign has.

use std::time::Duration;

use crate::{
    app::campaigns::test_message::{self, TestError},
    domain::{
        Campaign, NewCampaign, State, Timestamp,
        message::{Template, TemplateError},
    },
    queue::{Edited, Import, Queue, QueueError},
};

/// What a running sender looks at a few times a second; the rest it reads when it begins to send.
const NOTICED: [&str; 11] = [
    "mps",
    "max-in-flight",
    "start-at",
    "reach",
    "window-margin",
    "not-after",
    "hours",
    "hours-zone",
    "days",
    "cap",
    "finish-by",
];

/// What may also change once somebody was messaged.
const HARMLESS: [&str; 3] = ["max-attempts", "window", "time-zone"];

/// After so long a sender has noticed that a campaign was stopped.
const NOTICE_TIME: Duration = Duration::from_secs(1);

/// How many rows are read at once.
const PAGE: u32 = 1_000;

/// How many rows are named that the message would leave out.
const LINES_MAX: usize = 3;

/// Why a campaign is not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Compose(TestError),
    /// The message names a column that no list has.
    #[error("no list of `{name}` has a column `{variable}`; the columns are {columns}")]
    NoColumn { name: String, variable: String, columns: String },
    /// Rows that wait could not be sent with the new message.
    #[error(
        "{n_rows} of the rows that wait could not be sent with this message, such as line {lines}: {reason}"
    )]
    Unsendable { n_rows: u64, lines: String, reason: String },
    /// The tags of rows were made when they were imported.
    #[error("the tags of `{name}` were filled in when its lists were imported")]
    TagsFilledIn { name: String },
}

/// What a change came to.
#[derive(Debug)]
pub struct Outcome {
    pub state: State,
    /// What was changed, by the names of the options.
    pub changed: Vec<&'static str>,
}

/// Changes a campaign's plan as far as that is possible now.
pub async fn edit(
    queue: &Queue,
    campaign: &Campaign,
    plan: NewCampaign,
    now: Timestamp,
) -> Result<Outcome, EditError> {
    plan.check().map_err(QueueError::from)?;
    let before = &campaign.plan;
    let changed = changes(before, &plan);
    if changed.is_empty() {
        return Ok(Outcome { state: campaign.state, changed });
    }
    let imports = queue.imports(campaign.id).await?;
    let n_rows = imports.iter().map(Import::n_rows).sum();
    if before.refs != plan.refs && n_rows > 0 {
        return Err(EditError::TagsFilledIn { name: before.name.clone() });
    }
    if before.message != plan.message && n_rows > 0 {
        check_message(queue, campaign, &imports, &plan).await?;
    }
    let is_noticed = |what: &&str| NOTICED.contains(what);
    let edited = Edited {
        campaign: campaign.id,
        is_harmless: changed.iter().all(|what| is_noticed(what) || HARMLESS.contains(what)),
        is_unnoticed: !changed.iter().all(is_noticed),
        state: campaign.state,
        n_rows,
    };
    if edited.is_unnoticed && queue.sending_now(campaign.id, now).await?.sender_pid.is_some() {
        if matches!(campaign.state, State::Running | State::Scheduled) {
            let (name, state) = (before.name.clone(), campaign.state.name().to_owned());
            return Err(QueueError::OnItsWay { name, state }.into());
        }
        // It has been stopped, perhaps in this moment: the process lays down what it knows of the campaign.
        tokio::time::sleep(NOTICE_TIME).await;
    }
    let state = queue.edit(edited, plan, changed.join(", ")).await?;
    Ok(Outcome { state, changed })
}

/// What differs, by the names of the options.
fn changes(before: &NewCampaign, after: &NewCampaign) -> Vec<&'static str> {
    let is_changed = [
        ("message", before.message != after.message),
        ("preview-url", before.preview_url != after.preview_url),
        ("sender", before.sender != after.sender),
        ("mps", before.mps.to_bits() != after.mps.to_bits()),
        ("max-in-flight", before.in_flight_max != after.in_flight_max),
        ("max-attempts", before.attempts_max != after.attempts_max),
        ("retry", before.retry != after.retry),
        ("on-unknown", before.on_unknown != after.on_unknown),
        ("wa-source", before.wa_source != after.wa_source),
        ("ref", before.refs != after.refs),
        ("start-at", before.start_at != after.start_at),
        ("window", before.hours != after.hours),
        ("time-zone", before.time_zone != after.time_zone),
        ("canary", before.canary != after.canary),
        ("canary-wait", before.canary_wait != after.canary_wait),
        ("canary-share", before.canary_share.to_bits() != after.canary_share.to_bits()),
        ("reach", before.reach.chosen != after.reach.chosen),
        ("window-margin", before.reach.margin != after.reach.margin),
        ("not-after", before.reach.not_after != after.reach.not_after),
        ("finish-by", before.reach.finish_by != after.reach.finish_by),
        ("hours", before.reach.local.hours != after.reach.local.hours),
        ("hours-zone", before.reach.local.zone != after.reach.local.zone),
        ("days", before.reach.local.days != after.reach.local.days),
        ("cap", before.reach.cap != after.reach.cap),
        ("hold-out", before.reach.hold_out != after.reach.hold_out),
        ("token", before.with_token != after.with_token),
    ];
    is_changed.into_iter().filter(|(_, is_changed)| *is_changed).map(|(what, _)| what).collect()
}

/// Refuses a message that names a column that no list has, or that some row that waits could not be sent with.
async fn check_message(
    queue: &Queue,
    campaign: &Campaign,
    imports: &[Import],
    plan: &NewCampaign,
) -> Result<(), EditError> {
    for variable in Template::parse(&plan.message)?.variables() {
        if imports.iter().all(|import| import.layout.place_of(variable).is_none()) {
            let mut columns: Vec<_> = imports
                .iter()
                .flat_map(|import| import.layout.headers.iter().map(|it| format!("`{it}`")))
                .collect();
            columns.sort();
            columns.dedup();
            return Err(EditError::NoColumn {
                name: plan.name.clone(),
                variable: variable.clone(),
                columns: columns.join(", "),
            });
        }
    }
    let campaign = Campaign { plan: plan.clone(), ..campaign.clone() };
    let composer = test_message::composer(queue, &campaign).await.map_err(EditError::Compose)?;
    let (mut after, mut n_rows, mut lines, mut reason) = (0, 0, Vec::new(), String::new());
    loop {
        let page = queue.samples(campaign.id, after, None, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id.0;
        for recipient in &page {
            if let Err(error) = composer.compose(recipient) {
                n_rows += 1;
                if lines.is_empty() {
                    reason = error.to_string();
                }
                if lines.len() < LINES_MAX {
                    lines.push(recipient.line.to_string());
                }
            }
        }
    }
    if n_rows == 0 { Ok(()) } else { Err(EditError::Unsendable { n_rows, lines: lines.join(", "), reason }) }
}
