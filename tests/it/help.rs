//! All help text in one place, so that a change of it is seen.

use crate::support::Scenario;

fn commands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned))
        .filter(|name| !name.is_empty() && name != "help")
        .collect()
}

#[test]
fn the_help_says_what_it_said() {
    let scenario = Scenario::new().set("COLUMNS", "100");
    let top = scenario.run(&["--help"]).exits(0).stdout;
    let mut all = top.clone();
    for command in commands(&top) {
        let help = scenario.run(&[&command, "--help"]).exits(0).stdout;
        all.push_str(&format!("\n=== {command} ===\n{help}"));
        for action in commands(&help) {
            let help = scenario.run(&[&command, &action, "--help"]).exits(0).stdout;
            all.push_str(&format!("\n=== {command} {action} ===\n{help}"));
        }
    }
    let all: Vec<&str> = all.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("help", all.join("\n"));
}
