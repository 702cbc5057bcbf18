//! The importer on files: the corpus, and what a corpus does not hold.

use std::{collections::HashMap, convert::Infallible, path::PathBuf};

use serde_json::Value;

use super::*;
use crate::domain::{Phone, RowCode, Template};

mod corpus;
mod exports;
mod files;
mod formats;
mod optouts;
mod properties;
mod text;
mod values;
mod workbooks;

/// What came of a file: the report and every row, duplicates found as the queue finds them.
pub(super) struct Imported {
    pub(super) report: Report,
    pub(super) rows: Vec<NewRecipient>,
    pub(super) duplicates: Vec<Duplicate>,
}

impl Imported {
    /// Line and number of the rows that would be sent to.
    pub(super) fn accepted(&self) -> Vec<(u64, String)> {
        let is_duplicate = |line: u64, phone: Phone| {
            self.duplicates.iter().any(|found| found.line == line && found.to == phone)
        };
        let good = self.rows.iter().filter_map(|row| match &row.standing {
            Standing::Good(phone) if !is_duplicate(row.line, *phone) => Some((row.line, phone.e164())),
            Standing::Good(_) | Standing::Rejected(_) => None,
        });
        good.collect()
    }

    /// Line and code of the rows that were refused.
    pub(super) fn rejected(&self) -> Vec<(u64, &'static str)> {
        let refused = self.rows.iter().filter_map(|row| match &row.standing {
            Standing::Good(_) => None,
            Standing::Rejected(rejection) => Some((row.line, rejection.code.name())),
        });
        refused.collect()
    }
}

/// Imports a file; finds duplicates within it.
pub(super) fn import(path: &Path, plan: &(impl Clone + Into<Plan>)) -> Result<Imported, FileError> {
    let plan = &plan.clone().into();
    let list = RecipientList::open(path, plan)?;
    let mut known: HashMap<Phone, u64> = HashMap::new();
    let mut rows = Vec::new();
    let mut duplicates = Vec::new();
    let report = list.read::<Infallible>(plan, &mut |_| {}, &mut |batch| {
        let mut added = Added::default();
        for row in &batch {
            if let Standing::Good(to) = row.standing {
                match known.get(&to.canonical()) {
                    Some(of_line) => {
                        added.duplicates.push(Duplicate { line: row.line, of_line: *of_line, to });
                    }
                    None => drop(known.insert(to.canonical(), row.line)),
                }
            }
        }
        duplicates.extend(added.duplicates.iter().copied());
        rows.extend(batch);
        Ok(added)
    });
    match report {
        Ok(report) => Ok(Imported { report, rows, duplicates }),
        Err(ReadError::File(error)) => Err(error),
        Err(ReadError::Add(never)) => match never {},
        Err(ReadError::Rejects { path, source }) => panic!("{}: {source}", path.display()),
    }
}
