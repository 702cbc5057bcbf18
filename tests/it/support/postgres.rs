//! PostgreSQL servers in folders of their own, which end with the process that started them.

use std::{
    fs::{self, File},
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A server of its own, which can be stopped, killed, begun again and copied.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    pub port: u16,
    watched: Option<Child>,
}

/// Runs a server, and ends it when whoever has begun it is gone in whatever way: then the pipe that this reads is closed
/// without a word.
const WATCH: &str = r#""$@" </dev/null & server=$!; if read -r _; then exit; fi; kill -INT $server; wait $server; rm -rf "$FOLDER""#;

/// What the tests need of a server beside what it has by itself. It syncs what it acknowledges, as it does for users.
const SETTINGS: &str = "max_connections = 300\nshared_buffers = 64MB\nmax_wal_senders = 4\n\
    listen_addresses = '127.0.0.1'\nwal_keep_size = 64MB\n";

impl Postgres {
    /// A new server that runs; none, with a word about it, on a machine without PostgreSQL. On one that tests every change it
    /// has to be there.
    pub fn begin() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "there is no PostgreSQL here: install it, or name the folder of its programs with CATALINK_PG_BIN"
            );
            say("NOT TESTED: there is no PostgreSQL on this machine");
            return None;
        };
        let mut server = Self::in_folder(programs);
        let mut init = server.command("initdb");
        init.args(["-A", "trust", "-U", "catalink", "--locale", "C", "--encoding", "UTF8", "--no-sync"]);
        run(init.arg("-D").arg(server.data()));
        let mut settings = File::options().append(true).open(server.data().join("postgresql.conf")).unwrap();
        settings.write_all(SETTINGS.as_bytes()).unwrap();
        server.start();
        Some(server)
    }

    fn in_folder(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("catalink-pg-").tempdir().unwrap().keep();
        if is_root() {
            run(Command::new("chown").arg("nobody").arg(&folder));
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { programs, folder, port, watched: None }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// One of PostgreSQL's programs, as somebody who may run it: it refuses root.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    /// Starts it, and waits until it takes connections.
    pub fn start(&mut self) {
        let server = self.command("postgres");
        let mut watched = Command::new("sh");
        watched.args(["-c", WATCH, "sh"]).arg(server.get_program()).args(server.get_args());
        watched.arg("-D").arg(self.data()).args(["-k", "", "-p", &self.port.to_string()]);
        let log = File::options().append(true).create(true).open(self.folder.join("log")).unwrap();
        watched
            .env("FOLDER", &self.folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        self.watched = Some(watched.spawn().unwrap());
        self.wait("the server did not start", || {
            let mut ready = self.command("pg_isready");
            let said = ready
                .args(["-q", "-h", "127.0.0.1", "-U", "catalink", "-p", &self.port.to_string()])
                .status();
            said.is_ok_and(|status| status.success())
        });
    }

    fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        let until = Instant::now() + Duration::from_mins(1);
        while !is_so() {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(Instant::now() < until, "{what}: {}", log());
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// Ends it at once, as a power cut of its machine would; what it acknowledged is on the disk.
    pub fn kill(&mut self) {
        self.signal("KILL");
        self.gone();
    }

    /// `pg_ctl stop -m immediate`.
    pub fn stop_at_once(&mut self) {
        self.signal("QUIT");
        self.gone();
    }

    fn signal(&self, name: &str) {
        let pid = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        drop(Command::new("kill").args([&format!("-{name}"), pid]).status());
    }

    fn gone(&mut self) {
        if let Some(mut watched) = self.watched.take() {
            drop(watched.stdin.take().map(|mut stdin| stdin.write_all(b"it is gone\n")));
            drop(watched.wait());
        }
        // Backends may outlive it for a moment, and hold its memory.
        self.wait("a backend is left", || {
            let data = self.data();
            let left = Command::new("pgrep").args(["-f", &format!("-D {}", data.display())]).output();
            left.is_ok_and(|found| found.stdout.is_empty())
        });
        drop(fs::remove_file(self.data().join("postmaster.pid")));
    }

    /// A standby of it, whose commits are waited for where `is_synchronous`.
    pub fn standby(&self, is_synchronous: bool) -> Self {
        let mut standby = Self::in_folder(self.programs.clone());
        let source = format!("host=127.0.0.1 port={} user=catalink application_name=standby", self.port);
        let mut copy = standby.command("pg_basebackup");
        copy.args([
            "--dbname",
            &source,
            "--write-recovery-conf",
            "--wal-method=stream",
            "--no-sync",
            "-c",
            "fast",
        ]);
        run(copy.arg("-D").arg(standby.data()));
        standby.start();
        self.wait("the standby does not stream", || {
            self.ask("select count(*) from pg_stat_replication where state = 'streaming'") == "1"
        });
        if is_synchronous {
            self.ask("alter system set synchronous_standby_names = 'standby'");
            self.ask("select pg_reload_conf()");
            self.wait("the standby is not waited for", || {
                self.ask("select coalesce(max(sync_state), '') from pg_stat_replication") == "sync"
            });
        }
        standby
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.ask("select pg_promote()");
        self.wait("it is no primary", || self.ask("select pg_is_in_recovery()") == "f");
    }

    /// Keeps a standby from hearing more of its primary.
    pub fn hear_no_more(&self) {
        let receiver = self.ask("select pid from pg_stat_wal_receiver");
        run(Command::new("kill").args(["-STOP", &receiver]));
    }

    /// And lets it end, so that the standby can be promoted.
    pub fn forget_primary(&self) {
        let receiver = self.ask("select pid from pg_stat_wal_receiver");
        self.ask("alter system set primary_conninfo = ''");
        self.ask("select pg_reload_conf()");
        if !receiver.is_empty() {
            drop(Command::new("kill").args(["-TERM", &receiver]).status());
            drop(Command::new("kill").args(["-CONT", &receiver]).status());
        }
    }

    /// What a statement answers, as psql prints it.
    pub fn ask(&self, sql: &str) -> String {
        self.ask_in("postgres", sql)
    }

    /// The same, in a database.
    pub fn ask_in(&self, database: &str, sql: &str) -> String {
        let mut psql = self.command("psql");
        psql.args(["-X", "-A", "-t", "-q", "-h", "127.0.0.1", "-U", "catalink", "-d", database]);
        let said = psql.args(["-p", &self.port.to_string(), "-c", sql]).output().unwrap();
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// The address of a database, by way of that port.
    pub fn url(port: u16, database: &str) -> String {
        format!("postgres://catalink@127.0.0.1:{port}/{database}")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.watched.is_some() {
            self.stop_at_once();
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

fn run(command: &mut Command) {
    let ended = command.stdin(Stdio::null()).output().unwrap();
    assert!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
}

/// What is not tested has to be seen.
fn say(words: &str) {
    drop(writeln!(std::io::stderr(), "{words}"));
}

/// The folder of PostgreSQL's programs.
fn programs() -> Option<PathBuf> {
    let named = std::env::var_os("CATALINK_PG_BIN").map(PathBuf::from);
    let installed = || {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut versions: Vec<_> = versions.filter_map(|entry| Some(entry.ok()?.path())).collect();
        versions.sort();
        Some(versions.pop()?.join("bin"))
    };
    let configured = || {
        let said = Command::new("pg_config").arg("--bindir").output().ok()?;
        Some(PathBuf::from(String::from_utf8(said.stdout).ok()?.trim()))
    };
    let mut found = named.into_iter().chain(installed()).chain(configured());
    found.find(|folder: &PathBuf| Path::join(folder, "postgres").exists())
}
