//! One real message to one's own phone, outside the campaign's counts.

use std::path::Path;

use crate::{
    app::tokens::digest,
    clock::Clock,
    domain::{
        Campaign, Composer, Message, NewCampaign, Outcome, PauseCause, Phone, Reason, Template,
        message::TemplateError,
    },
    provider::{Account, Kaleyra, Limits, ProviderError},
    queue::{Queue, QueueError},
};

/// What a test message came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tested {
    /// The provider took it, and gave it an id where one could be read.
    Accepted(Option<String>),
    /// The provider did not take it.
    Refused(Reason),
    /// The provider takes nothing from this account.
    AccountFault(PauseCause, Reason),
    /// Nobody knows whether the provider took it.
    Unknown(Reason),
}

/// Why no test message was sent.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// The campaign's message is no template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The account cannot be used.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The message of the first row cannot be made.
    #[error("line {line}: {source}")]
    Row { line: u64, source: crate::domain::message::RenderError },
    /// The number is on the suppression list.
    #[error("{} is on the suppression list; nothing was sent", number.e164())]
    Suppressed { number: Phone },
    /// The message has placeholders, and there is no row to fill them.
    #[error("the message has placeholders, and the campaign has no recipients yet")]
    NoRow,
}

/// By what a message is known again: a test of another one says nothing of it.
pub fn digest_of(plan: &NewCampaign) -> String {
    digest(&format!("{}\n{}", plan.preview_url, plan.message))
}

/// The composer for a campaign's rows.
pub async fn composer(queue: &Queue, campaign: &Campaign) -> Result<Composer, TestError> {
    let imports = queue.imports(campaign.id).await?;
    Ok(Composer::new(campaign, imports.iter().map(|import| (import.import_id, &import.layout)))?)
}

/// The text of the campaign's first row; of a campaign without rows, the message itself where it has no placeholder.
pub async fn text(queue: &Queue, campaign: &Campaign) -> Result<String, TestError> {
    let composer = composer(queue, campaign).await?;
    match queue.samples(campaign.id, 0, None, 1).await?.pop() {
        Some(recipient) => composer
            .compose(&recipient)
            .map(|message| message.body)
            .map_err(|source| TestError::Row { line: recipient.line, source }),
        None => Template::parse(&campaign.plan.message)?.render(|_| None).map_err(|_| TestError::NoRow),
    }
}

/// Sends a text to that number, unless it is suppressed. It carries neither tags nor a token: no receipt may settle a row of the list. It is
/// written down before it leaves: what was sent is in the audit log, whatever becomes of it.
pub async fn send(
    queue: &Queue,
    campaign: &Campaign,
    account: Account,
    ca_file: Option<&Path>,
    to: Phone,
    body: String,
    preview_url: bool,
) -> Result<Tested, TestError> {
    let provider = Kaleyra::new(account, &Limits::default(), ca_file)?;
    if queue.is_suppressed(to).await? {
        return Err(TestError::Suppressed { number: to });
    }
    let wa_source = campaign.plan.wa_source.clone();
    let message = Message { to, body, preview_url, refs: [None, None, None], wa_source };
    queue.write_down("test", Some(campaign.id), format!("to {to}")).await?;
    Ok(match provider.submit(&message).await {
        Outcome::Accepted { message_id, .. } => {
            queue.note_test(campaign.id, to, digest_of(&campaign.plan), Clock.now()).await?;
            Tested::Accepted(message_id)
        }
        Outcome::Refused(reason) | Outcome::TryAgain(reason) | Outcome::NotTaken { reason, .. } => {
            Tested::Refused(reason)
        }
        Outcome::AccountFault { cause, reason } => Tested::AccountFault(cause, reason),
        Outcome::Unanswered(reason) | Outcome::Contradicted { reason, .. } => Tested::Unknown(reason),
    })
}
