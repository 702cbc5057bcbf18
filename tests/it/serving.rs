//! `serve` and `receive` in front of callers who are slow, idle, many, or guess passwords.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::support::Scenario;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// More than any end may take: the longest request, and a busy machine.
const END_MAX: Duration = Duration::from_secs(45);

/// The most memory of `serve` after whatever came, in KiB.
const RESIDENT_KIB_MAX: u64 = 64 * 1_024;

/// A server in a process of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it with at most so many open files.
    fn start(scenario: &Scenario, n_files: u32, args: &[&str]) -> Self {
        let program = scenario.command(args);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {n_files}; exec \"$0\" \"$@\"")]);
        shell.arg(program.get_program()).args(program.get_args());
        shell.current_dir(scenario.path("")).env_clear();
        shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = shell.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).expect("an address in the first line");
        let address = address.split('/').next().unwrap().trim().to_owned();
        Self { child, address }
    }

    /// A connection on which this has been sent.
    fn having_sent(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    /// One request; the status of its answer, and all of it.
    fn ask(&self, head: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let mut stream = self.having_sent(&format!(
            "{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        ));
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer[9..12].parse().unwrap(), answer)
    }

    fn receipt(&self) -> u16 {
        let body = r#"{"id":"nobodys","status":"sent"}"#;
        self.ask(&format!("POST /callbacks/{TOKEN} HTTP/1.1"), body).0
    }

    /// Tries a password, as the caller of that address behind a proxy.
    fn sign_in(&self, name: &str, password: &str, address: &str) -> (u16, String) {
        let head = format!(
            "POST /sign-in HTTP/1.1\r\nx-forwarded-for: {address}\r\ncontent-type: application/x-www-form-urlencoded"
        );
        self.ask(&head, &format!("name={name}&password={password}"))
    }

    /// Ctrl-C, and waits for the end.
    fn interrupt(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let began_at = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began_at.elapsed() < END_MAX, "it has not ended");
            thread::sleep(Duration::from_millis(10));
        }
    }

    #[cfg(target_os = "linux")]
    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn user() -> Scenario {
    Scenario::new().set("CATALINK_CALLBACK_TOKEN", TOKEN)
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];
const RECEIVE: [&str; 3] = ["receive", "--listen", "127.0.0.1:0"];

#[test]
fn an_interrupt_ends_it_also_while_half_a_head_is_open() {
    for args in [SERVE, RECEIVE] {
        let scenario = user();
        let server = Server::start(&scenario, 1_024, &args);
        let half = ["", "GET / HT", "POST /callbacks/x HTTP/1.1\r\nhost: x\r\n"];
        let _open: Vec<_> = half.iter().map(|text| server.having_sent(text)).collect();
        assert_eq!(server.receipt(), 200);
        server.interrupt();
    }
}

#[test]
fn an_interrupt_ends_it_also_while_somebody_watches_a_campaign() {
    let scenario = user();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.write("list.csv", "to\n+919810000001\n");
    scenario.run(&["import", "spring", "list.csv"]).exits(0);
    let server = Server::start(&scenario, 1_024, &SERVE);
    let mut stream = server.having_sent("GET /campaigns/spring/events HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let mut first = [0; 12];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    server.interrupt();
    // The stream came to an end of its own.
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
}

#[test]
fn receipts_are_taken_while_idle_callers_are_more_than_the_files_that_may_be_open() {
    for args in [SERVE, RECEIVE] {
        let scenario = user();
        let server = Server::start(&scenario, 128, &args);
        let mut open = Vec::new();
        for n in 0..300 {
            open.push(server.having_sent(if n % 2 == 0 { "" } else { "GET / HT" }));
            if n % 10 == 9 {
                assert_eq!(server.receipt(), 200, "after {n} idle callers");
            }
        }
        server.interrupt();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn five_hundred_guesses_sixty_four_at_once_leave_no_memory_behind() {
    let scenario = user();
    scenario
        .run_with_input(&["user", "add", "asha", "--role", "admin", "--password-stdin"], b"correct horse\n")
        .exits(0);
    let args = ["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"];
    let server = Server::start(&scenario, 1_024, &args);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let guessing = |caller: usize| {
            let server = &server;
            move || -> Vec<u16> {
                let guess = |n: usize| {
                    let (name, address) = (format!("user{caller}x{n}"), format!("198.51.{caller}.{n}"));
                    server.sign_in(&name, "wrong+horse", &address).0
                };
                (0..8).map(guess).collect()
            }
        };
        let callers: Vec<_> = (0..64).map(|caller| scope.spawn(guessing(caller))).collect();
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    assert_eq!(statuses.len(), 512);
    assert!(statuses.iter().all(|status| matches!(status, 401 | 503)), "{statuses:?}");
    assert!(statuses.contains(&401) && statuses.contains(&503), "{statuses:?}");
    let resident = server.resident_kib();
    assert!(resident < RESIDENT_KIB_MAX, "{resident} KiB");
    // Who has the right password was not shut out by any of it.
    assert_eq!(server.sign_in("asha", "correct+horse", "203.0.113.7").0, 303);
}

#[test]
fn guesses_are_counted_by_the_address_that_a_trusted_proxy_names_and_by_no_other() {
    let scenario = user();
    scenario
        .run_with_input(&["user", "add", "asha", "--role", "admin", "--password-stdin"], b"correct horse\n")
        .exits(0);
    let args = ["serve", "--listen", "127.0.0.1:0", "--behind-tls", "--trusted-proxy", "127.0.0.0/8"];
    let server = Server::start(&scenario, 1_024, &args);
    // Whatever the caller itself puts in front does not count.
    let statuses: Vec<u16> = (0..22)
        .map(|n| server.sign_in(&format!("user{n}"), "wrong+horse", &format!("10.0.0.{n}, 198.51.100.7")).0)
        .collect();
    assert_eq!(statuses[..20], [401; 20]);
    assert_eq!(statuses[20..], [429; 2]);
    assert_eq!(server.sign_in("asha", "correct+horse", "203.0.113.7").0, 303);
}
