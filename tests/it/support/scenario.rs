//! One user's folder: files, settings, and the real program run in it.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use super::provider::Provider;

/// A folder with a user in it.
pub struct Scenario {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Scenario {
    /// A user with an account, and no campaign yet.
    pub fn new() -> Self {
        let environment = [
            ("KALEYRA_SID", "HXAP16TESTING97IN"),
            ("KALEYRA_API_KEY", "Averysecretkeyof33characters00003"),
            ("KALEYRA_SENDER", "+911161197855"),
        ];
        let environment =
            environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        Self { folder: tempfile::tempdir().unwrap(), environment }
    }

    /// A user with a campaign `spring` for these numbers, and this provider.
    pub fn with(provider: &Provider, n_recipients: usize, options: &[&str]) -> Self {
        let scenario = Self::new().provider(provider);
        scenario.list("list.csv", n_recipients);
        let mut create =
            vec!["create", "spring", "--message", "Hi {{name}}, see https://wa.me/c/911161197855"];
        create.extend(options);
        scenario.run(&create).exits(0);
        scenario.run(&["import", "spring", "list.csv"]).exits(0);
        scenario
    }

    #[must_use]
    pub fn provider(self, provider: &Provider) -> Self {
        self.set("KALEYRA_BASE_URL", &provider.url())
    }

    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.unset_in_place(name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.unset_in_place(name);
        self
    }

    fn unset_in_place(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), content).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes a clean list of so many recipients: number, name, ref.
    pub fn list(&self, name: &str, n_recipients: usize) {
        let mut text = String::from("to,name,ref\n");
        for n in 0..n_recipients {
            text.push_str(&format!("{},Asha {n},order-{n}\n", number(n)));
        }
        self.write(name, text);
    }

    /// The program with these arguments, in this folder and environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_catalink"));
        command.args(args).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        let output = self.command(args).output().unwrap();
        Ended::new(args, output)
    }

    /// The program as strace sees it, with these options, and the file `trace` as what it writes.
    #[cfg(target_os = "linux")]
    pub fn traced(&self, options: &[&str], args: &[&str]) -> Command {
        let is_there = Command::new("strace").arg("-V").output().is_ok_and(|output| output.status.success());
        assert!(is_there, "this test needs strace: apt-get install strace");
        let program = self.command(args);
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-o", "trace"]).args(options);
        strace.arg(program.get_program()).args(program.get_args());
        strace.current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        strace.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        strace
    }

    /// Runs the program so that it aborts at a named point. Says whether it came by there.
    pub fn dies(&self, args: &[&str], point: &str) -> bool {
        let output = self.command(args).env("CATALINK_CRASH_AT", point).output().unwrap();
        output.status.code().is_none()
    }

    /// Runs the program with something on its standard input.
    pub fn run_with_input(&self, args: &[&str], input: &[u8]) -> Ended {
        use std::io::Write;
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ended::new(args, child.wait_with_output().unwrap())
    }

    /// Starts the program and leaves it running.
    pub fn start(&self, args: &[&str]) -> Running {
        let child = self.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Running { child, args: args.join(" ") }
    }

    /// `status NAME --json`.
    pub fn status(&self, name: &str) -> Value {
        serde_json::from_str(&self.run(&["status", name, "--json"]).exits(0).stdout).unwrap()
    }

    /// How many recipients of `spring` have that status.
    pub fn count(&self, status: &str) -> u64 {
        self.status("spring")["counts"][status].as_u64().unwrap()
    }

    /// The export of `spring`: a map from header to value for every row.
    pub fn export(&self) -> Vec<std::collections::HashMap<String, String>> {
        let csv = self.run(&["export", "spring"]).exits(0).stdout;
        csv::Reader::from_reader(csv.as_bytes()).deserialize().map(Result::unwrap).collect()
    }
}

/// The number of the recipient with that index in a list of [`Scenario::list`].
pub fn number(n: usize) -> String {
    format!("+9198{:08}", 10_000_000 + n)
}

/// A program that was started and runs.
pub struct Running {
    child: Child,
    args: String,
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn end(self) -> Ended {
        let args = self.args.clone();
        Ended::new(&[&args], self.child.wait_with_output().unwrap())
    }

    /// kill -9, and waits until it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    args: String,
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn new(args: &[&str], output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the program prints UTF-8");
        Self {
            args: args.join(" "),
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "catalink {}\n--- stdout\n{}\n--- stderr\n{}",
            self.args,
            self.stdout,
            self.stderr
        );
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Standard error holds all of these.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in\n{}", self.stderr);
        }
        self
    }

    /// Standard output holds all of these.
    #[track_caller]
    pub fn prints(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stdout.contains(word), "no `{word}` in\n{}", self.stdout);
        }
        self
    }
}

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
