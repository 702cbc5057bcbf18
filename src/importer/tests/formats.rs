//! A cell reads as the sheet shows it, in each kind of workbook, and its number is still a number.

use rust_xlsxwriter::{Format, Workbook};

use super::{
    files::{OnDisk, plan},
    workbooks::open_document,
    *,
};

fn fixture(name: &str) -> OnDisk {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/importer/cells").join(name);
    OnDisk::new(name, &std::fs::read(path).unwrap())
}

/// A sheet of two columns, each cell with its format.
fn sheet(headers: [&str; 2], rows: &[[(f64, &str); 2]]) -> OnDisk {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(headers) {
        sheet.write_string(0, column, header).unwrap();
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, (value, code)) in (0..).zip(cells) {
            let format = Format::new().set_num_format(*code);
            sheet.write_number_with_format(row, column, *value, &format).unwrap();
        }
    }
    OnDisk::new("a.xlsx", &workbook.save_to_buffer().unwrap())
}

#[test]
fn dates_prices_shares_and_times_read_as_they_are_shown() {
    let imported = fixture("cell-formats.xlsx").import(&ReadingOptions::default()).unwrap();
    let wanted = [
        "Asha",
        "05/12/2026",
        "₹1,299.50",
        "15%",
        "00042",
        "6:30 PM",
        "TRUE",
        "1,234,567",
        "19.90 €",
        "30:00",
    ];
    assert_eq!(imported.rows[0].cells, wanted);
    assert_eq!(imported.accepted(), [(2, "+919823456710".to_owned())]);
}

#[test]
fn an_old_workbook_reads_as_it_is_shown() {
    let options = ReadingOptions { hidden: Some(Hidden::Include), ..ReadingOptions::default() };
    let imported = fixture("hidden_and_formatted.xls").import(&options).unwrap();
    assert_eq!(imported.accepted()[0].1, "+34612345678");
    assert_eq!(
        imported.rows[0].cells,
        ["Ana", "05/12/2026", "1,299.50 €", "00042", "6:30 PM", "15%", "30:00"]
    );
    assert_eq!(imported.rows[2].cells, ["Eva", "07/12/2026", "3.00 €", "00123", "6:00 AM", "100%", "12:00"]);
}

#[test]
fn a_mask_does_not_damage_a_number() {
    for (value, code, region, wanted) in [
        (9_823_456_710.0, "\"+91\"0", "IN", "+919823456710"),
        (919_823_456_710.0, "\"+91 \"0", "international", "+919823456710"),
        (2_025_550_123.0, "(000) 000-0000", "US", "+12025550123"),
        (7_911_123_456.0, "00000000000", "GB", "+447911123456"),
        (9_823_456_710.0, "0.00E+00", "IN", "+919823456710"),
        (9_823_456_710.0, "#,##0", "IN", "+919823456710"),
        (9_823_456_710.0, "\"₹\"#,##0.00", "IN", "+919823456710"),
        (9_823_456_710.0, "0%", "IN", "+919823456710"),
        (9_823_456_710.0, "00000 00000", "IN", "+919823456710"),
    ] {
        let file = sheet(["Phone", "Code"], &[[(value, code), (7.0, "000")]]);
        let imported = file.import(&plan(region)).unwrap();
        assert_eq!(imported.accepted(), [(2, wanted.to_owned())], "{code}: {:?}", imported.report.problems);
        assert_eq!(imported.rows[0].cells, ["007"]);
    }
}

#[test]
fn a_format_that_is_not_understood_is_noted_with_its_first_cell() {
    let date = "[$-407]d. MMMM yyyy";
    let file = sheet(["Handy", "Termin"], &[[(491_512_345_678.0, "+0"), (46361.0, date)]; 2]);
    let imported = file.import(&ReadingOptions::default()).unwrap();
    assert_eq!(imported.rows[0].cells, ["2026-12-05"]);
    let note = Note::FormatUnknown { cell: "B2".to_owned(), code: date.to_owned() };
    assert!(imported.report.notes.contains(&note), "{:?}", imported.report.notes);
}

#[test]
fn an_open_document_reads_as_the_text_that_it_stores() {
    let cell = |kind: &str, text: &str| {
        format!("<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>")
    };
    let float = |value: &str| format!(r#"office:value-type="float" office:value="{value}""#);
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="S">
        <table:table-row>{}{}{}{}{}</table:table-row><table:table-row>{}{}{}{}{}</table:table-row><table:table-row>{}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#,
        cell("", "Telefon"),
        cell("", "Preis"),
        cell("", "Termin"),
        cell("", "Dauer"),
        cell("", "Rabatt"),
        cell(&float("4915123456789"), "4,91512E+12"),
        cell(r#"office:value-type="currency" office:value="1299.5""#, "1.299,50 €"),
        cell(r#"office:value-type="date" office:date-value="2026-12-05""#, "5. Dez. 2026"),
        cell(r#"office:value-type="time" office:time-value="PT30H00M00S""#, "30:00"),
        cell(r#"office:value-type="percentage" office:value="0.15""#, "15 %"),
        cell(&float("1751234567"), "0175/1234567"),
    );
    let imported = OnDisk::new("a.ods", &open_document(&content, "")).import(&plan("DE")).unwrap();
    assert_eq!(imported.rows[0].cells, ["1.299,50 €", "5. Dez. 2026", "30:00", "15 %"]);
    let numbers: Vec<String> = imported.accepted().into_iter().map(|(_, to)| to).collect();
    assert_eq!(numbers, ["+4915123456789", "+491751234567"]);
}
