//! Where notices go: addresses, checked when the settings are read, and shown without what is secret in them.

use std::{fmt, net::IpAddr};

use reqwest::Url;

use super::{mail::MailAddress, secret::Secret};
use crate::domain::notice::NoticeKind;

/// A channel of the settings.
#[derive(Debug, Clone)]
pub struct Channel {
    pub name: String,
    pub address: Address,
    pub events: Vec<NoticeKind>,
}

/// Where a channel leads, and in which form.
#[derive(Debug, Clone)]
pub enum Address {
    /// Standard Webhooks.
    Webhook {
        url: HookUrl,
        secret: Secret,
    },
    /// `{"text": …}`: Slack, Mattermost, Google Chat.
    Chat {
        url: HookUrl,
    },
    Email(MailAddress),
}

impl Address {
    /// The name in SQL and in the settings.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Webhook { .. } => "webhook",
            Self::Chat { .. } => "chat",
            Self::Email(_) => "email",
        }
    }
}

/// The host alone: the rest of a hook's address is what lets anybody use it.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Webhook { url, .. } | Self::Chat { url } => url.fmt(f),
            Self::Email(address) => address.fmt(f),
        }
    }
}

/// Why an address cannot be used. The address is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    #[error("it is not an address such as https://example.com/hook")]
    NotAnAddress,
    #[error("`{host}` must be reached by https; plain http is for this machine alone")]
    PlainHttp { host: String },
    #[error("an address with a user name or a password in it is not taken")]
    Credentials,
    #[error(
        "it is not a mail server such as smtp://mail.example.com:587 (STARTTLS) or smtps://mail.example.com:465"
    )]
    NotAMailServer,
    #[error("`{found}` is not an e-mail address")]
    NotAMailbox { found: String },
    #[error("it names nobody to write to")]
    NoRecipients,
}

/// An address that is asked by HTTP: https, or http on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl(Url);

impl HookUrl {
    pub fn parse(text: &str) -> Result<Self, ChannelError> {
        let url = Url::parse(text.trim()).map_err(|_| ChannelError::NotAnAddress)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ChannelError::NotAnAddress)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(ChannelError::PlainHttp { host: host.to_owned() }),
            _ => return Err(ChannelError::NotAnAddress),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ChannelError::Credentials);
        }
        Ok(Self(url))
    }

    pub(super) fn url(&self) -> Url {
        self.0.clone()
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.0.host_str().is_some_and(is_loopback)
    }
}

impl fmt::Display for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => write!(f, "{}://{host}:{port}", self.0.scheme()),
            None => write!(f, "{}://{host}", self.0.scheme()),
        }
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// True for `localhost` and the loopback addresses.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_alone_and_no_address_is_repeated() {
        let error = |text: &str| HookUrl::parse(text).unwrap_err();
        for wrong in ["http://10.0.0.1/x", "http://169.254.169.254/latest", "http://127.0.0.1.example.com/"] {
            assert!(matches!(error(wrong), ChannelError::PlainHttp { .. }), "{wrong}");
        }
        for wrong in ["", "ops", "ftp://example.com/secret", "file:///etc/passwd", "https://"] {
            assert_eq!(error(wrong), ChannelError::NotAnAddress, "{wrong}");
        }
        assert_eq!(error("https://me:secret@example.com/"), ChannelError::Credentials);
        for fine in
            ["http://127.0.0.1:9/x", "http://[::1]:9/x", "http://localhost/x", "https://example.com/x?key=1"]
        {
            HookUrl::parse(fine).unwrap();
        }
    }

    #[test]
    fn what_is_secret_in_an_address_is_not_shown() {
        let url = HookUrl::parse("https://hooks.example.com/services/T0/B0/secret?key=secret").unwrap();
        assert_eq!(format!("{url} {url:?}"), "https://hooks.example.com https://hooks.example.com");
    }
}
