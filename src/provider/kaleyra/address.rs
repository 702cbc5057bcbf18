//! Where the provider is: a pod's host, or an address of the operator's own.

use std::{fmt, net::IpAddr, str::FromStr};

use reqwest::Url;

/// A region of the provider. The console shows the one of an account as "API Domain", beside the API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pod {
    /// India.
    In,
    /// Singapore.
    Sg,
    /// Europe.
    Eu,
    /// North America.
    Na,
}

impl Pod {
    pub const ALL: [Self; 4] = [Self::In, Self::Sg, Self::Eu, Self::Na];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Sg => "sg",
            Self::Eu => "eu",
            Self::Na => "na",
        }
    }

    /// The host (Send Catalogue Link Messages, API Domain and Value; the last one is on newer pages only).
    pub const fn host(self) -> &'static str {
        match self {
            Self::In => "api.in.kaleyra.io",
            Self::Sg => "api.ap.kaleyra.io",
            Self::Eu => "api.eu.kaleyra.io",
            Self::Na => "api.na.kaleyra.ai",
        }
    }
}

impl fmt::Display for Pod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Pod {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::ALL
            .into_iter()
            .find(|pod| pod.name().eq_ignore_ascii_case(text.trim()))
            .ok_or_else(|| AddressError::Pod { found: text.to_owned() })
    }
}

/// Why a text is not an address of the provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No such pod.
    #[error("`{found}` is not a pod; there are in, sg, eu and na")]
    Pod { found: String },
    /// Not an address at all.
    #[error("`{found}` is not an address such as https://{}", Pod::In.host())]
    NotAnAddress { found: String },
    /// The key would cross the network in the clear.
    #[error(
        "`{host}` must be reached by https; plain http is for this machine alone, such as http://127.0.0.1:9090"
    )]
    PlainHttp { host: String },
    /// More than an address. The text is not repeated, as it may hold a password.
    #[error("the address must not have {part}")]
    Surplus {
        /// What there is too much of.
        part: &'static str,
    },
    /// The document's base URL, which has the account in it.
    #[error("give the address without `{path}`; the version and the SID are added")]
    HasVersion { path: String },
}

/// Scheme, host, port and perhaps a path before `/v2`, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// The address of a pod.
    pub fn of(pod: Pod) -> Self {
        let url = Url::parse(&format!("https://{}", pod.host())).expect("the hosts above are valid");
        Self(url)
    }

    /// Reads an address. Plain http is for loopback only, because the key goes with every request.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let error = || AddressError::NotAnAddress { found: without_credentials(text) };
        let url = Url::parse(text).map_err(|_| error())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(error)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(AddressError::PlainHttp { host: host.to_owned() }),
            _ => return Err(error()),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::Surplus { part: "a user name or password in it" });
        }
        if url.query().is_some() {
            return Err(AddressError::Surplus { part: "a query (`?…`)" });
        }
        if url.fragment().is_some() {
            return Err(AddressError::Surplus { part: "a fragment (`#…`)" });
        }
        let path = url.path().to_owned();
        if path.split('/').any(|segment| matches!(segment, "v1" | "v2")) {
            return Err(AddressError::HasVersion { path });
        }
        let mut url = url;
        url.set_path(path.trim_end_matches('/'));
        Ok(Self(url))
    }

    /// True when the address is this machine's own.
    pub fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(is_loopback)
    }

    /// The name or the address of the machine.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// This address with more path segments.
    pub(super) fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        url.path_segments_mut().expect("http addresses have a path").pop_if_empty().extend(segments);
        url
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str().trim_end_matches('/'))
    }
}

impl FromStr for BaseUrl {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

/// True for `localhost` and the loopback addresses.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The text without what stands before an `@`, which may be a password.
fn without_credentials(text: &str) -> String {
    text.rsplit_once('@').map_or(text, |(_, rest)| rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        BaseUrl::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for fine in ["http://127.0.0.1:9090", "http://localhost:1", "http://[::1]:9/", "http://127.9.9.9"] {
            assert!(BaseUrl::parse(fine).unwrap().is_loopback(), "{fine}");
        }
        for wrong in
            ["http://api.in.kaleyra.io", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://0.0.0.0"]
        {
            assert!(matches!(BaseUrl::parse(wrong), Err(AddressError::PlainHttp { .. })), "{wrong}");
        }
        assert!(!BaseUrl::parse("https://127.example.com").unwrap().is_loopback());
    }

    #[test]
    fn an_address_with_a_password_is_refused_without_repeating_it() {
        assert_eq!(
            error("https://me:secret@host"),
            "the address must not have a user name or password in it"
        );
        assert_eq!(
            error("ftp://me:secret@host"),
            "`host` is not an address such as https://api.in.kaleyra.io"
        );
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_what_to_write() {
        assert_eq!(
            error("api.in.kaleyra.io"),
            "`api.in.kaleyra.io` is not an address such as https://api.in.kaleyra.io"
        );
        assert_eq!(error("https://host?x=1"), "the address must not have a query (`?…`)");
        assert_eq!(error("https://host#x"), "the address must not have a fragment (`#…`)");
        assert_eq!(
            error("https://host/v2/HXAP16"),
            "give the address without `/v2/HXAP16`; the version and the SID are added"
        );
        for wrong in ["", " ", "https://", "localhost:9090", "file:///etc/passwd", "https:// host"] {
            assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn slashes_at_the_end_do_not_matter() {
        let base = BaseUrl::parse(" https://gateway.example/kaleyra// ").unwrap();
        assert_eq!(base.to_string(), "https://gateway.example/kaleyra");
        assert_eq!(base.join(&["v2", "a b/c"]).as_str(), "https://gateway.example/kaleyra/v2/a%20b%2Fc");
    }

    #[test]
    fn every_pod_is_found_by_its_name_and_has_an_address() {
        for pod in Pod::ALL {
            assert_eq!(pod.name().parse(), Ok(pod));
            assert_eq!(BaseUrl::of(pod).to_string(), format!("https://{}", pod.host()));
        }
        assert_eq!(
            "xx".parse::<Pod>().unwrap_err().to_string(),
            "`xx` is not a pod; there are in, sg, eu and na"
        );
    }
}
