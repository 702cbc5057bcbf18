//! All printing. Results go to standard output, talk to standard error. A reader that went away is no failure; what
//! cannot be written for another reason is one.

use std::{
    io::{ErrorKind, IsTerminal, Write},
    sync::OnceLock,
};

use serde::Serialize;
use serde_json::Value;

use super::{exit::Exit, failure::Failure};
use crate::importer;

/// On a terminal with fewer columns nothing is brought into lines.
const WIDTH_MIN: usize = 40;

/// How much further in the second line of a sentence is than its first.
const INDENT: usize = 2;

/// Why standard output took no more: the first failure of this process.
static LOST_OUTPUT: OnceLock<ErrorKind> = OnceLock::new();

/// What is printed where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    is_quiet: bool,
    is_json: bool,
}

impl Ui {
    pub(crate) fn new(is_quiet: bool, is_json: bool) -> Self {
        Self { is_quiet, is_json }
    }

    /// Whether results and errors are read by a program.
    pub(crate) fn is_json(self) -> bool {
        self.is_json
    }

    /// A line of the result, on standard output.
    #[expect(clippy::unused_self, reason = "printing is the terminal's, wherever it is called from")]
    pub(crate) fn line(self, text: impl AsRef<str>) {
        write_result(text.as_ref());
    }

    /// A text of the result that has line ends of its own, on standard output.
    pub(crate) fn text(self, text: impl AsRef<str>) {
        self.line(text.as_ref().trim_end());
    }

    /// A sentence of the result, on standard output.
    #[expect(clippy::unused_self, reason = "printing is the terminal's, wherever it is called from")]
    pub(crate) fn sentence(self, text: impl AsRef<str>) {
        let out = std::io::stdout();
        let width = terminal_size_of(&out);
        write_result(&fitted(text.as_ref(), width));
    }

    /// The result as JSON, on standard output.
    pub(crate) fn json(self, value: &impl Serialize) {
        let text =
            serde_json::to_string_pretty(value).expect("results are plain values, which are always JSON");
        self.line(text);
    }

    /// One of several results as one line of JSON, on standard output.
    pub(crate) fn json_line(self, value: &Value) {
        self.line(value.to_string());
    }

    /// What was done: a remark for a person, or an object for a program.
    pub(crate) fn done(self, text: impl AsRef<str>, facts: &Value) {
        if self.is_json { self.json(facts) } else { self.note(text) }
    }

    /// A remark for the person who watches, on standard error; none when quiet, and none for a program.
    pub(crate) fn note(self, text: impl AsRef<str>) {
        if !self.is_quiet && !self.is_json {
            self.warn(text);
        }
    }

    /// A remark that a quiet person has to see too.
    #[expect(clippy::unused_self, reason = "printing is the terminal's, wherever it is called from")]
    pub(crate) fn warn(self, text: impl AsRef<str>) {
        let out = std::io::stderr();
        let width = terminal_size_of(&out);
        write_line(&mut out.lock(), &fitted(text.as_ref(), width));
    }

    /// A question to a person at the terminal; the answer follows on the same line.
    #[expect(clippy::unused_self, reason = "printing is the terminal's, wherever it is called from")]
    pub(crate) fn ask(self, question: &str) {
        let out = std::io::stderr();
        let width = terminal_size_of(&out);
        let written = out.lock().write_all(fitted(question, width).as_bytes());
        drop(written);
    }

    /// Says what failed, and gives the exit code that goes with it.
    pub(crate) fn failure(self, failure: &Failure) -> Exit {
        if self.is_json {
            self.json_line(&failure.to_json());
            return failure.exit;
        }
        let mut words = failure.words.iter();
        self.warn(format!("error: {}", words.next().map_or("unknown", String::as_str)));
        for cause in words {
            self.warn(format!("  caused by: {cause}"));
        }
        if let Some(note) = &failure.note {
            self.warn(format!("note: {note}"));
        }
        if let Some(hint) = &failure.hint {
            self.warn(format!("hint: {hint}"));
        }
        failure.exit
    }

    /// How the process ends: what standard output did not take is a failure, whatever else went well.
    pub(crate) fn ended(self, exit: Exit) -> Exit {
        let lost = std::io::stdout().flush().err().map(|error| error.kind());
        match LOST_OUTPUT.get().copied().or(lost) {
            None | Some(ErrorKind::BrokenPipe) => exit,
            Some(kind) => {
                self.warn(format!("error: cannot write to standard output: {kind}"));
                Exit::Error
            }
        }
    }

    /// Whether to draw: a person at a terminal who did not ask for quiet.
    pub(crate) fn draws(self) -> bool {
        !self.is_quiet && !self.is_json && std::io::stderr().is_terminal()
    }

    pub(crate) fn is_quiet(self) -> bool {
        self.is_quiet
    }
}

/// The columns of a terminal; none where it is no terminal, so that a script sees each sentence as one line.
#[cfg(unix)]
fn terminal_size_of(out: &impl std::os::fd::AsFd) -> Option<usize> {
    terminal_size::terminal_size_of(out).map(|(width, _)| usize::from(width.0))
}

#[cfg(windows)]
fn terminal_size_of(out: &impl std::os::windows::io::AsHandle) -> Option<usize> {
    terminal_size::terminal_size_of(out).map(|(width, _)| usize::from(width.0))
}

/// The text in lines that break between words, those after the first further in. What holds a command is left as it is:
/// the terminal breaks it without a line end, so that it can be copied.
fn fitted(text: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| WIDTH_MIN <= *width) else { return text.to_owned() };
    let lines = text.split('\n').map(|line| {
        let is_advice = ["hint: ", "next: "].iter().any(|start| line.trim_start().starts_with(start));
        if is_advice && line.contains("catalink ") {
            return line.to_owned();
        }
        let n_blanks = line.len() - line.trim_start().len();
        let further_in = " ".repeat(n_blanks + INDENT);
        let options = textwrap::Options::new(width)
            .subsequent_indent(&further_in)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(line, options)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Writes a line of the result, unless an earlier one was not taken.
fn write_result(text: &str) {
    if LOST_OUTPUT.get().is_some() {
        return;
    }
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
    if let Err(error) = written {
        LOST_OUTPUT.get_or_init(|| error.kind());
    }
}

/// Writes a line to a person; where nobody reads it, nobody can be told so.
fn write_line(out: &mut impl Write, text: &str) {
    let written = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n"));
    drop(written);
}

/// Prints help, a version, or what is wrong with the command line.
pub(crate) fn usage(error: &clap::Error, is_json: bool) -> Exit {
    if is_json && error.use_stderr() {
        let text = error.render().to_string();
        let first = text.split("\n\n").next().unwrap_or_default();
        let words = first.trim().trim_start_matches("error: ").to_owned();
        return Ui::new(false, true).failure(&Failure::new(words).exit(Exit::Usage));
    }
    // Printing fails only where the reader has gone away.
    drop(error.print());
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}

/// A panic is a defect of this program, and is said so in one line; one that a reader of damaged workbooks turns into a
/// sentence of its own is not said twice.
pub(crate) fn tell_of_defects(ui: Ui) {
    std::panic::set_hook(Box::new(move |panic| {
        if !importer::is_guarded() {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            let words = panic.payload_as_str().unwrap_or("no words");
            ui.warn(format!("error: this is a defect of catalink, at {place}: {words}; please report it"));
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_breaks_between_words_and_only_on_a_terminal() {
        let text = "note: 3 of 4 refused rows become valid if the numbers are those of Germany";
        assert_eq!(fitted(text, None), text);
        assert_eq!(
            fitted(text, Some(40)),
            "note: 3 of 4 refused rows become valid\n  if the numbers are those of Germany"
        );
        assert_eq!(
            fitted("  caused by: the file `a list with a long name.csv` is empty", Some(40)),
            "  caused by: the file `a list with a\n    long name.csv` is empty"
        );
    }

    #[test]
    fn a_command_and_a_word_longer_than_the_line_stay_whole() {
        let hint = format!("hint: catalink import spring {}", "x".repeat(60));
        assert_eq!(fitted(&hint, Some(40)), hint);
        let word = "x".repeat(60);
        assert_eq!(fitted(&format!("a {word}"), Some(40)), format!("a\n  {word}"));
        // Characters that take two columns count as two.
        assert_eq!(fitted("名前 ".repeat(10).trim(), Some(40)).lines().count(), 2);
    }
}
