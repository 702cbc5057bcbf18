//! Settings: flag, then environment, then `catalink.toml` in the current folder, then the default.
//!
//! The API key lives in a type that cannot be printed, and has neither a flag nor a place in the settings file.

mod notices;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use secrecy::SecretString;
use serde::Deserialize;

pub use self::notices::{NoticeError, NoticeSettings};
use self::notices::{NoticesFile, Reading};
use crate::{
    domain::{
        Phone,
        inbound::{
            intake::{Intake, StopLimit, StopShareError},
            optout::OptOutWords,
        },
        time::parse_duration,
    },
    provider::{Account, AddressError, BaseUrl, Pod},
    queue::{Database, DatabaseError},
};

/// The name of the settings file.
pub const FILE_NAME: &str = "catalink.toml";

/// Where the provider's console shows the SID and the key.
const WHERE_THE_KEY_IS: &str = "the provider's console shows both under Developers > API";

/// What was set, wherever it was set.
#[derive(Debug, Clone)]
pub struct Settings {
    pub db: Database,
    /// The folder for files that stay on this machine.
    state: PathBuf,
    /// The file with the password of a server.
    db_password_file: Option<PathBuf>,
    pub sid: Option<String>,
    pub api_key: Option<SecretString>,
    /// The sender's own business number.
    pub sender: Option<Phone>,
    /// The region of the provider.
    pub pod: Pod,
    /// An address that overrides the pod.
    pub base_url: Option<BaseUrl>,
    /// Further certificates to trust, in PEM form.
    pub ca_file: Option<PathBuf>,
    /// What the provider's callbacks have to show.
    pub callbacks: CallbackSettings,
    /// By which words people ask to be left alone, beside the usual ones.
    pub opt_out: OptOutSettings,
    /// When so many ask that a campaign pauses.
    pub stops: StopLimit,
    /// How long what people write is kept; none is not at all.
    pub keep_text: Option<Duration>,
    /// The price list of the operator.
    pub rates: Option<PathBuf>,
    /// How long recipients' data are kept once their campaign is over; none is for good.
    pub keep: Option<Duration>,
    /// Where notices go.
    pub notices: NoticeSettings,
    /// The filter of the log.
    pub log: Option<String>,
    /// The settings file, if there is one.
    pub file: Option<PathBuf>,
}

/// Under which conditions callbacks are taken.
#[derive(Debug, Clone, Default)]
pub struct CallbackSettings {
    /// The secret part of their address.
    pub token: Option<SecretString>,
    /// A header that they carry, and its value.
    pub header: Option<(String, SecretString)>,
    /// The networks that they come from, as they were written; empty means any.
    pub networks: Vec<String>,
}

/// Words that ask to stop and those that a person has to look at, beside the usual ones, and those of them that do not count.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptOutSettings {
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub maybe: Vec<String>,
    #[serde(default)]
    pub not_words: Vec<String>,
    /// The share of those who got the message, and of how many at least, at which a campaign pauses because they ask to stop.
    #[serde(default)]
    pub pause_share: Option<String>,
    #[serde(default)]
    pub pause_from: Option<u64>,
}

impl OptOutSettings {
    /// By what people ask to be left alone.
    pub fn list(&self) -> OptOutWords {
        OptOutWords::set(&self.words, &self.maybe, &self.not_words)
    }

    /// When so many ask that a campaign pauses.
    fn stops(&self) -> Result<StopLimit, StopShareError> {
        let usual = StopLimit::default();
        let limit = self.pause_from.map_or(usual, |n| usual.with_min(n));
        self.pause_share.as_deref().map_or(Ok(limit), |text| limit.with_share(text))
    }
}

/// What is kept of what people write.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct InboundFile {
    keep_text: Option<String>,
}

/// Why the settings cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConfigError {
    /// The settings file cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The settings file is not TOML, or has a key that is not known.
    #[error("cannot use `{}`", path.display())]
    Parse {
        path: PathBuf,
        /// Line, column and reason.
        #[source]
        source: Arc<toml::de::Error>,
    },
    /// The key stands in the settings file.
    #[error("`{}` holds the API key itself", path.display())]
    KeyInFile { path: PathBuf },
    /// The file of the key can be read by others.
    #[error("`{}` can be read by other users of this machine (mode {mode:o})", path.display())]
    KeyFileOpen { path: PathBuf, mode: u32 },
    /// A number is not one.
    #[error("{setting} `{found}` is not a number such as +911161197855")]
    Phone { setting: &'static str, found: String },
    /// The address or the pod is not one.
    #[error("cannot use {setting}")]
    Address {
        setting: &'static str,
        #[source]
        source: AddressError,
    },
    /// The time to keep data is none.
    #[error("{setting}: `{found}` is not a time to keep data, such as 90d")]
    Keep { setting: &'static str, found: String },
    /// The share at which a campaign pauses is none.
    #[error("`[opt_out] pause_share` in catalink.toml cannot be used")]
    StopShare(#[from] StopShareError),
    /// A setting of a channel of notices is none.
    #[error("`{key}` in `{}`, line {line}, cannot be used", path.display())]
    Notice {
        path: PathBuf,
        line: usize,
        /// The table and the key.
        key: String,
        #[source]
        source: NoticeError,
    },
    /// A variable of the environment for notices is none.
    #[error("{name} cannot be used")]
    NoticeVariable {
        name: String,
        #[source]
        source: NoticeError,
    },
    /// The address of the database is none, or its password cannot be read.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A secret stands in the settings file.
    #[error("`{}`, line {line}, holds the secret itself: put it into a file that you alone can read, and name that with `{key}_file`", path.display())]
    SecretInFile { path: PathBuf, line: usize, key: &'static str },
    /// Something that sending needs is not set.
    #[error("{what} is not set")]
    Unset {
        /// What, with the name of its variable.
        what: &'static str,
        /// How to get and set it.
        hint: String,
    },
}

/// The settings file, as it may be written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    db: Option<PathBuf>,
    db_password_file: Option<PathBuf>,
    state: Option<PathBuf>,
    sid: Option<String>,
    api_key_file: Option<PathBuf>,
    sender: Option<String>,
    pod: Option<String>,
    base_url: Option<String>,
    ca_file: Option<PathBuf>,
    keep: Option<String>,
    log: Option<String>,
    #[serde(default)]
    callbacks: CallbackFile,
    #[serde(default)]
    opt_out: OptOutSettings,
    #[serde(default)]
    inbound: InboundFile,
    #[serde(default)]
    cost: CostFile,
    #[serde(default)]
    notices: NoticesFile,
}

/// The table `[cost]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CostFile {
    rates: Option<PathBuf>,
}

/// The table `[callbacks]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallbackFile {
    token: Option<SecretString>,
    header: Option<String>,
    header_value: Option<SecretString>,
    #[serde(default)]
    allow: Vec<String>,
}

impl Settings {
    /// Reads the settings of `folder`. `environment` gives a variable's value; `db` is the flag.
    pub fn load(
        folder: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
        db: Option<PathBuf>,
    ) -> Result<Self, ConfigError> {
        let path = folder.join(FILE_NAME);
        let (file, text, path) = match std::fs::read_to_string(&path) {
            Ok(text) => (parse(&path, &text)?, text, Some(path)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                (File::default(), String::new(), None)
            }
            Err(error) => return Err(ConfigError::Read { path, source: Arc::new(error) }),
        };
        let variable = |name: &str| environment(name).filter(|value| !value.trim().is_empty());
        let path_of = |name: &str| variable(name).map(PathBuf::from);
        let db = db.or_else(|| path_of("CATALINK_DB")).or(file.db);
        let state = folder.join(path_of("CATALINK_STATE").or(file.state).unwrap_or_default());
        let db_password_file = path_of("CATALINK_DB_PASSWORD_FILE").or(file.db_password_file);
        let db_password_file = db_password_file.map(|path| folder.join(path));
        let db = db.unwrap_or_else(|| PathBuf::from("catalink.db"));
        let db = Database::parse(&db, &state, db_password_file.as_deref())?;
        // With the name of the place where it was set, for whoever has to correct it there.
        let either = |name: &'static str, key: &'static str, in_file: Option<String>| {
            variable(name).map(|value| (name, value)).or(in_file.map(|value| (key, value)))
        };
        let pod = either("KALEYRA_POD", "`pod` in catalink.toml", file.pod);
        let base_url = either("KALEYRA_BASE_URL", "`base_url` in catalink.toml", file.base_url);
        let sender = either("KALEYRA_SENDER", "`sender` in catalink.toml", file.sender);
        let keep = either("CATALINK_KEEP", "`keep` in catalink.toml", file.keep);
        let key_file = variable("KALEYRA_API_KEY_FILE").map(PathBuf::from).or(file.api_key_file);
        let api_key = match (variable("KALEYRA_API_KEY"), key_file) {
            (Some(key), _) => Some(SecretString::from(key.trim())),
            (None, Some(path)) => {
                let handed_over = variable("CREDENTIALS_DIRECTORY").is_some_and(|dir| path.starts_with(dir));
                read_key(&folder.join(path), handed_over)?
            }
            (None, None) => None,
        };
        let ca_file = file.ca_file.map(|path| folder.join(path));
        let settings_path = path.as_deref().unwrap_or(folder);
        let reading = Reading { folder, path: settings_path, text: &text, variable: &variable };
        let mut notices = notices::read(file.notices, &reading)?;
        notices.notices.ca_file.clone_from(&ca_file);
        Ok(Self {
            db,
            state,
            db_password_file,
            sid: variable("KALEYRA_SID").or(file.sid),
            api_key,
            sender: sender.map(|(setting, text)| parse_number(setting, &text)).transpose()?,
            pod: pod.map_or(Ok(Pod::In), |(setting, text)| address(setting, text.parse()))?,
            base_url: base_url.map(|(setting, text)| address(setting, BaseUrl::parse(&text))).transpose()?,
            ca_file,
            notices,
            stops: file.opt_out.stops()?,
            opt_out: file.opt_out,
            keep_text: file
                .inbound
                .keep_text
                .map(|text| time_to_keep("`[inbound] keep_text` in catalink.toml", &text))
                .transpose()?,
            rates: file.cost.rates.map(|path| folder.join(path)),
            callbacks: callbacks(file.callbacks, variable("CATALINK_CALLBACK_TOKEN"))?,
            keep: keep.map(|(setting, text)| time_to_keep(setting, &text)).transpose()?,
            log: variable("CATALINK_LOG").or(file.log),
            file: path,
        })
    }

    /// Another database than the one in use, named as that one is.
    pub fn other_database(&self, name: &Path) -> Result<Database, ConfigError> {
        Ok(Database::parse(name, &self.state, self.db_password_file.as_deref())?)
    }

    /// The settings of a rehearsal: a database and an account with a simulator, nothing else.
    pub fn simulated(db: PathBuf, account: Account) -> Self {
        Self {
            db: Database::File(db),
            state: PathBuf::new(),
            db_password_file: None,
            sid: Some(account.sid),
            api_key: Some(account.api_key),
            sender: Some(account.sender),
            pod: Pod::In,
            base_url: Some(account.base),
            ca_file: None,
            callbacks: CallbackSettings::default(),
            opt_out: OptOutSettings::default(),
            stops: StopLimit::default(),
            keep_text: None,
            rates: None,
            keep: None,
            notices: NoticeSettings::default(),
            log: None,
            file: None,
        }
    }

    /// How what people write is taken in.
    pub fn intake(&self) -> Intake {
        Intake { words: self.opt_out.list(), stops: self.stops, keep_text: self.keep_text }
    }

    pub fn base(&self) -> BaseUrl {
        self.base_url.clone().unwrap_or_else(|| BaseUrl::of(self.pod))
    }

    /// The account that sends, from `sender` where the campaign has one of its own.
    pub fn account(&self, sender: Option<Phone>) -> Result<Account, ConfigError> {
        let unset = |what, hint: &str| ConfigError::Unset { what, hint: hint.to_owned() };
        let sid = self.sid.clone().ok_or_else(|| {
            unset("the account's SID (KALEYRA_SID)", &format!("export KALEYRA_SID=…; {WHERE_THE_KEY_IS}"))
        })?;
        let api_key = self.api_key.clone().ok_or_else(|| {
            unset("the API key (KALEYRA_API_KEY)", &format!("export KALEYRA_API_KEY=…; {WHERE_THE_KEY_IS}"))
        })?;
        let sender = sender.or(self.sender).ok_or_else(|| {
            unset(
                "the sender's number (KALEYRA_SENDER)",
                "export KALEYRA_SENDER=+91…, your own WhatsApp business number, or create the campaign with --sender",
            )
        })?;
        Ok(Account { sid, api_key, sender, base: self.base() })
    }
}

fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    // Looked for in the text too: what TOML says of a line that it cannot read repeats that line.
    let is_key = |line: &str| {
        let rest = line.trim_start().trim_start_matches(['"', '\'']).strip_prefix("api_key");
        rest.is_some_and(|rest| !rest.starts_with('_'))
    };
    let has_key = text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("api_key"));
    if has_key || text.lines().any(is_key) {
        return Err(ConfigError::KeyInFile { path: path.to_owned() });
    }
    for (index, line) in text.lines().enumerate() {
        let named = line.trim_start().trim_start_matches(['"', '\'']);
        let is_secret = |key: &&str| {
            named
                .strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ', '\t']).starts_with('='))
        };
        if let Some(key) = ["secret", "password"].into_iter().find(is_secret) {
            return Err(ConfigError::SecretInFile { path: path.to_owned(), line: index + 1, key });
        }
    }
    toml::from_str(text)
        .map_err(|error| ConfigError::Parse { path: path.to_owned(), source: Arc::new(error) })
}

fn callbacks(file: CallbackFile, token: Option<String>) -> Result<CallbackSettings, ConfigError> {
    let header = match (file.header, file.header_value) {
        (Some(name), Some(value)) => Some((name, value)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            return Err(ConfigError::Unset {
                what: "one of `header` and `header_value` of the settings for callbacks",
                hint: "set both, or neither".to_owned(),
            });
        }
    };
    let token = token.map(|token| SecretString::from(token.trim())).or(file.token);
    Ok(CallbackSettings { token, header, networks: file.allow })
}

/// At least an hour, so that a slip of the unit does not wipe what was sent a moment ago.
fn time_to_keep(setting: &'static str, text: &str) -> Result<Duration, ConfigError> {
    let parsed = parse_duration(text.trim()).ok().filter(|keep| *keep >= Duration::from_hours(1));
    parsed.ok_or_else(|| ConfigError::Keep { setting, found: text.to_owned() })
}

/// None where the file is empty: a service that is installed and not set up yet has such a one. What systemd has handed over
/// is the service's alone, whatever its mode looks like (systemd.exec, `LoadCredential=`).
fn read_key(path: &Path, is_handed_over: bool) -> Result<Option<SecretString>, ConfigError> {
    let error = |error| ConfigError::Read { path: path.to_owned(), source: Arc::new(error) };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_err(error)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 && !is_handed_over {
            return Err(ConfigError::KeyFileOpen { path: path.to_owned(), mode });
        }
    }
    let text = std::fs::read_to_string(path).map_err(error)?;
    let key = text.trim();
    Ok((!key.is_empty()).then(|| SecretString::from(key)))
}

fn address<T>(setting: &'static str, parsed: Result<T, AddressError>) -> Result<T, ConfigError> {
    parsed.map_err(|source| ConfigError::Address { setting, source })
}

/// A text that is no size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// It is not a number with a unit.
    #[error("`{found}` is not a size such as 50MB")]
    Unreadable { found: String },
    /// It is more bytes than can be counted.
    #[error("`{found}` is too large")]
    TooLarge { found: String },
}

/// Reads `50MB`, `2GB`, `512KB`, or bytes.
pub fn parse_size(text: &str) -> Result<u64, SizeError> {
    let text = text.trim().to_uppercase();
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match text[number.len()..].trim() {
        "" | "B" => 1,
        "K" | "KB" => 1_000,
        "KIB" => 1 << 10,
        "M" | "MB" => 1_000_000,
        "MIB" => 1 << 20,
        "G" | "GB" => 1_000_000_000,
        "GIB" => 1 << 30,
        _ => return Err(SizeError::Unreadable { found: text }),
    };
    let Ok(number) = number.parse::<u64>() else { return Err(SizeError::Unreadable { found: text }) };
    number.checked_mul(unit).ok_or(SizeError::TooLarge { found: text })
}

/// Reads one's own number: E.164, where spaces, dashes and a missing plus are forgiven.
pub fn parse_number(setting: &'static str, text: &str) -> Result<Phone, ConfigError> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let with_plus = if digits.starts_with('+') { digits } else { format!("+{digits}") };
    Phone::parse(&with_plus).map_err(|_| ConfigError::Phone { setting, found: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE_NAME), file).unwrap();
        let variable = |name: &str| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::load(folder.path(), &variable, None)
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let settings = load("sid = 'FILE'\npod = 'eu'", &[("KALEYRA_SID", "ENV")]).unwrap();
        assert_eq!((settings.sid.as_deref(), settings.pod), (Some("ENV"), Pod::Eu));
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_blamed_on_the_place_where_it_stands() {
        let said = |file: &str, environment: &[(&str, &str)]| {
            load(file, environment).map(|_| ()).unwrap_err().to_string()
        };
        assert_eq!(said("pod = 'mars'", &[]), "cannot use `pod` in catalink.toml");
        assert_eq!(said("pod = 'eu'", &[("KALEYRA_POD", "mars")]), "cannot use KALEYRA_POD");
        assert!(said("sender = 'me'", &[]).starts_with("`sender` in catalink.toml `me` is not a number"));
        assert!(said("keep = '5'", &[]).starts_with("`keep` in catalink.toml: `5`"));
        assert!(said("", &[("CATALINK_KEEP", "5")]).starts_with("CATALINK_KEEP: `5`"));
    }

    #[test]
    fn a_key_in_the_settings_file_is_refused_and_not_repeated() {
        let error = load("api_key = 'A-very-secret'", &[]).unwrap_err();
        assert!(matches!(error, ConfigError::KeyInFile { .. }));
        assert!(!format!("{error:?} {error}").contains("secret"));
        for broken in
            ["api_key = A-very-secret", " 'api_key' 'A-very-secret", "sid = 1 2\napi_key: A-very-secret"]
        {
            let error = load(broken, &[]).unwrap_err();
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let settings = load("", &[("KALEYRA_API_KEY", "A-very-secret")]).unwrap();
        assert_eq!(settings.api_key.as_ref().unwrap().expose_secret(), "A-very-secret");
        assert!(!format!("{settings:?}").contains("secret"));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("key");
        std::fs::write(&key, "A-key\n").unwrap();
        std::fs::write(folder.path().join(FILE_NAME), "api_key_file = 'key'").unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        let load = || Settings::load(folder.path(), &|_| None, None);
        assert!(matches!(load().unwrap_err(), ConfigError::KeyFileOpen { mode: 0o644, .. }));
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(load().unwrap().api_key.unwrap().expose_secret(), "A-key");
        std::fs::write(&key, "\n").unwrap();
        assert!(load().unwrap().api_key.is_none(), "an empty file holds no key");
        let other = folder.path().join("other");
        std::fs::write(&other, "B-key").unwrap();
        std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o400)).unwrap();
        let named = |name: &str| (name == "KALEYRA_API_KEY_FILE").then(|| other.display().to_string());
        let settings = Settings::load(folder.path(), &named, None).unwrap();
        assert_eq!(settings.api_key.unwrap().expose_secret(), "B-key", "the environment comes first");
        std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o440)).unwrap();
        assert!(Settings::load(folder.path(), &named, None).is_err(), "a group may read it");
        let handed_over = |name: &str| {
            if name == "CREDENTIALS_DIRECTORY" {
                Some(folder.path().display().to_string())
            } else {
                named(name)
            }
        };
        let settings = Settings::load(folder.path(), &handed_over, None).unwrap();
        assert_eq!(settings.api_key.unwrap().expose_secret(), "B-key", "systemd lets nobody else at it");
    }

    #[test]
    fn a_header_of_callbacks_without_its_value_is_refused() {
        let error = load("[callbacks]\nheader = 'X-Secret'", &[]).unwrap_err();
        assert!(error.to_string().contains("`header_value`"), "{error}");
        let settings = load("[callbacks]\ntoken = 'FILE'", &[("CATALINK_CALLBACK_TOKEN", "ENV")]).unwrap();
        assert_eq!(settings.callbacks.token.unwrap().expose_secret(), "ENV");
    }

    #[test]
    fn a_time_to_keep_data_that_is_none_or_a_slip_is_refused() {
        for wrong in ["ninety days", "90", "90s", "-1d", "0d"] {
            let error = load(&format!("keep = '{wrong}'"), &[]).unwrap_err();
            assert!(error.to_string().contains(wrong), "{error}");
        }
        let settings = load("keep = '90d'", &[("CATALINK_KEEP", "30d")]).unwrap();
        assert_eq!(settings.keep, Some(Duration::from_hours(30 * 24)));
    }

    #[test]
    fn how_what_people_write_is_taken_in_can_be_set_and_a_slip_is_refused() {
        let usual = load("", &[]).unwrap().intake();
        assert_eq!((usual.stops.to_string(), usual.keep_text), ("2% of at least 200".to_owned(), None));
        let text = "[opt_out]\npause_share = '0.5%'\npause_from = 50\nnot_words = ['end']\n[inbound]\nkeep_text = '30d'";
        let set = load(text, &[]).unwrap().intake();
        assert_eq!(set.stops.to_string(), "0.5% of at least 50");
        assert_eq!(set.keep_text, Some(Duration::from_hours(30 * 24)));
        assert_eq!(load("[opt_out]\npause_share = 'never'", &[]).unwrap().stops.to_string(), "never");
        for (wrong, said) in [
            ("[opt_out]\npause_share = '2'", "pause_share"),
            ("[inbound]\nkeep_text = '30'", "keep_text"),
            ("[inbound]\nkeep_text = '30s'", "keep_text"),
        ] {
            assert!(load(wrong, &[]).unwrap_err().to_string().contains(said), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_named_with_its_line() {
        let ConfigError::Parse { source, .. } = load("sid = 'X'\nsenderr = '+91'", &[]).unwrap_err() else {
            panic!("the settings were read")
        };
        assert!(source.to_string().contains("line 2"), "{source}");
    }

    #[test]
    fn what_is_missing_is_named_with_the_way_to_get_it() {
        let settings = load("", &[("KALEYRA_SID", "X")]).unwrap();
        let ConfigError::Unset { what, hint } = settings.account(None).unwrap_err() else {
            panic!("an account without a key")
        };
        assert_eq!(what, "the API key (KALEYRA_API_KEY)");
        assert!(hint.contains("export KALEYRA_API_KEY"));
    }
}
