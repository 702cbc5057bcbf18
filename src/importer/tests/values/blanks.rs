//! Cells that hold no value, whatever they look like.

use super::super::{files::OnDisk, *};

fn plan(message: &str, options: ReadingOptions) -> Plan {
    Plan { message: Some(Template::parse(message).unwrap()), ..Plan::from(options) }
}

fn said(blank: &[&str], kept: &[&str]) -> ReadingOptions {
    let mut options = ReadingOptions::default();
    for (texts, is_blank) in [(blank, true), (kept, false)] {
        for text in texts {
            options.set_text(text, is_blank);
        }
    }
    options
}

fn placeholders() -> OnDisk {
    OnDisk::new("l.csv", include_bytes!("../../../../tests/fixtures/importer/cells/placeholder-values.csv"))
}

/// The texts that are asked about, and their columns.
fn asked(file: &OnDisk, plan: &Plan) -> (Vec<String>, Vec<String>) {
    let error = file.import(plan).err().unwrap();
    assert_eq!(error.choices(), ["blank", "text"]);
    match error.question().map(|question| question.subject.clone()) {
        Some(Subject::Blanks { texts, columns }) => (texts, columns),
        _ => panic!("{error}"),
    }
}

#[test]
fn what_may_be_a_value_is_asked_about_where_the_message_uses_it() {
    let (texts, columns) = asked(&placeholders(), &plan("Hi {{Name}}", ReadingOptions::default()));
    assert_eq!(texts, ["-", ".", "?", "N/A", "Unknown"]);
    assert_eq!(columns, ["Name"]);
    assert_eq!(placeholders().import(&plan("Hi", ReadingOptions::default())).unwrap().report.queued, 20);
}

#[test]
fn what_programs_leave_behind_is_missing_and_a_default_takes_its_place() {
    let doubtful = ["-", ".", "?", "n/a", "unknown"];
    let imported = placeholders().import(&plan("Hi {{Name}}", said(&doubtful, &[]))).unwrap();
    assert_eq!((imported.report.queued, imported.report.rejected), (3, 17));
    assert!(imported.rejected().iter().all(|(_, code)| *code == "TEMPLATE_VALUE_MISSING"));
    let note = Note::TakenAsBlank { text: "#N/A".to_owned(), n: 1 };
    assert!(imported.report.notes.contains(&note), "{:?}", imported.report.notes);
    // The row keeps what was in the file.
    assert_eq!(imported.rows[0].cells, ["NULL"]);
    let with_default = plan("Hi {{Name | default(\"there\")}}", said(&doubtful, &[]));
    assert_eq!(placeholders().import(&with_default).unwrap().report.queued, 20);
}

#[test]
fn a_text_that_is_kept_is_a_name() {
    let file = OnDisk::new(
        "l.csv",
        "Teléfono;Apellido\n+34612345678;Null\n+34612345679;#N/D\n+34612345680;–\n".as_bytes(),
    );
    let (texts, _) = asked(&file, &plan("Hola {{Apellido}}", ReadingOptions::default()));
    assert_eq!(texts, ["–"]);
    let imported = file.import(&plan("Hola {{Apellido}}", said(&[], &["null", "–"]))).unwrap();
    assert_eq!(imported.accepted().iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 4]);
    let mut options = ReadingOptions::default();
    options.follow(&Advice::SetTexts { texts: vec!["–".to_owned()], is_blank: false });
    options.follow(&Advice::SetTexts { texts: vec!["–".to_owned()], is_blank: true });
    assert_eq!(file.import(&plan("Hola {{Apellido}}", options)).unwrap().report.queued, 0);
}

#[test]
fn values_behind_the_first_rows_are_asked_about_too() {
    let mut list = String::from("Handy,Vorname\n");
    for n in 0..3_000 {
        let name = if n == 2_500 { "k.A." } else { "Eva" };
        list.push_str(&format!("+49151{:08},{name}\n", 12_340_000 + n));
    }
    let file = OnDisk::new("l.csv", list.as_bytes());
    assert_eq!(asked(&file, &plan("Hallo {{Vorname}}", ReadingOptions::default())).0, ["k.A."]);
}

#[test]
fn the_errors_of_a_sheet_are_no_values() {
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Phone</t></is></c><c r="B1" t="inlineStr"><is><t>Name</t></is></c></row>
        <row r="2"><c r="A2"><v>919541136571</v></c><c r="B2" t="e"><v>#N/A</v></c></row><row r="3"><c r="A3"><v>919541136572</v></c><c r="B3" t="e"><v>#SPILL!</v></c></row>
        <row r="4"><c r="A4"><v>919541136573</v></c><c r="B4" t="str"><v>Asha</v></c></row></sheetData></worksheet>"#;
    let options = ReadingOptions { includes_country_code: true, ..ReadingOptions::default() };
    let file = OnDisk::new("a.xlsx", &workbooks::raw(sheet, b"<sst/>"));
    let imported = file.import(&plan("Hi {{Name}}", options)).unwrap();
    assert_eq!(imported.accepted(), [(4, "+919541136573".to_owned())]);
    assert_eq!(imported.rejected(), [(2, "TEMPLATE_VALUE_MISSING"), (3, "TEMPLATE_VALUE_MISSING")]);
}
