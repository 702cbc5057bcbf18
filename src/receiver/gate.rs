//! Who may hand in callbacks: the provider signs nothing, so a secret address, and optionally a header and the
//! caller's network.

use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::HeaderMap;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A shorter token can be guessed.
const TOKEN_CHARS_MIN: usize = 16;

/// What a caller has to show. Shows itself without its secrets.
#[derive(Debug)]
pub struct Gate {
    token: SecretString,
    header: Option<(String, SecretString)>,
    networks: Vec<Network>,
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
            Ok(Self { token, header: None, networks: Vec::new() })
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

    /// Lets in only callers of these networks; an empty list lets everyone in. Behind a proxy every caller has the
    /// proxy's address, and the list belongs there.
    #[must_use]
    pub fn allowing(mut self, networks: Vec<Network>) -> Self {
        self.networks = networks;
        self
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

/// One address, or a block of them: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    n_bits: u8,
}

/// Why a text is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not an address such as 203.0.113.7 or a block such as 203.0.113.0/24")]
pub struct NetworkError {
    found: String,
}

impl Network {
    fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if address.is_ipv4() != self.first.is_ipv4() {
            return false;
        }
        let (a, b) = (left_aligned(address), left_aligned(self.first));
        let shift = 128 - u32::from(self.n_bits);
        a.checked_shr(shift).unwrap_or(0) == b.checked_shr(shift).unwrap_or(0)
    }
}

/// The bits of an address, the first one leftmost.
fn left_aligned(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let error = || NetworkError { found: text.to_owned() };
        let (address, n_bits) = match text.split_once('/') {
            Some((address, n_bits)) => (address, Some(n_bits.parse().map_err(|_| error())?)),
            None => (text, None),
        };
        let first = address.trim().parse::<IpAddr>().map_err(|_| error())?.to_canonical();
        let n_bits_max = if first.is_ipv4() { 32 } else { 128 };
        let n_bits = n_bits.unwrap_or(n_bits_max);
        if n_bits > n_bits_max { Err(error()) } else { Ok(Self { first, n_bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.n_bits)
    }
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

    #[test]
    fn a_block_holds_its_addresses_and_no_others() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().holds(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("203.0.113.7", "203.0.113.7") && !holds("203.0.113.7", "203.0.113.6"));
        assert!(holds("203.0.113.7", "::ffff:203.0.113.7"), "an IPv4 caller on an IPv6 socket");
        assert!(holds("2001:db8::/32", "2001:db8:1::1") && !holds("2001:db8::/32", "2001:db9::1"));
        assert!(holds("0.0.0.0/0", "192.0.2.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "a"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
