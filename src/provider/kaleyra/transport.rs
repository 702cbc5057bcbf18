//! Makes the HTTP client: its time-outs, its trust, and everything that it must not do by itself.

use std::{path::Path, time::Duration};

use reqwest::{
    Certificate, Client, ClientBuilder,
    header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};

use super::{Account, Limits, ProviderError};

/// An idle connection is dropped after this, before the provider's side may drop it: a request that meets a
/// connection just closed is a doubt.
const IDLE_MAX: Duration = Duration::from_secs(20);

/// The client of one account. It neither follows redirects nor sends anything twice.
pub(super) fn client(
    account: &Account,
    limits: &Limits,
    ca_file: Option<&Path>,
) -> Result<Client, ProviderError> {
    let builder = || -> Result<ClientBuilder, ProviderError> {
        let builder = Client::builder()
            .default_headers(headers(&account.api_key)?)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // Whoever reads more of what comes with a 2xx has fewer doubts.
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_ignore_invalid_headers_in_responses(true)
            .connect_timeout(limits.connect_timeout.min(limits.request_timeout.mul_f64(0.9)))
            .timeout(limits.request_timeout)
            .pool_idle_timeout(IDLE_MAX)
            .pool_max_idle_per_host(limits.in_flight_max.max(1));
        Ok(if account.base.is_loopback() { builder.no_proxy() } else { builder })
    };
    trusting(builder, ca_file)
}

/// A client that trusts what the system trusts, and further certificates.
pub(crate) fn trusting(
    builder: impl Fn() -> Result<ClientBuilder, ProviderError>,
    ca_file: Option<&Path>,
) -> Result<Client, ProviderError> {
    // Fails where another part of the process has installed one before, which is then as good.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let further = ca_file.map(certificates).transpose()?.unwrap_or_default();
    let of_system = builder()?.tls_certs_merge(further.iter().cloned()).build();
    // A system without certificates of its own (a bare container) gets Mozilla's.
    of_system.or_else(|_| {
        let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
        let bundled = bundled.iter().filter_map(|certificate| Certificate::from_der(certificate).ok());
        let builder = builder()?.tls_certs_only(bundled.chain(further));
        builder.build().map_err(|source| ProviderError::Client { source: source.without_url() })
    })
}

fn headers(key: &SecretString) -> Result<HeaderMap, ProviderError> {
    let key = key.expose_secret();
    if key.is_empty() || !key.chars().all(|c| c.is_ascii_graphic()) {
        return Err(ProviderError::Key);
    }
    let mut key = HeaderValue::from_str(key).map_err(|_| ProviderError::Key)?;
    key.set_sensitive(true);
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("api-key", key);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // What comes in a coding all the same is decoded; there are codings that are not known.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(headers)
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, ProviderError> {
    let pem =
        std::fs::read(path).map_err(|source| ProviderError::CaFile { path: path.to_owned(), source })?;
    let found = Certificate::from_pem_bundle(&pem).unwrap_or_default();
    if found.is_empty() { Err(ProviderError::CaFileEmpty { path: path.to_owned() }) } else { Ok(found) }
}
