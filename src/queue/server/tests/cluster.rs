//! A PostgreSQL server in a folder of its own, which ends with the process that started it.

use std::{
    io,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, Executor, PgConnection};

use crate::queue::{Queue, ServerAddress};

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
    n_databases: AtomicU32,
}

/// Ends the server when whoever has started it is gone, in whatever way: then the pipe that it reads is closed.
const WATCHED: &str = r#""$@" & read -r _; kill -INT $!; wait $!; rm -rf "$FOLDER""#;

impl Cluster {
    /// The one of this process; none, with a word about it, on a machine without PostgreSQL. On one that tests every change it
    /// has to be there.
    pub(crate) fn get() -> Option<&'static Self> {
        static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
        let found = CLUSTER.get_or_init(|| programs().map(|programs| Self::start(&programs)));
        assert!(
            found.is_some() || std::env::var_os("CI").is_none(),
            "there is no PostgreSQL here: install it, or name the folder of its programs with CATALINK_PG_BIN"
        );
        if found.is_none() {
            eprintln!("NOT TESTED: there is no PostgreSQL on this machine");
        }
        found.as_ref()
    }

    fn start(programs: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("catalink-pg-").tempdir().unwrap().keep();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = folder.join("data");
        let as_user = unprivileged(&folder);
        let mut init = as_user(&programs.join("initdb"));
        init.arg("-D").arg(&data).args([
            "-A",
            "trust",
            "-U",
            "catalink",
            "--locale",
            "C",
            "--encoding",
            "UTF8",
            "--no-sync",
        ]);
        let made = init.stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let server = as_user(&programs.join("postgres"));
        let mut watched = Command::new("sh");
        watched.args(["-c", WATCHED, "sh"]).arg(server.get_program()).args(server.get_args());
        watched.arg("-D").arg(&data).arg("-k").arg(&folder).args([
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
        ]);
        watched.args(["-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "wal_level=replica"]);
        let log = std::fs::File::create(folder.join("log")).unwrap();
        watched.env("FOLDER", &folder).stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
        // Its pipe has to stay open for as long as this process lives.
        std::mem::forget(watched.spawn().unwrap());
        let cluster = Self { folder, port, n_databases: AtomicU32::new(0) };
        std::thread::scope(|scope| scope.spawn(|| cluster.wait_until_ready()).join().unwrap());
        cluster
    }

    fn wait_until_ready(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for _ in 0..400 {
                if let Ok(mut connection) = PgConnection::connect(&self.url("postgres")).await {
                    // The schema, once: a database made after a template costs a tenth of the migrations.
                    connection
                        .execute("create database template_queue encoding 'UTF8' template template0")
                        .await
                        .unwrap();
                    let template = Queue::open_server(&self.address("template_queue")).await.unwrap();
                    template.close().await;
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            panic!("the server did not start: {log}");
        });
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://catalink@127.0.0.1:{}/{database}", self.port)
    }

    fn address(&self, database: &str) -> ServerAddress {
        self.address_at(self.port, database)
    }

    /// A database by way of another port.
    pub(crate) fn address_at(&self, port: u16, database: &str) -> ServerAddress {
        let url = format!("postgres://catalink@127.0.0.1:{port}/{database}");
        ServerAddress::parse(&url, &self.folder, None).unwrap()
    }

    /// A database of its own for a test, with an empty queue.
    pub(crate) async fn database(&self) -> ServerAddress {
        self.address(&self.new_database().await)
    }

    pub(crate) async fn new_database(&self) -> String {
        let name = self.made("template template_queue").await;
        let mut own = PgConnection::connect(&self.url(&name)).await.unwrap();
        // A copy of a template would have its identity.
        let identity = "update origin set database_id = replace(gen_random_uuid()::text, '-', '')";
        own.execute(identity).await.unwrap();
        name
    }

    /// A database without a schema.
    pub(crate) async fn empty_database(&self) -> String {
        self.made("encoding 'UTF8' template template0").await
    }

    async fn made(&self, how: &str) -> String {
        let name = format!("queue_{}", self.n_databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        let made = sqlx::AssertSqlSafe(format!("create database {name} {how}"));
        connection.execute(made).await.unwrap();
        name
    }
}

/// A command as somebody who may run a server: PostgreSQL refuses root.
fn unprivileged(folder: &Path) -> impl Fn(&Path) -> Command + use<> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"));
    if is_root {
        let given = Command::new("chown").arg("nobody").arg(folder).status();
        assert!(given.is_ok_and(|status| status.success()));
    }
    move |program| {
        if is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        }
    }
}

/// The folder of PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let named = std::env::var_os("CATALINK_PG_BIN").map(PathBuf::from);
    let configured = || {
        let said = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(said.stdout).ok()?.trim()))
    };
    let installed = || -> io::Result<Option<PathBuf>> {
        let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        versions.sort();
        Ok(versions.pop().map(|version| version.join("bin")))
    };
    let found = named.into_iter().chain(configured()).chain(installed().ok().flatten());
    found.into_iter().find(|folder| folder.join("postgres").exists())
}
