//! A client as a process of its own, and what it took.

use std::{
    fs,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::process::{cpu, stat};

/// What a process took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// Its user and system time.
    pub(crate) cpu: Duration,
    /// Its memory at the most.
    pub(crate) resident_mib: f64,
}

/// Runs a client to its good end, and says what it took. After `longest` it is asked to stop, which is as good an end.
pub(crate) fn run(command: &mut Command, longest: Duration) -> Ended {
    let started_at = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let proc = format!("/proc/{}", child.id());
    let has_ended = || stat(&proc).is_none_or(|fields| fields[0] == "Z");
    let mut resident_mib = 0.0;
    let mut is_stopped = false;
    // A process that has ended and was not waited for still tells its processor time.
    while !has_ended() {
        resident_mib = peak_mib(&proc).unwrap_or(resident_mib);
        if !is_stopped && started_at.elapsed() > longest {
            is_stopped = true;
            Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        }
        thread::sleep(Duration::from_millis(2));
    }
    let cpu = cpu(&proc).unwrap_or_default();
    let status = child.wait().unwrap();
    assert!(status.success() || is_stopped, "{command:?}: {status}");
    Ended { cpu, resident_mib }
}

fn peak_mib(proc: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("{proc}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"))?;
    Some(line.parse::<f64>().ok()? / 1024.0)
}
