//! Which rows of a sheet are hidden, by a filter or by hand: nobody who looks at the sheet sees them.

use std::{
    fs::File,
    io::{BufReader, Read},
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// The last row of a sheet in Excel; what is said of rows behind it is not kept.
const ROWS_MAX: u64 = 1 << 20;

/// How much is looked at once for the word that hides a row.
const BLOCK_BYTES: usize = 64 << 10;

/// What is known of the rows of one sheet: two bits for each.
#[derive(Debug, Default)]
pub(crate) struct Visibility {
    filled: Bits,
    hidden: Bits,
    /// The columns that a filter is set on, from 0.
    pub(crate) filtered: Vec<usize>,
}

impl Visibility {
    /// Takes note of a row, from 1.
    pub(crate) fn mark(&mut self, line: u64, is_hidden: bool, is_filled: bool) {
        if is_hidden {
            self.hidden.set(line);
        }
        if is_filled {
            self.filled.set(line);
        }
    }

    pub(crate) fn is_hidden(&self, line: u64) -> bool {
        self.hidden.has(line)
    }

    /// How many rows below that one hold something, and how many of them are hidden.
    pub(crate) fn count_below(&self, line: u64) -> (u64, u64) {
        let rows = self.filled.iter().filter(|row| line < *row);
        rows.fold((0, 0), |(n, n_hidden), row| (n + 1, n_hidden + u64::from(self.is_hidden(row))))
    }
}

/// Some of the rows of a sheet.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, line: u64) {
        let Some(word) = usize::try_from(line / 64).ok().filter(|_| line <= ROWS_MAX) else { return };
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (line % 64);
    }

    fn has(&self, line: u64) -> bool {
        let word = usize::try_from(line / 64).ok().and_then(|word| self.0.get(word));
        word.is_some_and(|word| word & (1 << (line % 64)) != 0)
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        let lines = self.0.iter().zip(0_u64..).filter(|(word, _)| **word != 0);
        lines.flat_map(|(word, at)| {
            (0..64).filter(move |bit| word & (1 << bit) != 0).map(move |bit| at * 64 + bit)
        })
    }
}

/// Whether the text has one of these words somewhere. Nearly every sheet is done with here: it hides nothing, and is
/// not parsed for it.
pub(crate) fn mentions(mut text: impl Read, words: &[&str]) -> bool {
    let longest = words.iter().map(|word| word.len()).max().unwrap_or_default();
    let mut block = vec![0; BLOCK_BYTES];
    let mut kept = 0;
    loop {
        let n_read = match text.read(&mut block[kept..]) {
            // What cannot be read is refused where the rows are read.
            Ok(0) | Err(_) => return false,
            Ok(n_read) => n_read,
        };
        let end = kept + n_read;
        let is_there = |word: &&str| memchr::memmem::find(&block[..end], word.as_bytes()).is_some();
        if words.iter().any(is_there) {
            return true;
        }
        kept = end.min(longest.saturating_sub(1));
        block.copy_within(end - kept..end, 0);
    }
}

/// The rows of a sheet in an `.xlsx`, where some may be hidden; none where none is. A part that cannot be read hides
/// nothing: the reader of its cells refuses it.
pub(crate) fn of_xlsx(file: &File, sheet: &str) -> Option<Visibility> {
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).ok()?;
    let part = part_of(&mut archive, sheet)?;
    if !mentions(archive.by_name(&part).ok()?, &["hidden=", "customHeight="]) {
        return None;
    }
    let mut visibility = Visibility::default();
    let mut line = 0;
    let mut is_hidden = false;
    let mut first_column = 0;
    parse(archive.by_name(&part).ok()?, |event| {
        let (Event::Start(tag) | Event::Empty(tag)) = event else { return };
        match tag.local_name().as_ref() {
            "row" => {
                line = number(tag, "r").unwrap_or(line + 1);
                let has_no_height = attribute(tag, "ht").is_some_and(|ht| ht.parse() == Ok(0.0_f64));
                is_hidden = has_no_height || attribute(tag, "hidden").is_some_and(|text| is_true(&text));
                visibility.mark(line, is_hidden, false);
            }
            "v" | "is" => visibility.mark(line, is_hidden, true),
            "autoFilter" => first_column = column_of(&attribute(tag, "ref").unwrap_or_default()),
            // Without a condition inside, only the button of the column is described.
            "filterColumn" if matches!(event, Event::Start(_)) => {
                visibility.filtered.extend(number(tag, "colId").map(|id: usize| first_column + id));
            }
            _ => {}
        }
    })?;
    Some(visibility)
}

/// The name of the part that holds a sheet.
fn part_of(archive: &mut zip::ZipArchive<BufReader<&File>>, sheet: &str) -> Option<String> {
    let names: Vec<String> = archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    let workbook = names.iter().find(|name| name.to_ascii_lowercase().ends_with("workbook.xml"))?;
    let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", workbook));
    let mut id = None;
    parse(archive.by_name(workbook).ok()?, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = event
            && tag.local_name().as_ref() == "sheet"
            && attribute(tag, "name").as_deref() == Some(sheet)
        {
            let found =
                tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "id");
            id = found.map(|attribute| attribute.value.into_owned());
        }
    })?;
    let id = id?;
    let mut target = None;
    let relations = format!("{folder}{}_rels/{file}.rels", if folder.is_empty() { "" } else { "/" });
    parse(archive.by_name(&relations).ok()?, |event| {
        if let Event::Start(tag) | Event::Empty(tag) = event
            && attribute(tag, "Id").is_some_and(|found| found.as_bytes() == id.as_bytes())
        {
            target = attribute(tag, "Target");
        }
    })?;
    let target = target?;
    let part = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None if folder.is_empty() => target,
        None => format!("{folder}/{}", target.trim_start_matches("./")),
    };
    names.into_iter().find(|name| name.eq_ignore_ascii_case(&part))
}

/// Hands out the tags of a part as they open; none where it is damaged.
fn parse(part: impl Read, mut each: impl FnMut(&Event<'_>)) -> Option<()> {
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Eof => return Some(()),
            event @ (Event::Start(_) | Event::Empty(_)) => each(&event),
            Event::End(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_)
            | Event::GeneralRef(_) => {}
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.try_get_attribute(name).ok()??;
    found.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(std::borrow::Cow::into_owned)
}

fn number<N: std::str::FromStr>(tag: &BytesStart<'_>, name: &str) -> Option<N> {
    attribute(tag, name)?.parse().ok()
}

fn is_true(text: &str) -> bool {
    matches!(text, "1" | "true" | "on")
}

/// The column at the start of a reference such as `C1:F9`, from 0.
pub(crate) fn column_of(reference: &str) -> usize {
    let letters = reference.bytes().filter(|byte| *byte != b'$').take_while(u8::is_ascii_alphabetic).take(3);
    letters
        .fold(0, |column, byte| column * 26 + usize::from(byte.to_ascii_uppercase() - b'A') + 1)
        .saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_filled_rows_below_the_header_are_counted() {
        let mut visibility = Visibility::default();
        for line in 1..=130 {
            visibility.mark(line, line.is_multiple_of(2), line != 100);
        }
        visibility.mark(u64::MAX, true, true);
        assert_eq!(visibility.count_below(1), (128, 64));
        assert_eq!(visibility.count_below(128), (2, 1));
        assert!(visibility.is_hidden(130) && !visibility.is_hidden(131));
    }

    #[test]
    fn a_word_is_found_also_where_two_blocks_meet() {
        let mut text = vec![b'x'; BLOCK_BYTES - 3];
        text.extend(b"hidden=");
        assert!(mentions(text.as_slice(), &["hidden="]));
        assert!(!mentions(&text[..text.len() - 1], &["hidden="]));
    }

    #[test]
    fn a_reference_names_its_first_column() {
        assert_eq!(["A1:C5", "$C$1:$D$9", "AA1"].map(column_of), [0, 2, 26]);
    }
}
