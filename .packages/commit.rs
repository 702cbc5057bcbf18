//! The version that `catalink --version` tells: with the commit in what is released, which is so built anew after each one.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a build script is told and tells so")]

use std::{env, fs, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-env-changed=CATALINK_COMMIT");
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = env::var("CATALINK_COMMIT").ok().or_else(packaged).or_else(|| git(is_release));
    let told = match commit.filter(|_| is_release) {
        Some(commit) => format!("{version} ({commit})"),
        None => version,
    };
    println!("cargo::rustc-env=CATALINK_VERSION={told}");
}

/// The commit of a crate that was packed.
fn packaged() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let hash = text.split("\"sha1\"").nth(1)?.split('"').nth(1)?;
    hash.get(..9).map(str::to_owned)
}

/// The commit that is checked out.
fn git(is_release: bool) -> Option<String> {
    let asked = |words: &[&str]| {
        let answer = Command::new("git").args(words).output().ok()?;
        let text = String::from_utf8(answer.stdout).ok()?;
        answer.status.success().then(|| text.trim().to_owned())
    };
    if is_release {
        for name in ["HEAD", "logs/HEAD"] {
            println!("cargo::rerun-if-changed={}", asked(&["rev-parse", "--git-path", name])?);
        }
    }
    asked(&["rev-parse", "--short=9", "HEAD"])
}
