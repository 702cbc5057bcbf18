//! What came of a list that was read.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    app::wording::{Face, list},
    domain::RowCode,
    importer::{Detected, DuplicateRow, Named, Problem, Report},
};

/// What `import --json` prints: the report, with its facts as sentences.
#[derive(Debug, Serialize)]
pub struct Printed<'r> {
    rows: u64,
    queued: u64,
    rejected: u64,
    duplicate: u64,
    suppressed: u64,
    mended: u64,
    ignored: u64,
    #[serde(flatten)]
    detected: &'r Detected,
    columns: &'r BTreeMap<String, Named>,
    problems: &'r [Problem],
    problems_total: u64,
    duplicates: &'r [DuplicateRow],
    duplicates_total: u64,
    notes: Vec<String>,
    groups: Vec<PrintedGroup<'r>>,
}

#[derive(Debug, Serialize)]
struct PrintedGroup<'r> {
    code: RowCode,
    count: u64,
    examples: &'r [Problem],
    what_to_do: String,
}

impl<'r> Printed<'r> {
    pub fn of(report: &'r Report) -> Self {
        let groups = report.groups.iter().map(|group| PrintedGroup {
            code: group.code,
            count: group.count,
            examples: &group.examples,
            what_to_do: list::what_to_do(group, Face::Terminal),
        });
        Self {
            rows: report.rows,
            queued: report.queued,
            rejected: report.rejected,
            duplicate: report.duplicate,
            suppressed: report.suppressed,
            mended: report.mended,
            ignored: report.ignored,
            detected: &report.detected,
            columns: &report.columns,
            problems: &report.problems,
            problems_total: report.rejected,
            duplicates: &report.duplicates,
            duplicates_total: report.duplicate,
            notes: report.notes.iter().map(|note| list::note(note, Face::Terminal)).collect(),
            groups: groups.collect(),
        }
    }
}
