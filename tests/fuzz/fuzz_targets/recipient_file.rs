//! Any bytes as a recipient file, in each format that a name can promise: an answer comes, and its counts add up.
#![no_main]

use std::{convert::Infallible, io::Write};

use catalink::importer::{Added, Plan, ReadingOptions, RecipientList};

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| {
    const ENDINGS: [&str; 6] = [".csv", ".tsv", ".xlsx", ".ods", ".zip", ".csv.gz"];
    let (choice, bytes) = input;
    let ending = ENDINGS[usize::from(choice) % ENDINGS.len()];
    let mut file = tempfile::Builder::new().suffix(ending).tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let region = Some("IN".parse().unwrap());
    let plan = Plan::from(ReadingOptions { region, size_max: Some(1 << 20), ..ReadingOptions::default() });
    let Ok(list) = RecipientList::open(file.path(), &plan) else { return };
    let mut n_rows = 0;
    let read = list.read::<Infallible>(&plan, &mut |_| {}, &mut |rows| {
        n_rows += rows.len() as u64;
        Ok(Added::default())
    });
    if let Ok(report) = read {
        assert_eq!(report.rows, n_rows);
        assert_eq!(report.rows, report.queued + report.rejected + report.duplicate + report.suppressed);
    }
});
