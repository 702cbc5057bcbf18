//! One request to a hook, one answer. Redirects are not followed: a notice goes where the settings say, or nowhere.

use std::{path::Path, time::Duration};

use reqwest::{
    RequestBuilder, Response,
    header::{CONTENT_TYPE, USER_AGENT},
};

use super::{
    channel::HookUrl,
    error::{SendError, first_line, innermost},
    secret::Secret,
};
use crate::{
    domain::Timestamp,
    provider::{ProviderError, trusting},
};

/// How much of an answer is read for what it says.
const ANSWER_BYTES_MAX: usize = 1_024;

/// How long a connection may take.
const CONNECT_MAX: Duration = Duration::from_secs(5);

/// Two clients: what is on this machine is not asked for by way of a proxy.
#[derive(Debug, Clone)]
pub(super) struct Client {
    far: reqwest::Client,
    near: reqwest::Client,
}

impl Client {
    pub(super) fn new(ca_file: Option<&Path>) -> Result<Self, ProviderError> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .http1_only()
                .connect_timeout(CONNECT_MAX)
                .pool_max_idle_per_host(0)
        };
        Ok(Self {
            far: trusting(|| Ok(builder()), ca_file)?,
            near: trusting(|| Ok(builder().no_proxy()), ca_file)?,
        })
    }

    fn of(&self, url: &HookUrl) -> &reqwest::Client {
        if url.is_loopback() { &self.near } else { &self.far }
    }

    /// Posts in the form of Standard Webhooks.
    pub(super) async fn post_signed(
        &self,
        url: &HookUrl,
        secret: &Secret,
        id: &str,
        now: Timestamp,
        body: String,
    ) -> Result<String, SendError> {
        let seconds = now.0.div_euclid(1_000);
        let signature = secret.sign(id, seconds, &body);
        let request = self
            .of(url)
            .post(url.url())
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature);
        answer(request.header(CONTENT_TYPE, "application/json").body(body)).await
    }

    pub(super) async fn post(&self, url: &HookUrl, body: String) -> Result<String, SendError> {
        answer(self.of(url).post(url.url()).header(CONTENT_TYPE, "application/json").body(body)).await
    }

    pub(super) async fn get(&self, url: &HookUrl) -> Result<String, SendError> {
        answer(self.of(url).get(url.url())).await
    }
}

/// Sends, and says what came back.
async fn answer(request: RequestBuilder) -> Result<String, SendError> {
    let version = concat!("catalink/", env!("CATALINK_VERSION"));
    let sent = request.header(USER_AGENT, version).send().await;
    let mut response = sent.map_err(|error| {
        // The address may be a secret, and errors of reqwest repeat it.
        SendError::NoConnection { reason: innermost(&error.without_url()) }
    })?;
    let status = response.status();
    if status.is_redirection() {
        return Err(SendError::Redirect { status: status.as_u16() });
    }
    if status.is_success() {
        return Ok(format!("it answered {}", status.as_u16()));
    }
    Err(SendError::Refused { status: status.as_u16(), words: beginning(&mut response).await })
}

/// The first line of an answer. One that cannot be read says nothing.
async fn beginning(response: &mut Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES_MAX
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    first_line(&String::from_utf8_lossy(&bytes))
}
