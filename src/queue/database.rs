//! Which database a queue lives in: a file, or one that a PostgreSQL server keeps.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Where a queue lives.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there is one in a process")]
pub enum Database {
    File(PathBuf),
    Server(ServerAddress),
}

/// The database of a PostgreSQL server, and how to get in.
#[derive(Clone)]
pub struct ServerAddress {
    pub(super) options: PgConnectOptions,
    /// The folder for files that stay on this machine.
    pub(super) folder: PathBuf,
}

/// Why an address of a server cannot be used. It does not repeat the address, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// It is none.
    #[error("the address of the database is none such as postgres://USER@HOST/DATABASE: {reason}")]
    Address { reason: String },
    /// It names no database.
    #[error("the address of the database names no database: postgres://USER@HOST/DATABASE")]
    Unnamed,
    /// The file with its password cannot be read.
    #[error("cannot read the password of the database in `{}`: {reason}", path.display())]
    Password { path: PathBuf, reason: String },
}

impl Database {
    /// What `text` names: the address of a server where it begins as one, else a path. `folder` is for files that stay on this
    /// machine; `password_file` holds the server's password where the address does not.
    pub fn parse(text: &Path, folder: &Path, password_file: Option<&Path>) -> Result<Self, DatabaseError> {
        match text.to_str().filter(|text| is_address(text)) {
            None => Ok(Self::File(text.to_owned())),
            Some(address) => ServerAddress::parse(address, folder, password_file).map(Self::Server),
        }
    }

    /// Whether it is there; that of a server is taken to be.
    pub fn exists(&self) -> bool {
        match self {
            Self::File(path) => path.exists(),
            Self::Server(_) => true,
        }
    }

    /// The path of its file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Server(_) => None,
        }
    }
}

/// For people's eyes; no password is shown.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(address) => address.fmt(f),
        }
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

impl ServerAddress {
    /// Reads an address as libpq writes them. Where it does not say how the connection is protected (`sslmode`), and the server
    /// is not on this machine, the server has to show a certificate for its name.
    pub fn parse(address: &str, folder: &Path, password_file: Option<&Path>) -> Result<Self, DatabaseError> {
        let mut options = PgConnectOptions::from_str(address)
            .map_err(|error| DatabaseError::Address { reason: error.to_string() })?;
        if options.get_database().is_none() {
            return Err(DatabaseError::Unnamed);
        }
        let says_how = address.contains("sslmode=") || address.contains("ssl-mode=");
        if !says_how && !is_here(&options) {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        if let Some(path) = password_file {
            let password = std::fs::read_to_string(path).map_err(|error| DatabaseError::Password {
                path: path.to_owned(),
                reason: error.to_string(),
            })?;
            options = options.password(password.trim_end());
        }
        if options.get_application_name().is_none() {
            options = options.application_name("catalink");
        }
        Ok(Self { options: options.statement_cache_capacity(256), folder: folder.to_owned() })
    }

    /// What the connection is not protected against; none where it is.
    pub fn exposure(&self) -> Option<&'static str> {
        if is_here(&self.options) {
            return None;
        }
        match self.options.get_ssl_mode() {
            PgSslMode::VerifyFull => None,
            PgSslMode::VerifyCa => Some("the server's name is not checked (sslmode=verify-ca)"),
            PgSslMode::Require => Some("the server's certificate is not checked (sslmode=require)"),
            PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => {
                Some("passwords and people's numbers may cross the network in the clear (sslmode)")
            }
        }
    }
}

/// Whether the server is on this machine.
fn is_here(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.trim_matches(['[', ']']).parse().is_ok_and(|host: std::net::IpAddr| host.is_loopback())
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.options.get_database().unwrap_or_default();
        match self.options.get_socket() {
            Some(socket) => write!(f, "postgres://{}/{database}", socket.display()),
            None => {
                write!(f, "postgres://{}:{}/{database}", self.options.get_host(), self.options.get_port())
            }
        }
    }
}

/// The same: a password is nobody's business.
impl fmt::Debug for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Database, DatabaseError> {
        Database::parse(Path::new(text), Path::new("."), None)
    }

    fn server(text: &str) -> ServerAddress {
        match parse(text).unwrap() {
            Database::Server(address) => address,
            Database::File(path) => panic!("{} is a path", path.display()),
        }
    }

    #[test]
    fn what_does_not_begin_as_an_address_is_a_path() {
        for text in ["catalink.db", "/srv/postgres/q.db", "postgres.db", "C:\\q.db"] {
            assert!(matches!(parse(text), Ok(Database::File(path)) if path == Path::new(text)), "{text}");
        }
    }

    #[test]
    fn no_password_is_ever_shown() {
        for text in
            ["postgres://me:s3cret@db.example/queue", "postgres://db.example/queue?user=me&password=s3cret"]
        {
            let address = server(text);
            let shown = format!("{address} {address:?} {}", parse(text).unwrap());
            assert!(!shown.contains("s3cret"), "{shown}");
            assert!(shown.starts_with("postgres://db.example:5432/queue"), "{shown}");
        }
        let error = parse("postgres://me:s3cret@db.example:port/queue").unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
        assert_eq!(parse("postgres://me:s3cret@db.example").unwrap_err(), DatabaseError::Unnamed);
    }

    #[test]
    fn a_server_elsewhere_has_to_prove_its_name_unless_the_address_says_otherwise() {
        let mode = |text: &str| server(text).options.get_ssl_mode();
        assert!(matches!(mode("postgres://db.example/queue"), PgSslMode::VerifyFull));
        assert!(matches!(mode("postgres://db.example/queue?sslmode=require"), PgSslMode::Require));
        for here in
            ["postgres://localhost/queue", "postgres://127.0.0.1:5433/queue", "postgres://[::1]/queue"]
        {
            assert!(!matches!(mode(here), PgSslMode::VerifyFull), "{here}");
            assert_eq!(server(here).exposure(), None);
        }
        assert_eq!(server("postgres://db.example/queue").exposure(), None);
        assert!(server("postgres://db.example/queue?sslmode=disable").exposure().is_some());
    }

    #[test]
    fn a_password_comes_from_a_file_and_a_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let text = Path::new("postgres://me@db.example/queue");
        let error = Database::parse(text, Path::new("."), Some(&path)).unwrap_err();
        assert!(error.to_string().contains("password of the database in"), "{error}");
        std::fs::write(&path, "s3cret\n").unwrap();
        assert!(Database::parse(text, Path::new("."), Some(&path)).is_ok());
    }
}
