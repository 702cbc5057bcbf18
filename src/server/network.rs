//! Networks, and who a caller is whose request came through a proxy.

use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::HeaderMap;

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
    /// Whether the address is of this network.
    pub fn holds(&self, address: IpAddr) -> bool {
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

/// Who asks: the caller itself, or, where that is a trusted proxy, whom it says it asks for. Only what trusted proxies have
/// added is believed: `X-Forwarded-For` is read from its end.
pub(super) fn caller(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.holds(address));
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut caller = peer.to_canonical();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(caller) {
            break;
        }
        let Some(before) = address(hop.trim()) else { break };
        caller = before;
    }
    caller
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let found =
        bare.parse().ok().or_else(|| text.parse().ok().map(|socket: std::net::SocketAddr| socket.ip()));
    found.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn only_what_trusted_proxies_have_added_is_believed() {
        let trusted: Vec<Network> = vec!["127.0.0.1".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
        let of = |peer: &str, lines: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", axum::http::HeaderValue::from_static(line));
            }
            caller(peer.parse().unwrap(), &headers, &trusted).to_string()
        };
        assert_eq!(of("203.0.113.7", &["1.2.3.4"]), "203.0.113.7", "not a proxy of ours");
        assert_eq!(of("127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(of("127.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(of("::ffff:127.0.0.1", &["6.6.6.6, 1.2.3.4"]), "1.2.3.4", "the caller's own word");
        assert_eq!(of("127.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"]), "1.2.3.4");
        assert_eq!(of("127.0.0.1", &["6.6.6.6", "1.2.3.4, 10.0.0.2"]), "1.2.3.4");
        assert_eq!(of("127.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(of("127.0.0.1", &["1.2.3.4:99"]), "1.2.3.4");
        assert_eq!(of("127.0.0.1", &["1.2.3.4, nonsense"]), "127.0.0.1");
    }
}
