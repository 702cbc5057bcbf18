//! Kinds of file beyond the corpus: encodings, vendors' templates, spellings of numbers, damage, decoys.

use super::super::{files::OnDisk, *};

fn kinds(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/fixtures/importer/{name}", env!("CARGO_MANIFEST_DIR"));
    let Value::Array(kinds) = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap() else {
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
        ignores_consent: options["ignore_consent"].as_bool().unwrap_or_default(),
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

/// The same rows as a workbook of texts, with the same answers.
fn in_workbook(kind: &Value) -> Value {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let text = kind["text"].as_str().unwrap();
    for (row, line) in
        (0..).zip(csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).records())
    {
        for (column, cell) in (0..).zip(line.unwrap().iter()) {
            if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let mut kind = kind.clone();
    kind["file"] = Value::from(format!("{}.xlsx", kind["file"].as_str().unwrap().trim_end_matches(".csv")));
    kind["bytes"] = Value::from(data_encoding::HEXLOWER.encode(&bytes));
    kind["text"] = Value::Null;
    kind
}

fn failures(kinds: &[Value]) -> Vec<String> {
    let failure = |kind: &Value| {
        let outcome = std::panic::catch_unwind(|| check(kind)).err()?;
        let text = outcome.downcast_ref::<String>().cloned();
        Some(text.or(outcome.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default())
    };
    kinds.iter().filter_map(failure).collect()
}

#[test]
fn every_other_kind_of_file_comes_out_as_it_should() {
    let kinds = kinds("kinds.json");
    assert!(220 < kinds.len());
    let failures = failures(&kinds);
    assert!(failures.is_empty(), "{} files differ:\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn what_columns_mean_is_asked_or_found_alike_in_texts_and_workbooks() {
    let mut kinds = kinds("meanings.json");
    kinds.extend(kinds.iter().map(in_workbook).collect::<Vec<_>>());
    let failures = failures(&kinds);
    assert!(failures.is_empty(), "{} files differ:\n{}", failures.len(), failures.join("\n\n"));
}
