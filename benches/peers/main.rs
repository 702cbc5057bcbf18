//! The same 20,000 messages through what people would use instead: plainjob, `BullMQ`, aiohttp beside a table, apalis.
//!
//! `cargo bench -p catalink-benches --bench peers` prints medians of three alternating rounds, or of as many as a number after `--` says.
//! It sets its peers up in `target/peers` from npm, `PyPI` and crates.io, and needs `node`, `npm`, `python3` and
//! `redis-server`. Each peer has its rows in its queue before the clock starts, and as many requests at once; they run
//! with `synchronous=NORMAL`, and Redis writes nothing to disk, while this program syncs every commit.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench that cannot go on stops, and its result is print"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below the limits of their types")]

#[path = "../campaign/mod.rs"]
mod campaign;
#[path = "../client/mod.rs"]
mod client;
#[path = "../endpoint/mod.rs"]
mod endpoint;
#[path = "../process/mod.rs"]
mod process;

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use endpoint::Endpoint;
use process::median;

const ROUNDS: usize = 3;
const N_MESSAGES: usize = 20_000;
const N_IN_FLIGHT: usize = 256;
const NAMES: [&str; 5] = ["plainjob", "BullMQ", "aiohttp and sqlite3", "apalis", "catalink"];

fn main() {
    let peers = Peers::set_up();
    let endpoint = Endpoint::start();
    let mut runs = vec![Vec::new(); NAMES.len()];
    for _ in 0..env::args().find_map(|arg| arg.parse().ok()).unwrap_or(ROUNDS) {
        for (name, runs) in NAMES.iter().zip(&mut runs) {
            runs.push(peers.measure(&endpoint, name));
        }
    }
    println!("| client | messages/s | CPU µs a message | busiest second | resident MiB | endpoint's µs |");
    println!("| --- | --- | --- | --- | --- | --- |");
    let mut rates = Vec::new();
    for (name, runs) in NAMES.iter().zip(runs) {
        let of = |figure: &dyn Fn(&Figures) -> f64| median(runs.iter().map(figure).collect());
        let rate = of(&|run| run.per_second);
        println!(
            "| {name} | {rate:.0} | {:.0} | {:.0} | {:.0} | {:.1} |",
            of(&|run| run.cpu_us),
            of(&|run| run.busiest_second),
            of(&|run| run.resident_mib),
            of(&|run| run.endpoint_us)
        );
        rates.push(rate);
    }
    let ours = rates.pop().unwrap();
    let best = rates.into_iter().fold(0.0, f64::max);
    println!("\n- {:.1} times the messages a second of the best of them", ours / best);
}

/// What one run came to.
#[derive(Debug, Clone, Copy)]
struct Figures {
    per_second: f64,
    cpu_us: f64,
    busiest_second: f64,
    resident_mib: f64,
    endpoint_us: f64,
}

/// What the peers need, ready.
struct Peers {
    sources: PathBuf,
    ready: PathBuf,
}

impl Peers {
    /// Fetches and builds the peers where that has not been done yet.
    fn set_up() -> Self {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("peers");
        fs::create_dir_all(&ready).unwrap();
        for file in ["package.json", "package-lock.json", "send.mjs", "plainjob.mjs", "bullmq.mjs"] {
            fs::copy(sources.join(file), ready.join(file)).unwrap();
        }
        if !ready.join("node_modules").exists() {
            // SQLite for Node is built here, against the headers that came with it: no ready build is fetched.
            done("npm", &["ci", "--no-audit", "--no-fund", "--build-from-source", "--nodedir=/usr"], &ready);
        }
        if !ready.join("python").exists() {
            done("python3", &["-m", "venv", "python"], &ready);
        }
        let requirements = sources.join("requirements.txt");
        done("python/bin/pip", &["install", "--quiet", "-r", requirements.to_str().unwrap()], &ready);
        let manifest = sources.join("apalis/Cargo.toml");
        let build =
            ["build", "--release", "--locked", "--quiet", "--target-dir", "apalis", "--manifest-path"];
        done(env!("CARGO"), &[&build[..], &[manifest.to_str().unwrap()]].concat(), &ready);
        Self { sources, ready }
    }

    /// Runs one of them; its messages a second are by the endpoint's clock.
    fn measure(&self, endpoint: &Endpoint, name: &str) -> Figures {
        let folder = tempfile::tempdir().unwrap();
        let redis = (name == "BullMQ").then(|| Redis::start(folder.path()));
        let place =
            redis.as_ref().map_or(folder.path().display().to_string(), |redis| redis.port.to_string());
        let mut command = match name {
            "catalink" => ours(folder.path(), &endpoint.address),
            "plainjob" => self.command("node", &[self.ready.join("plainjob.mjs")]),
            "BullMQ" => self.command("node", &[self.ready.join("bullmq.mjs")]),
            "apalis" => self.command("apalis/release/apalis-peer", &[]),
            _ => self.command("python/bin/python", &[self.sources.join("sender.py")]),
        };
        if name != "catalink" {
            command.args([&endpoint.address, &N_MESSAGES.to_string(), &N_IN_FLIGHT.to_string(), &place]);
        }
        endpoint.begin(Duration::ZERO);
        let ended = client::run(&mut command, Duration::MAX);
        let seen = endpoint.end();
        assert_eq!(seen.n_recipients(), N_MESSAGES, "{name}: somebody got no message");
        Figures {
            per_second: seen.per_second(),
            cpu_us: ended.cpu.as_secs_f64() * 1e6 / N_MESSAGES as f64,
            busiest_second: seen.busiest_second() as f64,
            resident_mib: ended.resident_mib,
            endpoint_us: seen.cpu_us(),
        }
    }

    fn command(&self, program: &str, args: &[PathBuf]) -> Command {
        let in_ready = self.ready.join(program);
        let mut command = Command::new(if in_ready.exists() { in_ready } else { program.into() });
        command.args(args).current_dir(&self.ready);
        command
    }
}

fn ours(folder: &Path, address: &str) -> Command {
    let in_flight = N_IN_FLIGHT.to_string();
    let message = "Hi {{name}}, our catalogue: https://wa.me/c/911161197855";
    let create = ["create", "x", "--message", message, "--mps", "100000", "--max-in-flight", &in_flight];
    campaign::import(folder, N_MESSAGES, &create);
    process::catalink(folder, address, &["run", "x"])
}

/// Runs a command of the set-up to its good end.
fn done(program: &str, args: &[&str], folder: &Path) {
    let here = folder.join(program);
    let mut command = Command::new(if here.exists() { here } else { program.into() });
    let status = command.args(args).current_dir(folder).stdout(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("`{program}` is needed to set the peers up: {error}"));
    assert!(status.success(), "{program} {args:?}: {status}");
}

/// A Redis of our own that keeps everything in memory.
struct Redis {
    child: Child,
    port: u16,
}

impl Redis {
    fn start(folder: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new("redis-server");
        command.args([
            "--port",
            &port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        let child = command.current_dir(folder).stdout(Stdio::null()).spawn();
        let child = child.unwrap_or_else(|error| panic!("`redis-server` is needed for BullMQ: {error}"));
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
        Self { child, port }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
