//! The examples at the end of a command's `--help`. Each of them is read by a test as the program would read it.

pub(super) const CREATE: &str = "\
Examples:
  catalink create spring --message 'Hi {{Name}}: https://wa.me/c/911161197855' --sender +911161197855
  catalink create diwali --message-file text.txt --mps 50 --window 09:00-20:00 --time-zone Asia/Kolkata";

pub(super) const IMPORT: &str = "\
Examples:
  catalink import spring customers.csv --region IN
  catalink import spring crm.xlsx --column to=Mobile --column consent='Opted in' --rejects to-fix.csv
  catalink import spring customers.csv --dry-run --json";

pub(super) const RUN: &str = "\
Examples:
  catalink run spring
  catalink run spring --mps 50 --yes
  catalink run spring --json > progress.jsonl";

pub(super) const EXPORT: &str = "\
Examples:
  catalink export spring -o results.xlsx
  catalink export spring --status failed,in_doubt -o to-check.csv
  catalink export spring --format jsonl | jq .code";

pub(super) const REPORT: &str = "\
Examples:
  catalink report spring
  catalink report spring --by ref1 --csv > by-shop.csv
  catalink report spring --html spring.html";

pub(super) const STATUS: &str = "\
Examples:
  catalink status
  catalink status spring --watch
  catalink status spring --json | jq .eta_seconds";

pub(super) const RETRY: &str = "\
Examples:
  catalink retry spring
  catalink retry spring --code WA400 --yes";

pub(super) const SUPPRESS: &str = "\
Examples:
  catalink suppress add +919820010507 --reason 'asked by telephone'
  catalink suppress import unsubscribed.csv --region IN";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Args;

    /// The words of a command line; quotes hold one together, and what follows `|` or `>` is another program's.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" | ").next().unwrap_or_default().split(" > ").next().unwrap_or_default();
        let mut words = vec![String::new()];
        let mut is_quoted = false;
        for c in line.trim().chars() {
            match c {
                '\'' => is_quoted = !is_quoted,
                ' ' if !is_quoted => words.push(String::new()),
                c => words.last_mut().unwrap().push(c),
            }
        }
        words
    }

    #[test]
    fn every_example_is_understood() {
        for examples in [CREATE, IMPORT, RUN, EXPORT, REPORT, STATUS, RETRY, SUPPRESS] {
            for line in examples.lines().skip(1) {
                assert!(Args::try_parse_from(words(line)).is_ok(), "{line}");
            }
        }
    }
}
