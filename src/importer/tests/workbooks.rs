//! Workbooks, friendly and hostile.

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;

use super::{
    files::{OnDisk, plan},
    *,
};

fn saved(build: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    build(&mut workbook);
    workbook.save_to_buffer().unwrap()
}

fn list(workbook: &mut Workbook, name: &str, first: f64) {
    let sheet = workbook.add_worksheet().set_name(name).unwrap();
    sheet.write_string(0, 0, "Name").unwrap().write_string(0, 1, "Phone").unwrap();
    for row in 1..4_u32 {
        sheet.write_string(row, 0, "A").unwrap().write_number(row, 1, first + f64::from(row)).unwrap();
    }
}

/// A workbook of one sheet with that XML.
fn raw(sheet: &str, strings: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("_rels/.rels", br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", strings),
    ];
    for (name, bytes) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_sheet_that_cannot_be_told_from_another_is_asked_for() {
    let bytes = saved(|workbook| {
        list(workbook, "January", 919_541_136_570.0);
        list(workbook, "February", 919_533_241_050.0);
        workbook.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "hello").unwrap();
    });
    let file = OnDisk::new("a.xlsx", &bytes);
    let error = file.import(&plan("IN")).err().unwrap();
    assert_eq!(
        (error.code(), error.choices()),
        (Some(FileCode::NeedsChoice), &["January".to_owned(), "February".to_owned()][..])
    );
    let imported = file.import(&Plan { sheet: Some("february".to_owned()), ..plan("IN") }).unwrap();
    assert_eq!(imported.accepted()[0], (2, "+919533241051".to_owned()));
    let missing = file.import(&Plan { sheet: Some("March".to_owned()), ..plan("IN") }).err().unwrap();
    assert!(missing.to_string().contains("there is no sheet `March`"));
}

#[test]
fn the_only_sheet_with_numbers_is_used_and_noted() {
    let bytes = saved(|workbook| {
        workbook.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "hello").unwrap();
        list(workbook, "People", 919_541_136_570.0);
    });
    let imported = OnDisk::new("a.xlsx", &bytes).import(&plan("IN")).unwrap();
    assert_eq!(imported.report.detected.sheet.as_deref(), Some("People"));
    assert_eq!(imported.accepted().len(), 3);
}

#[test]
fn two_cells_far_apart_cost_no_memory() {
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Phone</t></is></c></row><row r="2"><c r="A2"><v>919541136571</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    let imported = OnDisk::new("a.xlsx", &raw(sheet, b"<sst/>")).import(&plan("IN")).unwrap();
    assert_eq!(imported.accepted(), [(2, "+919541136571".to_owned())]);
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
    let sheet = "<worksheet><sheetData/></worksheet>";
    let bytes = raw(sheet, &vec![b' '; 3 << 20]);
    let limited = Plan { size_max: 1 << 20, ..plan("IN") };
    let code = OnDisk::new("a.xlsx", &bytes).import(&limited).err().and_then(|error| error.code());
    assert_eq!(code, Some(FileCode::ZipTooLarge));
}

#[test]
fn a_sheet_of_broken_xml_is_refused() {
    let half = r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Phone</t></is></c></row><row r="2"><c r="A2"><v>9195"#;
    let code =
        OnDisk::new("a.xlsx", &raw(half, b"<sst/>")).import(&plan("IN")).err().and_then(|error| error.code());
    assert_eq!(code, Some(FileCode::Corrupt));
}
