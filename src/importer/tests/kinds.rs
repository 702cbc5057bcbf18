//! Kinds of file beyond the corpus: encodings, vendors' templates, spellings of numbers, damage, decoys.

use super::{files::OnDisk, *};

fn kinds() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/importer/kinds.json");
    let Value::Array(kinds) = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() else {
        panic!("{path} is not a list");
    };
    kinds
}

/// The file's bytes: as text, or in hexadecimal where they are none.
fn bytes(kind: &Value) -> Vec<u8> {
    if let Some(text) = kind["text"].as_str() {
        return text.as_bytes().to_vec();
    }
    let hex = kind["bytes"].as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// What the options of the command line make of them.
fn plan(options: &Value) -> Plan {
    let text = |name: &str| options[name].as_str();
    let mut reading = ReadingOptions {
        delimiter: text("delimiter").map(|text| char::from(text.as_bytes()[0])),
        encoding: text("encoding").map(str::to_owned),
        sheet: text("sheet").map(str::to_owned),
        member: text("member").map(str::to_owned),
        hidden: text("hidden").map(|word| word.parse().unwrap()),
        numbers: text("numbers").map_or(Numbers::First, |word| word.parse().unwrap()),
        has_header: options["no_header"].as_bool().map(|is_without| !is_without),
        ..ReadingOptions::default()
    };
    if let Some(region) = text("region") {
        reading.set_region(region).unwrap();
    }
    for pair in options["columns"].as_array().into_iter().flatten() {
        let (field, header) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        reading.columns.push((Field::from(field), Column::Named(header.to_owned())));
    }
    let message = text("message").map(|text| Template::parse(text).unwrap());
    Plan { message, ..Plan::from(reading) }
}

fn check(kind: &Value) {
    let name = kind["file"].as_str().unwrap();
    let outcome = OnDisk::new(name, &bytes(kind)).import(&plan(&kind["options"]));
    if let Some(code) = kind["error"].as_str() {
        let error = outcome.err().unwrap_or_else(|| panic!("{name} was taken"));
        assert_eq!(error.code().map(FileCode::name), Some(code), "{name}");
        if let Some(choices) = kind["choices"].as_array() {
            assert_eq!(&Value::from(error.choices()), &Value::Array(choices.clone()), "{name}");
        }
        return;
    }
    let imported = outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    let report = &imported.report;
    assert_eq!(serde_json::to_value(imported.accepted()).unwrap(), kind["accepted"], "{name}");
    let wanted = kind["rejected"].as_array().unwrap();
    let rejected = imported.rejected();
    assert_eq!(rejected.len(), wanted.len(), "{name}: {rejected:?}");
    for ((line, code), wanted) in rejected.iter().zip(wanted) {
        let codes = wanted[1].as_array().unwrap();
        assert_eq!(Some(*line), wanted[0].as_u64(), "{name}: {code}");
        assert!(codes.is_empty() || codes.contains(&Value::from(*code)), "{name}, line {line}: {code}");
    }
    let duplicates: Vec<(u64, u64)> = report.duplicates.iter().map(|row| (row.line, row.of_line)).collect();
    assert_eq!(serde_json::to_value(duplicates).unwrap(), kind["duplicates"], "{name}");
    if let Some(ignored) = kind["ignored"].as_u64() {
        assert_eq!(report.ignored, ignored, "{name}");
    }
    let found = serde_json::to_value(report).unwrap();
    for key in ["format", "encoding", "delimiter", "header", "sheet", "member"] {
        if let Some(wanted) = kind.get(key) {
            assert_eq!(&found[key], wanted, "{name}: {key}");
        }
    }
    for (field, wanted) in kind["columns"].as_object().into_iter().flatten() {
        assert_eq!(&found["columns"][field], wanted, "{name}: {field}");
    }
}

#[test]
fn every_other_kind_of_file_comes_out_as_it_should() {
    let kinds = kinds();
    assert!(220 < kinds.len());
    let failures: Vec<String> = kinds
        .iter()
        .filter_map(|kind| {
            let outcome = std::panic::catch_unwind(|| check(kind)).err()?;
            Some(outcome.downcast_ref::<String>().cloned().unwrap_or_default())
        })
        .collect();
    assert!(failures.is_empty(), "{} files differ:\n{}", failures.len(), failures.join("\n\n"));
}
