//! README's commands are run, and its tables compared.

use catalink::cli::Exit;

use crate::support::{Provider, Scenario, scenario::repository};

fn readme() -> String {
    std::fs::read_to_string(repository().join("README.md")).unwrap()
}

/// The words of a command line; quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words
}

#[test]
fn the_commands_for_the_one_with_the_list_do_what_they_say() {
    let readme = readme();
    let blocks: Vec<&str> =
        readme.split("```sh catalink\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(blocks.len() >= 5, "only {} blocks of commands", blocks.len());
    let provider = Provider::accepting();
    let scenario = Scenario::new().provider(&provider);
    std::os::unix::fs::symlink(repository().join("samples"), scenario.path("samples")).unwrap();
    let mut transcript = String::new();
    for line in blocks.iter().flat_map(|block| block.lines()) {
        let line = words(line);
        assert_eq!(line[0], "catalink");
        let args: Vec<&str> = line[1..].iter().map(String::as_str).collect();
        transcript.push_str(&scenario.run(&args).exits(0).stdout);
    }
    assert_eq!(provider.n_requests(), 12);
    assert_eq!(scenario.read("results.csv").lines().count(), 7);
    assert!(scenario.path("ergebnis.xlsx").exists());
    let counts = scenario.status("herbst")["counts"].clone();
    assert_eq!(
        (&counts["accepted"], &counts["rejected"], &counts["duplicate"]),
        (&6.into(), &3.into(), &1.into())
    );

    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(
        transcript.contains(shown.trim_end()),
        "README shows\n{shown}\nand the program says\n{transcript}"
    );
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let source = std::fs::read_to_string(repository().join("src/cli/terminal/exit.rs")).unwrap();
    let variants = source.split("pub enum Exit {").nth(1).unwrap().split('}').next().unwrap();
    let said: Vec<&str> = variants.lines().filter_map(|line| line.trim().strip_prefix("/// ")).collect();
    assert_eq!(said.len(), Exit::ALL.len());
    let readme = readme();
    let help = Scenario::new().run(&["--help"]).exits(0).stdout;
    let table = help.split("Exit codes:\n").nth(1).unwrap();
    let told: Vec<(&str, &str)> = table.lines().filter_map(|line| line.trim().split_once(' ')).collect();
    assert_eq!(told.len(), Exit::ALL.len(), "{table}");
    for ((exit, words), (code, shown)) in Exit::ALL.into_iter().zip(said).zip(told) {
        let row = format!("| {} | {words} |", exit.code());
        assert!(readme.contains(&row), "README lacks\n{row}");
        assert_eq!((code.to_owned(), shown.trim()), (exit.code().to_string(), words), "in --help");
    }
}

#[test]
fn every_status_is_explained() {
    let readme = readme();
    for status in catalink::domain::Status::ALL {
        assert!(readme.contains(&format!("| `{status}` | ")), "{status}");
    }
}

#[test]
fn every_command_is_spoken_of() {
    let help = Scenario::new().run(&["--help"]).exits(0).stdout;
    let readme = readme();
    let table = readme.split("### Commands").nth(1).unwrap().split("###").next().unwrap();
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A line that goes on is indented further than one that begins.
    let names = commands
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty());
    for name in names.filter(|name| *name != "help") {
        assert!(table.contains(&format!("`{name}")), "README's table lacks {name}");
    }
}

/// The first cells of the table that begins with this line, and the rest of each row.
fn rows<'t>(text: &'t str, head: &str) -> Vec<(&'t str, &'t str)> {
    let table = text.split(head).nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with("| "));
    rows.map(|row| row.trim_start_matches("| ").split_once(" | ").unwrap()).collect()
}

#[test]
fn every_line_of_what_can_go_wrong_has_its_tests() {
    let architecture = std::fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap();
    let readme = readme();
    let told = rows(readme.split("### What can go wrong").nth(1).unwrap(), "| what | then |");
    let held = rows(&architecture, "| a fault of the world | held by |");
    let faults =
        |rows: &[(&str, &str)]| rows.iter().map(|(fault, _)| (*fault).to_owned()).collect::<Vec<_>>();
    assert_eq!(faults(&told), faults(&held));
    assert!(told.len() >= 20, "{} lines", told.len());
    let sources = ["tests/it/crashing.rs", "tests/it/faults.rs", "tests/it/laws.rs", "tests/it/pausing.rs"];
    let others = [
        "tests/it/copies.rs",
        "tests/it/moving.rs",
        "tests/it/purging.rs",
        "tests/it/storage.rs",
        "src/queue/file/sentinel/tests.rs",
        "src/queue/transfer/tests.rs",
    ];
    let adversary = ["tests/it/adversary/histories.rs", "tests/it/adversary/power/mod.rs"];
    let sources = sources.iter().chain(&others).chain(&adversary);
    let code: String =
        sources.map(|path| std::fs::read_to_string(repository().join(path)).unwrap()).collect();
    for (fault, tests) in held {
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "nothing holds: {fault}");
        for name in names {
            assert!(code.contains(&format!("fn {name}()")), "{fault}: there is no test {name}");
        }
    }
}
