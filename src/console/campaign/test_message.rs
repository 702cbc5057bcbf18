//! One real message to one's own phone: of a row while the message is being written, of the first row afterwards.

use axum::{Form, extract::Path, response::Response};
use serde::Deserialize;

use super::campaign_page;
use crate::{
    app::{
        campaigns::test_message::{self, TestError, Tested},
        doctor::NoAccount,
        wording::{Face, pause},
    },
    console::page::{
        failure::{Failure, in_words},
        frame::Visit,
        notice::{FormError, PageNotice},
        words::texts,
    },
    domain::{Campaign, PauseCause, Phone, Reason, RowCode},
    importer::number,
};

#[derive(Debug, Deserialize)]
pub(crate) struct TestForm {
    to: String,
}

/// Why no test message was sent, or that it is not known to have been taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TestRefusal {
    #[error("{}", texts().test_number.with(.0))]
    Number(String),
    #[error("{}", texts().test_not_a_number.with2(.0, .1))]
    NotANumber(String, String),
    /// The file is still being read.
    #[error("{}", texts().upload_reading)]
    Reading,
    #[error("{0}")]
    Message(String),
    #[error("{}", texts().test_hole)]
    Hole,
    #[error("{}", texts().start_nobody)]
    NoRow,
    #[error(transparent)]
    NoAccount(#[from] NoAccount),
    #[error("{}", texts().test_suppressed.with(.0.e164()))]
    Suppressed(Phone),
    #[error("{}", texts().test_refused.with2(&.0.code, &.0.text))]
    NotTaken(Reason),
    #[error("{}. {}", texts().test_refused.with2(&.1.code, &.1.text), pause::remedy(*.0, Face::Browser))]
    AccountFault(PauseCause, Reason),
    #[error("{}", texts().test_unknown.with2(&.0.code, &.0.text))]
    Unknown(Reason),
    #[error("{}", in_words(.0))]
    Failed(TestError),
}

impl From<TestError> for TestRefusal {
    fn from(error: TestError) -> Self {
        match error {
            TestError::NoRow => Self::NoRow,
            TestError::Suppressed { number } => Self::Suppressed(number),
            error @ (TestError::Queue(_)
            | TestError::Template(_)
            | TestError::Provider(_)
            | TestError::Row { .. }) => Self::Failed(error),
        }
    }
}

impl<E: Into<TestRefusal>> From<E> for FormError<TestRefusal> {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// One's own number. Without a plus it could be somebody's in another country.
pub(crate) fn number(text: &str) -> Result<Phone, TestRefusal> {
    number::read_alone(text, None).map(|number| number.phone).map_err(|refusal| {
        if refusal.code == RowCode::PhoneAmbiguousCountry {
            TestRefusal::Number(text.to_owned())
        } else {
            TestRefusal::NotANumber(text.to_owned(), refusal.text)
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
    let notice = PageNotice::of(first_row(&visit, &campaign, &form.to).await)?;
    campaign_page::show(&visit, &name, Some(notice)).await
}

async fn first_row(visit: &Visit, campaign: &Campaign, to: &str) -> Result<String, FormError<TestRefusal>> {
    let to = number(to)?;
    let body = match test_message::text(&visit.queue, campaign).await {
        Err(TestError::Queue(error)) => return Err(FormError::Failed(error.into())),
        text => text?,
    };
    Ok(submit(visit, campaign, to, body, campaign.plan.preview_url).await?)
}

/// Sends a text to that number; in words that it was taken.
pub(crate) async fn submit(
    visit: &Visit,
    campaign: &Campaign,
    to: Phone,
    body: String,
    preview_url: bool,
) -> Result<String, TestRefusal> {
    let account = (visit.workspace.accounts)(campaign.plan.sender)?;
    let ca_file = visit.workspace.ca_file.as_deref();
    let named = |to: Phone| match number::country_of(to) {
        "" => to.e164(),
        country => format!("{} in {country}", to.e164()),
    };
    match test_message::send(&visit.queue, campaign, account, ca_file, to, body, preview_url).await? {
        Tested::Accepted(id) => Ok(texts().test_accepted.with2(named(to), id.unwrap_or_default())),
        Tested::Refused(reason) => Err(TestRefusal::NotTaken(reason)),
        Tested::AccountFault(cause, reason) => Err(TestRefusal::AccountFault(cause, reason)),
        Tested::Unknown(reason) => Err(TestRefusal::Unknown(reason)),
    }
}
