//! No hint proposes what may message somebody twice, message somebody who was left out, or replace a file. What takes the
//! operator's word is named in a note, with what it risks.

use std::{fs, path::Path};

use crate::support::{Answer, Provider, Scenario, scenario::repository};

/// What takes the operator's word.
const RISKY: [&str; 9] = [
    "--import-unsubscribed",
    "--resend",
    "--again",
    "--restored",
    "--overwrite",
    "--other-account",
    "--ignore-consent",
    "--hidden include",
    "--code IN_DOUBT",
];

/// Every string literal of a source, with its place in the text, tests left out.
fn literals(source: &str) -> Vec<(usize, &str)> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = code;
    let mut at = 0;
    while let Some(start) = rest.find('"') {
        let text = &rest[start + 1..];
        let bytes = text.as_bytes();
        let mut end = 0;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(text.len());
        found.push((at + start, &text[..end]));
        let next = (start + 2 + end).min(rest.len());
        at += next;
        rest = &rest[next..];
    }
    found
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Whether the literal at this place of the code is (a part of) a hint: it is an argument of `.hint(`, of `hints.push(`, or
/// speaks of what comes next, or is a command.
fn is_hint(code: &str, at: usize, literal: &str) -> bool {
    let before = &code[..at];
    let opens = |call: &str| {
        before.rfind(call).is_some_and(|call_at| {
            let mut depth = 1;
            before[call_at + call.len()..].chars().all(|c| {
                depth += i32::from(c == '(') - i32::from(c == ')');
                depth > 0
            })
        })
    };
    opens(".hint(") || opens("hints.push(") || literal.contains("next: ") || literal.starts_with("catalink ")
}

#[test]
fn no_hint_in_the_code_proposes_what_takes_the_operators_word() {
    let mut all = Vec::new();
    for folder in ["src/app", "src/cli", "src/importer"] {
        sources(&repository().join(folder), &mut all);
    }
    let mut n_hints = 0;
    for (path, source) in &all {
        let literals = literals(source);
        // Parentheses within texts close nothing.
        let mut code = source.clone();
        for (at, literal) in &literals {
            code.replace_range(at + 1..at + 1 + literal.len(), &"_".repeat(literal.len()));
        }
        for (at, literal) in literals {
            if !is_hint(&code, at, literal) {
                continue;
            }
            n_hints += 1;
            for flag in RISKY {
                assert!(!literal.contains(flag), "{path}: the hint `{literal}` proposes {flag}");
            }
        }
    }
    assert!(n_hints > 60, "{n_hints} hints were found; are they written in another way now?");
}

/// The hints and next steps that a command printed.
fn proposals(stderr: &str) -> Vec<String> {
    let lines = stderr.lines().filter(|line| line.contains("hint: ") || line.contains("next: "));
    lines.map(str::to_owned).collect()
}

#[test]
fn following_every_hint_of_a_campaign_with_doubts_messages_nobody_twice() {
    let provider = Provider::with(|_, request| match request.to().bytes().last() {
        Some(b'0' | b'1') => Answer::Cut,
        Some(b'2') => Answer::wa400(),
        _ => Answer::Accept,
    });
    let scenario = Scenario::with(&provider, 10, &[]);
    let mut next = vec![vec!["run".to_owned(), "spring".to_owned()]];
    let mut followed = Vec::new();
    while let Some(args) = next.pop() {
        if followed.contains(&args) {
            continue;
        }
        let ended = scenario.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        followed.push(args);
        for proposal in proposals(&ended.stderr) {
            for flag in RISKY {
                assert!(!proposal.contains(flag), "{proposal}");
            }
            for command in proposal.split("catalink ").skip(1) {
                let words = command.split(' ').map(|word| word.trim_end_matches([',', ';', ':', '.']));
                let words = words.take_while(|word| !word.is_empty() && !word.contains(char::is_uppercase));
                let known =
                    ["spring", "run", "retry", "resolve", "export", "--keep", "-o", "spring-results.csv"];
                next.push(words.take_while(|word| known.contains(word)).map(str::to_owned).collect());
            }
        }
    }
    assert!(followed.len() > 3, "{followed:?}");
    // WA400 said that nothing was taken: only those may be asked for again.
    let twice: Vec<_> =
        provider.by_number().into_iter().filter(|(to, n)| *n > 1 && !to.ends_with('2')).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn the_options_to_paste_for_a_list_message_nobody_who_was_left_out() {
    let scenario = Scenario::new();
    scenario.run(&["create", "spring", "--message", "Hi"]).exits(0);
    scenario.write("out.csv", "Mobile,Opt Out\n+919810000001,Yes\n+919810000002,No\n");
    scenario.write("unsubscribed.csv", "Mobile\n+919810000001\n");
    let hidden = include_bytes!("../fixtures/importer/cells/filtered-rows.xlsx");
    scenario.write("hidden.xlsx", hidden);
    for name in ["out.csv", "unsubscribed.csv", "hidden.xlsx"] {
        let said = scenario.run(&["import", "spring", name]).exits(1).stderr;
        let (_, hint) = said.split_once("hint: ").unwrap_or_else(|| panic!("no hint for {name}: {said}"));
        for flag in RISKY {
            assert!(!hint.contains(flag), "{name}: {hint}");
        }
    }
}
