//! One real message to one's own phone: of a row while the message is being written, of the first row afterwards.

use axum::{Form, extract::Path, response::Response};
use serde::Deserialize;

use super::{
    failure::{Failure, in_words},
    frame::Visit,
    watching,
    words::EN,
};
use crate::{
    config::parse_number,
    domain::{Campaign, Composer, Message, Outcome, Phone},
    provider::{Kaleyra, Limits},
};

#[derive(Debug, Deserialize)]
pub(super) struct TestForm {
    to: String,
}

/// One's own number. Without a plus it could be somebody's in another country.
pub(super) fn number(text: &str) -> Result<Phone, String> {
    let whole = Some(text.trim()).filter(|text| text.starts_with('+'));
    whole.and_then(|text| parse_number("number", text).ok()).ok_or_else(|| EN.test_number.with(text))
}

/// Sends the first row's message of a campaign that has its rows, and says on its page what came of it.
pub(super) async fn send(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<TestForm>,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let came_to = match number(&form.to) {
        Ok(to) => first_row(&visit, &campaign, to).await?,
        Err(problem) => Err(problem),
    };
    watching::show(&visit, &name, Some(came_to)).await
}

async fn first_row(visit: &Visit, campaign: &Campaign, to: Phone) -> Result<Result<String, String>, Failure> {
    let imports = visit.queue.imports(campaign.id).await?;
    let layouts = imports.iter().map(|import| (import.import_id, &import.layout));
    let composer = Composer::new(campaign, layouts).map_err(|error| Failure::broken(&error))?;
    let Some(recipient) = visit.queue.samples(campaign.id, 0, None, 1).await?.pop() else {
        return Ok(Err(EN.start_nobody.to_string()));
    };
    Ok(match composer.compose(&recipient) {
        Ok(message) => submit(visit, campaign, to, message.body, campaign.plan.preview_url).await,
        Err(error) => Err(in_words(&error)),
    })
}

/// Sends a text to that number; in words what came of it. It carries neither tags nor a token: no receipt may settle a
/// row of the list.
pub(super) async fn submit(
    visit: &Visit,
    campaign: &Campaign,
    to: Phone,
    body: String,
    preview_url: bool,
) -> Result<String, String> {
    let account = (visit.desk.accounts)(campaign.plan.sender)?;
    let provider = Kaleyra::new(account, &Limits::default(), visit.desk.ca_file.as_deref())
        .map_err(|error| in_words(&error))?;
    if visit.queue.is_suppressed(to).await.map_err(|error| in_words(&error))? {
        return Err(EN.test_suppressed.with(to.e164()));
    }
    let wa_source = campaign.plan.wa_source.clone();
    let message = Message { to, body, preview_url, refs: [None, None, None], wa_source };
    // Before it leaves: what was sent is in the trail, whatever becomes of it.
    visit
        .queue
        .write_down("test", campaign.id, format!("to {to}"))
        .await
        .map_err(|error| in_words(&error))?;
    match provider.submit(&message).await {
        Outcome::Accepted { message_id, .. } => {
            Ok(EN.test_accepted.with2(to.e164(), message_id.unwrap_or_default()))
        }
        Outcome::Refused(reason)
        | Outcome::AccountFault { reason, .. }
        | Outcome::TryAgain(reason)
        | Outcome::NotTaken { reason, .. } => Err(EN.test_refused.with2(reason.code, reason.text)),
        Outcome::Unanswered(reason) | Outcome::Contradicted { reason, .. } => {
            Err(EN.test_unknown.with2(reason.code, reason.text))
        }
    }
}
