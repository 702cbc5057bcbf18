//! One real message to one's own phone: of a row while the message is being written, of the first row afterwards.

use axum::{Form, extract::Path, response::Response};
use serde::Deserialize;

use super::campaign_page;
use crate::{
    app::test_message::{self, TestError, Tested},
    console::page::{
        failure::{Failure, in_words},
        frame::Visit,
        words::EN,
    },
    domain::{Campaign, Phone, RowCode},
    importer::number,
};

#[derive(Debug, Deserialize)]
pub(crate) struct TestForm {
    to: String,
}

/// One's own number. Without a plus it could be somebody's in another country.
pub(crate) fn number(text: &str) -> Result<Phone, String> {
    number::read_alone(text, None).map(|number| number.phone).map_err(|refusal| {
        if refusal.code == RowCode::PhoneAmbiguousCountry {
            EN.test_number.with(text)
        } else {
            EN.test_not_a_number.with2(text, refusal.text)
        }
    })
}

/// Sends the first row's message of a campaign that has its rows, and says on its page what came of it.
pub(crate) async fn send(
    visit: Visit,
    Path(name): Path<String>,
    Form(form): Form<TestForm>,
) -> Result<Response, Failure> {
    let campaign = visit.queue.campaign(&name).await?;
    let result = match number(&form.to) {
        Ok(to) => first_row(&visit, &campaign, to).await?,
        Err(problem) => Err(problem),
    };
    campaign_page::show(&visit, &name, Some(result)).await
}

async fn first_row(visit: &Visit, campaign: &Campaign, to: Phone) -> Result<Result<String, String>, Failure> {
    Ok(match test_message::text(&visit.queue, campaign).await {
        Ok(body) => submit(visit, campaign, to, body, campaign.plan.preview_url).await,
        Err(TestError::Queue(error)) => return Err(error.into()),
        Err(TestError::NoRow) => Err(EN.start_nobody.to_string()),
        Err(error) => Err(in_words(&error)),
    })
}

/// Sends a text to that number; in words what came of it.
pub(crate) async fn submit(
    visit: &Visit,
    campaign: &Campaign,
    to: Phone,
    body: String,
    preview_url: bool,
) -> Result<String, String> {
    let account = (visit.workspace.accounts)(campaign.plan.sender)?;
    let ca_file = visit.workspace.ca_file.as_deref();
    let tested = test_message::send(&visit.queue, campaign, account, ca_file, to, body, preview_url).await;
    let tested = match tested {
        Err(TestError::Suppressed { number }) => return Err(EN.test_suppressed.with(number.e164())),
        tested => tested.map_err(|error| in_words(&error))?,
    };
    let named = |to: Phone| match number::country_of(to) {
        "" => to.e164(),
        country => format!("{} in {country}", to.e164()),
    };
    match tested {
        Tested::Accepted(id) => Ok(EN.test_accepted.with2(named(to), id.unwrap_or_default())),
        Tested::Refused(reason) => Err(EN.test_refused.with2(reason.code, reason.text)),
        Tested::Unknown(reason) => Err(EN.test_unknown.with2(reason.code, reason.text)),
    }
}
