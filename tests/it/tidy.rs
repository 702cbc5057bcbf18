//! The rules of this house that no lint knows.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::scenario::repository;

/// The most lines of a source file, its tests included.
const LINES_MAX: usize = 700;

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(repository()).unwrap().to_owned(), text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&repository().join(folder), &mut found);
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

/// The module of a file: `src/queue/rows.rs` is of `queue`.
fn module(path: &Path) -> String {
    let part = path.components().nth(1).unwrap().as_os_str().to_string_lossy();
    part.trim_end_matches(".rs").to_owned()
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources("src").into_iter().chain(sources("tests/it")) {
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 15, "{}: {first}", path.display());
    }
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    for (path, text) in sources("src") {
        let n = text.lines().count();
        assert!(n <= LINES_MAX, "{} has {n} lines", path.display());
    }
}

#[test]
fn no_line_of_a_template_is_wider_than_a_screen() {
    fn walk(folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path);
                continue;
            }
            for (n, line) in (1..).zip(fs::read_to_string(&path).unwrap().lines()) {
                assert!(line.chars().count() <= 160, "{}:{n}", path.display());
            }
        }
    }
    walk(&repository().join("src/console/pages"));
}

#[test]
fn modules_name_lower_layers_only() {
    let layer = |module: &str| match module {
        "domain" | "trial" | "random" | "language" => Some(0),
        "clock" | "server" => Some(1),
        "config" => Some(3),
        "queue" | "provider" | "simulator" => Some(1),
        "importer" | "sender" | "report" | "receiver" | "notifier" => Some(2),
        "app" => Some(3),
        "cli" | "console" | "api" => Some(4),
        _ => None,
    };
    for (path, text) in sources("src") {
        let own = module(&path);
        let Some(own_layer) = layer(&own) else { continue };
        for named in named_modules(&text) {
            let is_wire = own == "simulator" && named == "provider";
            let is_settings = named == "config" && own == "cli";
            let is_face = own == "cli" && matches!(named.as_str(), "console" | "api");
            let is_below = layer(&named).is_none_or(|named_layer| named_layer < own_layer);
            let is_fine = named == own || is_below || is_wire || is_settings || is_face;
            assert!(is_fine, "{} names `{named}`, which is not below `{own}`", path.display());
        }
    }
}

/// The modules that a source names by `crate::…`.
fn named_modules(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for after in code.split("crate::").skip(1) {
        let (list, is_group) = match after.strip_prefix('{') {
            Some(rest) => (rest, true),
            None => (after, false),
        };
        if !is_group {
            named.insert(word(list));
            continue;
        }
        let mut depth = 0_usize;
        let mut start = true;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && c.is_alphabetic() => {
                    named.insert(word(&list[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    named
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn each_crate_has_its_owners() {
    let owners: [(&str, &[&str]); 14] = [
        ("sqlx::", &["queue"]),
        ("reqwest::", &["provider", "simulator", "notifier"]),
        ("lettre::", &["notifier"]),
        ("hmac::", &["notifier"]),
        ("governor::", &["sender", "api"]),
        ("backoff::", &["sender"]),
        ("indicatif::", &["cli"]),
        ("clap::", &["cli"]),
        ("calamine::", &["importer", "report"]),
        ("rlibphonenumber::", &["importer", "report"]),
        ("html_escape::", &["importer"]),
        ("axum::", &["simulator", "console", "api", "receiver", "server"]),
        ("hyper::", &["server"]),
        ("fluent_bundle::", &["language"]),
    ];
    for (path, text) in sources("src") {
        for (krate, modules) in owners {
            let is_named = text.lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && (line.contains(&format!(" {krate}")) || line.contains(&format!("({krate}")))
            });
            assert!(
                !is_named || modules.contains(&module(&path).as_str()),
                "{} names {krate}, which belongs to {modules:?}",
                path.display()
            );
        }
    }
}

#[test]
fn only_the_terminals_face_prints() {
    for (path, text) in sources("src") {
        let prints = ["println!", "eprintln!", "print!(", "eprint!("].iter().any(|call| text.contains(call));
        assert!(!prints, "{} prints past cli::ui", path.display());
    }
}

#[test]
fn nothing_is_left_undone_or_skipped() {
    const MARKS: [&str; 5] = ["TODO", "FIXME", "todo!(", "unimplemented!(", "#[ignore"];
    for (path, text) in sources("src").into_iter().chain(sources("tests/it")) {
        if path.ends_with("tests/it/tidy.rs") {
            continue;
        }
        for mark in MARKS {
            assert!(!text.contains(mark), "{} has {mark}", path.display());
        }
    }
}

#[test]
fn files_have_the_names_of_things() {
    const VAGUE: [&str; 9] =
        ["util", "utils", "helper", "helpers", "common", "misc", "manager", "service", "handler"];
    for (path, _) in sources("src") {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!VAGUE.contains(&stem.as_str()), "{}", path.display());
    }
}

#[test]
fn the_top_level_stays_the_product() {
    const EXPECTED: [&str; 11] = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "README.md",
        "benches",
        "migrations",
        "samples",
        "src",
        "tests",
    ];
    let tracked = Command::new("git").args(["ls-files"]).current_dir(repository()).output().unwrap();
    for path in String::from_utf8(tracked.stdout).unwrap().lines() {
        let top = path.split('/').next().unwrap();
        assert!(top.starts_with('.') || EXPECTED.contains(&top), "{top} stands at the top");
    }
}

#[test]
fn every_bench_that_is_spoken_of_is_there_and_every_one_that_is_there_is_spoken_of() {
    let read = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let manifest: toml::Table = read("benches/Cargo.toml").parse().unwrap();
    let benches = manifest["bench"].as_array().unwrap();
    let there: BTreeSet<&str> = benches.iter().map(|bench| bench["name"].as_str().unwrap()).collect();
    let text = read("ARCHITECTURE.md") + &read("README.md") + &read("CHANGELOG.md");
    let mut rest = text.as_str();
    let mut spoken_of = BTreeSet::new();
    while let Some((_, after)) = rest.split_once("cargo bench -p catalink-benches --bench ") {
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
        spoken_of.insert(&after[..end]);
        rest = after;
    }
    assert_eq!(there, spoken_of);
}

#[test]
fn every_dependency_may_be_used_and_distributed() {
    const FREE: [&str; 13] = [
        "MIT",
        "MIT-0",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Unicode-3.0",
        "Zlib",
        "0BSD",
        "BSL-1.0",
        "CC0-1.0",
        "CDLA-Permissive-2.0",
    ];
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(repository())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    for package in packages {
        let (name, license) = (&package["name"], package["license"].as_str().unwrap_or("none"));
        // `A OR B` leaves the choice, `A AND B` binds to both; a slash is an old way to write OR.
        let text = license.replace('/', " OR ").replace(['(', ')'], "");
        let is_free = text.split(" OR ").any(|choice| {
            choice.split(" AND ").all(|part| FREE.contains(&part.trim()) || part.trim() == "Unlicense")
        });
        assert!(is_free, "{name} is under {license}");
        let source = package["source"].as_str();
        assert!(
            source.is_none_or(|source| source.contains("crates.io") || source.contains("registry+")),
            "{name} comes from {source:?}"
        );
    }
}

#[test]
fn every_file_that_the_map_names_is_there() {
    let text = fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    let table = text.split("| question | file |").nth(1).unwrap().split("\n\n").next().unwrap();
    let paths: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    assert!(paths.len() >= 10, "{paths:?}");
    for path in paths {
        assert!(repository().join("src").join(path).exists(), "{path} is named and is not there");
    }
}
