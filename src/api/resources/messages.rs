//! What people would get: messages shown, and one real message to one's own phone.

use std::sync::Arc;

use axum::{Json, extract::State as Extracted, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::{
    description::{Key, Problems},
    requests::{
        access::Program,
        input::{Body, Line, Place, invalid},
        problem::Problem,
    },
    shared::Shared,
};
use crate::{
    app::{
        campaigns::test_message::{self, TestError, Tested},
        lists::places,
        wording::{Face, pause},
    },
    domain::{Reason, message::lint::lint},
    importer::number::{self, Region},
    provider::kaleyra,
};

/// How many messages are shown, unless the program says otherwise.
const SHOWN: u32 = 3;

/// The most messages that are shown at once.
const SHOWN_MAX: u32 = 1_000;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preview {
    #[schema(minimum = 1, maximum = 1000)]
    count: Option<u32>,
    /// Begin at this line of the list.
    line: Option<Line>,
}

/// The exact messages and requests, in the order of the list; sends nothing.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/preview",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Preview,
    responses(
        (status = 200, description = "`messages`, and in `unsent` the rows that get none", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn preview(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(body): Body<Preview>,
) -> Result<Json<Value>, Problem> {
    let count = super::campaigns::page_size(body.count, SHOWN, SHOWN_MAX)?;
    let queue = &program.queue;
    let campaign = queue.campaign(&name).await?;
    let composer = test_message::composer(queue, &campaign).await?;
    let sender = campaign.plan.sender.or(options.defaults.sender);
    let mut messages = Vec::new();
    let place = body.line.as_ref().map(Line::place).transpose()?;
    let list = match &place {
        Some(place) => places::list_from(queue, &campaign, place).await?,
        None => None,
    };
    let from = list.as_ref().zip(place.as_ref().map(|place| place.line));
    let recipients = match (&place, from) {
        (Some(_), None) => Vec::new(),
        _ => queue.samples(campaign.id, 0, from, count).await?,
    };
    for recipient in recipients {
        let (line, to) = (recipient.line, recipient.to.e164());
        messages.push(match composer.compose(&recipient) {
            Ok(message) => {
                let found = lint(&message.body, message.preview_url, sender, &options.defaults.opt_out_words);
                let request: Value = serde_json::from_str(&kaleyra::payload(&message)).unwrap_or_default();
                let notes: Vec<String> = found.iter().map(ToString::to_string).collect();
                json!({ "line": line, "to": to, "body": message.body, "request": request, "notes": notes })
            }
            Err(error) => json!({ "line": line, "to": to, "error": error.to_string() }),
        });
    }
    let unsent = match (&place, from) {
        (Some(_), None) => Vec::new(),
        (Some(_), Some((list, line))) => queue.unsent_at(list, line).await?,
        (None, _) => queue.without_message(campaign.id).await?,
    };
    let unsent = unsent.into_iter().map(|row| {
        json!({
            "line": row.line, "status": row.status.name(), "code": row.code, "error": row.error, "rows": row.n_rows,
        })
    });
    Ok(Json(json!({ "campaign": name, "messages": messages, "unsent": unsent.collect::<Vec<_>>() })))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Test {
    /// One's own number.
    to: String,
    /// The country of a number without a country code.
    region: Option<String>,
}

/// Sends the first row's message to one's own phone, outside the campaign's counts.
#[utoipa::path(
    post,
    path = "/campaigns/{name}/test",
    tag = "sending",
    params(("name" = String, Path, description = "The campaign"), Key),
    request_body = Test,
    responses(
        (status = 200, description = "`test --json`", body = Value, content_type = "application/json"),
        Problems,
    ),
)]
pub(crate) async fn test(
    Extracted(options): Extracted<Arc<Shared>>,
    program: Program,
    Place(name): Place<String>,
    Body(body): Body<Test>,
) -> Result<Json<Value>, Problem> {
    let queue = &program.queue;
    let campaign = queue.campaign(&name).await?;
    let region = body.region.map(|text| text.parse::<Region>()).transpose();
    let region = region.map_err(|error| invalid(format!("region: {error}")))?;
    let to = number::read_alone(&body.to, region)
        .map_err(|refusal| invalid(format!("to `{}`: {}", body.to, refusal.text)))?
        .phone;
    let text = test_message::text(queue, &campaign).await?;
    let account = (options.accounts)(campaign.plan.sender)?;
    let ca_file = options.ca_file.as_deref();
    let preview_url = campaign.plan.preview_url;
    match test_message::send(queue, &campaign, account, ca_file, to, text, preview_url).await? {
        Tested::Accepted(id) => Ok(Json(json!({ "to": to.e164(), "status": "accepted", "message_id": id }))),
        Tested::Refused(reason) => Err(not_accepted(&reason)),
        Tested::AccountFault(cause, reason) => {
            Err(not_accepted(&reason).hint(pause::remedy(cause, Face::Terminal)))
        }
        // No failure of ours, or it would be repeated under the same key.
        Tested::Unknown(Reason { code, text }) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "UNKNOWN",
            format!("not known whether it was sent: {code}: {text}"),
        )),
    }
}

fn not_accepted(Reason { code, text }: &Reason) -> Problem {
    let detail = format!("not accepted: {code}: {text}");
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "NOT_ACCEPTED", detail)
}

impl From<TestError> for Problem {
    fn from(error: TestError) -> Self {
        match error {
            TestError::Queue(error) => error.into(),
            error @ TestError::NoRow => Self::new(StatusCode::CONFLICT, "NO_RECORDS", error.to_string()),
            error @ (TestError::Row { .. } | TestError::Suppressed { .. }) => invalid(error.to_string()),
            error @ (TestError::Template(_) | TestError::Provider(_)) => Self::broken(&error),
        }
    }
}
