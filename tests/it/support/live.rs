//! A program that was started and is watched: what it says is kept in a file, it may be killed or asked to end, and
//! what it costs the machine is read from the system.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long something that is about to happen is waited for on a machine that does other things.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// What a process has cost so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub cpu: Duration,
    pub n_writes: u64,
}

/// A running program.
pub struct Live {
    child: Child,
    pub words: String,
    log: PathBuf,
    pub began_at: Instant,
    pub cost: Cost,
}

impl Live {
    /// Starts it; both of its outputs go to the file `log`.
    pub fn start(mut command: Command, log: &Path) -> Self {
        let args: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
        let out = File::create(log).unwrap();
        command.stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out);
        let began_at = Instant::now();
        let child = command.spawn().unwrap();
        Self { child, words: args.join(" "), log: log.to_owned(), began_at, cost: Cost::default() }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has said.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.look_at_cost();
        self.child.try_wait().unwrap()
    }

    /// Waits for its end, at most so long. None where it did not come.
    pub fn wait(&mut self, at_most: Duration) -> Option<ExitStatus> {
        let until = Instant::now() + at_most;
        loop {
            if let Some(exit) = self.ended() {
                return Some(exit);
            }
            if Instant::now() >= until {
                return None;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    pub fn kill(&mut self) {
        drop(self.child.kill());
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name; a process that has just ended gets none.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        drop(Command::new("kill").args([&format!("-{name}"), &pid]).stderr(Stdio::null()).status());
    }

    /// The address in its first line, once it listens.
    pub fn address(&mut self) -> Option<String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let said = self.said();
            if let Some((_, rest)) = said.split_once("http://")
                && let Some(end) = rest.find(['/', ';', '\n', ' '])
            {
                return Some(rest[..end].to_owned());
            }
            if self.ended().is_some() || Instant::now() > until {
                return None;
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn look_at_cost(&mut self) {
        #[cfg(target_os = "linux")]
        if let Some(cost) = cost(self.pid()) {
            self.cost = cost;
        }
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(target_os = "linux")]
fn cost(pid: u32) -> Option<Cost> {
    const TICK: Duration = Duration::from_millis(10);
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let user: u32 = fields.nth(11)?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    let io = fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    let n_writes = io.lines().find_map(|line| line.strip_prefix("syscw: "))?.parse().ok()?;
    Some(Cost { cpu: TICK * (user + system), n_writes })
}

/// One request by hand; the status and the body of its answer. None where nobody is there any more.
pub fn post(address: &str, path: &str, headers: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}");
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").ok()?;
    let mut answer = Vec::new();
    // A process that is killed resets the connection, also after the whole answer.
    drop(stream.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.get(9..12)?.parse().ok()?, body.to_owned()))
}
