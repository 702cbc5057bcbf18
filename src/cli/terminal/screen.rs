//! Lines that are replaced by newer ones in their place on a terminal, and printed where they changed elsewhere.

use console::{Term, measure_text_width};

use super::ui::Ui;

/// What `--watch` draws on.
#[derive(Debug)]
pub(crate) struct Screen {
    ui: Ui,
    term: Term,
    shown: Vec<String>,
}

impl Screen {
    pub(crate) fn new(ui: Ui) -> Self {
        Self { ui, term: Term::stdout(), shown: Vec::new() }
    }

    /// Shows these lines instead of those before.
    pub(crate) fn show(&mut self, lines: Vec<String>) {
        if lines == self.shown {
            return;
        }
        if self.term.is_term() && !self.shown.is_empty() {
            let n_columns = usize::from(self.term.size().1).max(1);
            // A terminal that takes no commands shows the lines below each other.
            drop(self.term.clear_last_lines(n_lines_on(&self.shown, n_columns)));
        }
        for line in &lines {
            self.ui.line(line);
        }
        self.shown = lines;
    }
}

/// How many lines of the terminal these take: long ones go on in the next.
fn n_lines_on(lines: &[String], n_columns: usize) -> usize {
    let heights = lines
        .iter()
        .flat_map(|line| line.split('\n'))
        .map(|line| measure_text_width(line).div_ceil(n_columns).max(1));
    heights.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_goes_on_in_the_next_is_taken_away_with_it() {
        let lines = ["spring: running", "", &"x".repeat(81), "a\nb"].map(str::to_owned);
        assert_eq!(n_lines_on(&lines, 80), 1 + 1 + 2 + 2);
        assert_eq!(n_lines_on(&lines, 40), 1 + 1 + 3 + 2);
    }
}
