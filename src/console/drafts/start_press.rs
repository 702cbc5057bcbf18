//! What happens when the button of the last step is pressed: it does what its page said, or the page is shown again and says what
//! has changed; and some seconds to take it back.

use axum::{
    Form,
    extract::Path,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    draft::{draft_of, draft_or_gone},
    limits_form::{self, LimitsForm},
    list::check_result::Checked,
    list::options::Choices,
    start_page::{imported, prospect, refuse, show, with_typed},
};
use crate::{
    app::{campaigns::test_message, tokens::digest},
    console::page::{
        failure::Failure,
        frame::Visit,
        words::{self, texts},
    },
    domain::Campaign,
    queue::Draft,
};

/// What the button is pressed for: the message, and how the list is read.
pub(super) fn digest_shown(campaign: &Campaign, draft: Option<&Draft>) -> String {
    let choices = draft.map_or("", |draft| draft.choices.as_str());
    format!("{}-{}", test_message::digest_of(&campaign.plan), digest(choices))
}

/// What is not as the page had shown it, in words.
fn what_changed(form: &LimitsForm, campaign: &Campaign, draft: Option<&Draft>, n: u64) -> Option<String> {
    let shown = digest_shown(campaign, draft);
    if let Some((seen, shown)) =
        form.field("seen").zip(Some(shown.as_str())).filter(|(seen, shown)| seen != shown)
    {
        let is_message = seen.split('-').next() != shown.split('-').next();
        let words = if is_message { texts().start_changed_message } else { texts().start_changed_reading };
        return Some(words.to_string());
    }
    let n_seen: u64 = form.field("n").and_then(|text| text.parse().ok()).unwrap_or(0);
    if n_seen != n || n == 0 {
        return Some(texts().start_changed.with2(words::number(n), words::number(n_seen)));
    }
    // The script keeps this in step with what is typed; without it the button spoke of what was planned.
    let time = limits_form::value(&campaign.plan, "start_at");
    form.field("said").is_some_and(|said| said != time).then(|| texts().start_changed_time.to_string())
}

/// Begins with what stands in the form: the settings are its fields, beside `n` (what the button said), `seen`, and
/// `again` (they get the same message once more, and that is meant).
pub(crate) async fn start(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<LimitsForm>,
) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    let (unsent, mut campaign, draft) = with_typed(&visit, campaign, draft).await?;
    if unsent.is_some() {
        return show(&visit, None, form, campaign, draft).await;
    }
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
    let Some(checked) = checked else { return Err(Failure::Refused(texts().upload_reading.to_string())) };
    if let Some(changed) = what_changed(&form, &campaign, draft.as_ref(), checked.report.queued) {
        // What was typed is planned by now, so the page shows it as such.
        return refuse(&visit, changed, LimitsForm::default(), campaign, draft).await;
    }
    let prospect =
        prospect(&visit, &campaign.plan, &checked, account.sender, draft.is_some(), campaign.id).await?;
    if prospect.is_some_and(|prospect| prospect.has_to_be_chosen(campaign.plan.reach.chosen)) {
        return refuse(&visit, texts().reach_choose.to_string(), form, campaign, draft).await;
    }
    if checked.has_to_be_confirmed(&choices) && form.field("again").is_none() {
        return refuse(&visit, texts().start_again.n(checked.n_again), form, campaign, draft).await;
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
    let Some(draft) = draft else { return Err(Failure::Refused(texts().undo_late.to_string())) };
    let Some(_guard) = visit.workspace.sessions.try_start(draft.campaign) else {
        return Err(Failure::Refused(texts().undo_late.to_string()));
    };
    visit.queue.unschedule_draft(draft.campaign).await?;
    visit.queue.write_down("undo", Some(draft.campaign), "").await?;
    Ok(Redirect::to(&format!("{}/start", visit.campaign_path(&name))).into_response())
}
