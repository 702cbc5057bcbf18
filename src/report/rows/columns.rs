//! The columns of the results: ours first, then those of the files.

use std::collections::{HashMap, HashSet};

use crate::queue::Import;

/// The names of our own columns, in the order in which they are written.
pub const OURS: [&str; 20] = [
    "line",
    "to",
    "status",
    "message_id",
    "code",
    "error",
    "attempts",
    "accepted_at",
    "delivery",
    "delivery_at",
    "delivery_error",
    "ref",
    "ref1",
    "ref2",
    "file",
    "delivered_at",
    "read_at",
    "window_until",
    "replied_at",
    "reply_kind",
];

/// Where a file's column gets its values from, in the rows of one import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    /// The index into a recipient's cells.
    pub(crate) cell: usize,
    /// Whether the import took numbers from this column.
    pub(crate) is_number: bool,
}

/// The header of the results, and for each import where its values come from.
///
/// The files' columns keep their names and stand in order of appearance over all imports; files with the same name
/// share one column, the second of that name in a file the second one, and so on. A name already taken becomes
/// `input_name`; where that is taken too, `input_2_name`, `input_3_name` and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    names: Vec<String>,
    sources: HashMap<i64, Vec<Option<Source>>>,
    /// The name of each import's file.
    files: HashMap<i64, String>,
}

impl Columns {
    pub(crate) fn new(imports: &[Import]) -> Self {
        let mut columns = Self {
            names: OURS.map(str::to_owned).to_vec(),
            sources: HashMap::new(),
            files: imports.iter().map(|import| (import.import_id, import.file_name.clone())).collect(),
        };
        let mut taken: HashSet<String> = columns.names.iter().cloned().collect();
        let mut known: HashMap<(String, usize), usize> = HashMap::new();
        for import in imports {
            let mut seen: HashMap<&str, usize> = HashMap::new();
            let mut of_import = Vec::new();
            for (cell, column) in import.layout.cells.iter().enumerate() {
                let Some(header) = import.layout.headers.get(*column) else { continue };
                let nth = seen.entry(header).and_modify(|n| *n += 1).or_insert(0);
                let position = *known.entry((header.clone(), *nth)).or_insert_with(|| {
                    let name = free_name(header, &taken);
                    taken.insert(name.clone());
                    columns.names.push(name);
                    columns.names.len() - 1 - OURS.len()
                });
                if of_import.len() <= position {
                    of_import.resize(position + 1, None);
                }
                let is_number = import.layout.to.contains(column);
                of_import[position] = Some(Source { cell, is_number });
            }
            columns.sources.insert(import.import_id, of_import);
        }
        let n_theirs = columns.names.len() - OURS.len();
        for of_import in columns.sources.values_mut() {
            of_import.resize(n_theirs, None);
        }
        columns
    }

    /// Every name, ours first.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of that import's file.
    pub(crate) fn file(&self, import_id: i64) -> Option<&str> {
        self.files.get(&import_id).map(String::as_str)
    }

    /// For each of the files' columns, where the rows of that import have its value.
    pub(crate) fn sources(&self, import_id: i64) -> &[Option<Source>] {
        self.sources.get(&import_id).map_or(&[], Vec::as_slice)
    }
}

fn free_name(header: &str, taken: &HashSet<String>) -> String {
    if !taken.contains(header) {
        return header.to_owned();
    }
    let mut name = format!("input_{header}");
    let mut n = 1;
    while taken.contains(&name) {
        n += 1;
        name = format!("input_{n}_{header}");
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{Layout, Timestamp};

    fn import(import_id: i64, headers: &[&str], to: Vec<usize>) -> Import {
        let headers = headers.iter().map(|header| (*header).to_owned()).collect();
        Import {
            import_id,
            file_name: "list.csv".to_owned(),
            sha256: String::new(),
            layout: Layout::new(headers, to, [None, None, None], BTreeMap::new()),
            first_recipient_id: 1,
            last_recipient_id: 1,
            n_mended: 0,
            imported_at: Timestamp(0),
        }
    }

    fn theirs(imports: &[Import]) -> Vec<String> {
        Columns::new(imports).names()[OURS.len()..].to_vec()
    }

    #[test]
    fn a_name_already_taken_gets_a_prefix_and_stays_unique() {
        let headers = ["to", "status", "name", "name", "name", "input_status", "status"];
        assert_eq!(
            theirs(&[import(1, &headers, vec![0])]),
            ["input_status", "name", "input_name", "input_2_name", "input_input_status", "input_2_status"]
        );
    }

    #[test]
    fn files_with_the_same_column_share_it_and_others_are_added() {
        let first = import(1, &["to", "name", "city"], vec![0]);
        let second = import(2, &["city", "to", "size", "name"], vec![1]);
        let columns = Columns::new(&[first, second]);
        assert_eq!(columns.names()[OURS.len()..], ["name", "city", "size"]);
        let cell = |cell| Some(Source { cell, is_number: false });
        assert_eq!(columns.sources(1), [cell(0), cell(1), None]);
        assert_eq!(columns.sources(2), [cell(2), cell(0), cell(1)]);
    }

    #[test]
    fn several_columns_of_numbers_are_kept_and_known_as_such() {
        let columns = Columns::new(&[import(1, &["mobile", "home", "name"], vec![0, 1])]);
        let is_number: Vec<_> = columns.sources(1).iter().flatten().map(|source| source.is_number).collect();
        assert_eq!(is_number, [true, true, false]);
    }

    #[test]
    fn a_campaign_without_a_file_has_our_columns_alone() {
        assert_eq!(Columns::new(&[]).names(), OURS);
    }
}
