//! What is done to a campaign when its messages are out: the provider's report is taken in, the people's data is wiped.

use axum::{
    extract::{Multipart, Path},
    response::{IntoResponse, Redirect, Response},
};

use super::campaign_page;
use crate::{
    console::{
        drafts::draft::draft_of,
        page::{
            failure::{Failure, in_words},
            frame::Visit,
            notice::PageNotice,
            words::{self, texts},
        },
    },
    domain::Status,
    queue::{Reconciled, Verified},
    receiver::reconcile,
};

/// The largest report of the provider; one of a million rows has about half of it.
pub(crate) const REPORT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Takes delivery facts from the provider's downloaded report.
pub(crate) async fn reconcile(
    visit: Visit,
    Path(name): Path<String>,
    mut form: Multipart,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let (mut bytes, mut file_name, mut is_dry_run) = (None, String::new(), false);
    while let Some(field) = form.next_field().await.map_err(|_| refuse(texts().upload_failed))? {
        match field.name() {
            Some("report") => {
                file_name = field.file_name().unwrap_or_default().to_owned();
                bytes = Some(field.bytes().await.map_err(|_| refuse(texts().upload_failed))?);
            }
            Some("go") => is_dry_run = field.text().await.is_ok_and(|word| word == "look"),
            _ => {}
        }
    }
    let bytes = bytes.filter(|bytes| !bytes.is_empty()).ok_or_else(|| refuse(texts().upload_no_file))?;
    let now = visit.workspace.clock.now();
    let reading = tokio::task::spawn_blocking(move || reconcile::read(&bytes, now)).await;
    let report = reading.map_err(|error| Failure::broken(&error))?;
    let report = report.map_err(|error| Failure::Refused(in_words(&error)))?;
    let n_rows = report.n_rows;
    let reconciled = visit.queue.reconcile(campaign.id, report.heard, &file_name, is_dry_run).await?;
    if is_dry_run {
        return campaign_page::show(
            &visit,
            &name,
            Some(PageNotice::Done(dry_run_words(n_rows, &reconciled))),
        )
        .await;
    }
    let merged = reconciled.merged;
    let path = visit.campaign_path(&name);
    let query = format!("report={n_rows}&matched={}&changed={}", merged.n_matched, merged.n_changed);
    Ok(Redirect::to(&format!("{path}?{query}")).into_response())
}

/// What a report would change.
fn dry_run_words(n_rows: u64, reconciled: &Reconciled) -> String {
    let Reconciled { merged, before, after } = reconciled;
    let mut sentences = vec![
        texts().reconciled.with2(words::number(n_rows), words::number(merged.n_matched)),
        texts().reconciled_would.n(merged.n_changed),
    ];
    if merged.n_matched == 0 {
        sentences.push(texts().reconciled_nobody.to_string());
    }
    let statuses = Status::ALL.map(|one| (texts().status(one), before.of(one), after.of(one)));
    let (told_before, told_after) = (before.funnel(), after.funnel());
    let receipts = told_before.named().zip(told_after.receipts());
    let receipts = receipts.map(|((name, before), after)| (texts().receipt(name), before, after));
    for (what, before, after) in
        statuses.into_iter().chain(receipts).filter(|(_, before, after)| before != after)
    {
        let change = format!("{} → {}", words::number(before), words::number(after));
        sentences.push(texts().reconciled_figure.with2(what, change));
    }
    sentences.join(" ")
}

/// Counts the rows anew, and says whether the figures are right.
pub(crate) async fn recount(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let Verified { counted, wrong } = visit.queue.verify(campaign.id).await?;
    let result = if wrong.is_empty() {
        let statuses = Status::ALL.map(|one| (texts().status(one), counted.of(one)));
        let funnel = counted.funnel();
        let receipts = funnel.named().filter(|_| !funnel.is_silent());
        let receipts = receipts.map(|(name, n)| (texts().receipt(name), n));
        let figures = statuses.into_iter().chain(receipts).filter(|(_, n)| *n > 0);
        let figures: Vec<_> = figures.map(|(what, n)| format!("{} {what}", words::number(n))).collect();
        PageNotice::Done(texts().recount_fine.with(figures.join(", ")))
    } else {
        PageNotice::Problem(texts().recount_wrong.with(wrong.join("; ")))
    };
    campaign_page::show(&visit, &name, Some(result)).await
}

fn refuse(phrase: words::Phrase) -> Failure {
    Failure::Refused(phrase.to_string())
}

/// Wipes the recipients' data of a campaign that is over, also those of a list that nobody has added; its figures stay.
pub(crate) async fn purge(visit: Visit, Path(name): Path<String>) -> Result<Response, Failure> {
    let (campaign, draft) = draft_of(&visit, &name).await?;
    let Some(_guard) = visit.workspace.sessions.try_start(campaign.id) else {
        return Err(refuse(texts().undo_late));
    };
    visit.queue.purge(campaign.id, visit.workspace.clock.now()).await?;
    if let Some(draft) = draft {
        visit.workspace.forget_upload(&draft).await;
    }
    Ok(Redirect::to(&visit.campaign_path(&name)).into_response())
}
