//! Who may hand in callbacks: the provider signs nothing, so a secret address, and optionally a header and the
//! caller's network.

use std::net::IpAddr;

use axum::http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::{domain::inbound::intake::Intake, server::Network};

/// A shorter token can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// What a caller has to show. Shows itself without its secrets.
#[derive(Debug)]
pub struct Gate {
    token: SecretString,
    header: Option<(String, SecretString)>,
    networks: Vec<Network>,
    intake: Intake,
}

/// Why a caller is turned away, or a gate cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum GateError {
    /// The address holds another token.
    #[error("the token in the address is not ours")]
    Token,
    /// The header is missing or holds something else.
    #[error("the required header is missing or wrong")]
    Header,
    /// The caller's address is on none of the allowed networks.
    #[error("the caller's address is not allowed")]
    Address,
}

/// Why a token cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the callback token needs at least 16 letters, digits, dashes or underscores, and nothing else")]
pub struct TokenError;

impl Gate {
    /// A gate that asks for the token in the address.
    pub fn new(token: SecretString) -> Result<Self, TokenError> {
        let text = token.expose_secret();
        let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if is_plain && text.len() >= TOKEN_CHARS_MIN {
            Ok(Self { token, header: None, networks: Vec::new(), intake: Intake::default() })
        } else {
            Err(TokenError)
        }
    }

    /// Asks for a header with that value too.
    #[must_use]
    pub fn requiring(mut self, header: Option<(String, SecretString)>) -> Self {
        self.header = header;
        self
    }

    /// Lets in only callers of these networks; an empty list lets everyone in. Behind a proxy that is not a trusted one
    /// every caller has the proxy's address, and the list belongs there.
    #[must_use]
    pub fn allowing(mut self, networks: Vec<Network>) -> Self {
        self.networks = networks;
        self
    }

    /// How what people write is taken in.
    #[must_use]
    pub fn with_intake(mut self, intake: Intake) -> Self {
        self.intake = intake;
        self
    }

    pub(super) fn intake(&self) -> &Intake {
        &self.intake
    }

    /// Whether this caller may hand in a callback.
    pub(super) fn let_in(
        &self,
        token: &str,
        headers: &HeaderMap,
        address: Option<IpAddr>,
    ) -> Result<(), GateError> {
        if !is_same(token, self.token.expose_secret()) {
            return Err(GateError::Token);
        }
        if let Some((name, value)) = &self.header {
            let found = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            if !is_same(found, value.expose_secret()) {
                return Err(GateError::Header);
            }
        }
        let is_allowed = |address: IpAddr| self.networks.iter().any(|network| network.holds(address));
        if self.networks.is_empty() || address.is_some_and(is_allowed) {
            Ok(())
        } else {
            Err(GateError::Address)
        }
    }
}

/// Compares in a time that does not depend on where the two differ: their digests differ anywhere.
fn is_same(found: &str, expected: &str) -> bool {
    let (found, expected) = (Sha256::digest(found), Sha256::digest(expected));
    found.iter().zip(expected.iter()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "k3yk3yk3yk3yk3yk3y";

    #[test]
    fn a_token_that_can_be_guessed_or_breaks_the_address_is_refused() {
        for token in
            ["", "short", "fifteenletters1", "has a space in the middle", "has/a/slash/in/the/middle"]
        {
            assert_eq!(Gate::new(SecretString::from(token)).err(), Some(TokenError), "{token}");
        }
    }

    #[test]
    fn every_condition_has_to_hold() {
        let networks = vec!["203.0.113.0/24".parse().unwrap()];
        let header = Some(("X-Secret".to_owned(), SecretString::from("s3cret")));
        let gate = Gate::new(SecretString::from(TOKEN)).unwrap().requiring(header).allowing(networks);
        let mut headers = HeaderMap::new();
        let inside = Some("203.0.113.9".parse().unwrap());
        assert_eq!(gate.let_in("k3yk3yk3yk3yk3yk3", &headers, inside), Err(GateError::Token));
        assert_eq!(gate.let_in(TOKEN, &headers, inside), Err(GateError::Header));
        headers.insert("x-secret", "s3cret".parse().unwrap());
        assert_eq!(gate.let_in(TOKEN, &headers, inside), Ok(()));
        assert_eq!(gate.let_in(TOKEN, &headers, None), Err(GateError::Address));
        assert_eq!(gate.let_in(TOKEN, &headers, "198.51.100.1".parse().ok()), Err(GateError::Address));
        assert!(!format!("{gate:?}").contains("s3cret"));
    }
}
