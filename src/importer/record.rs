//! One record of a file, whatever the file is.

/// A record and where it starts. Used again for each record, so that reading a million of them allocates little.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Record {
    /// The physical line, or the sheet's row, from 1.
    pub(super) line: u64,
    text: String,
    /// The end of each field in `text`.
    ends: Vec<usize>,
    /// Fields whose text is a number as a sheet shows it, and the plain number.
    plain: Vec<(usize, String)>,
    /// True when a quote is never closed: the fields are those of the first line alone.
    pub(super) is_unbalanced: bool,
    /// True when a quote in it is doubled.
    pub(super) has_doubled_quote: bool,
    /// True when a cell has a quote behind a backslash and goes on behind the quote that seems to close it.
    pub(super) has_backslash_quote: bool,
    /// The bytes of a record that is larger than any row of a list, of which only the head is kept; otherwise 0.
    pub(super) n_bytes_oversized: u64,
    /// True in a workbook, whose rows have no number of fields of their own.
    pub(super) is_of_sheet: bool,
    /// Blank rows that were passed over before this one, without being handed out.
    pub(super) n_skipped: u64,
}

impl Record {
    pub(super) fn of_sheet() -> Self {
        Self { is_of_sheet: true, ..Self::default() }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.plain.clear();
        self.is_unbalanced = false;
        self.has_doubled_quote = false;
        self.has_backslash_quote = false;
        self.n_bytes_oversized = 0;
        self.n_skipped = 0;
    }

    /// Appends to the field that is being written.
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn end_field(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Says what the field that is being written is without its format.
    pub(super) fn set_plain(&mut self, number: String) {
        self.plain.push((self.ends.len(), number));
    }

    /// The number that a field shows in another form; none where it is text, or shown as it is.
    pub(super) fn plain(&self, index: usize) -> Option<&str> {
        self.plain.iter().find(|(field, _)| *field == index).map(|(_, number)| number.as_str())
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn n_bytes(&self) -> usize {
        self.text.len()
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.chars().all(is_blank_char)
    }

    /// How many fields are not blank.
    pub(super) fn n_filled(&self) -> usize {
        self.iter().filter(|field| !field.chars().all(is_blank_char)).count()
    }
}

/// What nobody sees in a cell.
pub(super) fn is_blank_char(c: char) -> bool {
    c.is_whitespace() || c.is_control() || super::number::is_invisible(c)
}
