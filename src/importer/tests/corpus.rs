//! Every file of the corpus comes out exactly as its manifest says.

use super::*;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/corpus")
}

fn manifest() -> Vec<Value> {
    let text = std::fs::read_to_string(corpus().join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    manifest["files"].as_array().unwrap().clone()
}

fn plan(options: &Value) -> Plan {
    let mut reading = ReadingOptions {
        region: options["region"].as_str().unwrap().parse().ok(),
        numbers: options["multi"].as_str().unwrap().parse().unwrap(),
        size_max: options["max_uncompressed"].as_u64(),
        ..ReadingOptions::default()
    };
    let named = |header: &str| Column::Named(header.to_owned());
    for header in options["phone_columns"].as_array().into_iter().flatten() {
        reading.columns.push((Field::To, named(header.as_str().unwrap())));
    }
    for (option, field) in [
        ("country_column", Field::Country),
        ("consent_column", Field::Consent),
        ("ref_column", Field::Ref(0)),
    ] {
        reading.columns.extend(options[option].as_str().map(|header| (field, named(header))));
    }
    let message = options["template"].as_str().map(|text| Template::parse(text).unwrap());
    Plan { message, ..Plan::from(reading) }
}

fn pairs<'v>(expected: &'v Value, list: &str, key: &str) -> Vec<(u64, &'v str)> {
    let rows = expected[list].as_array().unwrap().iter();
    rows.map(|row| (row["line"].as_u64().unwrap(), row[key].as_str().unwrap())).collect()
}

fn check(expected: &Value) {
    let name = expected["file"].as_str().unwrap();
    let outcome = import(&corpus().join(name), &plan(&expected["options"]));
    if let Some(code) = expected["file_error"].as_str() {
        assert_eq!(outcome.err().and_then(|error| error.code()).map(FileCode::name), Some(code), "{name}");
        return;
    }
    if let Some(members) = expected["needs_choice"]["members"].as_array() {
        let error = outcome.err().unwrap();
        assert_eq!(error.code(), Some(FileCode::NeedsChoice), "{name}");
        let members: Vec<&str> = members.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(error.choices(), members, "{name}");
        let harmful = error.question().unwrap().choices.iter().filter(|choice| choice.is_harmful);
        let harmful: Vec<&str> = harmful.map(|choice| choice.name.as_str()).collect();
        assert_eq!(Value::from(harmful), expected["needs_choice"]["warn"], "{name}");
        return;
    }
    let imported = outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
    let accepted = imported.accepted();
    let accepted: Vec<(u64, &str)> = accepted.iter().map(|(line, to)| (*line, to.as_str())).collect();
    assert_eq!(accepted, pairs(expected, "accepted", "to"), "{name}");
    assert_eq!(imported.rejected(), pairs(expected, "rejected", "code"), "{name}");
    let counts = &expected["counts"];
    let report = &imported.report;
    assert_eq!(report.queued, counts["accepted"].as_u64().unwrap(), "{name}");
    assert_eq!(report.rejected, counts["rejected"].as_u64().unwrap(), "{name}");
    assert_eq!(report.duplicate, counts["duplicates"].as_u64().unwrap(), "{name}");
    assert_eq!(report.ignored, counts["ignored"].as_u64().unwrap(), "{name}");
    assert_eq!(report.rows, report.queued + report.rejected + report.duplicate + report.suppressed, "{name}");
    for (found, wanted) in report.problems.iter().zip(expected["rejected"].as_array().unwrap()) {
        if let Some(value) = wanted["value"].as_str() {
            assert_eq!(found.value, value, "{name}");
        }
    }
    check_detected(name, &expected["detect"], report);
}

fn check_detected(name: &str, wanted: &Value, report: &Report) {
    let detected = &report.detected;
    assert_eq!(detected.format, wanted["format"].as_str().unwrap(), "{name}");
    if let Some(encoding) = wanted["encoding"].as_str() {
        // Python's names for the same encodings.
        let encoding = encoding.replace("cp1252", "windows-1252").replace("utf-16-le", "utf-16le");
        assert_eq!(detected.encoding.as_deref(), Some(encoding.as_str()), "{name}");
    }
    if let Some(delimiter) = wanted["delimiter"].as_str() {
        assert_eq!(detected.delimiter.as_deref(), Some(delimiter), "{name}");
    }
    if let Some(line) = wanted["header_line"].as_u64() {
        assert_eq!(detected.header, Some(line), "{name}");
    }
    if let Some(has_header) = wanted["has_header"].as_bool() {
        assert_eq!(detected.header.is_some(), has_header, "{name}");
    }
    assert_eq!(detected.sheet.as_deref(), wanted["sheet"].as_str(), "{name}");
}

#[test]
fn every_file_of_the_corpus_comes_out_as_its_manifest_says() {
    let manifest = manifest();
    assert_eq!(manifest.len(), 30);
    let failures: Vec<String> = manifest
        .iter()
        .filter_map(|expected| {
            let outcome = std::panic::catch_unwind(|| check(expected)).err()?;
            Some(outcome.downcast_ref::<String>().cloned().unwrap_or_default())
        })
        .collect();
    assert!(failures.is_empty(), "{} files differ:\n{}", failures.len(), failures.join("\n\n"));
}
