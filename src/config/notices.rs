//! The tables `[notices]` and `[notices.NAME]` of the settings file: where notices go.

use std::{collections::BTreeMap, fmt, path::Path, time::Duration};

use secrecy::SecretString;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use toml::Spanned;

use super::{ConfigError, read_key};
use crate::{
    domain::{notice::NoticeKind, time::parse_duration},
    notifier::{Address, Channel, ChannelError, HookUrl, MailAddress, NotASecret, Notices, Secret},
};

/// How long what has been sent may be in no backup, unless the settings say otherwise.
const BACKUP_AFTER: Duration = Duration::from_hours(7 * 24);

/// The longest name of a channel.
const NAME_MAX: usize = 32;

/// Where notices go, and when a backup counts as old.
#[derive(Debug, Clone)]
pub struct NoticeSettings {
    pub notices: Notices,
    pub backup_after: Duration,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { notices: Notices::default(), backup_after: BACKUP_AFTER }
    }
}

/// Why a setting of a channel cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    #[error(transparent)]
    Channel(#[from] ChannelError),
    #[error(transparent)]
    Secret(#[from] NotASecret),
    #[error("a channel's name has 1 to {NAME_MAX} letters, digits, dashes and underscores")]
    Name,
    #[error("`{found}` is not a kind of channel; there are webhook, chat and email")]
    Kind { found: String },
    #[error("`{found}` is not a kind of notice; there are {}", kinds())]
    Event { found: String },
    #[error("a channel of the kind {kind} needs `{key}`")]
    Missing { kind: String, key: &'static str },
    #[error("a channel of the kind {kind} has no such key")]
    Surplus { kind: String },
    #[error("set both, or neither: `user` and `password_file`")]
    Login,
    #[error("`{found}` is not a time such as 7d")]
    Duration { found: String },
}

fn kinds() -> String {
    NoticeKind::ALL.map(NoticeKind::name).join(", ")
}

/// The table `[notices]`, its keys and its channels.
#[derive(Debug, Default)]
pub(super) struct NoticesFile {
    ping: Option<Spanned<String>>,
    backup_after: Option<Spanned<String>>,
    channels: BTreeMap<String, Spanned<ChannelFile>>,
}

/// Channels and settings share a table, so each key is looked at by itself: what flattens loses the lines.
impl<'de> Deserialize<'de> for NoticesFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table;
        impl<'de> Visitor<'de> for Table {
            type Value = NoticesFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of notices")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NoticesFile, A::Error> {
                let mut file = NoticesFile::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "ping" => file.ping = Some(map.next_value()?),
                        "backup_after" => file.backup_after = Some(map.next_value()?),
                        _ => drop(file.channels.insert(key, map.next_value()?)),
                    }
                }
                Ok(file)
            }
        }
        deserializer.deserialize_map(Table)
    }
}

/// The table of a channel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelFile {
    kind: Spanned<String>,
    url: Option<Spanned<String>>,
    url_file: Option<Spanned<String>>,
    secret_file: Option<Spanned<String>>,
    smtp: Option<Spanned<String>>,
    from: Option<Spanned<String>>,
    to: Option<Spanned<OneOrMore>>,
    user: Option<Spanned<String>>,
    password_file: Option<Spanned<String>>,
    events: Option<Spanned<Vec<String>>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// Where the settings are read, and from what.
pub(super) struct Reading<'r> {
    pub(super) folder: &'r Path,
    pub(super) path: &'r Path,
    pub(super) text: &'r str,
    pub(super) variable: &'r dyn Fn(&str) -> Option<String>,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count()
    }

    /// What a file holds that only its owner may read.
    fn secret_in(&self, file: &str) -> Result<SecretString, ConfigError> {
        let handed_over =
            (self.variable)("CREDENTIALS_DIRECTORY").is_some_and(|dir| Path::new(file).starts_with(dir));
        Ok(read_key(&self.folder.join(file), handed_over)?.unwrap_or_else(|| SecretString::from("")))
    }

    fn wrong(&self, key: String, at: usize, source: impl Into<NoticeError>) -> ConfigError {
        let (path, line, source) = (self.path.to_owned(), self.line(at), source.into());
        ConfigError::Notice { path, line, key, source }
    }
}

/// The channels and the ping, checked.
pub(super) fn read(file: NoticesFile, reading: &Reading<'_>) -> Result<NoticeSettings, ConfigError> {
    let ping = match (reading.variable)("CATALINK_PING") {
        Some(text) => Some(HookUrl::parse(&text).map_err(|source| ConfigError::NoticeVariable {
            name: "CATALINK_PING".to_owned(),
            source: source.into(),
        })?),
        None => file
            .ping
            .map(|text| {
                HookUrl::parse(text.get_ref())
                    .map_err(|error| reading.wrong("[notices] ping".to_owned(), text.span().start, error))
            })
            .transpose()?,
    };
    let backup_after = file.backup_after.map_or(Ok(BACKUP_AFTER), |text| {
        parse_duration(text.get_ref()).map_err(|_| {
            let error = NoticeError::Duration { found: text.get_ref().clone() };
            reading.wrong("[notices] backup_after".to_owned(), text.span().start, error)
        })
    })?;
    let mut channels = Vec::new();
    for (name, table) in file.channels {
        let at = table.span().start;
        let table = OfChannel { name, at, file: table.into_inner(), reading };
        channels.push(table.channel()?);
    }
    Ok(NoticeSettings { notices: Notices { channels, ping, ca_file: None }, backup_after })
}

/// One channel that is read.
struct OfChannel<'r> {
    name: String,
    at: usize,
    file: ChannelFile,
    reading: &'r Reading<'r>,
}

impl OfChannel<'_> {
    fn channel(self) -> Result<Channel, ConfigError> {
        let is_name = self.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !is_name || !(1..=NAME_MAX).contains(&self.name.len()) {
            return Err(self.wrong("", self.at, NoticeError::Name));
        }
        let events = self.events()?;
        let address = match self.file.kind.get_ref().as_str() {
            "webhook" => {
                self.refuse(self.of_email())?;
                Address::Webhook { url: self.url()?, secret: self.secret()? }
            }
            "chat" => {
                self.refuse(self.of_email())?;
                self.refuse([("secret_file", self.file.secret_file.as_ref().map(|key| key.span().start))])?;
                Address::Chat { url: self.url()? }
            }
            "email" => {
                self.refuse([
                    ("url", self.file.url.as_ref().map(|key| key.span().start)),
                    ("url_file", self.file.url_file.as_ref().map(|key| key.span().start)),
                    ("secret_file", self.file.secret_file.as_ref().map(|key| key.span().start)),
                ])?;
                Address::Email(self.mail()?)
            }
            found => {
                let error = NoticeError::Kind { found: found.to_owned() };
                return Err(self.wrong("kind", self.file.kind.span().start, error));
            }
        };
        Ok(Channel { name: self.name, address, events })
    }

    fn of_email(&self) -> [(&'static str, Option<usize>); 5] {
        let file = &self.file;
        let at = |key: &Option<Spanned<String>>| key.as_ref().map(|key| key.span().start);
        [
            ("smtp", at(&file.smtp)),
            ("from", at(&file.from)),
            ("to", file.to.as_ref().map(|key| key.span().start)),
            ("user", at(&file.user)),
            ("password_file", at(&file.password_file)),
        ]
    }

    /// Keys that a channel of this kind has no use for.
    fn refuse<const N: usize>(&self, keys: [(&'static str, Option<usize>); N]) -> Result<(), ConfigError> {
        match keys.into_iter().find_map(|(key, at)| Some((key, at?))) {
            Some((key, at)) => {
                Err(self.wrong(key, at, NoticeError::Surplus { kind: self.file.kind.get_ref().clone() }))
            }
            None => Ok(()),
        }
    }

    fn wrong(&self, key: &str, at: usize, error: impl Into<NoticeError>) -> ConfigError {
        let space = if key.is_empty() { "" } else { " " };
        self.reading.wrong(format!("[notices.{}]{space}{key}", self.name), at, error)
    }

    fn missing(&self, key: &'static str) -> ConfigError {
        let kind = self.file.kind.get_ref().clone();
        self.wrong("", self.at, NoticeError::Missing { kind, key })
    }

    /// What the environment says instead of a key of this channel: `CATALINK_NOTICES_OPS_URL`.
    fn variable(&self, key: &str) -> Option<(String, String)> {
        let name = self.name.to_uppercase().replace('-', "_");
        let name = format!("CATALINK_NOTICES_{name}_{key}");
        (self.reading.variable)(&name).map(|value| (name, value))
    }

    fn events(&self) -> Result<Vec<NoticeKind>, ConfigError> {
        let Some(events) = &self.file.events else { return Ok(NoticeKind::usual()) };
        let kind = |found: &String| {
            NoticeKind::from_name(found).ok_or_else(|| {
                let error = NoticeError::Event { found: found.clone() };
                self.wrong("events", events.span().start, error)
            })
        };
        events.get_ref().iter().map(kind).collect()
    }

    fn url(&self) -> Result<HookUrl, ConfigError> {
        use secrecy::ExposeSecret;
        if let Some((name, text)) = self.variable("URL") {
            return HookUrl::parse(&text)
                .map_err(|source| ConfigError::NoticeVariable { name, source: source.into() });
        }
        match (&self.file.url, &self.file.url_file) {
            (Some(text), _) => {
                HookUrl::parse(text.get_ref()).map_err(|error| self.wrong("url", text.span().start, error))
            }
            (None, Some(file)) => {
                let text = self.reading.secret_in(file.get_ref())?;
                HookUrl::parse(text.expose_secret())
                    .map_err(|error| self.wrong("url_file", file.span().start, error))
            }
            (None, None) => Err(self.missing("url")),
        }
    }

    fn secret(&self) -> Result<Secret, ConfigError> {
        use secrecy::ExposeSecret;
        if let Some((name, text)) = self.variable("SECRET") {
            return Secret::parse(&text)
                .map_err(|source| ConfigError::NoticeVariable { name, source: source.into() });
        }
        let Some(file) = &self.file.secret_file else { return Err(self.missing("secret_file")) };
        let text = self.reading.secret_in(file.get_ref())?;
        Secret::parse(text.expose_secret())
            .map_err(|error| self.wrong("secret_file", file.span().start, error))
    }

    fn mail(&self) -> Result<MailAddress, ConfigError> {
        let Some(server) = &self.file.smtp else { return Err(self.missing("smtp")) };
        let Some(from) = &self.file.from else { return Err(self.missing("from")) };
        let Some(to) = &self.file.to else { return Err(self.missing("to")) };
        let password = match (self.variable("PASSWORD"), &self.file.password_file) {
            (Some((_, text)), _) => Some(SecretString::from(text.trim())),
            (None, Some(file)) => Some(self.reading.secret_in(file.get_ref())?),
            (None, None) => None,
        };
        let login = match (&self.file.user, password) {
            (Some(user), Some(password)) => Some((user.get_ref().clone(), password)),
            (None, None) => None,
            (Some(user), None) => return Err(self.wrong("user", user.span().start, NoticeError::Login)),
            (None, Some(_)) => return Err(self.wrong("password_file", self.at, NoticeError::Login)),
        };
        let people = match to.get_ref() {
            OneOrMore::One(one) => vec![one.clone()],
            OneOrMore::More(more) => more.clone(),
        };
        MailAddress::parse(server.get_ref(), from.get_ref(), &people, login).map_err(|error| {
            let (key, at) = match &error {
                ChannelError::NotAMailbox { found } if found == from.get_ref() => ("from", from.span()),
                ChannelError::NotAMailbox { .. } | ChannelError::NoRecipients => ("to", to.span()),
                ChannelError::NotAMailServer
                | ChannelError::NotAnAddress
                | ChannelError::PlainHttp { .. }
                | ChannelError::Credentials => ("smtp", server.span()),
            };
            self.wrong(key, at.start, error)
        })
    }
}
