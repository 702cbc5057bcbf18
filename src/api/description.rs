//! The API described for programs (OpenAPI): what every request has in common. The rest stands at the handlers, and the routes
//! are made of it, so that neither lacks what the other has.

use serde::Deserialize;
use utoipa::{
    IntoParams, IntoResponses, Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::requests::problem::Members;

/// What all of it begins with.
#[derive(OpenApi)]
#[openapi(
    info(title = "catalink", description = "Campaigns of WhatsApp catalogue links, for programs."),
    servers((url = "/api/v1")),
    modifiers(&Bearer),
    security(("token" = [])),
    components(schemas(Members)),
)]
pub(super) struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut Document) {
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("What `catalink token add NAME` prints: clk_…"))
            .build();
        document.components.get_or_insert_default().add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// What every POST may have.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it only describes")]
pub(super) struct Key {
    /// The request is carried out once for each key: the same request gets the same answer for 7 days.
    #[param(rename = "Idempotency-Key", pattern = "^[!-~]{1,255}$")]
    idempotency_key: Option<String>,
}

/// What every request may come to.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it only describes")]
pub(super) enum Problems {
    /// The body cannot be read, or the key of the request cannot be used.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(Members),
    /// The token is missing, not known, or expired.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(Members),
    /// The role of the token does not allow it.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Members),
    /// There is nothing at the address.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Members),
    /// Not as things stand; for a list, a question with its `choices`.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Members),
    /// More bytes than are taken.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Members),
    /// What was given cannot be used.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Members),
    /// The token asks too often.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Members),
}
