//! How one imported file's columns are used: which is the number, which are tags, which are kept as cells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value::Values;

/// The columns of one imported file. Kept in the queue as JSON, beside the rows that came from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The header as it came; in a file without one, `1`, `2`, `3`….
    pub headers: Vec<String>,
    /// The columns of the number, in order of preference, as indexes into `headers`.
    pub to: Vec<usize>,
    /// The columns of `ref`, `ref1`, `ref2`.
    pub refs: [Option<usize>; 3],
    /// The columns kept in each recipient's cells, in file order: all that `to` and `refs` do not use up.
    pub cells: Vec<usize>,
    /// Variables of the message that the operator assigned to a column by hand.
    pub assigned: BTreeMap<String, usize>,
    /// What was said about texts that may stand for no value.
    #[serde(default)]
    pub values: Values,
}

/// Where the value of a variable is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    To,
    /// A tag: 0 is `ref`, 1 is `ref1`, 2 is `ref2`.
    Ref(usize),
    /// The recipient's cell of that index.
    Cell(usize),
}

impl Layout {
    /// A layout that uses up the columns in `to` and `refs` and keeps the others. Several columns of numbers are all
    /// kept, so that nothing of the file is lost whichever of them was used.
    pub fn new(
        headers: Vec<String>,
        to: Vec<usize>,
        refs: [Option<usize>; 3],
        assigned: BTreeMap<String, usize>,
    ) -> Self {
        let is_used_up = |index: &usize| to.as_slice() == [*index] || refs.contains(&Some(*index));
        let cells = (0..headers.len()).filter(|index| !is_used_up(index)).collect();
        Self { headers, to, refs, cells, assigned, values: Values::default() }
    }

    /// The column that a variable names: by hand, by its header, or by its header in any spelling
    /// (`first_name` finds `First Name`).
    pub fn column_of(&self, variable: &str) -> Option<usize> {
        if let Some(index) = self.assigned.get(variable) {
            return Some(*index);
        }
        let position = |same: &dyn Fn(&str) -> bool| self.headers.iter().position(|header| same(header));
        position(&|header| header.trim() == variable)
            .or_else(|| position(&|header| fold(header) == fold(variable)))
    }

    /// Where a variable's value is found in a recipient's row. `to`, `ref`, `ref1` and `ref2` name those fields where
    /// the file has no column of that name.
    pub fn place_of(&self, variable: &str) -> Option<Place> {
        let Some(column) = self.column_of(variable) else {
            return match fold(variable).as_str() {
                "to" => Some(Place::To),
                "ref" => Some(Place::Ref(0)),
                "ref1" => Some(Place::Ref(1)),
                "ref2" => Some(Place::Ref(2)),
                _ => None,
            };
        };
        if let Some(index) = self.cells.iter().position(|kept| *kept == column) {
            return Some(Place::Cell(index));
        }
        if let Some(slot) = self.refs.iter().position(|used| *used == Some(column)) {
            return Some(Place::Ref(slot));
        }
        self.to.contains(&column).then_some(Place::To)
    }
}

/// A header without case, spaces and punctuation, so that spellings of one name compare equal.
pub fn fold(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        let headers = ["Mobile", "First Name", "Order", "City"].map(str::to_owned).to_vec();
        Layout::new(headers, vec![0], [Some(2), None, None], BTreeMap::new())
    }

    #[test]
    fn what_is_neither_number_nor_tag_is_kept() {
        assert_eq!(layout().cells, [1, 3]);
    }

    #[test]
    fn a_variable_finds_its_column_in_any_spelling() {
        assert_eq!(layout().place_of("first_name"), Some(Place::Cell(0)));
        assert_eq!(layout().place_of("City"), Some(Place::Cell(1)));
        assert_eq!(layout().place_of("Order"), Some(Place::Ref(0)));
        assert_eq!(layout().place_of("mobile"), Some(Place::To));
        assert_eq!(layout().place_of("ref"), Some(Place::Ref(0)));
        assert_eq!(layout().place_of("country"), None);
    }
}
